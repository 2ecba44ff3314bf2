"""Every screen in every state, language and size: pictures, contact sheets, and checks that fail.

The screens are the real programs on a real broker; only the hub is scripted. They are tapped, not told.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from appliance.tools import shot_scenes as scenes
from appliance.tools.finger import Finger
from appliance.tools.rig import Rig
from appliance.tools.shot_checks import problems
from appliance.tools.stand_in_hub import NINE_41, StandInHub
from appliance.wire.messages import Board, Office, Refused, ServiceState
from kiosk.fake_printer import PtyPrinter

Size = tuple[int, int, float]
KIOSK_SIZES: Final[Sequence[Size]] = ((1024, 600, 10.1), (800, 480, 7.0), (1280, 800, 10.1), (1080, 1920, 21.5))
BOARD_SIZES: Final[Sequence[Size]] = ((1280, 720, 43), (1920, 1080, 43), (3840, 2160, 55), (1080, 1920, 43))
LANGUAGES: Final = ("id", "en")
SETTLE_SECONDS: Final = 0.3
"""Appearing takes 180 ms."""
FRAME: Final = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
TILE: Final = 480
EXPECTED: Final = ("broker lost", "the paper has run out")
"""Warnings that the scripted troubles cause."""
SMALL_PANEL: Final = 7.6
"""Inches; below, 15 mm are enough for a finger, for one stands close to it."""


class Album:
    """Takes, checks and arranges the pictures of one screen.

    Args:
        folder: where they go.
        finger: on that screen.
        sizes: of the window.
        kiosk: whether it is to be touched.
    """

    def __init__(self, folder: Path, finger: Finger, sizes: Sequence[Size], *, kiosk: bool) -> None:
        self.folder = folder
        self.finger = finger
        self.sizes = sizes
        self.failures: list[str] = []
        self._kiosk = kiosk
        self._taken: dict[str, list[Path]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, language: str, *, settle: float = SETTLE_SECONDS) -> None:
        """Picture the present screen in every size."""
        for width, height, inches in self.sizes:
            self.finger.resize(width, height, inches)
            time.sleep(settle)
            path = self.folder / f"{width}x{height}" / f"{name}.{language}.png"
            path.parent.mkdir(exist_ok=True)
            items = self.finger.items()
            self.finger.grab(path)
            self._taken.setdefault(f"{width}x{height}.{language}", []).append(path)
            pixels, touch = self._least(width, height, inches)
            with Image.open(path) as image:
                found = sorted(set(problems(image, items, pixels, touch)))
            self.failures += [f"{path.relative_to(self.folder.parent)}: {problem}" for problem in found]
        self.finger.resize(*self.sizes[0])

    def sheets(self) -> None:
        """Arrange the pictures of each size and language on one sheet."""
        for name, paths in self._taken.items():
            with Image.open(paths[0]) as first:
                tile = (TILE, round(TILE * first.height / first.width))
            columns = 3 if tile[0] > tile[1] else 6
            rows = -(-len(paths) // columns)
            sheet = Image.new("RGB", (columns * (TILE + 24) + 24, rows * (tile[1] + 54) + 24), "#8b8f90")
            draw = ImageDraw.Draw(sheet)
            for at, path in enumerate(paths):
                x, y = 24 + at % columns * (TILE + 24), 24 + at // columns * (tile[1] + 54)
                with Image.open(path) as picture:
                    sheet.paste(picture.convert("RGB").resize(tile, Image.Resampling.LANCZOS), (x, y))
                draw.text((x, y + tile[1] + 6), path.stem, "#ffffff", ImageFont.load_default(18))
            sheet.save(self.folder / f"sheet-{name}.png")

    def _least(self, width: int, height: int, inches: float) -> tuple[float, float]:
        """Return the smallest type and the smallest touch target, in pixels."""
        if not self._kiosk:
            # Capitals of Noto Sans are 0.714 em high, and none may be lower than 1/36 of the screen's height.
            return min(height, 1.25 * width) / 36 / 0.714, 0.0
        unit = width / 600 if height > width else min(width / 1024, height / 600)
        millimetre = math.hypot(width, height) / inches / 25.4
        return 24 * unit, (15 if inches < SMALL_PANEL else 20) * millimetre


# -- the kiosk ---------------------------------------------------------------------------------------------------------


class KioskStory:
    """Walks through the kiosk's screens.

    Args:
        hub: scripted.
        finger: on the kiosk.
        album: takes the pictures.
        printer: of the kiosk.
    """

    def __init__(self, hub: StandInHub, finger: Finger, album: Album, printer: PtyPrinter) -> None:
        self._hub = hub
        self._finger = finger
        self._album = album
        self._printer = printer
        self._seq = 1

    def tell(self, language: str, *, quick: bool) -> None:
        """Picture every screen in one language."""
        self._offer(scenes.USUAL)
        self._picture("attract", "attract", language)
        self._services("services", language)
        self._confirm("s0", "confirm", language)
        self._ticket("ticket-printed", "Silakan ambil", language)
        self._refused(language)
        self._printer.paper_out = True
        self._services("", language)
        self._confirm("s0", "", language)
        self._ticket("ticket-no-paper", "Kertas habis", language)
        self._printer.paper_out = False
        self._offer(scenes.LONG)
        self._services("services-long", language)
        self._confirm("s0", "confirm-long", language, priority=True)
        self._ticket("ticket-long", "Silakan ambil", language)
        self._offer(scenes.MANY)
        self._services("services-40", language)
        self._finger.tap("page-next")
        self._album.take("services-40-page-2", language)
        self._home()
        self._offer(scenes.USUAL[:2])
        self._services("services-2", language)
        self._home()
        self._closed(language)
        if not quick:
            self._silent(language)

    def away(self, language: str) -> None:
        """Picture the hub's absence."""
        self._picture("trouble-away", "trouble", language)

    def starting(self, language: str) -> None:
        """Picture the first seconds, before the hub has said anything."""
        self._picture("starting", "starting", language)

    def _offer(self, services: list[ServiceState], office: Office = scenes.OFFICE) -> None:
        self._seq += 1
        self._hub.clock()
        self._hub.say(scenes.catalogue(self._seq, services, office))

    def _picture(self, name: str, screen: str, language: str) -> None:
        self._finger.wait_screen(screen)
        self._speak(language)
        self._album.take(name, language)

    def _speak(self, language: str) -> None:
        if self._finger.screen()["language"] != language:
            self._finger.tap(f"language-{language}")

    def _home(self) -> None:
        for name in ("back", "back", "done"):
            if self._finger.find(name):
                self._finger.tap(name)
                time.sleep(0.1)
        self._finger.wait_screen("attract")

    def _services(self, name: str, language: str) -> None:
        self._finger.wait_screen("attract")
        self._hub.clock()
        self._finger.tap("begin")
        self._finger.wait_screen("services")
        self._speak(language)
        if name:
            self._album.take(name, language)

    def _confirm(self, service: str, name: str, language: str, *, priority: bool = False) -> None:
        self._finger.tap(f"service-{service}")
        self._finger.wait_screen("confirm")
        if priority:
            self._finger.tap("priority-yes")
        if name:
            self._album.take(name, language)

    def _ticket(self, name: str, says: str, language: str) -> None:
        self._finger.tap("take")
        self._finger.wait_screen("ticket")
        if language == "id":
            self._finger.wait_text(says)
        time.sleep(0.2)
        self._album.take(name, language)
        if self._finger.screen()["screen"] == "ticket":
            self._finger.tap("done")
        self._finger.wait_screen("attract")

    def _refused(self, language: str) -> None:
        self._hub.script = lambda request: Refused(1, request.id, "service_closed")
        self._services("", language)
        self._confirm("s0", "", language)
        self._finger.tap("take")
        self._picture("refused", "refused", language)
        self._finger.tap("done")
        self._hub.script = self._hub.issue

    def _closed(self, language: str) -> None:
        for phase, office in scenes.CLOSED.items():
            self._finger.wait_screen("attract", "closed")
            if phase == "closed":
                self._hub.at = None
            self._offer(scenes.USUAL, office)
            self._picture(f"closed-{phase}", "closed", language)
        self._hub.at = NINE_41
        self._offer(scenes.USUAL)
        self._finger.wait_screen("attract")

    def _silent(self, language: str) -> None:
        self._hub.script = lambda _request: None
        self._services("", language)
        self._confirm("s0", "", language)
        self._finger.tap("take")
        self._finger.wait_screen("issuing")
        self._album.take("issuing", language)
        self._finger.wait_screen("trouble", deadline=15)
        self._album.take("trouble-unanswered", language)
        self._hub.script = self._hub.issue
        self._finger.tap("retry")
        self._finger.wait_screen("ticket")
        self._finger.tap("done")
        self._finger.wait_screen("attract")


# -- the board ---------------------------------------------------------------------------------------------------------


def _board_story(hub: StandInHub, finger: Finger, album: Album, language: str) -> None:
    # The second language comes on the same broker: its snapshots must be newer than the retained one.
    seq = 100 * (1 + LANGUAGES.index(language))

    def show(name: str, screen: str, board: Board, *, before: float = 0.0, settle: float = SETTLE_SECONDS) -> None:
        hub.say(board)
        finger.wait_screen(screen)
        time.sleep(before)
        hub.clock()
        album.take(name, language, settle=settle)

    show("welcome", "welcome", scenes.board(seq, [], scenes.IDLE))
    first = scenes.call(seq + 1, "A012", 3)
    flashing = Album(album.folder, finger, album.sizes[:1], kiosk=False)
    hub.say(scenes.board(seq + 1, [first], scenes.BUSY))
    finger.wait_screen("call")
    flashing.take("call-flash", language, settle=0.05)
    album.failures += flashing.failures
    time.sleep(2.5)
    show("call", "call", scenes.board(seq + 2, [first], scenes.BUSY))
    again = scenes.call(seq + 3, "A012", 3, recall=True)
    show("recall", "call", scenes.board(seq + 3, [again], scenes.BUSY), before=2.6)
    far = scenes.call(seq + 4, "A012", 12)
    show("twelve-counters", "call", scenes.board(seq + 4, [far], scenes.CROWDED), before=2.6)
    long = scenes.call(seq + 5, "KTP128", 1, service=scenes.LONG[0], name=("Loket Prioritas", "Priority counter"))
    show("long-names", "call", scenes.board(seq + 5, [long], scenes.NAMED, scenes.LONG), before=2.6)
    for at, (phase, office) in enumerate(scenes.CLOSED.items()):
        if phase == "closed":
            hub.at = None
        show(f"closed-{phase}", "closed", scenes.board(seq + 6 + at, [], scenes.IDLE, office=office))
    hub.at = NINE_41
    show("no-counters", "call", scenes.board(seq + 12, [first], [], []))
    show("after", "call", scenes.board(seq + 13, [first], scenes.BUSY))


# -- the whole ---------------------------------------------------------------------------------------------------------


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
    screen = {"fullscreen": False, "inches": 10.1}
    with PtyPrinter(rig.directory / "paper") as printer:
        tables: dict[str, object] = {"screen": screen, "printer": {"kind": "serial", "device": printer.path}}
        with _screen(rig, "kiosk", "kiosk-1", tables) as finger:
            album = Album(out / "kiosk", finger, KIOSK_SIZES[:1] if quick else KIOSK_SIZES, kiosk=True)
            hub = StandInHub(rig.password("hub-1"), rig.broker_settings())
            story = KioskStory(hub, finger, album, printer)
            if finger.screen()["screen"] == "starting":
                story.starting("id")
            hub.start()
            for language in LANGUAGES:
                story.tell(language, quick=quick)
            hub.stop()
            finger.wait_screen("trouble")
            for language in LANGUAGES:
                story.away(language)
            album.sheets()
            return album.failures


def _board(rig: Rig, out: Path, *, quick: bool) -> list[str]:
    failures: list[str] = []
    for language in LANGUAGES:
        tables: dict[str, object] = {
            "language": language,
            "screen": {"fullscreen": False, "width": 1280, "height": 720},
            "speech": {"voice": "none", "player": "none"},
        }
        with _screen(rig, "display", "display-1", tables, language) as finger:
            album = Album(out / "board", finger, BOARD_SIZES[:1] if quick else BOARD_SIZES, kiosk=False)
            hub = StandInHub(rig.password("hub-1"), rig.broker_settings())
            hub.start()
            _board_story(hub, finger, album, language)
            hub.stop()
            time.sleep(0.5)
            album.take("stale", language)
            album.sheets()
            failures += album.failures
    return failures


def main(argv: list[str]) -> int:
    """Take all pictures; return 1 and say why if a check fails."""
    parser = argparse.ArgumentParser(prog="shots", description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("out/shots"), help="folder for the pictures")
    parser.add_argument("--quick", action="store_true", help="one size of each screen, and no slow states")
    parser.add_argument("--only", choices=("kiosk", "board"), help="only these screens")
    arguments = parser.parse_args(argv)
    arguments.out.mkdir(parents=True, exist_ok=True)
    stories: dict[str, Callable[..., list[str]]] = {"kiosk": _kiosk, "board": _board}
    failures: list[str] = []
    for name, story in stories.items():
        if arguments.only in {None, name}:
            with (
                tempfile.TemporaryDirectory(prefix="giliran-shots-") as directory,
                Rig(Path(directory), ["hub-1", "kiosk-1", "display-1"]) as rig,
            ):
                failures += story(rig, arguments.out, quick=arguments.quick)
    count = len(list(arguments.out.rglob("*.png")))
    print(f"{count} pictures in {arguments.out}; {len(failures)} problems")
    for failure in failures:
        print(f"  {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
