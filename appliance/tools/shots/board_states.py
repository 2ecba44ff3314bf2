"""The board's states, one after the other, for its pictures."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace
from PIL import Image, ImageDraw

from appliance.tools.office.finger import Finger
from appliance.tools.office.stand_in_hub import NINE_41, StandInHub
from appliance.tools.shots import scenes
from appliance.tools.shots.album import SETTLE_SECONDS, Album, Size
from appliance.units import MINUTE
from appliance.wire.messages import Announcement, Board, Broadcasting, Emergency, Notices

SIZES: Final[Sequence[Size]] = ((1280, 720, 43), (1920, 1080, 43), (3840, 2160, 55), (1080, 1920, 43))
LANGUAGES: Final = ("id", "en")
PICTURES: Final = "pictures"
AFTER_S: Final = 5
"""Seconds without a call until pictures come."""
BEFORE: Final = (("B002", 1), ("A010", 4), ("B003", 2), ("A011", 1))
PRACTISED: Final = [scenes.BUSY[0], scenes.counter(2, "called", "A013"), *scenes.IDLE[2:]]
EXIT: Final = {
    "id": "Mohon tinggalkan gedung lewat pintu utara. Berkumpul di halaman parkir.",
    "en": "Please leave the building by the north door. Gather in the car park.",
}
TOLD: Final = {
    "told": {"id": "Sistem pusat sedang pulih. Mohon menunggu.", "en": "The central system is coming back."},
    "told-at-length": {
        "id": "Jaringan ke sistem pusat sedang diperbaiki. Layanan pendaftaran berkas dan pengambilan sertifikat akan "
        "dilanjutkan sekitar pukul 10.30. Nomor Anda tetap berlaku, dan urutannya tidak berubah.",
        "en": "The line to the central system is being repaired. Filing and the collection of certificates will go on "
        "at about 10:30. Your number remains valid, and your place in the queue does not change.",
    },
}
NOTICES: Final = Notices(
    1,
    [{"id": "Loket 4 pindah ke lantai 2.", "en": "Counter 4 has moved to the second floor."}],
    [
        Announcement(
            {"id": "Pelayanan Sabtu", "en": "Open on Saturdays"},
            {
                "id": "Mulai 11 April, kantor buka setiap Sabtu pukul 08.00 sampai 12.00.",
                "en": "From 11 April the office is open on Saturdays from 08:00 to 12:00.",
            },
        )
    ],
)


def tell(hub: StandInHub, finger: Finger, album: Album, language: str, directory: Path) -> None:
    """Picture every state of the board in one language. ``directory``: as for ``tables``."""
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
    hub.clock()
    holiday = replace(scenes.CLOSED["after"], holiday=True)
    show("closed-holiday", "closed", scenes.board(seq + 10, [], scenes.IDLE, office=holiday))
    hub.at = NINE_41 + 12 * 60 * MINUTE
    hub.clock()
    show("dark", "dark", scenes.board(seq + 11, [], scenes.IDLE, office=scenes.CLOSED["after"]))
    hub.at = NINE_41
    hub.clock()
    show("own-welcome", "welcome", scenes.board(seq + 11, [], scenes.IDLE, office=scenes.WORDED))
    show("own-closed", "closed", scenes.board(seq + 11, [], scenes.IDLE, office=scenes.WORDED_CLOSED))
    show("no-counters", "call", scenes.board(seq + 12, [first], [], []))
    show("after", "call", scenes.board(seq + 13, [first], scenes.BUSY))
    before = [scenes.call(seq - 20 + at, number, place) for at, (number, place) in enumerate(BEFORE)]
    latest = scenes.call(seq + 4, "A012", 3)
    for at, (name, text) in enumerate(TOLD.items()):
        broadcast = Broadcasting(seq + 14 + at, NINE_41, NINE_41 + 20 * MINUTE, text)
        hub.say(Notices(1, NOTICES.running, broadcast=broadcast))
        show(name, "call", scenes.board(seq + 14 + at, [first], scenes.BUSY))
    hub.say(Notices(1))
    show("last-calls", "call", scenes.board(seq + 20, [latest, *reversed(before)], scenes.BUSY))
    training = scenes.call(seq + 21, "A013", 2)
    practised = scenes.board(seq + 21, [training], PRACTISED, office=scenes.TRAINING)
    show("training", "call", practised, before=2.6)
    calls = [latest, *reversed(before)]
    hub.say(scenes.board(seq + 22, calls, scenes.BUSY))
    hub.say(NOTICES)
    (directory / PICTURES).mkdir(exist_ok=True)
    picture = directory / PICTURES / "sawah.png"
    _landscape().save(picture)
    finger.wait_screen("media", deadline=3.0 * AFTER_S)
    slides = Album(album.folder, finger, album.sizes, kiosk=False)
    _slides(finger, slides, language)
    album.failures += slides.failures
    hub.say(replace(NOTICES, emergency=Emergency(seq + 24, NINE_41, EXIT)))
    finger.wait_screen("emergency")
    picture.unlink()  # not while it is shown
    album.take("emergency", language)
    hub.say(scenes.board(seq + 25, [scenes.call(seq + 25, "A012", 3, recall=True), *calls[1:]], scenes.BUSY))
    hub.say(Notices(1))
    finger.wait_screen("call")


def tables(directory: Path) -> dict[str, object]:
    """Return what the pictures need in ``[display]``: a folder for a picture, a night, short times."""
    return {
        "media": {"folder": str(directory / PICTURES), "usb": "", "seconds": 5, "after_s": AFTER_S},
        "night": {"begins": "19:00", "ends": "05:00"},
    }


def _slides(finger: Finger, album: Album, language: str) -> None:
    """Picture a page and a picture, in each size: they take turns."""
    sizes = album.sizes
    for size in sizes:
        album.sizes = [size]
        for name in ("page", "picture"):
            wanted = "slide-" + name
            finger.wait_for(wanted, 4.0 * AFTER_S)
            album.take(name, language, settle=0.6)
    finger.resize(*sizes[0])


def _landscape() -> Image.Image:
    """Return a picture of our own: the sun over rice terraces."""
    image = Image.new("RGB", (1600, 900), "#f3d9a4")
    draw = ImageDraw.Draw(image)
    for y in range(620):
        draw.line((0, y, 1600, y), (243 - y // 12, 217 - y // 9, 164 + y // 14))
    draw.ellipse((1120, 90, 1280, 250), "#fff4d6")
    draw.polygon([(250, 560), (700, 150), (770, 175), (830, 150), (1330, 560)], "#5f7f8a")
    for step, green in enumerate(("#7fa35a", "#6b944d", "#588442", "#467438", "#376430")):
        top = 520 + 80 * step
        draw.polygon([(0, top + 30), (500, top - 20), (1000, top + 35), (1600, top - 10), (1600, 900), (0, 900)], green)
    return image
