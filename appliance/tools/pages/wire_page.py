"""Writes ``docs/wire.md`` from ``appliance.wire``: the public contract, for whoever attaches a device of their own."""

from __future__ import annotations

from typing import Any, Final, get_args

import msgspec

from appliance.tools.pages.columns import default, type_of, words
from appliance.wire import messages, staff, topics

HEAD: Final = """# The wire

Made from `appliance/wire` by `./dev run pages`; a test keeps it true.

The broker speaks MQTT 5. Every box has a user name of its own (`role-n`) and may use only the topics of its role
(`broker_config/roles.toml`). Everything is published at QoS 1, so anything may come twice: drop what you have seen, by
`seq` or by request id. Payloads are JSON in UTF-8. Instants are milliseconds since 1970 (UTC) on the office's clock.
Patterns are Python's: `\\Z` is the very end of the text, as `$` is in JavaScript.

A request carries MQTT 5's *response topic* (`giliran/1/reply/{node}/{instance}`) and *correlation data*. The hub's
reply is the only acknowledgement that counts: it is sent after the commit. The same request id twice has the effect of
once and the same answer. `seen` repeats the `boot` and `tick` of the last `clock` and adds the milliseconds since then;
a request that is more than ten seconds old, or meant for the hub before a restart, is refused as `stale`: take a fresh
stamp and send it again under the same id.

## Topics

| topic | kept by the broker | from | payload | what for |
|---|---|---|---|---|
"""


def document() -> str:
    """Return the whole document as Markdown."""
    rows = [
        f"| `{t.pattern}` | {'yes' if t.retained else 'no'} | {t.publisher} | {t.carries} | {t.purpose} |\n"
        for t in topics.CONTRACT
    ]
    payloads = [messages.Request, messages.Accepted, messages.Refused, messages.Clock, messages.Catalogue]
    payloads += [messages.Waiting, messages.Board, messages.CounterState, messages.Call]
    payloads += [messages.Notices, messages.Paging, messages.Reprinting, messages.SlipToPrint]
    payloads += [messages.TicketToPrint, messages.Presence]
    payloads += [staff.StaffOffice, staff.StaffQueue, staff.StaffCounter]
    parts = [messages.Seen, messages.IssuedTicket, messages.Identified, messages.Office, messages.ServiceState]
    parts += [messages.Lease, messages.Series, messages.Turn, messages.Announcement]
    parts += [messages.Emergency, messages.Broadcasting, messages.Slip, messages.SlipLine, messages.Part]
    parts += [staff.StaffTicket, staff.NextUp, staff.Possible, staff.StaffService, staff.StaffBooking, staff.Alarm]
    return "".join(
        [
            HEAD,
            *rows,
            "\n`Reply` is `Accepted` or `Refused`, told apart by `result`.\n\n## Payloads\n",
            *(_section(kind) for kind in payloads),
            "\n## What they are made of\n",
            *(_section(kind) for kind in parts),
            "\n## Commands\n\nThe `body` of a `Request`; `do` names the command.\n\n",
            "| do | fields | meaning |\n|---|---|---|\n",
            *(_command(kind) for kind in get_args(messages.AnyBody)),
        ]
    )


def _section(kind: Any) -> str:
    lines = [f"\n### {kind.__name__}\n\n{words(kind)}\n\n| field | type | default |\n|---|---|---|\n"]
    config = kind.__struct_config__
    if config.tag is not None:
        lines.append(f"| `{config.tag_field}` | `{config.tag!r}` | |\n")
    for field in msgspec.structs.fields(kind):
        shown = "" if field.required else f"`{default(field)!r}`"
        lines.append(f"| `{field.encode_name}` | {type_of(field.type)} | {shown} |\n")
    return "".join(lines)


def _command(kind: Any) -> str:
    fields = ", ".join(f"`{field.encode_name}`" for field in msgspec.structs.fields(kind))
    return f"| `{kind.__struct_config__.tag}` | {fields} | {words(kind)} |\n"
