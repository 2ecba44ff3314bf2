"""What tests with many people share: everybody at once, a hub on another clock, and the log as an auditor reads it."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

from appliance.tools.office.sample_office import OfficeTime
from appliance.verbs import log as log_reader
from appliance.wire import messages as m

KIOSKS = [f"kiosk-{n}" for n in range(1, 9)]
KEYPADS = [f"keypad-{n}" for n in range(1, 5)]
SERVICES = ["pendaftaran", "konsultasi", "pengambilan"]
NINE = 9 * 3600


def at_once(people, work):
    """Run ``work(person, place)`` for everybody on a thread of their own; what is raised there is raised here."""
    barrier = threading.Barrier(len(people))

    def run(person, place):
        barrier.wait()
        work(person, place)

    with ThreadPoolExecutor(len(people)) as pool:
        for done in [pool.submit(run, person, place) for place, person in enumerate(people)]:
            done.result()


def issue(town, count=1, service="pendaftaran", *, priority=False):
    """Take numbers at the first kiosk, one after the other."""
    kiosk = town.person("kiosk-1")
    return [kiosk.ask(m.Issue(service, priority)).number for _ in range(count)]


def start(town, seconds, rate=1.0, database="giliran", settings=None, **changes):
    """Kill the hub and start it anew, and return its process without waiting for it.

    ``seconds``: since midnight on its clock, which runs at ``rate``. ``settings``: those of ``[hub]`` beside the
    database. ``changes``: what is different in ``[office]``.
    """
    town.rig.process("hub-1").kill()
    town.office.time = OfficeTime.starting(seconds, rate)
    return town.office.hub(database, changes, settings)


def restart(town, seconds, *nodes, **more):
    """Kill the hub and start it anew, as ``start`` does; wait until all ``nodes`` have found it."""
    before = {town.person(node).clock.seen().boot for node in nodes}
    hub = start(town, seconds, **more)
    assert town.until(lambda: not {town.person(node).clock.seen().boot for node in nodes} & before)
    town.all_ready(*nodes)
    return hub


def rows(town, query, *values):
    """Ask the hub's database."""
    with contextlib.closing(sqlite3.connect(town.database)) as connection:
        return connection.execute(query, values).fetchall()


def diary(town, capsys, number=None):
    """Return what ``giliran log show`` prints, line by line."""
    capsys.readouterr()
    assert log_reader.main(["show", "--database", str(town.database), *(["--number", number] if number else [])]) == 0
    return capsys.readouterr().out.splitlines()
