"""``[display.speech]``: how a box with a loudspeaker announces."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from appliance.texts.numbers import Style


class SpeechSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``speech`` in the section of a box that speaks."""

    voice: Literal["espeak", "none"] = "espeak"
    """``none``: the chime alone announces."""
    player: Literal["alsa", "folder", "none"] = "alsa"
    """``folder`` keeps every announcement as a file instead of playing it, for demonstrations."""
    device: str = "default"
    """The ALSA device, as ``aplay -L`` lists them: ``default``, ``plughw:CARD=vc4hdmi0``, …"""
    folder: str = ""
    """Where ``player = "folder"`` puts its files."""
    languages: Annotated[tuple[Literal["id", "en"], ...], msgspec.Meta(min_length=1)] = ("id",)
    """Spoken one after the other. Each takes about six seconds, so a busy office has one."""
    style: Style = "digits"
    """``digits``: "A, nol, satu, dua". ``number``: "A dua belas"."""
    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=260)] = 135
    """Calm for older listeners; 175 is everyday speech."""
    chime: bool = True
    lead_in_ms: Annotated[int, msgspec.Meta(ge=0, le=5000)] = 400
    """Silence in front, while a sleeping HDMI screen or amplifier wakes; without it the first syllable is lost."""
    max_age_s: Annotated[int, msgspec.Meta(ge=10, le=3600)] = 120
    """A call older than this, in office seconds, is shown but no longer spoken."""
    repeats: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    """How many times each call is spoken."""
    deadline_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 5.0
    """Real seconds that one sentence may take to synthesise before the voice is restarted. It needs about 0.1."""
