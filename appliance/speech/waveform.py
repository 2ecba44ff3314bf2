"""Sound as samples: our own chime, the silence around speech, and one WAV file for one announcement.

All sound here is mono, 16 bits signed, ``RATE`` samples a second, as the speech engine writes it.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from appliance.node.durable_file import replacing

RATE: Final = 22_050
"""Samples a second: what espeak-ng's own voices produce."""
FULL_SCALE: Final = 32_767
AUDIBLE: Final = 160
"""A sample below this (-46 dB) counts as silence."""
SENTENCE_GAP_MS: Final = 350
LANGUAGE_GAP_MS: Final = 600
CHIME_GAP_MS: Final = 250
TAIL_MS: Final = 100
"""Some sound cards drop their last period when the stream ends."""
_CLIPPED_RUN: Final = 4
_SPEECH_RMS: Final = 3800
"""Of espeak-ng's Indonesian voice, silence left out; measured over the numbers A001 to A100."""
_PEAK: Final = 0.9 * FULL_SCALE
_EDGE_MS: Final = 30
_FADE_MS: Final = 5


class WrongForm(ValueError):
    """A WAV file of another form than all sound here has."""


def silence(milliseconds: int) -> array[int]:
    """Return silence."""
    return array("h", bytes(2 * (RATE * milliseconds // 1000)))


def breath(samples: int) -> array[int]:
    """Return sound that nobody hears (-90 dB): some screens and amplifiers fall asleep at nothing but zeros."""
    return array("h", ([1, 0, -1, 0] * (samples // 4 + 1))[:samples])


@cache
def test_tone() -> array[int]:
    """Return two seconds of 1 kHz, 18 dB below the limit: the level that sound engineers align equipment with.

    EBU R 68, "Alignment level in digital audio production equipment".
    """
    fade = RATE // 50
    total = 2 * RATE
    wave_of = (math.sin(math.tau * 1000 * index / RATE) for index in range(total))
    shape = (min(1.0, index / fade, (total - 1 - index) / fade) for index in range(total))
    return array("h", (round(FULL_SCALE * 10 ** (-18 / 20) * a * b) for a, b in zip(wave_of, shape, strict=True)))


@cache
def alarm() -> array[int]:
    """Return the attention signal of an emergency: two rising sweeps, unlike anything else that is heard here.

    500 to 1200 Hz, as the "slow whoop" of evacuation signals (NEN 2575), only shorter, for words follow. ISO 7731 asks
    of danger signals that their sound lies between 500 and 2500 Hz.
    """
    sweep = RATE
    phase, one = 0.0, []
    for index in range(sweep):
        phase += math.tau * (500 + 700 * index / sweep) / RATE
        edge = min(1.0, index / 200, (sweep - 1 - index) / 200)
        one.append(round(0.6 * FULL_SCALE * edge * math.sin(phase)))
    whoop = array("h", one) + silence(150)
    return whoop * 2


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
    except (
        wave.Error,
        EOFError,
        RuntimeError,
    ) as error:  # a chunk that ends outside of the file is a bare RuntimeError
        raise ValueError(f"{path.name} is not a WAV file: {error or 'it is damaged'}") from error
    if form != (1, 2, RATE):
        raise WrongForm(f"{path.name}: {form[0]} channels, {8 * form[1]} bits, {form[2]} Hz; 1, 16, {RATE} wanted")
    return _native(array("h", frames[: len(frames) // 2 * 2]))


def write(path: Path, samples: array[int]) -> None:
    """Write a WAV file, under another name until it is complete.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    half_done = path.with_suffix(".part")
    with replacing(path, half_done, durable=False), wave.open(str(half_done), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(_native(samples[:]).tobytes())


def is_audible(samples: array[int]) -> bool:
    """Tell whether there is anything to hear."""
    return bool(samples) and (max(samples) > AUDIBLE or min(samples) < -AUDIBLE)


def is_clipped(samples: array[int]) -> bool:
    """Tell whether the sound was too loud for its recording: several samples in a row at the limit."""
    limit = FULL_SCALE - 1
    run = 0
    for value in samples:
        run = run + 1 if abs(value) >= limit else 0
        if run == _CLIPPED_RUN:
            return True
    return False


def starts_quietly(samples: array[int]) -> bool:
    """Tell whether the sound begins with a moment of silence, so that nothing of it is cut off."""
    return not is_audible(samples[: RATE * _FADE_MS // 1000])


def scaled(samples: array[int], percent: int) -> array[int]:
    """Return sound at a percentage of its amplitude."""
    if percent >= 100:  # all of it
        return samples
    return array("h", (value * percent // 100 for value in samples))


def levelled(samples: array[int]) -> array[int]:
    """Return sound as loud as espeak-ng's: its root mean square over what is audible, but never over the limit."""
    active = [value for value in samples if abs(value) > AUDIBLE]
    if not active:
        return samples
    loudness = math.sqrt(sum(value * value for value in active) / len(active))
    gain = min(_SPEECH_RMS / loudness, _PEAK / max(abs(value) for value in active))
    return array("h", (round(value * gain) for value in samples))


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


def pieces(
    languages: Iterable[Iterable[array[int]]], *, signal: array[int] | None, lead_in_ms: int
) -> Iterator[array[int]]:
    """Yield one announcement piece by piece: silence to wake the loudspeaker, the signal, each language's sentences.

    The signal comes before the first sentence is asked for. If there is nothing to hear, there are no pieces.

    Args:
        languages: the trimmed sentences of each language in the order in which they are spoken.
        signal: what it begins with, such as the chime.
        lead_in_ms: milliseconds of silence in front.
    """
    lead_in, gap = silence(lead_in_ms), 0
    if signal is not None:
        yield from (lead_in, signal)
        lead_in, gap = silence(0), CHIME_GAP_MS
    for sentences in languages:
        for sentence in filter(None, sentences):  # a voice that is not fitted leaves empty ones
            yield from (lead_in, silence(gap), sentence)
            lead_in, gap = silence(0), SENTENCE_GAP_MS
        gap = LANGUAGE_GAP_MS if gap else 0
    if gap:
        yield silence(TAIL_MS)


def join(languages: Iterable[Iterable[array[int]]], *, with_chime: bool, lead_in_ms: int) -> array[int]:
    """Return one whole announcement; see ``pieces``. ``with_chime``: begin with the chime."""
    whole = array("h")
    for piece in pieces(languages, signal=chime() if with_chime else None, lead_in_ms=lead_in_ms):
        whole += piece
    return whole


def _native(samples: array[int]) -> array[int]:
    if sys.byteorder == "big":  # WAV is little-endian
        samples.byteswap()
    return samples
