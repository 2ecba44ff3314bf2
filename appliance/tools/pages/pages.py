"""``giliran pages``: the pages of docs/ that are made from the code, written anew."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.tools.pages import data_page, settings_page, wire_page

PAGES: Final[dict[str, Callable[[], str]]] = {
    "wire.md": wire_page.document,
    "data.md": data_page.document,
    "settings.md": settings_page.document,
}


def main(argv: list[str]) -> int:
    """Write them into the folder that is named, or into docs/."""
    parser = argparse.ArgumentParser(prog="giliran pages", description="Write the pages that are made from the code.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs"), help="default: %(default)s")
    folder: Path = parser.parse_args(argv).folder
    for name, document in PAGES.items():
        (folder / name).write_text(document(), encoding="utf-8")
        print(folder / name)
    return 0
