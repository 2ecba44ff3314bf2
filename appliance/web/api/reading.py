"""What can be read: the present as consoles see it, tickets of today by number, boxes, and the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from appliance.commands import Number
from appliance.people import Permission
from appliance.store.follower import Follower
from appliance.web.api.feed import Feed
from appliance.web.api.operation import Call, Operation
from appliance.web.api.problem import NotDone, not_done
from appliance.web.live import Present
from appliance.web.site import Site
from appliance.wire import messages as m
from appliance.wire import staff as s

_P = Permission
T = TypeVar("T")
SEES_NOTES: Final = (_P.COUNTER_SERVE, _P.DESK_ISSUE)
"""Whoever works with citizens sees what colleagues wrote of them, and who is at a counter."""
MOST_RECORDS: Final = 500
ONLY_LIVE: Final = ("due_at", "steps", "position", "minutes", "low", "high")
"""Of a ticket, what its row does not have."""
TIMES: Final = ("oldest_at", "promised_by", "ends_at")


class OfficeNow(msgspec.Struct, frozen=True):
    """The office as citizens read it. ``day``: YYYY-MM-DD; ``now``: None while no one vouches for the time of day."""

    day: str
    now: int | None
    zone: str
    hub_is_there: bool
    office: m.Office


class Service(msgspec.Struct, frozen=True):
    """One service: what citizens are told of it, and how it stands (as in ``StaffService``).

    ``at_kiosks``: whether it can be chosen at a kiosk. Waits are minutes, instants milliseconds since 1970.
    """

    id: str
    prefix: str
    names: m.Names
    open: bool
    waiting: int
    ahead: int
    reason: str
    notice: str
    low: int | None
    high: int | None
    bring: dict[str, list[str]]
    group: m.Names
    services: list[str]
    at_kiosks: bool
    oldest_at: int | None = None
    promised_by: int | None = None
    ends_at: int | None = None


class Services(msgspec.Struct, frozen=True):
    """All services, in the office's order."""

    services: list[Service]


class Counters(msgspec.Struct, frozen=True):
    """All counters, in the office's order."""

    counters: list[s.StaffCounter]


class Bookings(msgspec.Struct, frozen=True):
    """Times kept for today for whoever is not here yet."""

    bookings: list[s.StaffBooking]


class Ticket(msgspec.Struct, frozen=True):
    """One ticket of today. ``position`` and the minutes are there while it waits, None when unsure.

    ``state``: waiting, called, serving, parked, no_show, or how it ended: served, cancelled, expired, voided.
    """

    number: str
    day: str
    service: str
    state: str
    arrived_at: int
    priority: bool = False
    counter: str | None = None
    due_at: int | None = None
    called_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    calls: int = 0
    steps: list[str] = []
    position: int | None = None
    minutes: int | None = None
    low: int | None = None
    high: int | None = None


class Nodes(msgspec.Struct, frozen=True):
    """Every box that has ever said how it is, by name."""

    nodes: list[m.Presence]


class LogQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which records: behind ``after``, of one business ``day`` (YYYY-MM-DD), of one ``number`` of that day."""

    after: Annotated[int, msgspec.Meta(ge=0, le=2**53)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_RECORDS)] = 100
    day: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")] = ""
    number: Number | None = None


class LogRecord(msgspec.Struct, frozen=True):
    """One record. ``actor``: the node, and behind a blank the person. ``hash``: links it to the one before."""

    seq: int
    at: int
    day: str
    type: str
    version: int
    actor: str
    body: msgspec.Raw
    hash: str


class LogPage(msgspec.Struct, frozen=True):
    """Some records in order. ``next``: ``after`` of the next page; None if there is none."""

    records: list[LogRecord]
    next: int | None


class Reading:
    """Answers what is read.

    Args:
        site: whose present it is.
        feed: the log.
    """

    def __init__(self, site: Site, feed: Feed) -> None:
        self._site = site
        self._feed = feed

    def operations(self) -> list[Operation]:
        """Return the rows of the interface that change nothing."""
        wall = (_P.WALL_READ, _P.COUNTER_SERVE, _P.DESK_ISSUE)
        return [
            _row("/office", wall, "office", "How the office stands: its day and hours.", OfficeNow, self.office),
            _row(
                "/office/definition", (_P.OFFICE_READ,), "office",
                "The office as its head defined it.", s.StaffOffice, self.definition,
            ),
            _row("/board", wall, "office", "What the lobby reads: calls, counters, services.", m.Board, self.board),
            _row("/services", wall, "services", "All services and their queues.", Services, self.services),
            _row("/services/{service}", wall, "services", "One service and its queue.", Service, self.service),
            _row("/counters", wall, "counters", "All counters and what they do.", Counters, self.counters),
            _row("/counters/{counter}", wall, "counters", "One counter.", s.StaffCounter, self.counter),
            _row("/queue", wall, "tickets", "Everybody who waits or may be returned.", s.StaffQueue, self.queue),
            _row("/tickets/{number}", wall, "tickets", "One ticket of today.", Ticket, self.ticket),
            _row("/bookings", (_P.DESK_ISSUE,), "bookings", "Times kept for today.", Bookings, self.bookings),
            _row("/lobby/notices", wall, "lobby", "What the lobby reads beside the queue.", m.Notices, self.notices),
            _row("/nodes", (_P.NODES_READ,), "boxes", "Every box and the health of its parts.", Nodes, self.nodes),
            _row("/nodes/{node}", (_P.NODES_READ,), "boxes", "One box.", m.Presence, self.node),
            Operation(
                "GET", "/log", (_P.LOG_READ,), "log", "Records of the log, by pages.", LogPage, self.log, query=LogQuery
            ),
        ]  # fmt: skip

    # -- the office ------------------------------------------------------------------------------------------------

    async def office(self, _: Call) -> OfficeNow:
        """Return how the office stands."""
        board = self._told(self._now.board)
        return OfficeNow(
            board.day, self._site.live.clock.office_ms(), self._now.zone, self._now.hub_is_there, board.office
        )

    async def definition(self, _: Call) -> s.StaffOffice:
        """Return the office as it is defined."""
        return self._told(self._now.office)

    async def board(self, _: Call) -> m.Board:
        """Return the board."""
        return self._told(self._now.board)

    async def notices(self, _: Call) -> m.Notices:
        """Return what the lobby reads."""
        return self._told(self._now.notices)

    async def services(self, _: Call) -> Services:
        """Return all services."""
        return Services(list(self._services()))

    async def service(self, call: Call) -> Service:
        """Return one service."""
        found = next((one for one in self._services() if one.id == call.places["service"]), None)
        return _found(found, "unknown_service")

    def _services(self) -> Iterator[Service]:
        catalogue = self._told(self._now.catalogue)
        queue = self._now.queue
        staff = {one.id: one for one in queue.services} if queue else {}
        for at_kiosks, states in ((True, catalogue.services), (False, catalogue.elsewhere)):
            for state in states:
                known = staff.get(state.id)
                same = _same(state, Service)
                times = (
                    {name: getattr(known, name) for name in ("oldest_at", "promised_by", "ends_at")} if known else {}
                )
                yield Service(**same, at_kiosks=at_kiosks, **times)

    # -- counters and tickets ----------------------------------------------------------------------------------------

    async def counters(self, call: Call) -> Counters:
        """Return all counters."""
        known = self._told(self._now.board).counters
        return Counters([_seen(self._now.counters[one.id], call) for one in known if one.id in self._now.counters])

    async def counter(self, call: Call) -> s.StaffCounter:
        """Return one counter."""
        return _seen(_found(self._now.counters.get(call.places["counter"]), "unknown_counter"), call)

    async def queue(self, call: Call) -> s.StaffQueue:
        """Return everybody."""
        queue = self._told(self._now.queue)
        if not call.may(*SEES_NOTES):
            waiting, away = ([_bare(ticket) for ticket in group] for group in (queue.waiting, queue.away))
            alarms = [replace(alarm, officer="") for alarm in queue.alarms]
            queue = replace(queue, waiting=waiting, away=away, alarms=alarms)
        return queue if call.may(_P.DESK_ISSUE) else replace(queue, bookings=[])

    async def ticket(self, call: Call) -> Ticket:
        """Return one ticket of today: its row, which is as durable as the log, with what the present adds to it.

        While staff practise, and while the log cannot be read, the present alone is told.
        """
        queue, number = self._told(self._now.queue), call.places["number"]
        seen = next((ticket for ticket in _present(self._now) if ticket.number == number), None)
        live = _with_turn(_of_staff(seen, queue.day), self._now.waiting) if seen else None
        if self._told(self._now.board).office.training or not self._feed.readable:
            return _found(live, "unknown_ticket")
        row = await self._feed.ask(lambda log: log.ticket(queue.day, number))
        ticket = Ticket(**_found(row, "unknown_ticket"))
        if live is None or live.state != ticket.state:
            return ticket
        return replace(ticket, **{name: getattr(live, name) for name in ONLY_LIVE})

    async def bookings(self, _: Call) -> Bookings:
        """Return the times that are kept."""
        return Bookings(self._told(self._now.queue).bookings)

    # -- boxes and the log -------------------------------------------------------------------------------------------

    async def nodes(self, _: Call) -> Nodes:
        """Return every box."""
        return Nodes([self._now.nodes[name] for name in sorted(self._now.nodes)])

    async def node(self, call: Call) -> m.Presence:
        """Return one box."""
        return _found(self._now.nodes.get(call.places["node"]), "unknown_node")

    async def log(self, call: Call) -> LogPage:
        """Return records of the log."""
        query: LogQuery = call.query
        if query.number and not query.day:
            raise not_done(422, "field", "number: numbers come again every day; say which day as well")

        def read(log: Follower) -> LogPage:
            rows = log.page(query.after, query.limit + 1, query.day, query.number or "")
            told = [
                LogRecord(row[0], row[1], row[2], row[3], row[4], row[5], msgspec.Raw(row[8].encode()), row[9].hex())
                for row in rows[: query.limit]
            ]
            return LogPage(told, told[-1].seq if len(rows) > query.limit else None)

        return await self._feed.ask(read)

    @property
    def _now(self) -> Present:
        return self._site.live.now

    def _told(self, what: T | None) -> T:
        if what is None:
            raise not_done(503, "hub_away", "The hub has not said yet how things stand.", 3)
        return what


def _row(path: str, need: tuple[Permission, ...], group: str, summary: str, answer: Any, handle: Any) -> Operation:
    return Operation("GET", path, need, group, summary, answer, handle)


def _found(what: T | None, code: str) -> T:
    if what is None:
        raise missing(code)
    return what


def missing(code: str) -> NotDone:
    """Return what to raise if there is no such thing."""
    return not_done(404, code)


def _seen(counter: s.StaffCounter, call: Call) -> s.StaffCounter:
    if call.may(*SEES_NOTES):
        return counter
    ticket = _bare(counter.ticket) if counter.ticket else None
    return replace(counter, ticket=ticket, officer="")


def _bare(ticket: s.StaffTicket) -> s.StaffTicket:
    """Return a ticket without what is for those alone who work with citizens."""
    return replace(ticket, note="", outcomes=[])


def _present(now: Present) -> Iterator[s.StaffTicket]:
    for counter in now.counters.values():
        if counter.ticket is not None:
            yield counter.ticket
    if now.queue is not None:
        yield from now.queue.waiting
        yield from now.queue.away


def _of_staff(ticket: s.StaffTicket, day: str) -> Ticket:
    return Ticket(day=day, **_same(ticket, Ticket))


def _same(told: msgspec.Struct, kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the fields that two structures have in common."""
    return {name: getattr(told, name) for name in kind.__struct_fields__ if hasattr(told, name)}


def _with_turn(ticket: Ticket, waiting: m.Waiting | None) -> Ticket:
    turns = waiting.turns.get(ticket.service, []) if waiting and ticket.state == "waiting" else []
    turn = next((one for one in turns if one.number == ticket.number), None)
    if turn is None:
        return ticket
    return replace(ticket, position=turn.position, minutes=turn.minutes, low=turn.low, high=turn.high)
