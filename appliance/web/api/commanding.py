"""What changes something: every command of staff as an operation. What is sent follows from the command's own class."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from appliance.commands import Body
from appliance.people import Permission
from appliance.web.api.operation import Call, Operation
from appliance.web.api.problem import not_done, of_refusal
from appliance.web.bus import NoAnswer, command
from appliance.web.site import Site
from appliance.wire import messages as m
from appliance.wire import topics

_P = Permission

NOT_SENT: Final = ("officer", "channel")
"""What stands in a command and is not for the caller to say: the token says who asks, and all ask from elsewhere."""


class Done(msgspec.Struct, frozen=True, omit_defaults=True):
    """It was done, and is durable: ``seq`` is the last event that it caused.

    ``number``: the ticket that it concerns. ``ticket``: what a citizen is told who got a number. ``token``: what the
    ticket's QR code carries behind the office's address.
    """

    seq: int
    number: str | None = None
    ticket: m.IssuedTicket | None = None
    token: str | None = None


class Row(msgspec.Struct, frozen=True):
    """One command: where it is, which scopes, of which one is needed, and under which heading it stands."""

    method: Any
    path: str
    need: tuple[Permission, ...]
    kind: type[Body]
    group: str
    status: int = 200


def _at_counter(kind: type[m.AtCounter]) -> Row:
    path = f"/counters/{{counter}}/{_tag(kind).replace('_', '-')}"
    need = _P.QUEUE_STOP if kind is m.FreeCounter else _P.COUNTER_SERVE  # as in a browser: it ends others' sessions
    return Row("POST", path, (need,), kind, "counters")


def _tag(kind: type[Body]) -> str:
    return str(kind.__struct_config__.tag)


def _rows() -> list[Row]:
    rows = [
        Row("PUT", "/office/definition", (_P.OFFICE_DEFINE,), m.Define, "office"),
        Row("POST", "/office/stop", (_P.QUEUE_STOP,), m.Stop, "office"),
        Row("POST", "/office/resume", (_P.QUEUE_STOP,), m.Resume, "office"),
        Row("POST", "/office/practice", (_P.OFFICE_PRACTISE,), m.Train, "office"),
        Row("DELETE", "/office/practice", (_P.OFFICE_PRACTISE,), m.EndTraining, "office"),
        Row("POST", "/services/{service}/stop", (_P.QUEUE_STOP,), m.Stop, "services"),
        Row("POST", "/services/{service}/resume", (_P.QUEUE_STOP,), m.Resume, "services"),
        Row("POST", "/services/{service}/quick-serve", (_P.DESK_ISSUE,), m.QuickServe, "services"),
        Row("POST", "/tickets", (_P.DESK_ISSUE,), m.Issue, "tickets", 201),
        Row("POST", "/paper-tickets", (_P.DESK_ISSUE,), m.RecordPaper, "tickets", 201),
        Row("POST", "/check-ins", (_P.DESK_ISSUE,), m.CheckIn, "tickets", 201),
        Row("POST", "/tickets/{number}/cancel", (_P.DESK_ISSUE,), m.Cancel, "tickets"),
        Row("POST", "/tickets/{number}/change", (_P.DESK_ISSUE,), m.ChangeTicket, "tickets"),
        Row("POST", "/tickets/{number}/return", (_P.DESK_ISSUE,), m.Return, "tickets"),
        Row("POST", "/tickets/{number}/reprint", (_P.DESK_ISSUE,), m.ReprintNumber, "tickets"),
        Row("PUT", "/tickets/{number}/note", (_P.DESK_ISSUE, _P.COUNTER_SERVE), m.SetNote, "tickets"),
        Row("POST", "/bookings", (_P.DESK_ISSUE,), m.Book, "bookings", 201),
        Row("DELETE", "/bookings/{code}", (_P.DESK_ISSUE,), m.CancelBooking, "bookings"),
        Row("POST", "/lobby/pages", (_P.LOBBY_SPEAK,), m.Page, "lobby"),
        Row("POST", "/lobby/broadcast", (_P.LOBBY_SPEAK,), m.Broadcast, "lobby"),
        Row("DELETE", "/lobby/broadcast", (_P.LOBBY_SPEAK,), m.EndBroadcast, "lobby"),
        Row("PUT", "/lobby/notices", (_P.LOBBY_POST,), m.Post, "lobby"),
        Row("POST", "/lobby/emergency", (_P.LOBBY_EMERGENCY,), m.RaiseEmergency, "lobby"),
        Row("DELETE", "/lobby/emergency", (_P.LOBBY_EMERGENCY,), m.EndEmergency, "lobby"),
        Row("POST", "/kiosks/{kiosk}/slips", (_P.DESK_ISSUE,), m.PrintSlip, "boxes"),
    ]
    # What can be asked at a counter grows with the engine; where it is follows from its name.
    return rows + [_at_counter(kind) for kind in m.AtCounter.__subclasses__()]


ROWS: Final = tuple(_rows())
OUTSIDE: Final[dict[type[Body], str]] = {
    m.MergeOffline: "a kiosk's own",
    m.Printed: "a kiosk's own",
    m.Vouch: "a person vouches for the time, with a PIN",
    m.RateService: "a citizen's own, at a kiosk",
    m.RateServed: "a citizen's own, at a counter's keypad",
    m.EnterForm: "it holds what a person said; forms are typed at the desk",
}
"""Commands that are not for other systems, and why."""


class Commanding:
    """Carries the commands out.

    Args:
        site: whose hub is asked.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def operations(self) -> list[Operation]:
        """Return the rows of the interface that change something."""
        return [self._operation(row) for row in ROWS]

    def _operation(self, row: Row) -> Operation:
        body = request_of(row)
        needed = body is not None and any(field.required for field in msgspec.structs.fields(body))
        return Operation(
            row.method,
            row.path,
            row.need,
            row.group,
            " ".join((row.kind.__doc__ or "").split("\n\n")[0].replace("``", "`").split()),
            Done,
            lambda call: self._carry_out(row, call),
            body=body,
            body_needed=needed,
            status=row.status,
            changes=True,
        )

    async def _carry_out(self, row: Row, call: Call) -> Done:
        sent = msgspec.to_builtins(call.body) if call.body is not None else {}
        way = {"channel": "online"} if "channel" in row.kind.__struct_fields__ else {}
        asked = command(row.kind, call.officer, **{**sent, **call.places, **way})
        reply = await self._site.bus.ask(asked, call.request_id)
        if isinstance(reply, NoAnswer):
            if reply.asked:
                raise not_done(504, "no_answer", "Ask again with the same Idempotency-Key: it has effect once.", 1)
            raise not_done(
                503, "hub_away", "The hub cannot be reached; nothing was sent, nothing is kept for later.", 3
            )
        if isinstance(reply, m.Refused):
            raise of_refusal(reply, self._site.live.clock.rate)
        token = topics.ticket_token(reply.ticket.number, call.request_id) if reply.ticket else None
        return Done(reply.seq, reply.number, reply.ticket, token)


def request_of(row: Row) -> type[msgspec.Struct] | None:
    """Return the structure of what is sent for a command: its fields, less those of the path; None if none is left."""
    in_path = {part[1:-1] for part in row.path.split("/") if part.startswith("{")}
    fields: list[Any] = []
    for field in msgspec.structs.fields(row.kind):
        if field.name in NOT_SENT or field.name in in_path or (row.path.startswith("/office/") and _of_one(field.name)):
            continue
        if field.required:
            fields.append((field.name, field.type))
        elif field.default is not msgspec.NODEFAULT:
            fields.append((field.name, field.type, field.default))
        else:
            fields.append((field.name, field.type, msgspec.field(default_factory=field.default_factory)))
    if not fields:
        return None
    name = "".join(part.title() for part in row.path.replace("{", "").replace("}", "").replace("-", "/").split("/"))
    return msgspec.defstruct(f"{name}Request", fields, frozen=True, kw_only=True, forbid_unknown_fields=True)


def _of_one(field: str) -> bool:
    """Tell whether a field would make of a command for the office one for a single service."""
    return field == "service"
