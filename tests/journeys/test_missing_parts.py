"""A box without its printer, its speaker or its voice runs, and its retained presence says what is missing."""

from __future__ import annotations


def parts(town, node):
    presence = town.observer.presence.get(node)
    return {part.name: part for part in presence.parts} if presence else {}


def test_a_kiosk_whose_printer_is_not_there_says_so_and_runs(town):
    process = town.office.kiosk({"printer": {"kind": "serial", "device": "/dev/no-such-printer"}})
    assert town.until(lambda: parts(town, "kiosk-1").get("printer") is not None)
    printer = parts(town, "kiosk-1")["printer"]
    assert printer.state == "missing"
    assert "/dev/no-such-printer" in printer.detail
    assert process.running()


def test_a_kiosk_without_a_printer_is_a_choice(town):
    process = town.office.kiosk({"printer": {"kind": "none"}})
    assert town.until(lambda: parts(town, "kiosk-1").get("printer") is not None)
    assert parts(town, "kiosk-1")["printer"].state == "missing"
    assert process.running()


def test_a_display_whose_speaker_is_not_there_says_so_and_runs(town):
    process = town.office.display({"player": "alsa", "device": "plughw:CARD=nosuchcard"})
    assert town.until(lambda: parts(town, "display-1").get("speaker", None) is not None)
    assert town.until(lambda: parts(town, "display-1")["speaker"].state in ("missing", "fault"))
    assert process.running()


def test_a_display_without_a_voice_says_so_and_runs(town):
    process = town.office.display({"player": "none", "voice": "none"})
    assert town.until(lambda: parts(town, "display-1").get("voice") is not None)
    assert {parts(town, "display-1")[name].state for name in ("voice", "speaker")} == {"missing"}
    assert process.running()
