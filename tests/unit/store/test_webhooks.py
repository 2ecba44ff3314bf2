"""Where other systems want to be told: order, retries for a day, bounds, restarts; on virtual time."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.store.webhooks import DAY_MS, Due, Hook, NotAccepted, Webhooks
from appliance.store.webhooks import webhooks as module
from appliance.store.webhooks.kept import is_address
from appliance.units import HOUR, SECOND


class Town:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.now = 1_000
        self.webhooks = Webhooks(file, lambda: self.now)

    def restart(self, lost_ms: int = 0) -> None:
        self.webhooks.close()
        self.now -= lost_ms
        self.webhooks = Webhooks(self.file, lambda: self.now)

    def hook(self) -> Hook:
        return self.webhooks.hooks()[0]

    def due(self, most: int = 10) -> list[int]:
        return [due.seq for due in self.webhooks.due(self.hook(), most)]

    def tell(self, seq: int, reason: str = "", status: int | None = None) -> None:
        self.webhooks.told(Due(self.hook(), seq, "", 0), 5, status, reason)

    def take(self, *events: tuple[int, str]) -> None:
        self.webhooks.take(self.hook(), [(seq, "TicketCalled", subject) for seq, subject in events], events[-1][0])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path / "webhooks.db")
    town.webhooks.add("Situs", "http://192.168.1.9/hook", ["TicketCalled"], "Siti", 7)
    yield town
    town.webhooks.close()


def test_only_its_owner_reads_the_file(town: Town) -> None:
    assert stat.S_IMODE(town.file.stat().st_mode) == 0o600


def test_of_each_ticket_only_the_first_event_that_waits_is_due(town: Town) -> None:
    town.take((8, "A1"), (9, "A1"), (10, "A2"), (11, ""), (12, ""))
    assert town.due() == [8, 10, 11, 12]
    town.tell(8, "status", 500)
    assert town.due() == [10, 11, 12]
    town.now += 5 * SECOND
    assert town.due() == [8, 10, 11, 12]
    town.tell(8)
    assert town.due() == [9, 10, 11, 12]
    assert town.due(2) == [9, 10]


def test_the_cursor_and_what_waits_survive_a_restart(town: Town) -> None:
    town.take((8, "A1"), (9, "A1"))
    town.tell(8)
    town.restart(lost_ms=900)
    assert (town.hook().cursor, town.due()) == (9, [9])


def test_what_was_taken_by_one_round_is_not_taken_by_another(town: Town) -> None:
    stale = town.hook()
    town.take((8, "A1"), (12, "A2"))
    town.webhooks.take(stale, [(8, "TicketCalled", "A1")], 8)
    assert (town.hook().cursor, town.due()) == (12, [8, 12])


def test_it_is_tried_for_a_day_ever_more_rarely_and_then_given_up(town: Town) -> None:
    town.take((8, "A1"), (9, "A1"))
    waits, began = [], town.now
    while town.due() == [8]:
        town.tell(8, "connect")
        fate = town.webhooks.fates(town.hook().id, 5)[-1]
        if fate.state != "waiting":
            break
        waits.append(fate.due_ms)
        town.now += fate.due_ms
    assert waits == sorted(waits)
    assert waits[0] == 5 * SECOND
    assert waits[-1] == 4 * HOUR
    assert 0.8 * DAY_MS < town.now - began <= DAY_MS
    assert town.due() == [9]


def test_one_that_was_given_up_is_told_again_if_somebody_wants_it(town: Town) -> None:
    town.take((8, "A1"))
    for _ in range(20):
        town.tell(8, "timeout")
        town.now += 4 * HOUR
    assert town.due() == []
    town.webhooks.again(town.hook().id, 8)
    assert town.due() == [8]
    town.tell(8, "status", 500)
    assert town.due() == []
    town.webhooks.again(town.hook().id)
    assert town.due() == [8]


def test_what_has_arrived_is_not_sent_again(town: Town) -> None:
    town.take((8, "A1"))
    town.tell(8)
    town.webhooks.again(town.hook().id, 8)
    assert town.due() == []


def test_a_test_is_tried_once(town: Town) -> None:
    town.webhooks.test(town.hook().id)
    town.webhooks.test(town.hook().id)
    assert town.due() == [-2, -1]
    town.tell(-1, "connect")
    town.tell(-2)
    assert town.due() == []
    states = {fate.seq: fate.state for fate in town.webhooks.fates(town.hook().id, 5)}
    assert states == {-1: "given_up", -2: "done"}


def test_the_outbox_and_the_fates_are_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    monkeypatch.setattr(module, "MOST_FATES", 5)
    town.take(*((seq, f"A{seq}") for seq in range(8, 15)))
    assert town.webhooks.room(town.hook()) == 3
    for seq in range(8, 15):
        town.tell(seq)
    assert town.webhooks.room(town.hook()) == 10
    assert [fate.seq for fate in town.webhooks.fates(town.hook().id, 50)] == [14, 13, 12, 11, 10]


def test_turned_on_again_it_is_told_what_happens_from_then_on(town: Town) -> None:
    town.webhooks.switch(town.hook().id, active=False, cursor=0)
    assert not town.hook().active
    town.webhooks.switch(town.hook().id, active=True, cursor=50)
    assert (town.hook().active, town.hook().cursor) == (True, 50)
    town.webhooks.switch(town.hook().id, active=True, cursor=90)
    assert town.hook().cursor == 50


def test_with_a_webhook_goes_what_it_was_to_be_told(town: Town) -> None:
    town.take((8, "A1"))
    hook = town.hook()
    town.webhooks.remove(hook.id)
    assert town.webhooks.hooks() == []
    assert town.webhooks.waiting() == {}
    town.webhooks.told(Due(hook, 8, "", 0), None, 200, "")  # it was under way
    with pytest.raises(NotAccepted):
        town.webhooks.again(hook.id)


def test_a_key_stands_with_one_question_also_after_a_restart(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "0" * 32
    assert town.webhooks.same_question(key, b"a")
    assert town.webhooks.same_question(key, b"a")
    town.restart()
    assert not town.webhooks.same_question(key, b"b")
    monkeypatch.setattr(module, "MOST_QUESTIONS", 3)
    for number in range(1, 4):
        assert town.webhooks.same_question(f"{number:032x}", b"c")
    assert town.webhooks.same_question(key, b"b"), "the oldest is forgotten"


def test_there_are_not_too_many(town: Town) -> None:
    for number in range(module.MOST_HOOKS - 1):
        town.webhooks.add(f"Situs {number}", "https://example.org", [], "Siti", 0)
    with pytest.raises(NotAccepted, match="too_many"):
        town.webhooks.add("one more", "https://example.org", [], "Siti", 0)


@pytest.mark.parametrize(
    "address",
    [
        *("", "example.org", "ftp://example.org", "http://", "http://a:b@example.org/", "http://example.org:99999/"),
        *("http://example.org/#x", "http://ex ample.org", "http://[::1", "http://a\n.b", "javascript:alert(1)"),
        "http://example.org/" + "x" * 500,
    ],
)
def test_an_address_to_which_nothing_can_be_sent_is_refused(town: Town, address: str) -> None:
    assert not is_address(address)
    with pytest.raises(NotAccepted, match="address"):
        town.webhooks.add("x", address, [], "Siti", 0)


@pytest.mark.parametrize("address", ["http://192.168.1.9:8000/a?b=c", "https://[fd00::1]/x", "http://localhost"])
def test_an_offices_own_systems_are_fine(address: str) -> None:
    assert is_address(address)


def test_one_that_was_off_while_the_log_was_restored_does_not_tell_what_is_in_it_no_more(town: Town) -> None:
    town.take((8, "A1"), (12, "A2"))
    town.webhooks.switch(town.hook().id, active=False, cursor=0)
    town.webhooks.switch(town.hook().id, active=True, cursor=9)
    assert town.due() == [8]
    town.take((12, "B1"))
    town.tell(8)
    assert town.due() == [12]
