"""``[display]``: one lobby display's settings."""

from __future__ import annotations

import msgspec

from appliance.speech.settings import SpeechSettings
from appliance.ui.app import ScreenSettings


class DisplaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A screen in the lobby, and its voice."""

    node: str = "display-1"
    hub: str = "hub-1"
    """The hub's node name: its presence tells at once when it has gone."""
    language: str = "id"
    """Of everything on screen but the running text."""
    running_text: tuple[dict[str, str], ...] = ()
    """Sentences for the bottom line, shown one after the other: ``{id = "…", en = "…"}``; each in every language."""
    screen: ScreenSettings = ScreenSettings(width=1280, height=720, inches=43.0)
    speech: SpeechSettings = SpeechSettings()
