"""``docs/api.md``: what it shows to whoever receives webhooks works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from appliance.node.daemon import SystemClock
from appliance.store.webhooks.kept import BACKOFF
from appliance.units import HOUR, MINUTE, SECOND
from appliance.web.api.signing import signed

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  # of nobody


def test_the_ten_lines_know_what_is_from_the_office() -> None:
    found: dict[str, Any] = {}
    lines = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert lines is not None
    exec(lines[1], found)  # noqa: S102  # our own page
    check = found["is_from_the_office"]
    body, now = b'{"seq":7}', SystemClock().office_ms() // 1000
    assert check(SECRET, signed(SECRET, "a.7", now, body), body)
    assert not check(SECRET, signed(SECRET, "a.7", now, body), body + b" ")
    assert not check(SECRET, signed(SECRET, "a.7", now - 301, body), body)
    assert not check("whsec_" + "A" * 32, signed(SECRET, "a.7", now, body), body)
    assert not check(SECRET, {**signed(SECRET, "a.7", now, body), "webhook-id": "a.8"}, body)


def test_it_names_the_waits_that_there_are() -> None:
    units = {"s": SECOND, "min": MINUTE, "h": HOUR}
    told = re.search(r"tried again after (.*?) and then every (\d+) hours", PAGE, re.DOTALL)
    assert told is not None
    waits = [int(count) * units[unit] for count, unit in re.findall(r"(\d+) (s|min|h)\b", told[1])]
    assert [*waits, int(told[2]) * HOUR] == list(BACKOFF)
