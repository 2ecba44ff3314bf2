"""``giliran staff``: what staff and technicians ask of the hub from a terminal.

It speaks to the hub over the bus like any other box, under a name of its own, and what it asks stands in the log under
the name of whoever asked.
"""

from __future__ import annotations

import argparse
import getpass
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from appliance.node import config as configuration
from appliance.node.config import DEFAULT_FILE, BrokerSettings, ConfigError
from appliance.node.daemon import HubClock, SystemClock
from appliance.node.link import Link
from appliance.wire import messages as m

NODE: Final = "web-desk"
SECRET: Final = Path("/etc/giliran/secrets") / f"{NODE}.password"
HUB_FILE: Final = DEFAULT_FILE.with_name("hub.toml")
SECONDS: Final = 10.0


class StaffError(Exception):
    """It could not be asked; the sentence says what to do."""


def main(argv: list[str]) -> int:
    """Ask the hub; return 0 if it did it, else 1 with its reason."""
    asked = _parser().parse_args(argv)
    try:
        reply = _ask(asked)
    except (ConfigError, StaffError) as error:
        sys.stderr.write(f"giliran staff: {error}\n")
        return 1
    if isinstance(reply, m.Refused):
        sys.stderr.write(f"giliran staff: refused ({reply.code}): {reply.advice}\n")
        return 1
    sys.stdout.write("Done.\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran staff", description="Ask the hub for what concerns the whole office. It is noted who asked."
    )
    parser.add_argument("--config", type=Path, default=HUB_FILE, help=f"where [broker] is read from ({HUB_FILE})")
    parser.add_argument("--password-file", type=Path, default=SECRET, help=f"of {NODE}, made by `giliran passwords`")
    parser.add_argument("--officer", default=getpass.getuser(), help="who asks (default: your user name)")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    time = verbs.add_parser("time", help="say what time it is, with the staff's PIN")
    time.add_argument("clock", metavar="HH:MM", help="by the office's clock on the wall")
    time.add_argument("--date", required=True, metavar="YYYY-MM-DD")
    time.add_argument("--sure", action="store_true", help="though the last event is more than 45 days older")
    practice = verbs.add_parser("practice", help="begin or end a practice, which leaves no trace in the figures")
    practice.add_argument("what", choices=["begin", "end"])
    stop = verbs.add_parser("stop", help="give no more numbers, for a reason that citizens read")
    stop.add_argument("reason")
    stop.add_argument("--service", help="only of this service (its id)")
    resume = verbs.add_parser("resume", help="give numbers again")
    resume.add_argument("--service", help="only of this service (its id)")
    office = verbs.add_parser("office", help="set services, counters, rules and hours")
    office.add_argument("file", type=Path, help="TOML with a table [office], as in docs/rules.md")
    lobby = verbs.add_parser("lobby", help="set what lobby screens show beside the queue: bottom line and pages")
    lobby.add_argument("file", type=Path, help="TOML with `running` and `announcements`, as in docs/board.md")
    emergency = verbs.add_parser("emergency", help="let a text take over all screens and voices, or end that")
    emergency.add_argument("text", nargs="+", metavar="TEXT", help="id=TEXT en=TEXT, or the word `end`")
    page = verbs.add_parser("page", help="have a text spoken in the lobby, between calls")
    page.add_argument("text", nargs="+", metavar="TEXT", help="id=TEXT en=TEXT")
    return parser


def _ask(asked: argparse.Namespace) -> m.AnyReply:
    settings = configuration.load(asked.config).section("broker", BrokerSettings)
    settings = replace(settings, password_file=str(asked.password_file))
    clock = HubClock(SystemClock())
    link = Link(NODE, configuration.password_of(NODE, settings), settings, "staff", clock)
    link.start()
    try:
        _wait_for_hub(link, clock)
        return _answer(link, _body(asked, clock.zone))
    finally:
        link.stop()


def _wait_for_hub(link: Link, clock: HubClock) -> None:
    pause = threading.Event()
    for _ in range(int(SECONDS / 0.1)):
        if link.connected and clock.hub_is_there():
            return
        pause.wait(0.1)
    where = "the broker" if not link.connected else "the hub"
    raise StaffError(f"{where} does not answer; look at `systemctl status mosquitto giliran-hub`")


def _answer(link: Link, body: m.AnyBody) -> m.AnyReply:
    done = threading.Event()
    replies: list[m.AnyReply | None] = []

    def take(reply: m.AnyReply | None) -> None:
        replies.append(reply)
        done.set()

    link.request(body, take, deadline=SECONDS)
    for _ in range(int(SECONDS / 0.1) + 1):
        if done.wait(0.1):
            break
        link.expire()
    if not replies or replies[0] is None:
        raise StaffError("the hub has not answered in time; see whether it was done before you ask again")
    return replies[0]


def _body(asked: argparse.Namespace, zone: str) -> m.AnyBody:
    if asked.verb == "time":
        return m.Vouch(_instant(asked.date, asked.clock, zone), asked.officer, _pin(), asked.sure)
    if asked.verb == "practice":
        return m.Train(asked.officer) if asked.what == "begin" else m.EndTraining(asked.officer)
    if asked.verb == "stop":
        return m.Stop(asked.reason, asked.service)
    if asked.verb == "resume":
        return m.Resume(asked.service)
    if asked.verb == "lobby":
        return _post(asked.file, asked.officer)
    if asked.verb == "page":
        return m.Page(_by_language(asked.text), asked.officer)
    if asked.verb == "emergency":
        over = asked.text == ["end"]
        return m.EndEmergency(asked.officer) if over else m.RaiseEmergency(_by_language(asked.text), asked.officer)
    return m.Define(_office(asked.file), asked.officer)


def _by_language(words: list[str]) -> dict[str, str]:
    """Return ``id=… en=…`` by language; words without a language are Indonesian."""
    pairs = [word.partition("=") if word[2:3] == "=" else ("id", "", word) for word in words]
    return {language: text for language, _, text in pairs}


def _post(file: Path, officer: str) -> m.Post:
    wanted = configuration.load(file).as_dict()
    try:
        return msgspec.convert({"do": "post", "officer": officer, **wanted}, m.Post)
    except msgspec.ValidationError as error:
        raise StaffError(f"{file}: {error}") from error


def _instant(date: str, clock: str, zone: str) -> int:
    try:
        moment = datetime.strptime(f"{date} {clock}", "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise StaffError(f"{date} {clock} is no date and time; write such as: time 08:05 --date 2026-04-06") from error
    return int(moment.timestamp() * 1000)


def _pin() -> str:
    return getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()


def _office(file: Path) -> dict[str, Any]:
    config = configuration.load(file)
    if not config.has("office"):
        raise StaffError(f"{file}: the table [office] is missing")
    return dict(config.as_dict()["office"])
