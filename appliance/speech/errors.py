"""What can go wrong with the voice and the loudspeaker: faults of the environment, never our own bugs."""

from __future__ import annotations


class SpeechError(Exception):
    """An announcement could not be spoken; the sentence says why, for a technician."""


class VoiceFault(SpeechError):
    """The voice is fitted but gave no usable sound."""


class VoiceMissing(SpeechError):
    """The speech engine, or its voice for this language, is not installed."""


class PlayerFault(SpeechError):
    """The loudspeaker is there but did not play."""


class PlayerMissing(SpeechError):
    """There is no sound device, or no program to play on it."""
