"""What is shown while nobody is called: the files of a folder and of USB sticks, and the pages that staff wrote."""

from __future__ import annotations

import importlib.util
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

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


def plays_videos() -> bool:
    """Tell whether QtMultimedia is installed; without it videos are passed over."""
    return importlib.util.find_spec("PySide6.QtMultimedia") is not None


def scan(settings: MediaSettings, *, videos: bool) -> list[Path]:
    """Return the files to be shown, in order: the folder's, then those of each stick. What cannot be read is left out.

    Args:
        settings: where to look.
        videos: whether videos can be played.
    """
    folders = [Path(settings.folder)] if settings.folder else []
    if settings.usb:
        folders += [stick / STICK_FOLDER for stick in _listed(Path(settings.usb))]
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
        changed: told the files whenever they differ from before, on that thread.
    """

    def __init__(self, settings: MediaSettings, changed: Callable[[list[Path]], None]) -> None:
        self._settings = settings
        self._changed = changed
        self._files: list[Path] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def set(self, settings: MediaSettings) -> None:
        """Look elsewhere from now on."""
        self._settings = settings

    def stop(self) -> None:
        """End; a look under way is left to itself."""
        self._ended.set()

    def _run(self) -> None:
        videos = plays_videos()
        while not self._ended.is_set():
            files = scan(self._settings, videos=videos)
            if files != self._files:
                self._files = files
                log.info("%d pictures and videos to show", len(files))
                self._changed(files)
            self._ended.wait(LOOK_S)


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
