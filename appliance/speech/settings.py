"""``[display.speech]``: how a box with a loudspeaker announces."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from appliance.node import config
from appliance.texts.numbers import Style

Language = Literal["id", "en"]
Sentence = Literal["recall", "number", "service", "counter"]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z")]

PLACEHOLDERS: Final = {"recall": set[str](), "number": {"number"}, "service": {"service"}, "counter": {"counter"}}
"""What each sentence's template may and must name; ``number`` and ``counter`` may name the service as well."""


class SpeechSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``speech`` in the section of a box that speaks."""

    voice: Literal["espeak", "none"] = "espeak"
    """``none``: the chime alone announces."""
    piper: str = "piper"
    """The program of the Piper voice, used for every language that has a model."""
    piper_models: dict[Language, str] = {}
    """Piper's model (``.onnx``) of each language. A language without one, or whose file is not there, has espeak-ng."""
    clips: str = ""
    """A folder with recorded words, one folder a language. What is recorded is preferred to every other voice."""
    player: Literal["alsa", "folder", "none"] = "alsa"
    """``folder`` keeps every announcement as a file instead of playing it, for demonstrations."""
    device: str = "default"
    """The ALSA device, as ``aplay -L`` lists them: ``default``, ``sysdefault:CARD=vc4hdmi0``, ``pipewire:NODE=…``"""
    keep_awake: bool = True
    """Keep the device open with an inaudible sound between announcements, so that an HDMI screen does not sleep."""
    folder: str = ""
    """Where ``player = "folder"`` puts its files."""
    languages: Annotated[tuple[Language, ...], msgspec.Meta(min_length=1)] = ("id",)
    """Spoken one after the other. Each takes about six seconds, so a busy office has one."""
    style: Style = "digits"
    """``digits``: "A, nol, satu, dua". ``number``: "A dua belas"."""
    styles: dict[Language, Style] = {}
    """A style of its own for a language."""
    sentences: Annotated[tuple[Sentence, ...], msgspec.Meta(min_length=1)] = ("recall", "number", "counter")
    """What is said, in this order; ``recall`` only when a call is repeated."""
    templates: dict[Language, dict[Sentence, str]] = {}
    """Sentences of the office's own: ``number = "Nomor {number}, {service}."``"""
    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=260)] = 135
    """Calm for older listeners; 175 is everyday speech."""
    chime: bool = True
    volume: Percent = 100
    """Percent of the full amplitude; 50 is 6 dB less."""
    volume_from: dict[TimeOfDay, Percent] = {}
    """Another volume from a time of day on, until the next one: ``{"12:00" = 60, "13:00" = 100}``"""
    lead_in_ms: Annotated[int, msgspec.Meta(ge=0, le=5000)] = 400
    """Silence in front, while a sleeping HDMI screen or amplifier wakes; not needed while it is kept awake."""
    max_age_s: Annotated[int, msgspec.Meta(ge=10, le=3600)] = 120
    """A call older than this, in office seconds, is shown but no longer spoken."""
    repeats: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    """How many times each call is spoken while nobody else waits to be called."""
    hurries: bool = True
    """In a rush: shorten what is said, and say the newest first. False: every call in full and in order, if late."""
    deadline_s: Annotated[float, msgspec.Meta(ge=0.1, le=60)] = 5.0
    """Real seconds that one sentence may take to synthesise before the voice is restarted. It needs about 0.1."""

    def __post_init__(self) -> None:
        """Refuse a template that names what its sentence does not know, or leaves out what it is for."""
        for language, templates in self.templates.items():
            for sentence, template in templates.items():
                _check_template(f"templates.{language}.{sentence}", template, PLACEHOLDERS[sentence])

    def volume_at(self, minute: int | None) -> int:
        """Return the percent of the full amplitude at ``minute`` of the day; None if the time is not known."""
        if minute is None or not self.volume_from:
            return self.volume
        now = f"{minute // 60:02d}:{minute % 60:02d}"
        begun = [start for start in self.volume_from if start <= now]
        return self.volume_from[max(begun)] if begun else self.volume


class _Display(msgspec.Struct, frozen=True):
    """The part of ``[display]`` that concerns us."""

    speech: SpeechSettings = SpeechSettings()


def configured(file: Path | None) -> SpeechSettings:
    """Return the settings of the display that ``file`` configures; without a file, the defaults.

    Raises:
        ConfigError: if the file cannot be meant.
    """
    return config.load(file).section("display", _Display).speech if file else SpeechSettings()


def _check_template(name: str, template: str, wanted: set[str]) -> None:
    try:
        parts = [part for part in string.Formatter().parse(template) if part[1] is not None]
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    fields = {field for _, field, _, _ in parts if field is not None}
    if any(form or conversion for _, _, form, conversion in parts):
        raise ValueError(f"{name}: a placeholder is its name alone, {{{min(fields)}}}; words have no format")
    unknown = fields - wanted - ({"service"} if wanted else set())
    if unknown or not wanted <= fields:
        allowed = ", ".join(f"{{{field}}}" for field in sorted(wanted)) or "no placeholder"
        raise ValueError(f"{name} needs {allowed}; it has {', '.join(sorted(fields)) or 'none'}")
