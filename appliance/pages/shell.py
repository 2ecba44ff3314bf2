"""Templates into pages: texts from the catalogues, times on the office's clock, icons, and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

import jinja2
from markupsafe import Markup

from appliance import texts
from appliance.node.local import local_time
from appliance.texts import moments
from appliance.units import MINUTE

LANGUAGES: Final = ("id", "en")
_STATIC: Final = resources.files("appliance.pages").joinpath("static")
_KINDS: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "webmanifest": "text/json"}


class Asset:
    """One file that pages load, under a name that changes with its content, so that browsers may keep it for ever.

    Args:
        name: in the folder ``static``.
    """

    def __init__(self, name: str) -> None:
        self.content = _STATIC.joinpath(name).read_bytes()
        self.kind = _KINDS[name.rpartition(".")[2]]
        stem, _, ending = name.rpartition(".")
        self.path = f"/static/{stem}.{sha256(self.content).hexdigest()[:12]}.{ending}"


@cache
def assets() -> dict[str, Asset]:
    """Return all files that pages load, by the names under which templates ask for them."""
    return {file.name: Asset(file.name) for file in _STATIC.iterdir() if file.is_file()}


class Shell:
    """Makes pages and pieces of pages.

    Args:
        packages: whose folder ``templates`` is looked through, the first one first.
    """

    def __init__(self, *packages: str) -> None:
        loaders = [jinja2.PackageLoader(package) for package in (*packages, "appliance.pages")]
        self._templates = jinja2.Environment(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(icon=icon, asset=lambda name: assets()[name].path)

    def render(self, template: str, language: str, zone: str, values: Mapping[str, Any]) -> str:
        """Return a page, or a piece of one.

        Args:
            template: its file.
            language: of its texts.
            zone: IANA name, of its times.
            values: what it shows.
        """
        return self._templates.get_template(template).render(words(language, zone), **values)


def words(language: str, zone: str) -> dict[str, Callable[..., Any] | str]:
    """Return what templates call to say something in ``language``, with times of ``zone``."""

    def clock(at: int | None) -> str:
        return "" if at is None else moments.clock(local_time(at, zone), language)

    def day(at: int | None) -> str:
        return "" if at is None else moments.day(local_time(at, zone), language)

    def known(key: str, otherwise: str = "") -> str:
        return texts.find(key, language) or otherwise

    def name(names: dict[str, str]) -> str:
        return texts.pick(names, language)

    def say(key: str, **values: object) -> str:
        return texts.text(key, language, **values)

    return {
        "t": say,
        "known": known,
        "name": name,
        "clock": clock,
        "day": day,
        "minutes": minutes,
        "language": language,
    }


def minutes(span_ms: float) -> int:
    """Return whole minutes, for people."""
    return max(0, round(span_ms / MINUTE))


def icon(name: str) -> Markup:
    """Return a drawing of the sheet ``icons.svg``; it says nothing to a screen reader, for words stand beside it."""
    sheet = assets()["icons.svg"].path
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(sheet, name)
