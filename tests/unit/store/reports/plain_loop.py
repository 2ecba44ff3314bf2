"""The figures of a day a second time: a plain loop over the log's own JSON, with nothing of the product in it."""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3

MINUTE = 60_000


def records(file, day):
    with contextlib.closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT seq, at, type, actor, body FROM event WHERE day = ? ORDER BY seq", (day,))
        return [(seq, at, kind, actor, json.loads(body)) for seq, at, kind, actor, body in rows]


def figures(file, day, promise_minutes, services_of):  # noqa: C901  # plain on purpose
    """Return the figures of one day of a simple office, by name."""
    found = dict.fromkeys(
        [
            "arrived",
            "priority",
            "quick",
            "served",
            "no_show",
            "cancelled",
            "left",
            "calls",
            "recalls",
            "picked",
            "promised",
            "kept",
            "told",
            "inside",
            "below",
            "above",
            "told_error_ms",
            "idle_ms",
        ],
        0,
    )
    spans = {"stays": {}, "wait": [], "walk": [], "service": [], "gap": []}
    state, queued, told, service, priority = {}, {}, {}, {}, {}
    visits, undone, visits_before = {}, set(), {}
    at_counter, free_since, is_open, paused = {}, {}, set(), set()
    before = None
    pending = 0
    for seq, at, kind, actor, body in records(file, day):
        if before is not None:
            waiting = {service[n] for n, s in state.items() if s == "waiting"}
            for counter in is_open - paused - at_counter.keys():
                if waiting & set(services_of[counter]):
                    pending += at - before
        before = at
        if body.get("counter") and actor != "hub":
            found["idle_ms"] += pending
            pending = 0
        number, counter = body.get("number"), body.get("counter")
        if kind == "TicketIssued":
            state[number], queued[number], service[number] = "waiting", at, body["service"]
            priority[number] = body["priority"]
            low, high = body["told"].get("low"), body["told"].get("high")
            if low is not None and high is not None:
                told[number] = math.floor(low / 5) * 5 * MINUTE, max(5, math.ceil(high / 5) * 5) * MINUTE
        elif kind == "TicketCalled":
            free = at if body.get("finished") else free_since.get(counter)
            mine = [n for n, s in state.items() if s == "waiting" and service[n] in services_of[counter]]
            waited = free is not None and any(queued[n] <= free for n in (number, *mine))
            visits[seq] = {
                "number": number,
                "waited": at - queued[number],
                "called": at,
                "calls": 1,
                "started": None,
                "ended": None,
                "ending": None,
                "reason": body["reason"],
                "by_finish": False,
                "gap": at - free if waited else None,
            }
            visits_before[counter] = free_since.get(counter)
            state[number], at_counter[counter] = "called", seq
        elif kind in ("CallUndone", "FinishUndone"):
            back = number
            if kind == "CallUndone":
                undone.add(at_counter.pop(counter))
                state[number], back = "waiting", body.get("finished")
                free_since[counter] = visits_before.get(counter)
            if back:
                last = max(seq for seq, visit in visits.items() if visit["number"] == back and seq not in undone)
                visit = visits[last]
                if visit["by_finish"]:
                    visit["started"] = None
                visit["ended"], visit["ending"], visit["by_finish"] = None, None, False
                at_counter[counter], state[back] = last, "serving" if visit["started"] else "called"
        elif kind == "TicketRecalled":
            visits[at_counter[counter]]["calls"] = body["times"]
        elif kind == "ServiceStarted":
            visits[at_counter[counter]]["started"] = at
            state[number] = "serving"
        elif kind in ("ServiceFinished", "TicketNotShown", "TicketParked", "TicketTransferred"):
            visit = visits[at_counter.pop(counter)]
            visit["ended"], visit["ending"], free_since[counter] = at, "day" if actor == "hub" else kind, at
            visit["by_finish"] = kind == "ServiceFinished" and not body.get("started", True)
            state[number] = {"ServiceFinished": "served", "TicketNotShown": "no_show"}.get(kind, "parked")
            if kind == "TicketTransferred":
                state[number], service[number], queued[number] = "waiting", body["service"], at
        elif kind == "TicketReturned":
            state[number], queued[number] = "waiting", at
        elif kind == "TicketCancelled":
            state[number] = "cancelled"
        elif kind == "TicketExpired":
            state[number] = "left"
        elif kind == "QuickServed":
            found["quick"] += 1
        elif kind == "CounterOpened":
            is_open.add(counter)
            paused.discard(counter)
            free_since[counter] = None
        elif kind == "CounterPaused":
            paused.add(counter)
            free_since[counter] = None
    seen = set()
    for seq, visit in sorted(visits.items()):
        if seq in undone:
            continue
        number, waited = visit["number"], visit["waited"]
        found["calls"] += 1
        found["recalls"] += visit["calls"] - 1
        found["picked"] += visit["reason"].startswith("picked_")
        found["promised"] += 1
        found["kept"] += waited <= promise_minutes * MINUTE
        spans["wait"].append(waited)
        spans["stays"][number] = spans["stays"].get(number, 0) + waited
        if number not in seen and number in told:
            low, high = told[number]
            found["told"] += 1
            found["below"] += waited < low
            found["above"] += waited > high
            found["inside"] += low <= waited <= high
            found["told_error_ms"] += abs(waited - (low + high) // 2)
        seen.add(number)
        if visit["gap"] is not None:
            spans["gap"].append(visit["gap"])
        if visit["started"] is not None and visit["started"] != visit["ended"]:
            spans["walk"].append(visit["started"] - visit["called"])
            began = visit["started"]
        else:
            began = visit["called"]
        if visit["ending"] in ("ServiceFinished", "TicketTransferred", "TicketParked"):
            spans["service"].append(visit["ended"] - began)
    for number, how in state.items():
        found["arrived"] += 1
        found["priority"] += priority[number]
        name = "left" if how in ("waiting", "parked", "called", "left") else "served" if how == "serving" else how
        found[name] += 1
    return found, {**spans, "stays": list(spans["stays"].values())}
