"""Sound as samples: our own chime, the silence around speech, and one WAV file for one announcement.

All sound here is mono, 16 bits signed, ``RATE`` samples a second, as the speech engine writes it.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

RATE: Final = 22_050
"""Samples a second: what espeak-ng's own voices produce."""
FULL_SCALE: Final = 32_767
AUDIBLE: Final = 160
"""A sample below this (-46 dB) counts as silence."""
SENTENCE_GAP_MS: Final = 350
LANGUAGE_GAP_MS: Final = 600
CHIME_GAP_MS: Final = 250
_EDGE_MS: Final = 30
_FADE_MS: Final = 5


def silence(milliseconds: int) -> array[int]:
    """Return silence."""
    return array("h", bytes(2 * (RATE * milliseconds // 1000)))


@cache
def chime() -> array[int]:
    """Return our two-tone chime: E5 and then C5 (a falling major third), each struck and fading, 1.1 seconds.

    A struck bar sounds a pure tone with a short, quieter partial near four times its frequency (Fletcher and Rossing,
    *The Physics of Musical Instruments*, on tuned bars); two such decaying sines make each tone. Its loudness is set
    beside the speech's, by measurement, so that it calls attention without startling.
    """
    total = RATE * 1100 // 1000
    mixed = [0.0] * total
    for start, frequency in ((0.0, 659.255), (0.33, 523.251)):
        first = int(start * RATE)
        for index in range(first, total):
            t = (index - first) / RATE
            attack = min(1.0, t / 0.008)
            tone = math.sin(math.tau * frequency * t) * math.exp(-t / 0.28)
            partial = 0.18 * math.sin(math.tau * 3.98 * frequency * t) * math.exp(-t / 0.05)
            mixed[index] += attack * (tone + partial)
    release = RATE * 60 // 1000
    for index in range(release):
        mixed[total - 1 - index] *= index / release
    loudest = max(abs(value) for value in mixed)
    return array("h", (round(0.34 * FULL_SCALE * value / loudest) for value in mixed))


def read(path: Path) -> array[int]:
    """Return the samples of a WAV file.

    Raises:
        ValueError: if it is no WAV file, or not mono, 16 bits, ``RATE``.
        OSError: if it cannot be read.
    """
    try:
        with wave.open(str(path), "rb") as file:
            form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path.name} is not a WAV file: {error}") from error
    if form != (1, 2, RATE):
        raise ValueError(f"{path.name}: {form[0]} channels, {8 * form[1]} bits, {form[2]} Hz; 1, 16, {RATE} wanted")
    return _native(array("h", frames[: len(frames) // 2 * 2]))


def write(path: Path, samples: array[int]) -> None:
    """Write a WAV file, under another name until it is complete.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    half_done = path.with_suffix(".part")
    with wave.open(str(half_done), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(_native(samples[:]).tobytes())
    half_done.replace(path)


def seconds(path: Path) -> float:
    """Return the duration of a WAV file. Raises ``ValueError`` or ``OSError`` as ``read`` does."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() / file.getframerate()
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path.name} is not a WAV file: {error}") from error


def is_audible(samples: array[int]) -> bool:
    """Tell whether there is anything to hear."""
    return bool(samples) and (max(samples) > AUDIBLE or min(samples) < -AUDIBLE)


def trimmed(samples: array[int]) -> array[int]:
    """Return speech without the silence at its ends, and faded there: a sound cut at full swing clicks.

    The engine leaves up to half a second behind a sentence, and starts some sentences in mid-swing.
    """
    if not is_audible(samples):
        return array("h")
    first = next(index for index, value in enumerate(samples) if abs(value) > AUDIBLE)
    last = next(index for index in range(len(samples) - 1, -1, -1) if abs(samples[index]) > AUDIBLE)
    edge, fade = RATE * _EDGE_MS // 1000, RATE * _FADE_MS // 1000
    cut = samples[max(0, first - edge) : last + 1 + edge]
    for index in range(min(fade, len(cut) // 2)):
        cut[index] = cut[index] * index // fade
        cut[-1 - index] = cut[-1 - index] * index // fade
    return cut


def join(languages: Sequence[Sequence[array[int]]], *, with_chime: bool, lead_in_ms: int) -> array[int]:
    """Return one whole announcement: silence to wake the loudspeaker, the chime, the sentences of each language.

    Args:
        languages: the trimmed sentences of each language in the order in which they are spoken.
        with_chime: begin with the chime.
        lead_in_ms: milliseconds of silence in front.
    """
    whole = silence(lead_in_ms)
    if with_chime:
        whole += chime()
    gap = CHIME_GAP_MS if with_chime else 0
    for sentences in languages:
        for sentence in filter(None, sentences):  # a voice that is not fitted leaves empty ones
            whole += silence(gap)
            whole += sentence
            gap = SENTENCE_GAP_MS
        gap = LANGUAGE_GAP_MS
    # Some sound cards drop their last period when the stream ends.
    return whole + silence(100)


def _native(samples: array[int]) -> array[int]:
    if sys.byteorder == "big":  # WAV is little-endian
        samples.byteswap()
    return samples
