"""Every screen in every state, language, size and mode: pictures, contact sheets, and checks that fail.

The screens are the real programs on a real broker; only the hub is scripted. They are tapped, not told.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from appliance.node import pin
from appliance.node.daemon import AWAY_MS
from appliance.tools.office import chromium
from appliance.tools.office.finger import Finger
from appliance.tools.office.rig import Rig
from appliance.tools.office.sample_office import SampleOffice
from appliance.tools.office.stand_in_hub import StandInHub
from appliance.tools.shots import board_states, kiosk_states, web_states
from appliance.tools.shots.album import Album
from appliance.tools.shots.kiosk_own_words import WordedStory
from appliance.tools.shots.kiosk_states import KioskStory
from kiosk.workshop.fake_printer import PtyPrinter

FRAME: Final = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
EXPECTED: Final = ("broker lost", "paper_out: ")
"""Warnings that the scripted troubles cause."""
QUICK: Final = (("id", ()), ("en", ("low", "large", "contrast")))
"""With ``--quick``: one size, these languages and modes."""


@contextmanager
def _screen(rig: Rig, verb: str, node: str, tables: dict[str, object], language: str = "") -> Iterator[Finger]:
    config = rig.write_config(node, {verb: {"node": node, **tables}})
    path = rig.directory / f"{verb}{language}.socket"
    process = rig.spawn(verb, config, env={**FRAME, "GILIRAN_UI_DRIVER": str(path)})
    try:
        with Finger(path) as finger:
            yield finger
    except BaseException:
        print(process.output()[-3000:], file=sys.stderr)
        raise
    finally:
        process.stop()
    lines = process.output().splitlines()
    noise = [line for line in lines if "WARNING" in line and not any(known in line for known in EXPECTED)]
    if noise:
        raise RuntimeError(f"{verb} warned: {noise[:5]}")


def _kiosk(rig: Rig, out: Path, *, quick: bool) -> list[str]:
    with PtyPrinter(rig.directory / "paper") as printer:
        tables: dict[str, object] = {
            "screen": {"fullscreen": False, "inches": 10.1, "reduce_motion": True},
            "printer": {"kind": "serial", "device": printer.path},
            "languages": list(kiosk_states.LANGUAGES),
            "bookings": True,
            "staff_pin": pin.hashed(kiosk_states.PIN),
            "scanner": {"kind": "keyboard"},
            "guidance": {"headphones": "default", "folder": str(rig.directory / "said"), "begins_with_keys": False},
            "folder": str(rig.directory),
        }
        with _screen(rig, "kiosk", "kiosk-1", tables) as finger:
            sizes = kiosk_states.SIZES[:1] if quick else kiosk_states.SIZES
            album = Album(out / "kiosk", finger, sizes, kiosk=True, settle=kiosk_states.STILL_SECONDS)
            _tell_kiosk(rig, finger, album, printer, quick=quick)
            album.sheets()
            return album.failures


def _tell_kiosk(rig: Rig, finger: Finger, album: Album, printer: PtyPrinter, *, quick: bool) -> None:
    hub = StandInHub(rig.password("hub-1"), rig.broker_settings())
    walks = (
        QUICK if quick else [(language, modes) for modes in kiosk_states.MODES for language in kiosk_states.LANGUAGES]
    )
    stories = [KioskStory(hub, finger, album, printer, language, modes) for language, modes in walks]
    album.modes = ()
    if finger.screen()["screen"] == "starting":
        stories[0].starting()
    hub.start()
    for (language, modes), story in zip(walks, stories, strict=True):
        album.modes = modes
        story.tell(slow=not quick)
        WordedStory(hub, finger, album, printer, language, modes).tell()
    album.modes = ()
    stories[0].staff()
    hub.stop()
    for (_, modes), story in zip(walks, stories, strict=True):
        album.modes = modes
        story.away()
    back = StandInHub(rig.password("hub-1"), rig.broker_settings())
    back.start()
    album.modes = ()
    last = KioskStory(back, finger, album, printer, "id", ())
    last.lend()
    finger.wait_screen("attract")
    back.stop()
    time.sleep(AWAY_MS / 1000 + 1)  # nothing on the screen tells that the kiosk is alone now
    last.alone()


def _board(rig: Rig, out: Path, *, quick: bool) -> list[str]:
    failures: list[str] = []
    for language in board_states.LANGUAGES:
        tables: dict[str, object] = {
            "language": language,
            "screen": {"fullscreen": False, "width": 1280, "height": 720},
            "speech": {"voice": "none", "player": "none"},
            **board_states.tables(rig.directory),
        }
        with _screen(rig, "display", "display-1", tables, language) as finger:
            album = Album(out / "board", finger, board_states.SIZES[:1] if quick else board_states.SIZES, kiosk=False)
            hub = StandInHub(rig.password("hub-1"), rig.broker_settings())
            hub.start()
            board_states.tell(hub, finger, album, language, rig.directory)
            hub.stop()
            time.sleep(0.5)
            album.take("stale", language)
            album.sheets()
            failures += album.failures
    return failures


def _web(rig: Rig, out: Path, *, quick: bool) -> list[str]:
    office = SampleOffice(rig, 2, web_states.time_of_day())
    with chromium.browsing() as browser:
        album = web_states.tell(rig, office, lambda at: web_states.WebAlbum(out, at, browser, quick=quick))
    return album.failures


def main(argv: list[str]) -> int:
    """Take all pictures; return 1 and say why if a check fails."""
    parser = argparse.ArgumentParser(prog="dev shots", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("out/shots"), help="folder for the pictures")
    parser.add_argument("--quick", action="store_true", help="one size of each screen, and no slow states")
    parser.add_argument("--only", choices=("kiosk", "board", "web"), help="only these screens")
    arguments = parser.parse_args(argv)
    arguments.out.mkdir(parents=True, exist_ok=True)
    stories: dict[str, Callable[..., list[str]]] = {"kiosk": _kiosk, "board": _board, "web": _web}
    failures: list[str] = []
    for name, story in stories.items():
        if arguments.only in {None, name}:
            with (
                tempfile.TemporaryDirectory(prefix="giliran-shots-") as directory,
                Rig(Path(directory), web_states.nodes()) as rig,
            ):
                failures += story(rig, arguments.out, quick=arguments.quick)
    count = len(list(arguments.out.rglob("*.png")))
    print(f"{count} pictures in {arguments.out}; {len(failures)} problems")
    for failure in failures:
        print(f"  {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
