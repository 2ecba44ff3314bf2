"""Plays a question on several processors, politely: niced, with progress, and gone when whoever asked is."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, Final, TypeVar, cast

from appliance.reports.what_if.answer import Answer, Pair, Question, answer, exact_play, one_play, promise_of
from appliance.reports.what_if.changes import check
from appliance.reports.what_if.plays import pool
from appliance.simulation.recorded_days import RecordedDay

NICER: Final = 10
MOST_WORKERS: Final = 4
T = TypeVar("T")
Tell = Callable[[int, int], None]
"""Is told how much of all is done."""


class PlayFailed(RuntimeError):
    """A process that played has died, or a rule forbade what the office did."""


def ask(days: Sequence[RecordedDay], question: Question, tell: Tell = lambda _done, _all: None) -> Answer:
    """Play a question and put the answer together.

    Args:
        days: of the office.
        question: what is asked.
        tell: is told how many plays are done, of how many.

    Raises:
        BadQuestion: before anything is played.
        PlayFailed: if a play does not come to its end.
    """
    check(days, question.changes)
    known = pool(days)
    promise = promise_of(days, question)

    def one(number: int) -> Pair:
        if number < len(days):
            return exact_play(days[number], known, question, promise)
        number -= len(days)
        return one_play(days, known, question, number, chance_of(question.seed, number))

    played = spread_out(one, range(len(days) + question.plays), tell)
    return answer(days, known, question, played[len(days) :], played[: len(days)])


def chance_of(seed: int, number: int) -> random.Random:
    """Return the chance of one play: its own, so that it is the same on however many processors."""
    return random.Random(f"{seed}:{number}")  # noqa: S311  # nothing secret


def spread_out(
    work: Callable[[int], T],
    numbers: Iterable[int],
    tell: Tell = lambda _done, _all: None,
    workers: int | None = None,
    *,
    nicer: int | None = None,
) -> list[T]:
    """Do ``work`` for each number, in processes of this one's making, and return the results in the numbers' order.

    A process ends when its share is done, or as soon as nobody listens any more.

    Args:
        work: what to do; whatever it needs, the processes have as it is now.
        numbers: for which.
        tell: is told how many are done.
        workers: how many processes; None for as many as there are processors, at most ``MOST_WORKERS``.
        nicer: by how much they stand back behind others; None for ``NICER``, beside a hub at work.

    Raises:
        PlayFailed: with the sentence of what was raised.
    """
    numbers, back = list(numbers), NICER if nicer is None else nicer
    count = max(1, min(workers or min(os.cpu_count() or 1, MOST_WORKERS), len(numbers)))
    context = multiprocessing.get_context("fork")
    found: dict[int, T] = {}
    processes, pipes = [], []
    try:
        for place in range(count):
            mine, theirs = context.Pipe(duplex=False)
            process = context.Process(
                target=_worker, args=(work, numbers[place::count], theirs, mine, back), daemon=True
            )
            with _undisturbed():
                process.start()
            theirs.close()
            processes.append(process)
            pipes.append(mine)
        _gather(pipes, found, len(numbers), tell)
    finally:
        for process in processes:
            if process.is_alive():
                process.terminate()
        for process in processes:
            process.join()
        for pipe in pipes:
            pipe.close()
    return [found[number] for number in numbers]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep a wish to stop back until a new process no longer takes it for its own."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _gather(pipes: Sequence[Connection], found: dict[int, T], total: int, tell: Tell) -> None:
    listening = list(pipes)
    while len(found) < total:
        for pipe in wait(listening):
            try:
                number, result, failed = cast("Connection", pipe).recv()
            except EOFError as error:
                raise PlayFailed("a process that played has died; is there too little memory?") from error
            if failed:
                raise PlayFailed(failed)
            if number is None:
                listening.remove(cast("Connection", pipe))
                continue
            found[number] = result
            tell(len(found), total)


def _worker(
    work: Callable[[int], Any], numbers: Sequence[int], pipe: Connection, others: Connection, back: int
) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked ends it
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    others.close()
    os.nice(back)
    gc.disable()  # a play makes no circles worth collecting, and is soon over
    for number in numbers:
        try:
            result = work(number)
        except Exception as error:  # noqa: BLE001  # told to whoever asked
            pipe.send((number, None, f"{type(error).__name__}: {error}"))
            return
        try:
            pipe.send((number, result, ""))
        except BrokenPipeError:
            return
        gc.collect(0)
    pipe.send((None, None, ""))
