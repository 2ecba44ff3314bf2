"""Requests that are right by the schema but odd in every field, drawn from the schema itself."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any, Final, get_args

import msgspec
from msgspec import inspect

from appliance import commands as bodies
from appliance.wire import messages as m

KNOWN: Final = ("a", "b", "c", "d", "trip", "1", "2", "3", "9", "urgent", "break", "whim", "zz", "0", "a" * 32, "a-_")
"""Identifiers: services, counters, reasons and journeys that there are, and others."""
HUGE: Final = (0, 1, 2, 7, 59, 60_000, 3_600_000, 86_400_000, 2**31, 2**53, 2**62, 2**63 - 1)
ODD: Final = (
    "", " ", "\n", "\t", "\0", "a\nb", "siti", "Siti, S.H.", "\u202eabc", "\u2066x", "\u200b", "e\u0301", "\ufeff",
    "\U0001f468\u200d\U0001f469", "\U0001d504", "\ufdfa", "%s%n{0}{x}", "../../etc/passwd", "<script>", "x" * 64,
    "null", "'; DROP TABLE event; --",
)  # fmt: skip
"""Texts: empty, broken over lines, written from right to left, invisible, meant for other machines."""
DATES: Final = ("2026-04-06", "2026-04-07", "1970-01-01", "9999-12-31", "2026-02-30", "", "heute", "2026-04-06\n")
_BODIES: Final = get_args(m.AnyBody)


class Odd:
    """Draws requests.

    Args:
        chance: where chance comes from.
        numbers: tells ticket numbers that there are.
        codes: tells booking codes that there are.
        office: a definition that is right, to be changed.
    """

    def __init__(
        self,
        chance: random.Random,
        numbers: Callable[[], list[str]],
        codes: Callable[[], list[str]],
        office: dict[str, Any],
    ) -> None:
        self._chance = chance
        self._numbers = numbers
        self._codes = codes
        self._office = office
        self._infos = {kind: inspect.type_info(kind) for kind in _BODIES}
        self._ids: list[str] = []
        self._makers: dict[str | None, Callable[[], str]] = {
            _pattern(bodies.Id): lambda: chance.choice(KNOWN),
            _pattern(bodies.Number): self.number,
            _pattern(bodies.PaperNumber): lambda: chance.choice(["K-A001", "K-A1", "K-B0", "K-ZZ999999"]),
            _pattern(bodies.ClockTime): lambda: chance.choice(["00:00", "08:15", "23:59"]),
            _pattern(bodies.BookingCode): lambda: chance.choice([*self._codes()[-5:], "CODE1", "0000", "Z" * 16]),
            _pattern(bodies.Phone): lambda: chance.choice(["08123456789", "+62812345678901", "00000000"]),
            _pattern(bodies.Date): lambda: chance.choice(["2026-04-05", "2026-02-30", "0000-00-00", "9999-12-31"]),
            _pattern(bodies.Kiosk): lambda: chance.choice(["kiosk-1", "kiosk-9"]),
            _pattern(bodies.StaffNumber): lambda: chance.choice(["10", "0000"]),
            _pattern(bodies.RequestId): lambda: chance.choice(self._ids[-5:] or ["0" * 32]),
        }

    def body(self, kind: type | None = None) -> m.AnyBody:
        """Return a body that the schema accepts, of any kind or of this one."""
        info = self._infos[kind or self._chance.choice(_BODIES)]
        body: m.AnyBody = msgspec.convert(self._value(info, ""), m.AnyBody)
        return body

    def request_id(self) -> str:
        """Return an id, now and then one that was used before."""
        if self._ids and self._chance.random() < 0.1:
            return self._chance.choice(self._ids)
        self._ids.append(f"{self._chance.getrandbits(128):032x}")
        del self._ids[:-200]
        return self._ids[-1]

    def number(self) -> str:
        """Return a ticket number, mostly one that there is."""
        there = self._numbers()
        odd = ["A001", "A1", "AX01", "AX02", "BX07", "AY99", "Z999", "ABC999999999", "A000000001", "A0"]
        return self._chance.choice(there[-20:] if there and self._chance.random() < 0.7 else odd)

    def text(self) -> str:
        """Return any text."""
        return self._chance.choice(ODD)

    def definition(self) -> dict[str, Any]:
        """Return an office's definition with something in it changed to something odd."""
        office = msgspec.json.decode(msgspec.json.encode(self._office))
        for _ in range(self._chance.randint(0, 2)):
            self._spoil(office)
        return office  # type: ignore[no-any-return]  # it is a table again

    def _spoil(self, table: Any) -> None:
        place = self._chance.choice(list(table) if isinstance(table, dict) else range(len(table))) if table else None
        if place is None:
            return
        inside = table[place]
        if isinstance(inside, dict | list) and inside and self._chance.random() < 0.8:
            self._spoil(inside)
        elif self._chance.random() < 0.3:
            del table[place]
        else:
            table[place] = self._chance.choice(
                [*ODD, *HUGE, *KNOWN, *DATES, -1, 0.5, None, True, [], {}, [[]], "25:00"]
            )

    def _value(self, kind: inspect.Type, name: str) -> Any:  # a case each
        chance = self._chance
        match kind:
            case inspect.StructType():
                fields = {
                    field.encode_name: self._value(field.type, field.name)
                    for field in kind.fields
                    if field.required or chance.random() < 0.7
                }
                return fields | ({kind.tag_field: kind.tag} if kind.tag_field else {})
            case inspect.UnionType():
                return self._value(chance.choice(kind.types), name)
            case inspect.NoneType():
                return None
            case inspect.BoolType():
                return chance.random() < 0.5
            case inspect.IntType():
                least, most = kind.ge or 0, HUGE[-1] if kind.le is None else kind.le
                return chance.choice([value for value in (*HUGE, most) if least <= value <= most])
            case inspect.StrType():
                return self._text(kind, name)
            case inspect.VarTupleType():
                most = min(kind.max_length or 3, 3)
                return [self._value(kind.item_type, name) for _ in range(chance.randint(kind.min_length or 0, most))]
            case inspect.DictType(value_type=inspect.AnyType()):
                return self.definition()
            case inspect.DictType():
                least, most = max(kind.min_length or 0, 0), min(kind.max_length or 3, 3)
                return {
                    self._value(kind.key_type, name): self._value(kind.value_type, name)
                    for _ in range(chance.randint(least, most))
                }
            case inspect.LiteralType():
                return chance.choice(kind.values)
        raise TypeError(f"{name}: nothing odd is known for {kind}")

    def _text(self, kind: inspect.StrType, name: str) -> str:
        if kind.pattern is not None:
            made = self._patterned(kind.pattern, name)
            if re.search(kind.pattern, made) is None:
                raise TypeError(f"{name}: {made!r} does not match {kind.pattern}; teach it to odd_bodies.py")
            return made
        candidates = DATES if name == "day" else ODD
        fits = [x for x in candidates if (kind.min_length or 0) <= len(x) <= (kind.max_length or 1 << 20)]
        longest = ["x" * kind.max_length] if kind.max_length else []
        return self._chance.choice([*fits, *longest])

    def _patterned(self, pattern: str, name: str) -> str:
        meaning = self._makers.get(pattern)
        if meaning is not None:
            return meaning()
        return self._chance.choice(
            [x for x in ("id", "en", "zzz", "A", "AX", "ABC", "B") if re.search(pattern, x)] or [name]
        )


def _pattern(kind: Any) -> str | None:
    info = inspect.type_info(kind)
    return info.pattern if isinstance(info, inspect.StrType) else None
