"""The board's states, one after the other, for its pictures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from appliance.tools import shot_scenes as scenes
from appliance.tools.finger import Finger
from appliance.tools.shot_album import SETTLE_SECONDS, Album, Size
from appliance.tools.stand_in_hub import NINE_41, StandInHub
from appliance.wire.messages import Board

SIZES: Final[Sequence[Size]] = ((1280, 720, 43), (1920, 1080, 43), (3840, 2160, 55), (1080, 1920, 43))
LANGUAGES: Final = ("id", "en")


def tell(hub: StandInHub, finger: Finger, album: Album, language: str) -> None:
    """Picture every state of the board in one language."""
    # The second language comes on the same broker: its snapshots must be newer than the retained one.
    seq = 100 * (1 + LANGUAGES.index(language))

    def show(name: str, screen: str, board: Board, *, before: float = 0.0, settle: float = SETTLE_SECONDS) -> None:
        hub.say(board)
        finger.wait_screen(screen)
        time.sleep(before)
        hub.clock()
        album.take(name, language, settle=settle)

    show("welcome", "welcome", scenes.board(seq, [], scenes.IDLE))
    first = scenes.call(seq + 1, "A012", 3)
    flashing = Album(album.folder, finger, album.sizes[:1], kiosk=False)
    hub.say(scenes.board(seq + 1, [first], scenes.BUSY))
    finger.wait_screen("call")
    flashing.take("call-flash", language, settle=0.05)
    album.failures += flashing.failures
    time.sleep(2.5)
    show("call", "call", scenes.board(seq + 2, [first], scenes.BUSY))
    again = scenes.call(seq + 3, "A012", 3, recall=True)
    show("recall", "call", scenes.board(seq + 3, [again], scenes.BUSY), before=2.6)
    far = scenes.call(seq + 4, "A012", 12)
    show("twelve-counters", "call", scenes.board(seq + 4, [far], scenes.CROWDED), before=2.6)
    long = scenes.call(seq + 5, "KTP128", 1, service=scenes.LONG[0], name=("Loket Prioritas", "Priority counter"))
    show("long-names", "call", scenes.board(seq + 5, [long], scenes.NAMED, scenes.LONG), before=2.6)
    for at, (phase, office) in enumerate(scenes.CLOSED.items()):
        if phase == "closed":
            hub.at = None
        show(f"closed-{phase}", "closed", scenes.board(seq + 6 + at, [], scenes.IDLE, office=office))
    hub.at = NINE_41
    show("no-counters", "call", scenes.board(seq + 12, [first], [], []))
    show("after", "call", scenes.board(seq + 13, [first], scenes.BUSY))
