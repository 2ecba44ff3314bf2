"""The log is read as sentences, searched, proven while others work, and taken away with its chain."""

from __future__ import annotations

import contextlib
import html
import re
import shutil
import sqlite3
from pathlib import Path

import pytest
from pages_bench import Office, Visitor

from appliance.node.polling import until
from appliance.store import log_export, reader
from appliance.tools.office import past
from appliance.web import log_pages


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    file = tmp_path_factory.mktemp("log") / "giliran.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "TICKETS_A_DAY", 40)
        past.make(file, 120)
    return file


@pytest.fixture
def file(made, tmp_path):
    return shutil.copy(made, tmp_path / "giliran.db")


@pytest.fixture
def office(tmp_path, file):
    office = Office(tmp_path, database=str(file))
    office.open()
    yield office
    office.stop()


@pytest.fixture
def head(office):
    return Visitor(office.address, "head")


def words(page):
    without_links = re.sub(r"</?(a|strong)\b[^>]*>", "", page.partition("<main")[2])
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_links)).split())


def change(file, statement):
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def test_the_newest_records_are_read_as_sentences_in_both_languages(office, head):
    text = words(head.get("/log")[1])
    assert "23.00.00 hub Hari 2026-04-05 ditutup." in text
    assert re.search(r"\d+ 23\.00\.00 hub Loket 4 ditutup\.", text)
    assert "The day 2026-04-05 closed." in words(Visitor(office.address, "head", "en").get("/log")[1])


def test_numbers_and_people_lead_to_their_own_records(head):
    page = head.get("/log?day=2026-04-04&kind=TicketCalled")[1]
    link = html.unescape(re.search(r'href="(/log\?number=A001[^"]*)"', page)[1])
    assert link == "/log?number=A001&day=2026-04-04"
    text = words(head.get(link)[1])
    assert "A001 diberikan untuk pendaftaran; diberi tahu: 0 di depan, 0 sampai 5 menit." in text
    assert "A001 selesai dilayani di loket 1." in text
    assert "A002" not in text
    assert 'href="/log?person=keypad-1"' in page


def test_older_records_follow_page_by_page_until_there_are_none(head):
    path, seen = "/log?kind=TicketIssued", []
    while path:
        page = head.get(path)[1]
        seen += re.findall(r'<li id="r(\d+)">', page)
        found = re.search(r'href="(/log\?[^"]*before=\d+)"', page)
        path = html.unescape(found[1]) if found else ""
    assert len(seen) == len(set(seen)) == 120
    assert [int(seq) for seq in seen] == sorted(map(int, seen), reverse=True)


def test_a_search_that_has_not_ended_says_how_far_it_looked(head, monkeypatch):
    monkeypatch.setattr("appliance.store.log_search.PIECE", 50)
    monkeypatch.setattr(log_pages.LogSearch.find, "__defaults__", (reader.LAST, 50, 0.0))
    text = words(head.get("/log?number=Z999")[1])
    assert "Tidak ada catatan yang cocok." in text
    assert "Sudah dicari sampai 2026-04-05." in text


@pytest.mark.parametrize("query", ["day=yesterday", "before=x", "kind=Nothing", "number=%00%27", "person=%E2%80%AE"])
def test_odd_questions_are_answered(head, query):
    assert head.get(f"/log?{query}")[0] == 200


def test_an_altered_record_is_told_as_such_among_the_others(head, file):
    change(file, "UPDATE event SET body = 'x' WHERE seq = (SELECT max(seq) FROM event)")
    text = words(head.get("/log")[1])
    assert "bukan yang dahulu ditulis dan tidak terbaca" in text
    assert "Loket 4 ditutup." in text


def test_an_altered_time_hides_no_other_record(head, file):
    change(file, "UPDATE event SET at = 'x' WHERE seq = (SELECT max(seq) FROM event)")
    text = words(head.get("/log")[1])
    assert "bukan yang dahulu ditulis dan tidak terbaca" in text
    assert "Loket 4 ditutup." in text


def test_the_chain_is_proven_on_demand_and_the_first_bad_record_named(office, head, file):
    assert head.send("/log/prove", "/log")[1]["ok"]
    assert until(lambda: "Utuh:" in words(head.get("/log")[1]))
    with contextlib.closing(reader.LogReader(file)) as log:
        proof = log.prove()
    text = words(head.get("/log")[1])
    assert f"Utuh: {proof.records} catatan. Dibuktikan pukul 12.00, Senin, 6 April 2026, untuk Ibu Kartika." in text
    assert proof.last_hash in text
    change(file, "UPDATE event SET body = replace(body, 'A001', 'A009') WHERE seq = 7")
    assert head.send("/log/prove", "/log")[1]["ok"]
    assert until(lambda: "Catatan 7 bukan yang dahulu ditulis." in words(head.get("/log")[1]))


def test_one_proof_at_a_time_which_can_be_stopped(office, head, tmp_path, monkeypatch):
    hangs = tmp_path / "hangs"
    hangs.write_text(f"""#!/bin/sh\necho '{{"type": "progress", "records": 37, "of": 100}}'
        echo $$ > {tmp_path}/pid; exec sleep 600\n""")
    hangs.chmod(0o755)
    monkeypatch.setattr("appliance.web.jobs.sys.executable", str(hangs))
    assert head.send("/log/prove", "/log")[1]["ok"]
    assert until(lambda: "Sedang dibuktikan untuk Ibu Kartika: 37 %" in words(head.get("/log")[1]))
    _, told = head.send("/log/prove", "/log")
    assert (told["ok"], told["text"]) == (False, "Pembuktian sedang berjalan.")
    assert until((tmp_path / "pid").exists)
    assert head.send("/log/prove/stop", "/log")[1]["ok"]
    assert until(lambda: "Dihentikan pukul 12.00, sebelum selesai." in words(head.get("/log")[1]))
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()
    assert not head.send("/log/prove/stop", "/log")[1]["ok"]


def test_an_export_needs_the_secret_once_more_and_proves_itself(office, head, tmp_path):
    fields = {"from": "2026-04-04", "to": "2026-04-05"}
    status, page = head.post("/log/export", "/log", **fields)
    assert (status, 'name="confirm_secret"' in page, 'name="from" value="2026-04-04"' in page) == (403, True, True)
    again = head._form("/log", {**fields, "confirm_secret": "demonstration of head"})
    status, headers, body = head.fetch("/log/export", again)
    assert status == 200
    assert 'filename="giliran-log-2026-04-04-2026-04-05.jsonl"' in headers["content-disposition"]
    _, proof = log_export.check(body.splitlines(keepends=True))
    assert (proof.bad, proof.records) == (None, 2 * (40 * 4 + 10))
    # The session is confirmed for a while now.
    assert head.post("/log/export", "/log", **{"from": "2020-01-01"})[0] == 409
    assert (
        "Isi hari pertama" in head.send("/log/export", "/log", **{"from": "2026-04-05", "to": "2026-04-04"})[1]["text"]
    )


def test_who_may_only_read_takes_nothing_away(office):
    technician = Visitor(office.address, "technician")
    assert "/log/export" not in technician.get("/log")[1]
    assert technician.send("/log/export", "/log")[0] == 403
    assert Visitor(office.address, "officer").get("/log")[0] == 403


@pytest.mark.expects_log("no such file|is not a database|file is not")
def test_without_the_hubs_file_the_page_says_so_and_everything_else_works(office, head, file):
    file.unlink()
    status, page = head.get("/log")
    assert (status, "Catatan tidak dapat dibaca di sini." in page) == (200, True)
    assert head.get("/wall")[0] == 200
    assert head.send("/log/prove", "/log")[1]["ok"]
    assert until(lambda: "no such file" in words(head.get("/log")[1]))
    file.write_bytes(b"something else" * 100)
    assert "Catatan tidak dapat dibaca di sini." in head.get("/log")[1]
