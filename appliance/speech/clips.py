"""The recorded voice: words that somebody has spoken into a microphone, joined into sentences.

``FOLDER/id/nomor-antrean.wav`` holds the words "nomor antrean". A sentence is covered by the longest stretches of
words that there are recordings of, so an office may record whole sentences, or single words, or both.
"""

from __future__ import annotations

import argparse
import re
import string
import sys
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from appliance.node.config import ConfigError
from appliance.speech import waveform
from appliance.speech.errors import VoiceFault, VoiceMissing
from appliance.speech.phrases import sentences
from appliance.speech.settings import SpeechSettings, configured
from appliance.wire.messages import Call, Part

LONGEST_STRETCH: Final = 12
"""Words in one recording."""
LONGEST_FILE_NAME: Final = 255
"""Bytes, on every file system of ours."""
WORD_GAP_MS: Final = 40
PAUSE_MS: Final = 180
"""At a comma."""
_WORDS: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,;:.!?]")


class ClipVoice:
    """A ``Voice`` (see ``voice``) made of recordings. What it has no words for is ``VoiceMissing``.

    Args:
        folder: with one folder of WAV files (mono, 16 bits, 22050 Hz) for each language.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def synthesise(self, text: str, language: str, path: Path) -> None:
        """See ``Voice``."""
        stretches = self.cover(text, language)
        if missing := [words for words, file in stretches if file is None and words]:
            raise VoiceMissing("not_recorded", words=", ".join(missing))
        joined = array("h")
        try:
            for words, file in stretches:
                joined += self._recording(file) if file is not None else waveform.silence(PAUSE_MS if not words else 0)
        except (ValueError, OSError) as error:
            raise VoiceFault("bad_recording", error=str(error)) from error
        waveform.write(path, joined)

    def cover(self, text: str, language: str) -> list[tuple[str, Path | None]]:
        """Return the stretches that ``text`` is made of: the words, and their recording if there is one.

        A pause is a stretch without words and without a recording.
        """
        words = [word.lower() for word in _WORDS.findall(text)]
        found: list[tuple[str, Path | None]] = []
        while words:
            length, file = self._longest(words, language)
            if words[0] in string.punctuation:
                found.append(("", None))
            else:
                found.append((" ".join(words[:length]), file))
            del words[:length]
        while found and found[-1] == ("", None):
            found.pop()
        return found

    def check(self) -> None:
        """There is nothing to look after."""

    def parts(self) -> list[Part]:
        """Return its health."""
        count = sum(1 for _ in self._folder.glob("*/*.wav"))
        if not count:
            return [Part("voice", "missing", "no_recordings", {"folder": str(self._folder)})]
        return [Part("voice", "ok", "recordings", {"count": str(count)})]

    def close(self) -> None:
        """There is nothing to end."""

    def _longest(self, words: list[str], language: str) -> tuple[int, Path | None]:
        """Return how many of the next words one recording holds; 1 and None if there is none of the first."""
        stop = next((place for place, word in enumerate(words) if word in string.punctuation), len(words))
        for length in range(min(stop, LONGEST_STRETCH), 0, -1):
            file = self._folder / language / f"{'-'.join(words[:length])}.wav"
            if len(file.name.encode()) <= LONGEST_FILE_NAME and file.is_file():
                return length, file
        return 1, None

    def _recording(self, file: Path) -> array[int]:
        samples = waveform.trimmed(waveform.read(file))
        if not samples:
            raise ValueError(f"{file.name} is silent")
        return waveform.levelled(samples) + waveform.silence(WORD_GAP_MS)


def missing_words(voice: ClipVoice, calls: Iterable[Call], language: str, settings: SpeechSettings) -> list[str]:
    """Return the words that ``calls`` need and that are not recorded, each once."""
    stretches = (
        stretch
        for call in calls
        for text in sentences(call, language, settings)
        for stretch in voice.cover(text, language)
    )
    return list(dict.fromkeys(words for words, file in stretches if words and file is None))


def sample_calls(letters: str, counters: Iterable[str], services: Iterable[str]) -> Iterator[Call]:
    """Yield calls that between them use every letter, every word of numbers up to 999, every counter and service."""
    numbers = [*range(21), *range(30, 100, 10), *range(100, 1000, 100), 987]
    for name in services or ("",):
        for counter in counters:
            yield Call(1, 0, 0, f"{letters[0]}001", "", {"id": counter}, "", {"id": name} if name else {}, recall=True)
    for letter in letters:
        yield Call(1, 0, 0, f"{letter}1", "", {}, "", {})
    for number in numbers:
        yield Call(1, 0, 0, f"{letters[0]}{number}", "", {}, "", {})


def faults(folder: Path) -> Iterator[str]:
    """Yield what is wrong with recordings, each with a way to mend it."""
    for file in sorted(folder.glob("*/*.wav")):
        name = file.relative_to(folder)
        try:
            samples = waveform.read(file)
        except waveform.WrongForm as error:
            yield f"{error}: sox {name} -r {waveform.RATE} -c 1 -b 16 mended.wav"
        except (ValueError, OSError) as error:
            yield str(error)
        else:
            if not waveform.is_audible(samples):
                yield f"{name} is silent"
            elif waveform.is_clipped(samples):
                yield f"{name} is overdriven; record it again, further from the microphone"
            elif not waveform.starts_quietly(samples):
                yield f"{name} begins in the middle of a sound; record it again with a moment of silence in front"


def main(arguments: list[str] | None = None) -> int:
    """List what is not recorded or not usable; return 1 if there is something."""
    parser = argparse.ArgumentParser(prog="giliran clips", description="Which words are not recorded yet?")
    parser.add_argument("folder", type=Path, help="with one folder a language: FOLDER/id/nomor-antrean.wav")
    parser.add_argument("--config", type=Path, help="read [display.speech] from this file")
    parser.add_argument("--letters", default=string.ascii_uppercase, help="of ticket numbers (default: A to Z)")
    parser.add_argument("--counter", action="append", default=[], help='a counter\'s name: "Loket 3"; several times')
    parser.add_argument("--service", action="append", default=[], help="a service's name; several times")
    asked = parser.parse_args(arguments)
    try:
        settings = configured(asked.config)
    except ConfigError as error:
        parser.error(str(error))
    voice = ClipVoice(asked.folder)
    counters = asked.counter or [f"Loket {number}" for number in range(1, 10)]
    found = 0
    for language in settings.languages:
        calls = sample_calls(asked.letters.upper(), counters, asked.service)
        for word in missing_words(voice, calls, language, settings):
            sys.stdout.write(f"missing: {language}/{word.replace(' ', '-')}.wav\n")
            found += 1
    for fault in faults(asked.folder):
        sys.stdout.write(f"fault: {fault}\n")
        found += 1
    sys.stdout.write(f"{found} to record\n" if found else "everything is recorded\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
