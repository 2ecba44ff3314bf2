"""The sentences about a box's parts: the wire carries a code and values, the catalogues say what they mean (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Protocol

from appliance.texts import DEFAULT, find

LOGGED: Final = "en"
"""The language of the log."""


class AnyPart(Protocol):
    """A part as the wire knows it; texts need no more of it."""

    @property
    def name(self) -> str:
        """Which part."""

    @property
    def code(self) -> str:
        """What there is to say; empty if nothing."""

    @property
    def values(self) -> Mapping[str, str]:
        """What the sentence names: a device, a count, the operating system's word for an error."""


class PartFault(Exception):
    """What is wrong with a part, as the presence will say it; as text it is the log's sentence.

    Args:
        code: of the part's table in the catalogues.
        values: for the placeholders of the sentence.
    """

    name: ClassVar[str]

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        """Return the sentence in the log's language."""
        return of_part(self, LOGGED)


def of_part(part: AnyPart, language: str = DEFAULT) -> str:
    """Return the sentence about a part, empty if there is nothing to say.

    What a newer box says and these catalogues do not know is its code and values, as they came.
    """
    if not part.code:
        return ""
    found = find(f"part.{part.name}.{part.code}", language) or find(f"part.any.{part.code}", language)
    try:
        if found:
            return found.format_map(part.values)
    except KeyError:
        pass  # the sentence of another release names something else
    return ", ".join([part.code, *part.values.values()])


def name_of_part(name: str, language: str = DEFAULT) -> str:
    """Return what people call a part; the wire's own name if these catalogues do not know it."""
    return find(f"part_name.{name}", language) or name
