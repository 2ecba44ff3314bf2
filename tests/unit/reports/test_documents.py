"""Reports on paper: what stands on the pages, how many there are, and what happens when the tool for them dies."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from msgspec.structs import replace
from PIL import Image
from played_office import NOW, SECOND, history, made

from appliance.reports.files import documents
from appliance.reports.files.documents import TypesettingFailed
from appliance.reports.report import Gatherer, office_of
from appliance.store.reports.spans import parse

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    made(folder)
    return folder


def report(folder, span, language="id", *, officers=False):
    gatherer = Gatherer(history(folder), office_of(folder / "giliran.db"), language, officers=officers)
    return gatherer.gather(parse(span), NOW)


def text_of(pdf):
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True)
    return told.stdout.decode()


def pages_of(pdf):
    told = subprocess.run(["pdfinfo", str(pdf)], capture_output=True, check=True, text=True).stdout
    assert "A4" in told
    return int(re.search(r"Pages:\s+(\d+)", told)[1])


def words(text):
    return " ".join(text.split())


@needs_poppler
def test_the_daily_report_is_one_page_that_could_be_filed(folder, tmp_path):
    found = report(folder, SECOND)
    documents.pdf(found, tmp_path / "day.pdf")
    assert pages_of(tmp_path / "day.pdf") == 1
    text = text_of(tmp_path / "day.pdf")
    said = words(text)
    for there in (
        "Kantor Pertanahan Kabupaten Contoh",
        "Laporan harian antrean",
        "Kamis, 2 April 2026",
        "Kam 2 April 2026 Rab 1 April 2026 Kam 3 April 2025",
        "Nomor diberikan 24 16 –",
        "Selesai dilayani 19 11 –",
        "Pergi sebelum dilayani 1 1 –",
        "Belum dilayani saat tutup 4 4 –",
        "Dipilih langsung 1 1 –",
        "Yang menunggu sepanjang hari",
        "Menurut layanan",
        "Tidak ada kejadian khusus.",
        "Kepala kantor",
        "Halaman 1 dari 1",
    ):
        assert there in said, (there, text)
    digest = found.day.last_hash
    assert digest[:32] in said
    assert digest[32:] in said


@needs_poppler
def test_it_speaks_english_when_asked(folder, tmp_path):
    documents.pdf(report(folder, SECOND, "en"), tmp_path / "day.pdf")
    said = words(text_of(tmp_path / "day.pdf"))
    assert "Sample District Land Office" in said
    assert "Thursday, 2 April 2026" in said
    assert "Numbers given 24 16 –" in said
    assert "Page 1 of 1" in said


@needs_poppler
def test_something_is_drawn_and_the_typeface_is_embedded(folder, tmp_path):
    documents.pdf(report(folder, SECOND), tmp_path / "day.pdf")
    subprocess.run(["pdftoppm", "-r", "50", "-png", str(tmp_path / "day.pdf"), str(tmp_path / "day")], check=True)
    with Image.open(next(tmp_path.glob("day*.png"))) as picture:
        colours = picture.convert("RGB").getcolors(1 << 20)
    assert max(colours)[1] == (255, 255, 255)
    assert len(colours) > 100
    fonts = subprocess.run(["pdffonts", str(tmp_path / "day.pdf")], capture_output=True, check=True, text=True).stdout
    assert "NotoSans" in fonts.replace("-", "").replace(" ", "")


@needs_poppler
def test_a_month_has_its_tables_its_heat_map_and_the_definitions(folder, tmp_path):
    documents.pdf(report(folder, "2026-04"), tmp_path / "month.pdf")
    said = words(text_of(tmp_path / "month.pdf"))
    for there in (
        "Laporan bulanan antrean",
        "April 2026",
        "3 hari kerja",
        "Hari masih berjalan: angka per pukul 12.00.",
        "Menurut loket",
        "Menurut jam",
        "Hari demi hari",
        "Dipilih langsung oleh petugas",
        "Menganggur saat ada yang menunggu",
        "Arti setiap angka",
        "Waktu tunggu menurut hari dan jam",
    ):
        assert there in said, there
    assert "Budi Santoso" not in said


@needs_poppler
def test_officers_stand_in_it_only_for_whoever_may_see_them(folder, tmp_path):
    documents.pdf(report(folder, "2026-W14", officers=True), tmp_path / "week.pdf")
    said = words(text_of(tmp_path / "week.pdf"))
    assert "Menurut petugas" in said
    assert "Budi Santoso" in said


@needs_poppler
def test_a_span_without_a_day_says_so(folder, tmp_path):
    documents.pdf(report(folder, "2031"), tmp_path / "year.pdf")
    assert "Tidak ada hari kerja dalam rentang ini" in words(text_of(tmp_path / "year.pdf"))


def test_a_logo_stands_in_the_letterhead_and_a_missing_one_is_left_out(folder, tmp_path):
    Image.new("RGB", (40, 40), "red").save(tmp_path / "logo.png")
    documents.pdf(report(folder, SECOND), tmp_path / "with.pdf", str(tmp_path / "logo.png"))
    documents.pdf(report(folder, SECOND), tmp_path / "without.pdf", str(tmp_path / "none.png"))
    assert b"/Subtype/Image" in (tmp_path / "with.pdf").read_bytes()
    assert b"/Subtype/Image" not in (tmp_path / "without.pdf").read_bytes()


def test_forty_services_and_a_hundred_remarks_still_fit_on_the_page_of_a_day(folder, tmp_path):
    found = report(folder, SECOND)
    (table,) = [one for one in found.tables if one.key == "service"]
    rows = [(f"{row[0]} dengan nama yang sangat panjang sekali", *row[1:]) for row in table.rows]
    many = replace(table, rows=tuple(rows * 14))

    crowded = replace(
        found, tables=(many,), remarks=tuple(f"08.00: kejadian {place} " + "yang panjang " * 8 for place in range(100))
    )
    documents.pdf(crowded, tmp_path / "day.pdf")
    if shutil.which("pdfinfo"):
        assert pages_of(tmp_path / "day.pdf") == 1
        assert "dan 97 lagi" in words(text_of(tmp_path / "day.pdf"))


def test_a_tool_that_dies_is_said_and_leaves_the_old_file(folder, tmp_path, monkeypatch):
    dies = tmp_path / "dies"
    dies.write_text("#!/bin/sh\necho 'memory allocation failed' >&2\nkill -9 $$\n")
    dies.chmod(0o755)
    (tmp_path / "day.pdf").write_bytes(b"the old one")
    monkeypatch.setattr(documents.sys, "executable", str(dies))
    with pytest.raises(TypesettingFailed) as told:
        documents.pdf(report(folder, SECOND), tmp_path / "day.pdf")
    assert told.value.sentence("id") == "penyusun PDF berhenti (-9: memory allocation failed)"
    assert (tmp_path / "day.pdf").read_bytes() == b"the old one"


def test_a_tool_that_hangs_is_ended(folder, tmp_path, monkeypatch):
    hangs = tmp_path / "hangs"
    hangs.write_text("#!/bin/sh\nexec sleep 600\n")
    hangs.chmod(0o755)
    monkeypatch.setattr(documents.sys, "executable", str(hangs))
    monkeypatch.setattr(documents, "SECONDS", 0.3)
    with pytest.raises(TypesettingFailed, match="took longer"):
        documents.pdf(report(folder, SECOND), tmp_path / "day.pdf")
