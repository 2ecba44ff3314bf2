"""Numbers given alone and handed over: once each, in the order of printing, whatever is cut, refused or lost."""

from __future__ import annotations

import uuid

import pytest
from alone_kiosk import HOUR, MINUTE, NODE, Kiosk, ask, office, part, queue, states, world
from msgspec.structs import replace

from appliance.engine.model import Counter, Journey, Service
from appliance.tools.proofs.hour_hub import HourHub
from appliance.wire import messages as m


def test_numbers_given_alone_enter_the_queue_in_the_order_of_printing_among_the_others(three):
    clock, hub, kiosk = three
    numbers = [kiosk.take()]
    clock.ms += MINUTE
    ask(hub, m.Issue("a"))
    clock.ms += MINUTE
    numbers.append(kiosk.take())
    clock.ms += 30 * MINUTE
    assert part(kiosk) == ("ok", "Not handed over yet: AX01-AX02. That happens by itself.")
    kiosk.meet(hub)
    assert numbers == ["AX01", "AX02"]
    assert queue(hub) == ["AX01", "A001", "AX02"]
    assert hub.day.tickets["AX02"].arrived_at == clock.office_ms() - 30 * MINUTE
    assert part(kiosk) == ("ok", "")


def test_the_same_visit_gets_the_same_number(three):
    _, _, kiosk = three
    visit = uuid.uuid4().hex
    assert [kiosk.take(request_id=visit), kiosk.take(request_id=visit), kiosk.take()] == ["AX01", "AX01", "AX02"]
    kiosk.restart()
    assert kiosk.take(request_id=visit) == "AX01"


def test_a_journeys_number_is_the_journeys_whenever_it_is_asked_for(folder):
    """Its ticket lists the papers of all its steps."""
    _, hub, kiosk = world(folder, journeys=(Journey("both", {"id": "Keduanya"}, ("a", "b")),))
    visit = uuid.uuid4().hex
    tickets = [kiosk.desk.issue(visit, "both", priority=False, asked=False) for _ in range(2)]
    assert [(ticket.number, ticket.service) for ticket in tickets] == [("AX01", "both")] * 2
    kiosk.desk.close()
    hub.kill()


def test_a_lost_answer_is_asked_for_again_under_the_same_id_also_after_a_restart(three):
    clock, hub, kiosk = three
    kiosk.take()
    question = kiosk.desk.tick(hub=True)
    clock_, _ = hub.says()
    hub.ask(NODE, m.Request(1, question.id, m.Seen(clock_.boot, clock_.tick, 0), question.body))  # the answer is lost
    kiosk.restart()
    hub.kill()
    hub.start()
    clock.ms += MINUTE
    kiosk.meet(hub)
    ((request, reply),) = kiosk.merges()
    assert request.id == question.id
    assert isinstance(reply, m.Accepted)
    assert list(hub.day.tickets) == ["AX01"]


def test_a_request_that_the_hub_calls_stale_is_repeated_under_its_id(three):
    clock, hub, kiosk = three
    kiosk.take()
    question = kiosk.desk.tick(hub=True)
    assert kiosk.put(hub, question, m.Seen("hub-boot-0", 0, 0)).code == "stale"
    clock.ms += 2_000
    kiosk.meet(hub)
    assert [request.id for request, _ in kiosk.merges()] == [question.id] * 2
    assert list(hub.day.tickets) == ["AX01"]


def test_numbers_that_a_frozen_hub_takes_in_late_stay_before_those_that_were_printed_meanwhile(three):
    clock, hub, kiosk = three
    kiosk.take()
    question = kiosk.desk.tick(hub=True)
    said, _ = hub.says()
    clock.ms += 5_000
    kiosk.take()
    clock.ms += 4_000
    kiosk.put(hub, question, m.Seen(said.boot, said.tick, 0))
    clock.ms += 1_000
    kiosk.meet(hub)
    assert queue(hub) == ["AX01", "AX02"]
    assert clock.office_ms() - hub.day.tickets["AX01"].arrived_at == 10_000


def test_a_request_that_got_no_answer_is_named_and_its_ghost_leaves_the_queue(three):
    _, hub, kiosk = three
    visit = uuid.uuid4().hex
    assert ask(hub, m.Issue("a"), NODE, visit).number == "A001"
    assert kiosk.take(request_id=visit, asked=True) == "AX01"
    kiosk.meet(hub)
    assert states(hub) == {"A001": "voided", "AX01": "waiting"}
    late = uuid.uuid4().hex
    kiosk.take(request_id=late, asked=True)
    kiosk.meet(hub)
    assert ask(hub, m.Issue("a"), NODE, late).code == "replaced"


def test_priority_is_handed_over(three):
    _, hub, kiosk = three
    kiosk.take(priority=True)
    kiosk.meet(hub)
    assert [number for _, number in hub.day.waiting["a"].priority] == ["AX01"]


def test_the_kiosk_keeps_to_its_share_of_the_quota_also_after_a_restart_and_after_handing_over(three):
    clock, hub, kiosk = three
    for _ in range(3):
        ask(hub, m.Issue("b"))
    clock.ms += MINUTE
    kiosk.meet(hub)  # 7 are left: 4 for the first letter, 3 for the second
    assert [kiosk.take("b") for _ in range(2)] == ["BX01", "BX02"]
    kiosk.restart()
    assert [kiosk.take("b") for _ in range(3)] == ["BX03", "BX04", None]
    assert kiosk.desk.view.services == {"a", "c"}
    kiosk.meet(hub)  # now 3 are left: 2 and 1
    kiosk.desk.tick(hub=False)
    assert "b" not in kiosk.desk.view.services  # this catalogue does not know of them yet
    kiosk.meet(hub)
    assert [kiosk.take("b") for _ in range(3)] == ["BX05", "BX06", None]


def test_opening_hours_breaks_last_tickets_and_the_end_of_the_day_are_kept(three):
    clock, _, kiosk = three

    def offered(hours):
        clock.ms = int(hours * HOUR) - 8 * HOUR
        kiosk.desk.tick(hub=False)
        return (
            kiosk.desk.view.catalogue.office.phase,
            "".join(sorted(kiosk.desk.view.services)),
            kiosk.take() is not None,
        )

    at = (10.9, 11, 12, 13, 15, 23)
    assert [offered(h) for h in at] == [
        ("open", "abc", True),
        ("open", "ab", True),
        ("break", "ab", False),
        ("open", "ab", True),
        ("after", "ab", False),
        ("closed", "", False),
    ]


def test_while_staff_practise_the_real_day_stays_as_it_is(three):
    _, hub, kiosk = three
    kiosk.take()
    said, practice = hub.says()
    practice = replace(practice, seq=1, office=replace(practice.office, training=True))
    kiosk.desk.hear(replace(said, boot="practice"), kiosk.now())
    kiosk.desk.learn(practice)
    assert kiosk.desk.tick(hub=True) is None
    assert kiosk.take() == "AX02"
    kiosk.meet(hub)
    assert queue(hub) == ["AX01", "AX02"]


def test_a_kiosk_without_a_letter_says_so_and_gives_no_numbers(folder):
    _, _, kiosk = world(folder, kiosks={"kiosk-2": "Y"})
    assert part(kiosk) == ("missing", "No numbers while the hub is away. Give kiosk-1 a letter in [office.kiosks].")
    assert kiosk.take() is None
    assert kiosk.desk.view.services == frozenset()


def test_an_old_catalogue_from_the_broker_is_no_lease(folder):
    clock, hub, _ = world(folder)
    other = folder / "kiosk-2"
    other.mkdir()
    second = Kiosk(other, clock, "kiosk-2")
    second.desk.learn(hub.says()[1])
    second.desk.tick(hub=False)
    assert second.take() is None
    second.meet(hub)
    assert second.take() == "AY01"


# -- what the hub refuses ----------------------------------------------------------------------------------------------


def change(hub, clock, folder, **changes):
    """Start the hub again with another office."""
    hub.kill()
    hub = HourHub(folder / "giliran.db", clock, office(**changes))
    assert hub.day.definition == office(**changes)
    return hub


A, B = Service("a", "A", {"id": "Satu"}), Service("b", "B", {"id": "Dua"})
ONLY_A = {"services": (A,), "counters": (Counter("1", {"id": "Loket 1"}, ("a",)),)}


@pytest.mark.expects_log("unknown_service")
def test_one_number_that_the_hub_refuses_is_kept_and_named_and_does_not_hold_up_the_others(three, folder):
    clock, hub, kiosk = three
    wanted = [kiosk.take("b" if n == 3 else "a") for n in range(8)]
    hub = change(hub, clock, folder, **ONLY_A)
    kiosk.meet(hub)
    assert queue(hub) == [number for number in wanted if number != "BX01"]
    assert kiosk.desk.parts == [m.Part("offline", "fault", "refused", {"reason": "unknown_service", "numbers": "BX01"})]
    kiosk.restart()
    hub = change(hub, clock, folder, **{**ONLY_A, "services": (A, B)})
    clock.ms += MINUTE
    kiosk.meet(hub)
    assert queue(hub, "b") == ["BX01"]
    assert part(kiosk) == ("ok", "")


def test_numbers_of_a_letter_that_was_taken_away_or_changed_wait_for_it(three, folder):
    clock, hub, kiosk = three
    kiosk.take()
    hub = change(hub, clock, folder, kiosks={"kiosk-2": "Y"})
    kiosk.meet(hub)
    assert kiosk.desk.parts == [
        m.Part("offline", "missing", "no_letter", {"node": NODE}),
        m.Part("offline", "ok", "waiting", {"numbers": "AX01"}),
    ]
    hub = change(hub, clock, folder, kiosks={NODE: "Z"})
    kiosk.meet(hub)
    assert not hub.day.tickets
    assert kiosk.take() == "AZ01"
    hub = change(hub, clock, folder, kiosks={NODE: "X"})
    kiosk.meet(hub)
    assert list(hub.day.tickets) == ["AX01"]
    assert part(kiosk) == ("ok", "Not handed over yet: AZ01. That happens by itself.")


@pytest.mark.expects_log("office_closed")
def test_a_refusal_that_may_pass_is_asked_again_later_and_ever_later_under_another_id(three):
    _, hub, kiosk = three
    clock = kiosk.clock
    kiosk.take()
    kiosk.meet(hub)
    kiosk.take()
    ids, waits, last = [], [], clock.ms
    while len(ids) < 5:
        question = kiosk.desk.tick(hub=True)
        if question is None:
            clock.ms += 1_000
            continue
        ids.append(question.id)
        waits.append((clock.ms - last) // 1_000)
        last = clock.ms
        kiosk.desk.answered(question.id, m.Refused(1, question.id, "office_closed"))
    assert len(set(ids)) == 5
    assert waits[1:] == [15, 30, 60, 120]
    assert kiosk.desk.parts == [
        m.Part("offline", "fault", "refused_now", {"reason": "office_closed"}),
        m.Part("offline", "ok", "waiting", {"numbers": "AX02"}),
    ]


def test_more_than_fit_into_one_request_follow_in_order(three):
    clock, hub, kiosk = three
    numbers = [kiosk.take() for _ in range(603)]
    clock.ms += MINUTE
    kiosk.meet(hub)
    assert [len(request.body.tickets) for request, _ in kiosk.merges()] == [500, 103]
    assert queue(hub) == numbers
    assert numbers[-1] == "AX603"


# -- a disk that goes bad ----------------------------------------------------------------------------------------------


def spoiled(kiosk, at, how):
    """Spoil one line of the journal; the kiosk sees it when it starts next."""
    file = kiosk.folder / "journal"
    lines = file.read_bytes().splitlines(keepends=True)
    lines[at] = how(lines[at])
    file.write_bytes(b"".join(lines))


def one_bit(line):
    return line[:20] + bytes([line[20] ^ 4]) + line[21:]


def many_bits(line):
    return line[:20] + b"????" + line[24:]


@pytest.mark.expects_log("the disk has damaged it")
@pytest.mark.parametrize("how", [one_bit, many_bits])
@pytest.mark.parametrize("at", range(4))
def test_a_bad_line_stops_no_numbers_repeats_none_and_keeps_none_from_the_queue(three, how, at):
    _, hub, kiosk = three
    given = [kiosk.take() for _ in range(3)]
    assert given == ["AX01", "AX02", "AX03"]
    spoiled(kiosk, at, how)
    kiosk.reboot()
    more = [kiosk.take() for _ in range(2)]
    assert None not in more
    assert not set(more) & set(given)
    kiosk.restart()
    more.append(kiosk.take())
    assert len(set(given + more)) == 6
    kiosk.meet(hub)
    lost = {given[at - 1]} if how is many_bits and at > 0 else set()
    assert queue(hub) == [number for number in given + more if number not in lost]
    assert list(kiosk.folder.glob("left-over-*")) == []
    unreadable = m.Part("offline", "fault", "unreadable", {"count": "1"})
    assert kiosk.desk.parts == [unreadable if how is many_bits and at < 3 else m.Part("offline", "ok")]


@pytest.mark.expects_log("the disk has damaged it")
def test_with_the_first_record_alone_and_bad_the_hubs_last_word_tells_the_day(three):
    clock, hub, kiosk = three
    clock.ms += 2 * MINUTE
    kiosk.meet(hub)
    spoiled(kiosk, 0, many_bits)
    kiosk.restart()
    assert kiosk.take() is not None
    kiosk.restart()
    kiosk.meet(hub)
    assert len(queue(hub)) == 1


@pytest.mark.expects_log("the disk has damaged it")
def test_a_request_whose_numbers_are_partly_lost_does_not_hold_up_the_others(three):
    _, hub, kiosk = three
    given = [kiosk.take() for _ in range(3)]
    question = kiosk.desk.tick(hub=True)
    assert len(question.body.tickets) == 3
    spoiled(kiosk, 2, many_bits)
    kiosk.restart()
    kiosk.meet(hub)
    assert queue(hub) == [given[0], given[2]]


def test_a_number_that_is_none_is_no_reason_to_die_at_every_start(three):
    _, hub, kiosk = three
    for number in ("", "A", "A\n", "A" + "9" * 5000, "A٣"):
        kiosk.desk.given(number, "2026-04-06")
    kiosk.restart()
    assert kiosk.take() == "AX01"
    kiosk.meet(hub)
    assert queue(hub) == ["AX01"]


@pytest.mark.expects_log("the disk has damaged it")
def test_of_undated_numbers_of_which_one_is_lost_none_is_repeated_in_the_day_that_they_turn_out_to_be_of(three):
    clock, hub, kiosk = three
    clock.ms += 23 * HOUR  # the night goes by, the hub is down
    kiosk.reboot()
    given = [kiosk.take() for _ in range(3)]
    assert given == ["AX01", "AX02", "AX03"]
    spoiled(kiosk, 3, many_bits)
    kiosk.restart()
    hub.turn_day()
    kiosk.meet(hub)
    assert queue(hub) == given[:2]
    assert kiosk.take() not in given


@pytest.mark.expects_log("the hub refuses|busy|error")
def test_a_hub_that_is_busy_gets_the_same_request_and_one_bad_number_is_found_by_halves(three):
    _, hub, kiosk = three
    for _ in range(4):
        kiosk.take()
    first = kiosk.desk.tick(hub=True)
    kiosk.desk.answered(first.id, m.Refused(1, first.id, "busy"))
    kiosk.clock.ms += 2_000
    again = kiosk.desk.tick(hub=True)
    assert again.id == first.id
    kiosk.desk.answered(again.id, m.Refused(1, again.id, "error"))
    assert len(kiosk.desk.tick(hub=True).body.tickets) == 2
    assert hub is not None
