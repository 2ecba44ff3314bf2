"""The daily report comes by itself: PDF, closing slip and mail, each once, also after failures and restarts."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))

from pages_bench import Office, Visitor
from played_office import FIRST, OPEN, SECOND, Player, at, made

from appliance.node.polling import until
from appliance.reports.files import mail
from appliance.reports.files.mail import MailSettings, NotSent, PerhapsSent
from appliance.web.reports.daily import DailyReports
from appliance.web.settings import DailySettings
from appliance.wire import messages as m

POST = MailSettings(host="mail.example", sender="antrean@kantor.example", to=("kepala@kantor.example",))
KIOSK = m.Presence(1, "kiosk-1", "online")


class Printer:
    """A hub that has slips printed."""

    def __init__(self):
        self.asked = []
        self.answer = None

    async def ask(self, body, ident):
        self.asked.append((body, ident))
        return self.answer or m.Accepted(1, ident, 77)


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    folder = tmp_path_factory.mktemp("past")
    made(folder)
    return folder


@pytest.fixture
def folder(past, tmp_path):
    return Path(shutil.copytree(past, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def office(folder):
    with_all = {"mail": POST, "daily": DailySettings(kiosk="kiosk-1")}
    office = Office(folder, database=str(folder / "giliran.db"), **with_all)
    yield office
    office.stop()


@pytest.fixture
def post(monkeypatch):
    """Letters that were sent; a failure in ``answers`` comes first."""

    box = SimpleNamespace(letters=[], answers=[])

    def send(settings, letter):
        if box.answers:
            raise box.answers.pop(0)
        box.letters.append(letter)
        return []

    monkeypatch.setattr(mail, "send", send)
    return box


def see_to_it(office, reports=None):
    reports = reports or office.site.daily
    return asyncio.run_coroutine_threadsafe(reports.see_to_it(), office.loop).result(60)


def printer_of(office, reports=None):
    printer = Printer()
    (reports or office.site.daily)._bus = printer
    office.open(nodes=[KIOSK])
    assert until(lambda: office.site.live.now.nodes)
    return printer


def test_the_last_closed_day_gets_its_report_its_slip_and_its_mail_once(office, folder, post):
    printer = printer_of(office)
    see_to_it(office)
    assert [file.name for file in (folder / "daily").glob("*.pdf")] == [f"{SECOND}.pdf"]
    ((body, ident),) = printer.asked
    assert (body.kiosk, body.officer, body.slip.kind) == ("kiosk-1", "giliran", "closing")
    texts = [line.text for line in body.slip.lines]
    assert texts[:3] == ["Hari ditutup", "Kantor Pertanahan Kabupaten Contoh", "Kamis, 2 April 2026"]
    assert "Nomor 24, selesai 19, pergi 1, tersisa 4" in texts
    (letter,) = post.letters
    assert letter.subject == "Laporan harian antrean Kantor Pertanahan Kabupaten Contoh, Kamis, 2 April 2026"
    assert "Nomor diberikan: 24" in letter.body
    see_to_it(office)
    restarted = DailyReports(office.settings, office.live, printer)
    see_to_it(office, restarted)
    assert (len(printer.asked), len(post.letters)) == (1, 1)
    assert len(ident) == 32


def test_days_that_closed_while_the_box_was_off_are_made_up_for(office, folder, post):
    printer = printer_of(office)
    see_to_it(office)
    player = Player(folder / "giliran.db")
    player.close(OPEN, 500)
    player.play("2026-04-04", 4)
    player.play("2026-04-05", 4)
    player.clerk.close()
    see_to_it(office)
    assert sorted(file.stem for file in (folder / "daily").glob("*.pdf")) == [SECOND, OPEN, "2026-04-04", "2026-04-05"]
    assert len(post.letters) == 4
    assert [body.slip.lines[2].text for body, _ in printer.asked] == ["Kamis, 2 April 2026", "Minggu, 5 April 2026"]


def test_a_day_that_was_closed_once_more_is_made_anew_and_not_sent_again(office, folder, post):
    printer_of(office)
    see_to_it(office)
    file = folder / "daily" / f"{SECOND}.pdf"
    file.write_bytes(b"of the first closing")
    state = folder / "daily" / "made.json"
    state.write_text(state.read_text().replace(f'"closed_at":{at(SECOND, 480)}', f'"closed_at":{at(SECOND, 300)}'))
    see_to_it(office, DailyReports(office.settings, office.live, Printer()))
    assert file.read_bytes().startswith(b"%PDF")
    assert len(post.letters) == 1


@pytest.mark.expects_log("is not mailed")
def test_a_failing_mail_server_is_said_tried_again_and_never_twice(office, post, monkeypatch):
    printer_of(office)
    said = []
    office.site.daily.say = said.append
    post.answers = [NotSent("451 greylisted"), NotSent("Connection refused")]
    see_to_it(office)
    assert (said[-1].state, said[-1].code) == ("fault", "mail")
    assert said[-1].values == {"day": SECOND, "why": "451 greylisted"}
    first = office.site.daily.next_try_at - office.loop.time()
    page = Visitor(office.address, "head").get("/reports/daily")[1]
    assert "Surel belum terkirim: 451 greylisted. Dicoba lagi." in page
    see_to_it(office)
    assert office.site.daily.next_try_at - office.loop.time() > first + 20
    see_to_it(office)
    see_to_it(office)
    assert len(post.letters) == 1
    assert (said[-1].state, said[-1].code) == ("ok", "made")
    assert "Sudah dikirim lewat surel." in Visitor(office.address, "head").get("/reports/daily")[1]


@pytest.mark.expects_log("is not known")
def test_a_letter_that_may_have_gone_does_not_go_again(office, post):
    printer_of(office)
    post.answers = [PerhapsSent("Connection unexpectedly closed")]
    see_to_it(office)
    see_to_it(office)
    assert post.letters == []
    assert "tidak dikirim dua kali" in Visitor(office.address, "head").get("/reports/daily")[1]


def test_a_day_of_a_year_that_somebody_mistyped_keeps_no_slip_from_later_ones(office, folder, post):
    printer = printer_of(office)
    (folder / "daily").mkdir()
    wrong = {"day": "2027-04-05", "closed_at": 1, "mail": "done", "slip": "done"}  # the hub was restored since
    (folder / "daily" / "made.json").write_text(json.dumps({"days": {"2027-04-05": wrong}}))
    see_to_it(office, DailyReports(office.settings, office.live, printer))
    assert [body.slip.lines[2].text for body, _ in printer.asked] == ["Kamis, 2 April 2026"]


def test_a_box_that_was_switched_off_while_sending_does_not_send_again(office, folder, post):
    printer_of(office)
    see_to_it(office)
    state = folder / "daily" / "made.json"
    state.write_text(state.read_text().replace('"mail":"done"', '"mail":"sending"'))
    see_to_it(office, DailyReports(office.settings, office.live, Printer()))
    assert len(post.letters) == 1


def test_a_disk_that_is_full_while_sending_keeps_no_letter_for_ever(office, post, monkeypatch):
    printer_of(office)
    reports = office.site.daily
    kept = reports._save

    def full():
        if any(one.mail == "sending" for one in reports.days()):
            raise OSError(28, "No space left on device")
        kept()

    with monkeypatch.context() as patch:
        patch.setattr(reports, "_save", full)
        with pytest.raises(OSError, match="No space left"):
            see_to_it(office)
    assert post.letters == []
    see_to_it(office)
    assert len(post.letters) == 1


def test_a_kiosk_that_is_away_gets_the_slip_when_it_is_back(office, post):
    printer = Printer()
    office.site.daily._bus = printer
    office.open()
    assert until(lambda: office.site.live.now.hub_is_there)
    see_to_it(office)
    assert printer.asked == []
    assert office.site.daily.next_try_at is not None
    assert "Slip penutupan menunggu kiosnya." in Visitor(office.address, "head").get("/reports/daily")[1]
    office.open(nodes=[KIOSK])
    assert until(lambda: office.site.live.now.nodes)
    see_to_it(office)
    assert len(printer.asked) == 1


def test_a_kiosk_that_is_away_starts_no_work_again_and_again_and_prints_as_soon_as_it_is_back(office, post):
    printer = Printer()
    office.site.daily._bus = printer
    office.open()
    assert until(lambda: office.site.live.now.hub_is_there)
    task = asyncio.run_coroutine_threadsafe(office.site.daily.keep(), office.loop)
    assert until(lambda: office.site.daily.next_try_at is not None and not office.site.daily.making)
    assert office.site.daily.next_try_at - office.loop.time() > 500
    assert printer.asked == []
    office.open(nodes=[KIOSK])
    assert until(lambda: len(printer.asked) == 1)
    task.cancel()


@pytest.mark.expects_log("is not made")
def test_a_program_that_dies_and_a_folder_that_cannot_be_written_are_said_and_tried_again(
    office, folder, post, tmp_path, monkeypatch
):
    printer_of(office)
    dies = tmp_path / "dies"
    dies.write_text("#!/bin/sh\nkill -9 $$\n")
    dies.chmod(0o755)
    said = []
    office.site.daily.say = said.append
    with monkeypatch.context() as patch:
        patch.setattr("appliance.web.jobs.sys.executable", str(dies))
        see_to_it(office)
    assert (said[-1].state, said[-1].code) == ("fault", "failed")
    assert "ended with -9" in said[-1].values["why"]
    (folder / "daily").write_text("a file in the folder's place")
    see_to_it(office)
    assert said[-1].values["day"] == SECOND
    page = Visitor(office.address, "head").get("/reports/daily")[1]
    assert "Laporan Kamis, 2 April 2026 tidak dapat dibuat" in page
    assert office.site.daily.next_try_at is not None
    (folder / "daily").unlink()
    see_to_it(office)
    assert (said[-1].state, office.site.daily.problem) == ("ok", None)
    assert (folder / "daily" / f"{SECOND}.pdf").is_file()


def test_it_sees_to_it_by_itself_when_the_office_closes(office, folder, post):
    printer_of(office)
    task = asyncio.run_coroutine_threadsafe(office.site.daily.keep(), office.loop)
    assert until((folder / "daily" / f"{SECOND}.pdf").is_file)
    player = Player(folder / "giliran.db")
    player.close(OPEN, 500)
    player.clerk.close()
    office.open(nodes=[KIOSK], phase="after")
    assert until(lambda: (folder / "daily" / f"{OPEN}.pdf").is_file() and len(post.letters) == 2)
    task.cancel()


def test_reports_older_than_the_office_keeps_are_thrown_away(office, folder, post):
    printer_of(office)
    see_to_it(office)
    player = Player(folder / "giliran.db")
    player.close(OPEN, 500)
    player.clerk.close()
    few = DailyReports(replace(office.settings, daily=DailySettings(keep_days=1)), office.live, Printer())
    see_to_it(office, few)
    assert [file.stem for file in (folder / "daily").glob("*.pdf")] == [OPEN]


def test_the_files_are_handed_out_to_whoever_may_read_reports(office, post):
    printer_of(office)
    see_to_it(office)
    head = Visitor(office.address, "head")
    status, headers, body = head.fetch(f"/reports/daily/{SECOND}.pdf")
    assert (status, headers["content-type"], body[:5]) == (200, "application/pdf", b"%PDF-")
    assert f'filename="giliran-{SECOND}.pdf"' in headers["content-disposition"]
    assert Visitor(office.address, "viewer").fetch(f"/reports/daily/{SECOND}.pdf")[0] == 200
    assert Visitor(office.address, "officer").fetch(f"/reports/daily/{SECOND}.pdf")[0] == 403
    for other in (f"{FIRST}.pdf", "made.json", "..%2Faccounts.db", "2026-04-02.pdf%00"):
        assert head.fetch(f"/reports/daily/{other}")[0] == 404
