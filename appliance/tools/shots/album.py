"""Takes, checks and arranges the pictures of one screen, in every size."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from appliance.tools.office.finger import Finger
from appliance.tools.shots.checks import PLENTY, Standard, problems

Size = tuple[int, int, float]
SETTLE_SECONDS: Final = 0.3
"""Appearing takes 180 ms."""
LATE_SECONDS: Final = 1.0
TILE: Final = 480
SMALL_PANEL: Final = 7.6
"""Inches; below, 15 mm are enough for a finger, for one stands close to it."""
STRONG: Final = 7.0
"""Contrast that the high-contrast theme promises (WCAG 2.2, 1.4.6)."""


class Album:
    """The pictures of one screen.

    Args:
        folder: where they go.
        finger: on that screen.
        sizes: of the window.
        kiosk: whether it is to be touched.
        settle: seconds that a screen takes to settle after a change.
    """

    def __init__(
        self, folder: Path, finger: Finger, sizes: Sequence[Size], *, kiosk: bool, settle: float = SETTLE_SECONDS
    ) -> None:
        self.folder = folder
        self.finger = finger
        self.sizes = sizes
        self.failures: list[str] = []
        self.modes: tuple[str, ...] = ()
        """What the visitor has switched on: low, large, contrast."""
        self._kiosk = kiosk
        self._settle = settle
        self._taken: dict[str, list[Path]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, language: str, *, settle: float | None = None) -> None:
        """Picture the present screen in every size."""
        mode = ".".join((language, *self.modes))
        for width, height, inches in self.sizes:
            self.finger.resize(width, height, inches)
            size = f"{width}x{height}-{inches:g}"
            path = self.folder / size / f"{name}.{mode}.png"
            path.parent.mkdir(exist_ok=True)
            standard = self._standard(width, height, inches)
            found = self._picture(path, standard, self._settle if settle is None else settle)
            if found:  # a busy machine draws late; what is wrong stays wrong
                found = self._picture(path, standard, LATE_SECONDS)
            self._taken.setdefault(f"{size}.{mode}", []).append(path)
            self.failures += [f"{path.relative_to(self.folder.parent)}: {problem}" for problem in found]
        if len(self.sizes) > 1:
            self.finger.resize(*self.sizes[0])
            time.sleep(self._settle)

    def _picture(self, path: Path, standard: Standard, settle: float) -> list[str]:
        """Take one picture after ``settle`` seconds, and return what is wrong with it."""
        time.sleep(settle)
        items = self.finger.items()
        self.finger.grab(path)
        with Image.open(path) as image:
            return sorted(set(problems(image, items, standard)))

    def sheets(self) -> None:
        """Arrange the pictures of each size, language and mode on one sheet."""
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

    def _standard(self, width: int, height: int, inches: float) -> Standard:
        """Return what this picture must satisfy."""
        if not self._kiosk:
            # Capitals of Noto Sans are 0.714 em high, and none may be lower than 1/36 of the screen's height.
            return Standard(min(height, 1.25 * width) / 36 / 0.714)
        unit = width / 600 if height > width else min(width / 1024, height / 600)
        millimetre = math.hypot(width, height) / inches / 25.4
        return Standard(
            24 * unit * (1.3 if "large" in self.modes else 1),
            (15 if inches < SMALL_PANEL else 20) * millimetre,
            STRONG if "contrast" in self.modes else PLENTY,
            height / 2 if "low" in self.modes else 0.0,
        )
