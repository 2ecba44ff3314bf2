"""``[display]``: one lobby display's settings."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from appliance.speech.settings import SpeechSettings, TimeOfDay
from appliance.ui.app import ScreenSettings
from display.look import LookSettings
from display.scope import Scope


class MediaSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pictures, videos and pages while nobody is called."""

    folder: str = "/var/lib/giliran-display/media"
    """Pictures (JPEG, PNG, WebP, …) and videos, shown in the order of their names."""
    usb: str = "/media/giliran"
    """Where USB sticks are mounted: of each, only its folder ``giliran`` is shown. Empty: none."""
    seconds: Annotated[int, msgspec.Meta(ge=3, le=600)] = 12
    """How long a picture or a page stays; a video plays to its end."""
    after_s: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 25
    """So long after a call they come back."""


class NightSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the screen is dark: between two times of day, unless the office is open or there is an emergency."""

    begins: TimeOfDay | None = None
    ends: TimeOfDay | None = None
    power: Literal["none", "cec", "command"] = "none"
    """``none``: nothing is fitted that could switch the screen; the picture is black all the same."""
    device: str = "/dev/cec0"
    off: tuple[str, ...] = ()
    """With ``command``: what switches the screen off, word by word: ``["wlopm", "--off", "*"]``."""
    on: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse half a night, and commands that are not there."""
        if (self.begins is None) != (self.ends is None):
            raise ValueError("begins and ends belong together")
        if self.power == "command" and not (self.off and self.on):
            raise ValueError("power = 'command' needs both commands, off and on")


class DisplaySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A screen in the lobby, and its voice."""

    node: str = "display-1"
    hub: str = "hub-1"
    """The hub's node name: its presence tells at once when it has gone."""
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}\Z")] = "id"
    """Of everything on screen but the running text."""
    running_text: tuple[dict[str, str], ...] = ()
    """Sentences for the bottom line, behind those of the hub: ``{id = "…", en = "…"}``; each in every language."""
    rotate: Literal[0, 90, 180, 270] = 0
    """Degrees clockwise, for a screen that hangs on its side and whose compositor cannot turn the picture."""
    shows: Scope = Scope()
    look: LookSettings = LookSettings()
    media: MediaSettings = MediaSettings()
    night: NightSettings = NightSettings()
    screen: ScreenSettings = ScreenSettings(width=1280, height=720, inches=43.0)
    speech: SpeechSettings = SpeechSettings()

    def at_start(self) -> tuple[object, ...]:
        """Return what is looked at when the program starts, and not again while it runs."""
        return (self.node, self.hub, self.language, self.rotate, self.screen, self.speech)
