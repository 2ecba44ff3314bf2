"""Reports as files on demand: at once if that takes but a moment, else with a page that tells how far they are."""

from __future__ import annotations

import html
import io
import re
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))

from pages_bench import Office, Visitor
from played_office import SECOND, made

from appliance.node.polling import until
from appliance.web.reports import downloads


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    made(folder)
    return folder


@pytest.fixture
def office(folder, tmp_path):
    office = Office(tmp_path, database=str(folder / "giliran.db"))
    office.open()
    yield office
    office.stop()


def words(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


def test_a_file_that_is_made_in_a_moment_is_handed_out_at_once(office, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 60.0)
    head = Visitor(office.address, "head")
    status, headers, body = head.fetch(f"/reports/download/{SECOND}.pdf")
    assert (status, headers["content-type"], body[:5]) == (200, "application/pdf", b"%PDF-")
    status, headers, body = head.fetch("/reports/download/2026-W14.xlsx")
    assert status == 200
    assert 'filename="giliran-2026-W14.xlsx"' in headers["content-disposition"]
    assert "Menurut petugas" in openpyxl.load_workbook(io.BytesIO(body)).sheetnames


def test_who_may_not_compare_officers_gets_a_file_without_them(office, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 60.0)
    Visitor(office.address, "head").fetch("/reports/download/2026-04.xlsx")
    _, _, body = Visitor(office.address, "viewer").fetch("/reports/download/2026-04.xlsx")
    assert "Menurut petugas" not in openpyxl.load_workbook(io.BytesIO(body)).sheetnames


def test_one_that_takes_longer_has_a_page_with_its_progress(office, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 0.0)
    head = Visitor(office.address, "head")
    status, page = head.get("/reports/download/2026-04.pdf")
    assert status == 202
    assert "Laporan sebagai berkas" in words(page)
    other = Visitor(office.address, "viewer").get("/reports/download/2026-04-01..2026-04-02.xlsx")
    assert other[0] == 503
    assert "Laporan lain sedang dibuat." in words(other[1])
    assert until(lambda: head.fetch("/reports/download/2026-04.pdf")[2][:5] == b"%PDF-")


def test_one_that_nobody_fetched_is_made_anew_when_it_is_old(office, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(downloads, "FRESH_SECONDS", 0.5)
    head = Visitor(office.address, "head")
    assert head.get("/reports/download/2026-04-01.xlsx")[0] == 202
    assert until(lambda: list((tmp_path / "made").glob("2026-04-01*.xlsx")))
    made_at = time.monotonic()
    assert until(lambda: time.monotonic() > made_at + 1)
    assert head.get("/reports/download/2026-04-01.xlsx")[0] == 202


def test_files_of_before_a_restart_are_thrown_away(office, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 60.0)
    (tmp_path / "made").mkdir()
    for name in ("2025-id.pdf", ".2024-id.pdf.part"):
        (tmp_path / "made" / name).write_bytes(b"of a process that was killed")
    head = Visitor(office.address, "head")
    assert head.fetch("/reports/download/2026-04-01.xlsx")[0] == 200
    assert head.fetch("/reports/download/2026-04-02.xlsx")[0] == 200
    left = sorted(file.name[:10] for file in (tmp_path / "made").iterdir())
    assert left == ["2026-04-01", "2026-04-02"]


def test_one_can_be_stopped(office, tmp_path, monkeypatch):
    hangs = tmp_path / "hangs"
    hangs.write_text("""#!/bin/sh\necho '{"type": "progress", "days": 3, "of": 10}'\nexec sleep 600\n""")
    hangs.chmod(0o755)
    monkeypatch.setattr("appliance.web.jobs.sys.executable", str(hangs))
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 0.0)
    head = Visitor(office.address, "head")
    assert head.get("/reports/download/2026.pdf")[0] == 202
    assert until(lambda: "Menjumlahkan 3 dari 10 hari" in words(head.get("/reports/download/2026.pdf")[1]))
    assert head.send("/reports/download/stop", "/reports/download/2026.pdf")[1]["ok"]


@pytest.mark.expects_log("giliran.db")
def test_one_that_fails_says_why_and_is_tried_again_on_demand(office, monkeypatch):
    monkeypatch.setattr(downloads, "PATIENCE_SECONDS", 60.0)
    head = Visitor(office.address, "head")
    database = office.site.settings.database
    office.site.settings = replace(office.site.settings, database="/nowhere/giliran.db")
    status, page = head.get("/reports/download/2026-03.pdf")
    assert status == 503
    assert "Laporan tidak dapat dibuat: /nowhere/giliran.db: no such file" in words(page)
    office.site.settings = replace(office.site.settings, database=database)
    assert head.fetch("/reports/download/2026-03.pdf")[0] == 200


@pytest.mark.parametrize("asked", ["yesterday.pdf", "2026-04.exe", "2026-99.xlsx", ".pdf", "2026-04"])
def test_what_is_no_span_is_told_with_examples(office, asked):
    status, page = Visitor(office.address, "head").get(f"/reports/download/{asked}")
    assert status == 404
    assert "2026-W48" in page


def test_others_are_not_let_in(office):
    assert Visitor(office.address, "officer").get("/reports/download/2026-04.pdf")[0] == 403
    assert Visitor(office.address).fetch("/reports/download/2026-04.pdf")[2][:5] != b"%PDF-"
