"""``giliran staff``: what staff and technicians ask of the hub from a terminal.

It speaks to the hub over the bus like any other box, under a name of its own, and what it asks stands in the log under
the name of whoever asked.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import re
import sys
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from appliance import texts
from appliance.node import config as configuration
from appliance.node.asker import Asker
from appliance.node.config import BrokerSettings, ConfigError
from appliance.wire import messages as m

NODE: Final = "web-desk"
SECRET: Final = Path("/etc/giliran/secrets") / f"{NODE}.password"
SECONDS: Final = 10.0
EXAMPLES: Final = """\
examples:
  sudo giliran staff time 2026-04-06 08:05
  sudo giliran staff stop Server pusat sedang gangguan
  sudo giliran staff resume
  sudo giliran staff page Pemilik mobil B 1234 harap ke depan
  sudo giliran staff emergency id=Keluar lewat pintu utara. en=Leave by the north door.
  sudo giliran staff emergency end
  sudo giliran staff tell --minutes 20 id=Sistem pusat sedang pulih. en=The central system is coming back.

Once, before the first use: sudo giliran passwords web-desk && sudo systemctl reload mosquitto"""
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})=(.*)", re.DOTALL)


class StaffError(Exception):
    """It could not be asked; the sentence says what to do."""


class Asked(msgspec.Struct, frozen=True):
    """What the hub is asked for, and what is true when it has done it."""

    body: m.AnyBody
    done: str


def main(argv: list[str]) -> int:
    """Ask the hub; return 0 if it did it, else 1 with its reason."""
    options = _parser().parse_args(argv)
    try:
        reply, done = _ask(options)
    except (ConfigError, StaffError) as error:
        sys.stderr.write(f"giliran staff: {error}\n")
        return 1
    if isinstance(reply, m.Refused):
        sys.stderr.write(f"giliran staff: refused: {reply.advice} ({reply.code})\n")
        return 1
    sys.stdout.write(f"{done}\n")
    return 0


def _ask(options: argparse.Namespace) -> tuple[m.AnyReply, str]:
    settings = configuration.load(options.config).section("broker", BrokerSettings)
    settings = replace(settings, password_file=str(options.password_file))
    with contextlib.closing(Asker(NODE, configuration.password_of(NODE, settings), settings, "staff")) as asker:
        if not asker.wait_for_hub(SECONDS):
            where = "the hub" if asker.link.connected else f"the broker at {settings.host}"
            raise StaffError(f"{where} does not answer; look at `systemctl status mosquitto giliran-hub`")
        asked: Asked = options.asked(options, asker.clock.zone)
        reply = asker.ask(asked.body, seconds=SECONDS)
    if reply is None:
        raise StaffError("the hub has not answered in time; see whether it was done before you ask again")
    return reply, asked.done


# -- the verbs ---------------------------------------------------------------------------------------------------------


def _time(options: argparse.Namespace, zone: str) -> Asked:
    moment = f"{options.date} {options.clock}"
    try:
        at = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    except ValueError as error:
        raise StaffError(f"{moment} is no date and time; write such as: time 2026-04-06 08:05") from error
    pin = getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not 4 <= len(pin) <= 32:
        raise StaffError("a PIN has 4 digits or more; nothing was asked")
    officer = "" if options.number else options.officer
    body = m.Vouch(int(at.timestamp() * 1000), officer, pin, options.sure, options.number)
    return Asked(body, f"The hub goes by your word: it is {moment} ({zone}).")


def _practice(options: argparse.Namespace, _: str) -> Asked:
    if options.what == "end":
        return Asked(m.EndTraining(options.officer), "The practice is over; the real day goes on where it was.")
    return Asked(m.Train(options.officer), "The practice begins. `giliran staff practice end` ends it.")


def _stop(options: argparse.Namespace, _: str) -> Asked:
    what = f" for {options.service}" if options.service else ""
    body = m.Stop(" ".join(options.reason), options.service, options.officer)
    return Asked(body, f"No more numbers are given{what}. `giliran staff resume` ends it.")


def _resume(options: argparse.Namespace, _: str) -> Asked:
    what = f" for {options.service}" if options.service else ""
    return Asked(m.Resume(options.service, options.officer), f"Numbers are given again{what}.")


def _office(options: argparse.Namespace, _: str) -> Asked:
    wanted = _read(options.file)
    if "office" not in wanted:
        raise StaffError(f"{options.file}: the table [office] is missing")
    return Asked(m.Define(wanted["office"], options.officer), "The office is set up so from now on.")


def _lobby(options: argparse.Namespace, _: str) -> Asked:
    wanted = _read(options.file)
    keys = ("running", "announcements")
    if strange := [key for key in wanted if key not in keys]:
        raise StaffError(f"{options.file}: {strange[0]} is not a known key; there are {' and '.join(keys)}")
    if not wanted:
        raise StaffError(f"{options.file}: is empty; to clear the lobby write `running = []`")
    try:
        body = msgspec.convert({"do": "post", "officer": options.officer, **wanted}, m.Post)
    except msgspec.ValidationError as error:
        raise StaffError(f"{options.file}: {error}") from error
    count = f"{len(body.running)} sentences and {len(body.announcements)} pages"
    return Asked(body, f"The lobby reads {count} now; what it read before is gone.")


def _emergency(options: argparse.Namespace, _: str) -> Asked:
    if [word.lower() for word in options.text] == ["end"]:
        return Asked(m.EndEmergency(options.officer), "The emergency is over; the screens show the queue again.")
    body = m.RaiseEmergency(_by_language(options.text), options.officer)
    return Asked(body, "All screens and voices say it now. `giliran staff emergency end` ends it.")


def _page(options: argparse.Namespace, _: str) -> Asked:
    return Asked(m.Page(_by_language(options.text), options.officer), "It is spoken in the lobby, between the calls.")


def _tell(options: argparse.Namespace, _: str) -> Asked:
    if [word.lower() for word in options.text] == ["end"]:
        return Asked(m.EndBroadcast(options.officer), "The screens show it no more.")
    wanted = {"do": "broadcast", "text": _by_language(options.text), "minutes": options.minutes}
    try:
        body = msgspec.convert({**wanted, "officer": options.officer}, m.Broadcast)
    except msgspec.ValidationError as error:
        raise StaffError(str(error)) from error
    return Asked(body, f"It is spoken once, and shown for {body.minutes} minutes. `giliran staff tell end` ends it.")


def _reprint(options: argparse.Namespace, _: str) -> Asked:
    body = m.ReprintNumber(m.TicketNumber(options.number.upper()), officer=options.officer)
    return Asked(body, "The kiosk that printed it prints it once more, if it is one of its latest.")


def _by_language(words: list[str]) -> dict[str, str]:
    """Return the text by language: what stands behind ``en=`` is English; the words before any such are Indonesian."""
    language, found = texts.DEFAULT, dict[str, list[str]]()
    for word in words:
        if begins := _LANGUAGE.fullmatch(word):
            language, word = begins.groups()  # noqa: PLW2901  # the rest of it
        found.setdefault(language, []).append(word)
    if strange := [language for language in found if not texts.keys(language)]:
        raise StaffError(f"{strange[0]}= is no language of the screens; take id=, en= or jv=")
    return {language: " ".join(part) for language, part in found.items()}


def _read(file: Path) -> dict[str, Any]:
    """Return what one file says; unlike a configuration it has no ``conf.d`` beside it."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise StaffError(f"{file}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StaffError(f"{file}: {error}") from error


# -- the command line --------------------------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="giliran staff",
        description="Ask the hub for what concerns the whole office. It is logged who asked.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    you = os.environ.get("SUDO_USER") or getpass.getuser()
    parser.add_argument("--officer", default=you, metavar="NAME", help=f"who asks; default: {you}")
    parser.add_argument(
        "--config", type=Path, default=configuration.file_of("hub"), metavar="FILE", help="default: %(default)s"
    )
    parser.add_argument("--password-file", type=Path, default=SECRET, metavar="FILE", help="default: %(default)s")
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, asked: Callable[[argparse.Namespace, str], Asked], help_text: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = verbs.add_parser(name, help=help_text, description=f"{help_text}.".capitalize())
        made.set_defaults(asked=asked)
        return made

    time = verb("time", _time, "say what time it is, with the staff's PIN or your own")
    time.add_argument("date", metavar="YYYY-MM-DD")
    time.add_argument("clock", metavar="HH:MM", help="by the office's clock on the wall")
    time.add_argument("--number", metavar="N", help="your staff number, where staff have PINs of their own")
    time.add_argument("--sure", action="store_true", help="though it is far from what the hub thinks likely")
    practice = verb("practice", _practice, "begin or end a practice, which leaves no trace in the figures")
    practice.add_argument("what", choices=["begin", "end"])
    stop = verb("stop", _stop, "give no more numbers, for a reason that citizens read")
    stop.add_argument("reason", nargs="+", metavar="REASON")
    resume = verb("resume", _resume, "give numbers again")
    for which in (stop, resume):
        which.add_argument("--service", metavar="ID", help="only of this service")
    office = verb("office", _office, "set services, counters, rules and hours")
    office.add_argument("file", type=Path, metavar="FILE", help="TOML with a table [office], as in docs/rules.md")
    lobby = verb("lobby", _lobby, "set the bottom line and the pages of the lobby's screens")
    lobby.add_argument("file", type=Path, metavar="FILE", help="TOML with running and announcements: docs/board.md")
    emergency = verb("emergency", _emergency, "let a text take over all screens and voices, or end that")
    emergency.add_argument("text", nargs="+", metavar="TEXT", help="id=TEXT en=TEXT, or the word end")
    page = verb("page", _page, "have a text spoken in the lobby, between the calls")
    page.add_argument("text", nargs="+", metavar="TEXT", help="id=TEXT en=TEXT")
    tell = verb("tell", _tell, "tell something to everybody who waits: spoken once, and shown for a while")
    tell.add_argument("text", nargs="+", metavar="TEXT", help="id=TEXT en=TEXT, or the word end")
    tell.add_argument("--minutes", type=int, default=15, metavar="N", help="so long it is shown; default: %(default)s")
    reprint = verb("reprint", _reprint, "have a ticket's paper printed once more")
    reprint.add_argument("number", metavar="NUMBER", help="as on the paper: A012")
    return parser
