"""``giliran report``: the same figures on a terminal, and as every kind of file."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import openpyxl
import pytest
from PIL import Image
from played_office import SECOND, made

from appliance.verbs import report


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    hub, reports = made(folder)
    reports.unlink()  # the verb sums what is missing
    return ["--database", str(hub), "--reports", str(reports)]


def test_the_days_are_summed_first_and_the_figures_told(files, capsys):
    assert report.main([SECOND, *files]) == 0
    told = capsys.readouterr()
    assert "summing day 3 of 3" in told.err
    assert "Laporan harian antrean, Kamis, 2 April 2026" in told.out
    assert "Nomor diberikan" in told.out
    line = next(line for line in told.out.splitlines() if line.startswith("Nomor diberikan"))
    assert line.split()[-3:] == ["24", "16", "–"]


def test_one_table_by_something(files, capsysbinary):
    assert report.main(["2026-04", "--by", "counter", "--format", "csv", "--language", "en", *files]) == 0
    rows = list(csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode())))
    assert [row["Counter"] for row in rows] == ["Counter 1", "Counter 2"]
    assert report.main(["2026", "--by", "weekday", "--format", "json", *files]) == 0
    assert len(json.loads(capsysbinary.readouterr().out)["tables"]["weekday"]["rows"]) == 3


def test_officers_are_named_only_when_asked(files, capsysbinary):
    report.main(["2026-04", "--format", "json", *files])
    assert b"Budi" not in capsysbinary.readouterr().out
    report.main(["2026-04", "--format", "json", "--officers", *files])
    assert b"Budi" in capsysbinary.readouterr().out


def test_files_and_pictures_are_written(files, tmp_path):
    assert report.main(["2026-04", "--format", "xlsx", "--out", str(tmp_path / "r.xlsx"), *files]) == 0
    assert len(openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames) > 5
    more = ["--format", "pdf", "--out", str(tmp_path / "r.pdf"), "--plot", str(tmp_path / "r.png")]
    assert report.main([SECOND, *more, *files]) == 0
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    with Image.open(tmp_path / "r.png") as picture:
        assert picture.width > 300
    assert report.main([SECOND, "--plot", str(tmp_path / "r.svg"), *files]) == 0
    assert (tmp_path / "r.svg").read_text().startswith("<svg")


def test_an_empty_span_is_told_with_the_days_that_there_are(files, capsys):
    assert report.main(["2031-05", *files]) == 3
    told = capsys.readouterr()
    assert "Tidak ada hari kerja" in told.out
    assert "2031-05: no business day; the log has 2026-04-01 to 2026-04-03" in told.err


@pytest.mark.parametrize("span", ["yesterday", "2026-13", "2026-W60", "2026-04-02..2026-04-01", ""])
def test_what_is_no_span_is_told_with_examples(files, span, capsys):
    with pytest.raises(SystemExit) as ended:
        report.main([span, *files])
    assert ended.value.code == 2
    assert "2026-W48" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    assert report.main([SECOND, "--database", str(tmp_path / "none.db"), "--reports", str(tmp_path / "r.db")]) == 1
    assert "none.db: no such file; name the hub's database with --database" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        report.main([SECOND, "--plot", "curve.gif"])
    assert "--plot curve.gif: name a file that ends in .svg or .png" in capsys.readouterr().err


def test_it_is_a_verb_of_giliran(files):
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "appliance.cli", "report", SECOND, *files]
    told = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert "Laporan harian antrean" in told.stdout
