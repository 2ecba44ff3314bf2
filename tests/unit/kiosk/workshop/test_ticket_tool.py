"""``giliran ticket``: previews of layouts, and their faults in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.ticket import template as ticket_template
from kiosk.ticket.sample import FOLLOW_URL, TOKEN
from kiosk.workshop.ticket_tool import main

NUMBER = '[[block]]\nshow = "number"\n'


def preview(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["preview", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_shipped_layout_can_be_saved_edited_and_previewed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template"]) == 0
    own = tmp_path / "ticket.toml"
    own.write_text(capsys.readouterr().out, encoding="utf-8")
    assert ticket_template.parse(own.read_text(encoding="utf-8")) == ticket_template.shipped()
    for width, language in ((80, "id"), (58, "en")):
        out = tmp_path / f"{width}.png"
        code, said, _ = preview(
            capsys, "--template", own, "--width", width, "--language", language, "--number", "B007", "--out", out
        )
        assert code == 0
        assert f"a ticket of {width} x" in said
        with Image.open(out) as picture:
            assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"{FOLLOW_URL}B007-{TOKEN[:12]}"]


def test_a_wrong_layout_is_named_with_file_key_and_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "ticket.toml"
    own.write_text(NUMBER + '[[block]]\nshow = "date"\nof = "hour"\n', encoding="utf-8")
    code, said, wrong = preview(capsys, "--template", own, "--out", tmp_path / "ticket.png")
    assert (code, said) == (1, "")
    assert wrong == f'{own}: block 2 (date): of = \'hour\' cannot be meant; write "both", "day" or "time"\n'
    assert not (tmp_path / "ticket.png").exists()


def test_the_kiosks_own_settings_are_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.new("L", (400, 200), 0).save(tmp_path / "logo.png")
    kiosk = tmp_path / "kiosk.toml"
    kiosk.write_text(f'[kiosk.printer]\nkind = "usb"\npaper_mm = 58\nlogo = "{tmp_path}/logo.png"\n', encoding="utf-8")
    (tmp_path / "ticket.toml").write_text(NUMBER + '[[block]]\nshow = "logo"\nwidth = 80\n', encoding="utf-8")
    code, said, _ = preview(capsys, "--config", kiosk, "--out", tmp_path / "with.png")
    assert (code, f"{tmp_path}/ticket.toml: in order" in said, "58 x" in said) == (0, True, True)
    with Image.open(tmp_path / "with.png") as picture:
        ink = picture.convert("L").point(lambda grey: 255 if grey < 100 else 0).getbbox()
        assert ink is not None
        assert ink[3] - ink[1] > 250  # number and logo
    code, said, _ = preview(capsys, "--config", kiosk, "--width", 80, "--out", tmp_path / "wide.png")
    assert "80 x" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--language", "xx"], "there is no catalogue of it"),
        (["--template", "/nonexistent/ticket.toml"], "/nonexistent/ticket.toml: No such file"),
        (["--config", "/nonexistent/kiosk.toml"], "/nonexistent/kiosk.toml: no such file"),
        (["--out", "/nonexistent/ticket.png"], "--out /nonexistent/ticket.png"),
        (["--out", "ticket.docx"], "--out ticket.docx: unknown file extension"),
    ],
)
def test_other_mistakes_are_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    code, _, wrong = preview(capsys, *arguments)
    assert code == 1
    assert sentence in wrong


def test_it_is_a_verb_of_the_giliran_command(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "appliance.cli", "ticket", "preview", "--long", "--out", "long.png"]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("the shipped layout: in order; long.png: a ticket of 80 x ")
    assert (tmp_path / "long.png").is_file()
