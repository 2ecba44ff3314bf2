"""What is shown while nobody is called: the files of a folder and of USB sticks, and the pages that staff wrote."""

from __future__ import annotations

import importlib.util
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from appliance.node.watched_thread import WatchedThread
from appliance.texts import pick
from appliance.wire.messages import Announcement
from display.settings import MediaSettings

log = logging.getLogger(__name__)

PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"})
VIDEOS: Final = frozenset({".mp4", ".m4v", ".mkv", ".webm", ".mov"})
STICK_FOLDER: Final = "giliran"
"""Of a stick, only this folder: nobody's holiday pictures by mistake."""
MOST_FILES: Final = 200
LARGEST_PICTURE: Final = 40 * 1024 * 1024
"""Bytes; a larger file is no picture for a wall, and decoding it would take the memory of a small Pi."""
LOOK_S: Final = 5.0
"""Real seconds between two looks at the folders."""
PASSED_OVER_S: Final = 600.0
"""Real seconds for which a file that could not be shown is left out, unless it changes: it may have been copied just
then, or the decoder was busy."""
Stamp = tuple[int, int]
"""When a file was written (nanoseconds), and its size."""


def plays_videos() -> bool:
    """Tell whether QtMultimedia is installed; without it videos are passed over."""
    return importlib.util.find_spec("PySide6.QtMultimedia") is not None


def scan(settings: MediaSettings, *, videos: bool) -> list[Path]:
    """Return the files to be shown, in order: the folder's, then those of each stick. What cannot be read is left out.

    Args:
        settings: where to look.
        videos: whether videos can be played.
    """
    folders = [Path(settings.folder).absolute()] if settings.folder else []
    if settings.usb:
        folders += [stick / STICK_FOLDER for stick in _listed(Path(settings.usb).absolute())]
    found = [file for folder in folders for file in _listed(folder) if _is_shown(file, videos=videos)]
    return found[:MOST_FILES]


def slides(files: Iterable[Path], pages: Sequence[Announcement], language: str) -> list[dict[str, Any]]:
    """Return what QML shows one after the other: the pages that staff wrote, then the files."""
    shown = [
        {"kind": "page", "source": "", "title": pick(page.title, language), "body": pick(page.body, language)}
        for page in pages
    ]
    for file in files:
        kind = "video" if file.suffix.lower() in VIDEOS else "picture"
        shown.append({"kind": kind, "source": file.as_uri(), "title": "", "body": ""})
    return shown


class Library:
    """Looks at the folders now and then, on a thread of its own: a dying stick must not hold the screen up.

    Args:
        settings: where to look.
        changed: told the files whenever they or what is in them differ from before, on that thread.
    """

    def __init__(self, settings: MediaSettings, changed: Callable[[list[Path]], None]) -> None:
        self._settings = settings
        self._changed = changed
        self._found: list[tuple[Path, Stamp]] = []
        self._reported: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._unshowable: dict[Path, tuple[Stamp, float]] = {}
        self._wake = threading.Event()
        self._thread = WatchedThread("media", self._run, "the thread that looks for pictures")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def set(self, settings: MediaSettings) -> None:
        """Look elsewhere from now on."""
        self._settings = settings

    def pass_over(self, source: str) -> None:
        """Leave out a file, by its URI, that turned out not to be showable; it is tried again when it has changed."""
        self._reported.put(source)
        self._wake.set()

    def dead_part(self) -> str | None:
        """Return the name of the part that has died, if any."""
        return self._thread.dead_part()

    def stop(self) -> None:
        """End; a look under way is left to itself."""
        self._thread.tell_to_end()
        self._wake.set()

    def _run(self) -> None:
        videos = plays_videos()
        while not self._thread.ending:
            try:
                self._look(videos=videos)
            except Exception:  # the next look may find the folders in a better state
                log.exception("the pictures and videos could not be looked at")
            self._wake.wait(LOOK_S)
            self._wake.clear()

    def _look(self, *, videos: bool) -> None:
        found = [(file, stamp) for file in scan(self._settings, videos=videos) if (stamp := _stamp(file)) is not None]
        reported = set[str]()
        while not self._reported.empty():
            reported.add(self._reported.get_nowait())
        for file, stamp in found:
            if file.as_uri() in reported:
                log.warning("%s cannot be shown; it is passed over", file)
                self._unshowable[file] = stamp, time.monotonic() + PASSED_OVER_S
        self._unshowable = {file: since for file, since in self._unshowable.items() if since[1] > time.monotonic()}
        shown = [(file, stamp) for file, stamp in found if self._unshowable.get(file, (None,))[0] != stamp]
        if shown != self._found:
            self._found = shown
            log.info("%d pictures and videos to show", len(shown))
            self._changed([file for file, _ in shown])


def _stamp(file: Path) -> Stamp | None:
    try:
        found = file.stat()
    except OSError:  # pulled out a moment ago
        return None
    return found.st_mtime_ns, found.st_size


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda file: file.name.casefold())
    except OSError:  # not there, or a stick that was pulled out a moment ago
        return []


def _is_shown(file: Path, *, videos: bool) -> bool:
    kind = file.suffix.lower()
    if file.name.startswith(".") or (kind not in PICTURES and not (videos and kind in VIDEOS)):
        return False
    try:
        return file.is_file() and (kind in VIDEOS or 0 < file.stat().st_size <= LARGEST_PICTURE)
    except OSError:
        return False
