"""What is shown while nobody is called: which files, in which order, and nobody's private ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.node.polling import until
from appliance.wire.messages import Announcement
from display import media
from display.settings import MediaSettings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "media"
    place.mkdir()
    return place


def names(settings: MediaSettings, *, videos: bool = False) -> list[str]:
    return [file.name for file in media.scan(settings, videos=videos)]


def test_pictures_come_in_the_order_of_their_names(folder: Path) -> None:
    for name in ("b.PNG", "A.jpg", "c.webp", ".hidden.png", "notes.txt", "d.mp4"):
        (folder / name).write_bytes(b"x")
    (folder / "empty.png").write_bytes(b"")
    settings = MediaSettings(folder=str(folder), usb="")
    assert names(settings) == ["A.jpg", "b.PNG", "c.webp"]
    assert names(settings, videos=True) == ["A.jpg", "b.PNG", "c.webp", "d.mp4"]


def test_a_picture_too_large_for_a_small_box_is_left_out(folder: Path) -> None:
    with (folder / "huge.png").open("wb") as file:
        file.truncate(media.LARGEST_PICTURE + 1)
    assert names(MediaSettings(folder=str(folder), usb="")) == []


def test_of_a_stick_only_its_own_folder_is_shown(tmp_path: Path, folder: Path) -> None:
    stick = tmp_path / "usb" / "sda1"
    (stick / "giliran").mkdir(parents=True)
    (stick / "wedding.jpg").write_bytes(b"x")
    (stick / "giliran" / "layanan.jpg").write_bytes(b"x")
    assert names(MediaSettings(folder=str(folder), usb=str(tmp_path / "usb"))) == ["layanan.jpg"]


def test_folders_that_are_not_there_show_nothing(tmp_path: Path) -> None:
    assert names(MediaSettings(folder=str(tmp_path / "none"), usb=str(tmp_path / "nowhere"))) == []


def test_pages_of_staff_come_first_in_the_screens_language() -> None:
    page = Announcement({"id": "Libur", "en": "Holiday"}, {"id": "Tutup"})
    shown = media.slides([Path("/m/a b.jpg"), Path("/m/film.mp4")], [page], "en")
    assert [(s["kind"], s["title"], s["source"]) for s in shown] == [
        ("page", "Holiday", ""),
        ("picture", "", "file:///m/a%20b.jpg"),
        ("video", "", "file:///m/film.mp4"),
    ]
    assert shown[0]["body"] == "Tutup"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_library_that_died_is_missed_and_one_that_was_ended_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> bool:
        raise ValueError("PySide6.__spec__ is not set")

    whole, dying = (media.Library(MediaSettings(usb=""), lambda _: None) for _ in range(2))
    whole.start()
    assert whole.dead_part() is None
    whole.stop()
    assert until(lambda: not whole._thread.alive, 20)
    assert whole.dead_part() is None
    monkeypatch.setattr(media, "plays_videos", broken)
    dying.start()
    assert until(lambda: dying.dead_part() == "the thread that looks for pictures", 20)
