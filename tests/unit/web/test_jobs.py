"""Heavy work runs in a process of its own, tells how far it is, fails in words and ends with whoever stops it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from appliance.node.polling import until
from appliance.web.jobs import Job, Kind


class Progress(msgspec.Struct, tag="progress"):
    done: int
    of: int


class Done(msgspec.Struct, tag="done"):
    what: str


class Failed(msgspec.Struct, tag="failed"):
    problem: str


DECODER = msgspec.json.Decoder(Progress | Done | Failed)


class Live:
    """Counts how often somebody was told."""

    def __init__(self):
        self.told = 0
        self.clock = SimpleNamespace(office_ms=lambda: 1_000)

    def changed(self):
        self.told += 1


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Return what makes a job of a program."""

    def make(program):
        file = tmp_path / "program"
        file.write_text(f"#!/bin/sh\n{program}\n")
        file.chmod(0o755)
        monkeypatch.setattr("appliance.web.jobs.sys.executable", str(file))
        return Job(Kind("some.module", DECODER, (Done, Failed), Failed), Live())

    return make


def run(job, *steps):
    async def go():
        assert job.start("siti", "one", "two")
        assert not job.start("budi")
        for step in steps:
            await step(job)
        await job.over()

    asyncio.run(go())
    return job.last


def test_it_is_run_with_its_arguments_and_its_last_word_stays(work):
    job = work("""echo '{"type": "progress", "done": 1, "of": 4}'; echo '{"type": "done", "what": "'"$*"'"}'""")
    last = run(job)
    assert (last.by, last.running, last.told) == ("siti", False, Done("-m some.module one two"))


async def half(job):
    while job.last.percent != 50:
        await asyncio.sleep(0.01)


async def stop(job):
    assert job.stop()


def test_it_tells_how_far_it_is_and_can_be_stopped(work, tmp_path):
    job = work(f"""echo '{{"type": "progress", "done": 2, "of": 4}}'; echo $$ > {tmp_path}/pid; exec sleep 600""")
    last = run(job, half, stop)
    assert (last.told, last.running) == (None, False)
    assert not job.stop()


@pytest.mark.parametrize(("program", "why"), [("exit 3", "some.module ended with 3"), ("echo '{}'", "Object missing")])
@pytest.mark.expects_log("failed")
def test_what_ends_without_a_last_word_has_failed(work, program, why):
    assert why in run(work(program)).told.problem


def test_it_can_be_started_again(work):
    job = work("""echo '{"type": "done", "what": "x"}'""")
    assert run(job).told == run(job).told == Done("x")


def test_what_is_stopped_before_it_began_is_over(work):
    job = work("exec sleep 600")

    async def go():
        assert job.start("siti")
        assert job.stop()
        await job.over()

    asyncio.run(go())
    assert not job.running


def test_whatever_it_started_ends_with_it(work, tmp_path):
    job = work(f"""sleep 600 & echo $! > {tmp_path}/child
echo '{{"type": "progress", "done": 2, "of": 4}}'; wait""")
    run(job, half, stop)
    child = int((tmp_path / "child").read_text())
    assert until(lambda: not _lives(child))


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_is_stopped_may_end_what_it_has_begun_and_what_does_not_listen_is_ended(work, tmp_path, monkeypatch):
    said = """echo '{"type": "progress", "done": 2, "of": 4}'"""
    polite = work(f"""trap 'echo over > {tmp_path}/ended; exit 143' TERM; {said}; while :; do sleep 0.02; done""")
    run(polite, half, stop)
    assert (tmp_path / "ended").read_text() == "over\n"
    monkeypatch.setattr("appliance.web.jobs.LEAVE_SECONDS", 0.1)
    deaf = run(work(f"""trap '' TERM; {said}; while :; do sleep 0.02; done"""), half, stop)
    assert (deaf.told, deaf.running) == (None, False)
