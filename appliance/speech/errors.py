"""What can go wrong with the voice and the loudspeaker: faults of the environment, never our own bugs."""

from __future__ import annotations

from typing import ClassVar

from appliance.texts.parts import PartFault


class SpeechError(PartFault):
    """An announcement could not be spoken."""

    name: ClassVar[str] = "voice"


class VoiceFault(SpeechError):
    """The voice is fitted but gave no usable sound."""


class VoiceMissing(SpeechError):
    """The speech engine, or its voice for this language, is not installed."""


class PlayerFault(SpeechError):
    """The loudspeaker is there but did not play."""

    name = "speaker"


class PlayerMissing(SpeechError):
    """There is no sound device, or no program to play on it."""

    name = "speaker"
