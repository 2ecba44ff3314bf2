"""A box without its printer, its speaker or its voice runs, and its retained presence says what is missing."""

from __future__ import annotations

from appliance.texts.parts import LOGGED, of_part


def parts(town, node):
    presence = town.observer.presence.get(node)
    return {part.name: part for part in presence.parts} if presence else {}


def is_missing(town, node, name):
    """Wait until a part is told to be missing: at the start it is told to be unknown."""
    return town.until(lambda: (part := parts(town, node).get(name)) is not None and part.state == "missing")


def test_a_kiosk_whose_printer_is_not_there_says_so_and_runs(town):
    process = town.office.kiosk({"printer": {"kind": "serial", "device": "/dev/no-such-printer"}})
    assert is_missing(town, "kiosk-1", "printer")
    assert "/dev/no-such-printer" in of_part(parts(town, "kiosk-1")["printer"], LOGGED)
    assert process.running()


def test_a_kiosk_without_a_printer_is_a_choice(town):
    process = town.office.kiosk({"printer": {"kind": "none"}})
    assert is_missing(town, "kiosk-1", "printer")
    assert process.running()


def test_a_display_whose_speaker_is_not_there_says_so_and_runs(town):
    process = town.office.display({"player": "alsa", "device": "plughw:CARD=nosuchcard"})
    assert town.until(lambda: getattr(parts(town, "display-1").get("speaker"), "state", "") in ("missing", "fault"))
    assert process.running()


def test_a_display_without_a_voice_says_so_and_runs(town):
    process = town.office.display({"player": "none", "voice": "none"})
    assert is_missing(town, "display-1", "voice")
    assert is_missing(town, "display-1", "speaker")
    assert process.running()
