"""The pages' icons, made from the screens' own, so that both show the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).parents[2] / "ui" / "qml" / "Giliran" / "Icon.qml"
SHEET: Final = Path(__file__).parents[2] / "pages" / "static" / "icons.svg"
_ICON: Final = re.compile(r'^        "([a-z0-9]+)": "([^"]+)"', re.MULTILINE)


def icons() -> str:
    """Return the sheet: one symbol for each icon of the screens, on a 24 × 24 grid."""
    symbols = "".join(
        f'<symbol id="{name}" viewBox="0 0 24 24"><path d="{path}"/></symbol>\n'
        for name, path in _ICON.findall(SOURCE.read_text(encoding="utf-8"))
    )
    style = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {style}>\n{symbols}</svg>\n'
