"""The speech worker: a process of its own that turns one sentence after another into WAV files. The only importer of
pyttsx3.

Why a process: the engine is a C library behind callbacks. It has been seen to hang, to die and to fall silent, and no
thread can be stopped from outside; a process can. Why only ``save_to_file``: ``say`` shells out to a player from inside
the callback, forgets all but the last of several sentences, and never speaks again once a file has been written.

It reads one JSON ``Sentence`` a line on standard input and answers each with one JSON ``Answer`` a line on standard
output. It ends when its input does, so it cannot outlive its owner.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

EMPTY_RETRIES: Final = 5
"""A WAV file without any sound is asked for again, in the same process. With orders that have arrived (``_settle``)
none was seen in thousands of sentences; before, one in a hundred was (pyttsx3 2.99, espeak-ng 1.51)."""
SETTLE_SECONDS: Final = 0.001
WAV_HEADER: Final = 44


class Sentence(msgspec.Struct, frozen=True):
    """What to say, in which voice, and where to put the sound. An empty text only asks for a sign of life."""

    text: str
    voice: str
    words_per_minute: int
    path: str


class Answer(msgspec.Struct, frozen=True):
    """``problem`` is empty when all went well; ``missing`` tells that trying again cannot help."""

    problem: str = ""
    missing: bool = False


def synthesise(engine: Any, sentence: Sentence, settle: Callable[[], None]) -> Answer:
    """Write the WAV file of one sentence, and make sure that the voice is the one that was asked for.

    The engine keeps its former voice, without an error, when the one asked for is not installed: an Indonesian number
    would be read by an English voice, or in whatever language came before.

    Args:
        engine: of pyttsx3.
        sentence: what to say, and how.
        settle: waits until espeak-ng has taken all orders.
    """
    problems: list[str] = []
    token = engine.connect("error", lambda **details: problems.append(str(details.get("exception", "unknown error"))))
    try:
        chosen = ""
        for _ in range(EMPTY_RETRIES):
            # The engine only prints a file error and then waits for ever: find it out before.
            Path(sentence.path).write_bytes(b"")
            # Since its last sentence the engine holds orders back. As it begins to speak, it cancels whatever espeak-ng
            # has not taken yet: the rate, and the sentence would be spoken half as fast again; or the sentence itself.
            engine.proxy.setBusy(False)
            engine.setProperty("voice", sentence.voice)
            engine.setProperty("rate", sentence.words_per_minute)
            settle()
            engine.save_to_file(sentence.text, sentence.path)
            engine.runAndWait()
            chosen = str(engine.getProperty("voice"))
            if chosen != sentence.voice.lower() or Path(sentence.path).stat().st_size > WAV_HEADER:
                break
    except Exception as error:  # noqa: BLE001  # whatever the engine raises is reported to the owner, who decides
        return Answer(f"{type(error).__name__}: {error}")
    finally:
        engine.disconnect(token)
    if chosen != sentence.voice.lower():
        Path(sentence.path).unlink(missing_ok=True)
        return Answer(f"the voice {sentence.voice} is not installed (espeak-ng would have used {chosen})", missing=True)
    return Answer("; ".join(problems))


def _settle() -> None:
    from pyttsx3.drivers import _espeak  # espeak-ng itself: pyttsx3 has no word for this

    while _espeak.IsPlaying():
        time.sleep(SETTLE_SECONDS)


def main() -> int:
    """Serve until the input ends. The exit code is 0 unless the engine could not be started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C ends the owner, and that ends the input
    answers = os.dup(sys.stdout.fileno())
    # The engine prints on standard output, where our answers go.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def answer(what: Answer) -> None:
        os.write(answers, msgspec.json.encode(what) + b"\n")

    try:
        import pyttsx3

        engine = pyttsx3.init("espeak")
    except Exception as error:  # noqa: BLE001  # a missing library shows as ImportError, OSError or RuntimeError
        answer(Answer(f"the speech engine does not start ({error}); install espeak-ng", missing=True))
        return 1
    decoder = msgspec.json.Decoder(Sentence)
    for line in sys.stdin.buffer:
        sentence = decoder.decode(line)
        answer(synthesise(engine, sentence, _settle) if sentence.text else Answer())
    return 0


if __name__ == "__main__":
    sys.exit(main())
