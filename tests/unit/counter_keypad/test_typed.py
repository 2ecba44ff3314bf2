"""Typed numbers: "12 Enter" is number 12 of the counter's service."""

from __future__ import annotations

import msgspec
import pytest

from counter_keypad.actions import Wish
from counter_keypad.key_codes import CLEAR, ENTER
from counter_keypad.serial_pad import Lines
from counter_keypad.settings import Entry, NumberPadSettings, SerialPadSettings
from counter_keypad.typed import FORGET_MS, Typed

ENTRY = Entry(
    series={"A": 3, "B": 3, "AX": 2},
    keys={"KPSLASH": "B", "KPPLUS": "recall", "KPMINUS": "transfer:kasir"},
)


def typed(*keys, entry=ENTRY, pause=100):
    """What the last of some keys came to."""
    pad = Typed(entry)
    return [pad.key(key, 1000 + n * pause) for n, key in enumerate(keys)][-1]


def call(number):
    return Wish("call_number", number)


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        (("1", "2", ENTER), "A012"),
        (("0", "1", "2", ENTER), "A012"),
        (("1", "0", "0", "0", ENTER), "A1000"),
        (("KPSLASH", "7", ENTER), "B007"),
        (("b", "7", ENTER), "B007"),
        (("A", "X", "7", ENTER), "AX07"),
        (("9", "9", CLEAR, "3", ENTER), "A003"),
        (("9", "KPSLASH", "3", ENTER), "B003"),
    ],
)
def test_a_number_is_that_of_its_service(keys, number):
    assert typed(*keys) == call(number)


@pytest.mark.parametrize(
    "keys",
    [("0", ENTER), ("Q",), ("A", "Q"), ("B", ENTER), ("1", "2", "3", "4", "5", "6", "7")],
)
def test_what_cannot_be_meant_is_a_mistake(keys):
    assert typed(*keys) == "mistake"


def test_enter_alone_and_other_keys_do_what_the_configuration_says():
    assert typed(ENTER) == Wish("call_next")
    assert typed(ENTER, entry=Entry(series={"A": 3}, enter="")) is None
    assert typed("KPPLUS") == Wish("recall")
    assert typed("KPMINUS") == Wish("transfer", "kasir")
    assert typed("TAB") is None


def test_half_a_number_is_forgotten():
    assert typed("1", "2", ENTER, pause=FORGET_MS + 1) == Wish("call_next")


def test_an_action_key_drops_half_a_number():
    pad = Typed(ENTRY)
    assert [pad.key(key, 0) for key in ("1", "KPPLUS", "2", ENTER)][-1] == call("A002")


def test_a_number_after_a_mistake_begins_anew():
    pad = Typed(ENTRY)
    assert [pad.key(key, 0) for key in ("Q", "4", ENTER)] == ["mistake", "typing", call("A004")]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"series": {}}, "series needs the prefix"),
        ({"series": {"a": 3}}, "regex"),
        ({"series": {"A": 3}, "keys": {"KPPLUS": "C"}}, "'C' is no action"),
        ({"series": {"A": 3}, "enter": "transfer"}, "transfer:kasir"),
        ({}, "series"),
    ],
)
def test_a_wrong_entry_is_refused(table, complaint):
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert(table, Entry)


# -- serial keypads ------------------------------------------------------------------------------------------------


def lines(data, **settings):
    return Lines(SerialPadSettings(port="", series={"A": 3, "B": 3}, **settings)).feed(data, 0)


def test_lines_are_numbers_or_named_keys():
    assert lines(b"12\r\nB7\r\n") == [call("A012"), call("B007")]
    assert lines(b"NEXT\r\nRECALL\r\n", keys={"NEXT": "call_next", "RECALL": "recall"}) == [
        Wish("call_next"),
        Wish("recall"),
    ]


def test_a_line_may_come_in_pieces_and_with_control_characters():
    reader = Lines(SerialPadSettings(port="", series={"A": 3}))
    assert reader.feed(b"\x021", 0) == []
    assert reader.feed(b"2\x03", 10) == []
    assert reader.feed(b"\r", 20) == [call("A012")]


def test_a_protocol_is_a_regular_expression():
    number = r"K(?P<prefix>[A-Z])=(?P<digits>\d+)"
    assert lines(b"KB=7;", number=number, end=";") == [call("B007")]


def test_a_prefix_key_is_meant_by_the_line_behind_it():
    assert lines(b"F2\r7\r8\r", keys={"F2": "B"}) == ["typing", call("B007"), call("A008")]


def test_single_characters_are_keys():
    assert lines(b"12#", end="")[-1] == call("A012")
    assert lines(b"9*3\r", end="")[-1] == call("A003")
    assert lines(b"+", end="", keys={"+": "recall"}) == [Wish("recall")]


def test_rubbish_on_the_line_is_a_mistake_and_harms_nothing():
    assert lines(b"\xff\xfe%$\r12\r") == ["mistake", call("A012")]
    assert lines(b"1" * 5000 + b"\r12\r") == ["mistake", call("A012")]


@pytest.mark.parametrize(("number", "complaint"), [("(", "regular expression"), ("[0-9]+", "group")])
def test_a_pattern_without_digits_is_refused(number, complaint):
    with pytest.raises(ValueError, match=complaint):
        SerialPadSettings(port="", series={"A": 3}, number=number)


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (r"K=(?P<digits>.*)", "K="),
        (r"K=(?P<digits>.*)", "K=1x"),
        (r"K(=(?P<digits>\d+))?", "K"),
        (r"(?P<digits>\d+)", "9" * 7),
    ],
)
def test_a_pattern_that_finds_no_number_is_a_mistake(number, line):
    settings = SerialPadSettings(port="", series={"A": 3}, number=number)
    assert Lines(settings).feed(f"{line}\r".encode(), 0) == ["mistake"]


def test_half_a_line_that_nobody_finished_belongs_to_nobody():
    lines = Lines(SerialPadSettings(port="", series={"A": 3}))
    assert lines.feed(b"1", 0) == []
    assert lines.feed(b"2\r\n", FORGET_MS + 1) == [call("A002")]
    assert lines.feed(b"1", FORGET_MS + 100) == []
    assert lines.feed(b"2\r\n", 2 * FORGET_MS) == [call("A012")]


def test_a_service_that_was_chosen_long_ago_is_forgotten_before_a_line_too():
    lines = Lines(SerialPadSettings(port="", series={"A": 3, "B": 3}, keys={"B": "B"}))
    assert lines.feed(b"B\r", 0) + lines.feed(b"7\r", FORGET_MS) == ["typing", call("B007")]
    assert lines.feed(b"B\r", 20_000) + lines.feed(b"7\r", 20_001 + FORGET_MS) == ["typing", call("A007")]


def test_cr_and_lf_are_one_enter_where_each_character_is_a_key():
    lines = Lines(SerialPadSettings(port="", series={"A": 3}, end=""))
    assert lines.feed(b"12\r", 0) + lines.feed(b"\n", 5) == ["typing", "typing", call("A012")]
    assert lines.feed(b"\n", 6) == [Wish("call_next")]


def test_a_key_that_no_number_pad_has_is_refused():
    with pytest.raises(msgspec.ValidationError, match="'KPPLUSS' is no key of a number pad"):
        msgspec.convert({"series": {"A": 3}, "keys": {"KPPLUSS": "recall"}}, NumberPadSettings)
