"""Commands -> one transaction -> replies. Several waiting commands share one commit.

The same request id twice has the effect of once and the same answer: recent answers are remembered, older ones are made
again from the log. A refusal is remembered as long as this hub runs; a copy of it that arrives after a restart carries
the old boot id and is refused as stale.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from appliance.commands import ServiceId
from appliance.engine import commands as c
from appliance.engine.at_kiosk import first_step
from appliance.engine.command_rules import RULES
from appliance.engine.decide import Refusal, decide
from appliance.engine.events import Entry, TimeVouched
from appliance.engine.evolve import evolve
from appliance.engine.model import Day, Told
from appliance.engine.refusal import wrong_definition
from appliance.hub import translate
from appliance.hub.calendar import problems
from appliance.hub.doubts import Doubts
from appliance.hub.gate import Gate, may_at_kiosk
from appliance.hub.inbox import Incoming, Outgoing
from appliance.hub.mistakes import Mistakes
from appliance.hub.office_time import OfficeClock, Settings
from appliance.hub.outlook import Outlook
from appliance.hub.staff_pins import StaffPins
from appliance.hub.surveys import CARRIED, Surveys
from appliance.node.pin import Door
from appliance.store.contacts import Contacts
from appliance.store.database import StorageFault
from appliance.store.notes import Notes
from appliance.store.store import Happened, Store
from appliance.units import DEFAULT_ZONE, MINUTE
from appliance.wire import topics
from appliance.wire.messages import (
    Accepted,
    AnyBody,
    CheckIn,
    Identify,
    Issue,
    Malformed,
    PrintSlip,
    RaiseEmergency,
    Request,
    Seen,
    SetNote,
    Transfer,
    Vouch,
    decode,
    decode_reply,
    encode,
)

log = logging.getLogger(__name__)

STALE_MS: Final = 10_000
"""A command older than this (real time) is refused: nobody wants the effect of a press of minutes ago."""
ANSWERS_KEPT: Final = 5_000
GOES_ON_MS: Final = 15 * MINUTE
"""While the time of day is behind the log, time goes on for so long after each event; then it waits to be caught up."""


class Handler:
    """Holds the day in memory, decides, commits.

    Args:
        store: where the day was loaded from, and where what happens is written.
        clock: the hub's own.
        boot: names this run of the hub.
        outlook: tells what newcomers may expect.
        contacts: keeps telephone numbers.
        blame: told of a node, and what it sent that nothing of ours sends.
        door: knows the office's PIN; None if there is none.
        notes: keeps what staff note about citizens; None to keep it in memory alone.
        surveys: keeps what citizens say of the service; None to keep none.
        pins: knows everybody's; None if there are no accounts.
    """

    def __init__(
        self,
        store: Store,
        clock: OfficeClock,
        boot: str,
        outlook: Outlook,
        contacts: Contacts,
        blame: Callable[[str, str], None],
        door: Door | None = None,
        notes: Notes | None = None,
        pins: StaffPins | None = None,
        surveys: Surveys | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._boot = boot
        self._outlook = outlook
        self._contacts = contacts
        self._phones: dict[str, str] = {}
        """Left with tickets of the batch under way."""
        self.notes = notes or Notes(None)
        self.surveys = surveys or Surveys(None, store)
        self._noted: dict[str, str] = {}
        """Written about citizens in the batch under way."""
        self._slips: list[tuple[str, PrintSlip]] = []
        """Ordered in the batch under way, each with its request's id."""
        self.slips: list[tuple[str, PrintSlip]] = []
        """To be sent, for their orders are on the disk; whoever sends them takes them out."""
        self._blame = blame
        self._gate = Gate(clock, door, pins)
        self._before_vouch: Settings | None = None
        """How the clock stood before staff said what time it is, in the batch under way."""
        self._answers: dict[str, bytes] = {}
        self._decided: list[str] = []
        """Requests that were answered in the batch under way."""
        self.day: Day = store.load_day()
        self._note_time()
        self.fault: str | None = None
        """What is wrong with the storage, in words; None while all is well."""
        self.mistakes = Mistakes()
        self.doubts = Doubts(blame)
        self.held: list[Incoming] = []
        """Commands of a practice that are meant for the real queue, unanswered until that has them."""

    def handle(
        self, batch: list[Incoming], sent_up_to: int | None = None, *, held: bool = False
    ) -> tuple[list[Outgoing], list[Entry]]:
        """Carry out a batch: everything it caused is on the disk when this returns.

        A command that raises harms nobody else: it is refused as ``error``, and the others are carried out.

        Args:
            batch: in the order of arrival.
            sent_up_to: the relay's cursor, saved in the same transaction.
            held: these waited here for a practice to end, and are not stale.

        Returns:
            The replies, and the entries to be published, in order.

        Raises:
            StorageFault: if today's log cannot be read any more.
        """
        already_held = len(self.held)
        try:
            return self._handle(batch, sent_up_to, held=held)
        except StorageFault:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not stop the only writer
            self._reload([])
            self._forget_answers()
            del self.held[already_held:]
            if len(batch) == 1:
                return self._replies(batch, [self._mistaken(batch[0].node, "", error)]), []
        # What was decided cannot be stored, through a mistake of ours: one by one, so that only the culprit fails.
        outcomes = [self.handle([incoming], sent_up_to, held=held) for incoming in batch]
        return [reply for replies, _ in outcomes for reply in replies], [x for _, entries in outcomes for x in entries]

    def _handle(
        self, batch: list[Incoming], sent_up_to: int | None, *, held: bool
    ) -> tuple[list[Outgoing], list[Entry]]:
        happened: list[Happened] = []
        self._phones, self._noted, self._slips, self._decided = {}, {}, [], []
        replies = [self._answer(incoming, happened, held=held) for incoming in batch]
        entries = [entry for one in happened for entry in one.entries]
        if happened and not self._commit(happened, sent_up_to):
            refused = encode(translate.refused("", Refusal("storage", self.fault or "")))
            replies, entries = [reply and refused for reply in replies], []
            self._phones, self._noted, self._slips = {}, {}, []
        self.surveys.settle()
        for number, phone in self._phones.items():
            self._contacts.keep(self.day.date, number, phone)
        for number, note in self._noted.items():
            self.notes.keep(self.day.date, number, note)
        self.slips += self._slips
        return self._replies(batch, replies), entries

    def _replies(self, batch: list[Incoming], replies: list[bytes]) -> list[Outgoing]:
        return [
            Outgoing(incoming.reply_to, incoming.correlation, reply)
            for incoming, reply in zip(batch, replies, strict=True)
            if reply and self._may_be_answered(incoming)
        ]

    def _may_be_answered(self, incoming: Incoming) -> bool:
        if topics.is_reply_to(incoming.reply_to, incoming.node):
            return True
        if incoming.reply_to:
            self._blame(incoming.node, f"it asks to be answered on {incoming.reply_to}; not done")
        return False

    def execute(self, command: c.Command, actor: str) -> list[Entry] | Refusal:
        """Carry out a command of the hub's own (opening the day, defining the office), durably."""
        happened: list[Happened] = []
        decision = self._decide(command, actor, None, happened)
        if isinstance(decision, Refusal):
            return decision
        try:
            stored = self._commit(happened, None)
        except StorageFault:
            raise
        except Exception:
            self._reload([])  # memory must not be ahead of the log
            raise
        return decision if stored else Refusal("storage", self.fault or "")

    def _answer(self, incoming: Incoming, happened: list[Happened], *, held: bool) -> bytes:
        """Return the reply to a command, empty if it is held for the real queue."""
        try:
            request = decode(incoming.payload, Request)
        except Malformed as error:
            self._blame(incoming.node, f"malformed command: {error}")
            return encode(translate.refused("", Refusal("malformed", str(error))))
        known = self._answers.get(request.id) or self._from_log(request.id)
        if known is not None:
            return known
        if not translate.may(incoming.node, request.body):
            self._blame(incoming.node, f"it may not ask for {type(request.body).__name__}")
            refusal = Refusal("not_allowed", f"{incoming.node} may not ask for this.")
            return encode(translate.refused(request.id, refusal))
        if not held and self._is_stale(request.seen):
            # Not remembered: nothing was decided, and it may be repeated under its id with a fresh stamp.
            return encode(translate.refused(request.id, Refusal("stale", "It came too late; please ask again.")))
        if request.id in self.day.replaced:
            refusal = Refusal("replaced", "The citizen holds an offline ticket instead.")
            return encode(translate.refused(request.id, refusal))
        beyond = translate.out_of_bounds(incoming.node, request.body, self.day.counter_definitions.values())
        if beyond is not None:
            return encode(translate.refused(request.id, beyond))
        if self.day.training and isinstance(request.body, RaiseEmergency):
            self.held.append(incoming)  # it is real, and acknowledged when the real log has it
            return b""
        done = len(happened)
        try:
            answer = self._carry_out(request, incoming.node, happened)
        except StorageFault:
            raise
        except Exception as error:  # noqa: BLE001  # as above
            if len(happened) > done:
                del happened[done:]
                self._reload(happened)
            answer = self._mistaken(incoming.node, request.id, error, type(request.body).__name__)
        self._answers[request.id] = answer
        self._decided.append(request.id)
        if len(self._answers) > ANSWERS_KEPT:
            del self._answers[next(iter(self._answers))]
        return answer

    def _carry_out(self, request: Request, node: str, happened: list[Happened]) -> bytes:
        officer = getattr(request.body, "officer", "")
        actor = f"{node} {officer}" if officer else node
        try:
            command = translate.command(request.body, self._circumstances(node, request.seen))
        except Malformed as error:
            return encode(translate.refused(request.id, Refusal("malformed", str(error))))
        if isinstance(request.body, Vouch):
            decision = self._vouch(request.body, command, node, request.id, happened)
        elif isinstance(request.body, Identify):
            decision = self._enter(request.body, node, request.id, happened)
        elif isinstance(request.body, CARRIED):
            refusal = self.surveys.hold(request.id, request.body, command, self.day, self._clock.office_ms())
            decision = refusal or self._decide(command, actor, request.id, happened)
        else:
            decision = self._decide(command, actor, request.id, happened)
        if isinstance(decision, Refusal):
            self.doubts.look(node, decision)
            return encode(translate.refused(request.id, decision))
        accepted = translate.accepted(request.id, self.day.date, decision, self.day.seq)
        if isinstance(request.body, Issue | CheckIn) and request.body.phone and accepted.number and self._asks_phones:
            self._phones[accepted.number] = request.body.phone
        self._take_note(request.body, accepted.number)
        if isinstance(request.body, PrintSlip):
            self._slips.append((request.id, request.body))
        return encode(accepted)

    def _take_note(self, body: AnyBody, number: str | None) -> None:
        if isinstance(body, SetNote):
            self._noted[body.number] = " ".join(body.text.split())
        elif isinstance(body, Transfer) and body.note.strip() and number:
            self._noted[number] = " ".join(body.note.split())

    @property
    def _asks_phones(self) -> bool:
        return self.day.definition is not None and self.day.definition.messages and not self.day.training

    def _vouch(
        self, body: Vouch, command: c.Command, node: str, request_id: str, happened: list[Happened]
    ) -> list[Entry] | Refusal:
        """Take staff's word for the time, if they know the PIN: the event itself already stands at that time."""
        who = self._gate.vouches(body, node)
        if isinstance(who, Refusal):
            return who
        assert isinstance(command, c.VouchTime)  # noqa: S101  # for the type checker: it was made of this body
        told = replace(command, officer=who, known=self._clock.office_ms() if self._clock.known() else None)
        before = self._clock.settings
        decision = self._decide(told, f"{node} {who}", request_id, happened, at=body.at)
        if not isinstance(decision, Refusal):
            self._clock.set_by_staff(body.at)
            self._before_vouch = self._before_vouch or before
        return decision

    def _enter(self, body: Identify, node: str, request_id: str, happened: list[Happened]) -> list[Entry] | Refusal:
        """Note who opens a kiosk's staff screen, if they are who they say."""
        person = self._gate.enters(body, node)
        if isinstance(person, Refusal):
            return person
        command = c.NoteEntry(node, person.name, may_at_kiosk(person))
        return self._decide(command, f"{node} {person.name}", request_id, happened)

    def _circumstances(self, node: str, seen: Seen) -> translate.Circumstances:
        under_way = int(max(0, self._under_way_ms(seen)) * self._clock.rate)
        zone = self.day.definition.zone if self.day.definition else DEFAULT_ZONE
        return translate.Circumstances(
            node, under_way, self._number_of, self._told, self._told_late, zone, self._store.has_paper
        )

    def _number_of(self, request_id: str) -> str | None:
        """Return the number that a request was given, committed or in this batch."""
        known = self._answers.get(request_id) or self._from_log(request_id)
        reply = decode_reply(known) if known else None
        return reply.number if isinstance(reply, Accepted) else None

    def _told(self, asked: ServiceId, priority: bool) -> Told:  # noqa: FBT001  # as in the circumstances
        return self._outlook.told(self.day, first_step(self.day, asked), priority=priority)

    def _told_late(self, code: str) -> Told | None:
        booking = self.day.bookings.get(code)
        return self._told(booking.service, booking.priority) if booking else None

    def _decide(
        self, command: c.Command, actor: str, request_id: str | None, happened: list[Happened], at: int | None = None
    ) -> list[Entry] | Refusal:
        now = max(self._clock.office_ms() if at is None else at, self.day.at)
        wrong = problems(command.definition, now) if isinstance(command, c.DefineOffice) else []
        if wrong:
            return wrong_definition(wrong)
        hours = self._clock.hours_ms(self.day) if RULES[type(command)].by_hours else now
        decision = decide(self.day, command, hours)
        if isinstance(decision, Refusal):
            return decision
        if at is not None and any(isinstance(event, TimeVouched) and event.back for event in decision):
            now = at
        first = self.day.seq + 1
        entries = [Entry(first + place, now, event) for place, event in enumerate(decision)]
        try:
            for entry in entries:
                evolve(self.day, entry)
        except Exception:
            self._reload(happened)
            raise
        if entries:
            happened.append(Happened(entries, actor, request_id))
            self._note_time()
        return entries

    def _note_time(self) -> None:
        """Let the clock go on from the last event, for long enough that each rule of an open day comes to its end."""
        goes_on = max(GOES_ON_MS, self.day.rules.longest_span_ms + MINUTE) if self.day.is_open else 0
        self._clock.happened(self.day.at, goes_on)

    def _commit(self, happened: list[Happened], sent_up_to: int | None) -> bool:
        try:
            self._store.commit(happened, self.day, sent_up_to)
        except StorageFault as error:
            log.critical("nothing was stored: %s", error)
            self.fault = str(error)
            self._reload([])
            self._forget_answers()
            return False
        self.fault = self._before_vouch = None
        return True

    def _reload(self, kept: list[Happened]) -> None:
        """Go back to the state on the disk, and from there through what was ``kept`` of the batch under way."""
        self.day = self._store.load_day()
        entries = [entry for one in kept for entry in one.entries]
        for entry in entries:
            evolve(self.day, entry)
        if self._before_vouch is not None and not any(isinstance(entry.event, TimeVouched) for entry in entries):
            self._clock.restore(self._before_vouch)
            self._before_vouch = None

    def _forget_answers(self) -> None:
        """Forget what was answered in the batch under way, refusals included: it was decided on what is not stored."""
        for request_id in self._decided:
            self._answers.pop(request_id, None)

    def _mistaken(self, node: str, request_id: str, error: Exception, what: str = "a command") -> bytes:
        """Return the answer to a command that raised, and note it for whoever mends us."""
        self.mistakes.note(f"{what} on {topics.command(node)}", error)
        advice = "The hub could not carry this out, through a mistake of its own. Nothing was changed; others go on."
        return encode(translate.refused(request_id, Refusal("error", advice)))

    def _from_log(self, request_id: str) -> bytes | None:
        found = self._store.answer_of(request_id)
        return encode(translate.accepted(request_id, *found)) if found else None

    def _under_way_ms(self, seen: Seen) -> int:
        return self._clock.monotonic_ms() - (seen.tick + seen.since)

    def _is_stale(self, seen: Seen) -> bool:
        return seen.boot != self._boot or self._under_way_ms(seen) > STALE_MS
