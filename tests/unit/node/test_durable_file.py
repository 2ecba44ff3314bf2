"""A small state file: whole or as it was, and never the reason why a box does not start."""

from __future__ import annotations

import errno
import os

import msgspec
import pytest

from appliance.node import durable_file
from appliance.node.durable_file import Unreadable


class Kept(msgspec.Struct):
    count: int
    words: dict[str, str] = {}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "kept.json"


def content(folder):
    return sorted(one.name for one in folder.iterdir())


def test_what_is_saved_is_loaded_and_private(file, tmp_path):
    assert durable_file.load(file, Kept) is None
    durable_file.save(file, b'{"count": 3}')
    durable_file.save(file, b'{"count": 4}')
    assert durable_file.load(file, Kept) == Kept(4)
    assert file.stat().st_mode & 0o777 == 0o600
    assert content(tmp_path) == ["kept.json"]


SPOILED = {
    "empty": b"",
    "torn": b'{"count": 3, "words": {"a": "b',
    "not UTF-8": b'{"count": 3, "words": {"a": "\xa5"}}',
    "zeros": bytes(100),
    "of the wrong type": b'{"count": "3"}',
    "a list": b"[1, 2]",
    "infinite": b'{"count": 1e999}',
    "endlessly deep": b'{"count": 3, "more": ' + b"[" * 100_000,
    "too large": b" " * (durable_file.LARGEST + 2),
}


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED)
def test_what_was_not_written_so_is_named_and_not_taken(file, spoiled):
    file.write_bytes(spoiled)
    with pytest.raises(Unreadable, match=r"kept.json"):
        durable_file.load(file, Kept)


def test_what_is_no_file_is_said_to_be_none(file):
    file.mkdir()
    with pytest.raises(Unreadable, match="is not a file"):
        durable_file.load(file, Kept)
    file.rmdir()
    file.symlink_to("nowhere")
    with pytest.raises(Unreadable, match="is not a file"):
        durable_file.load(file, Kept)
    file.unlink()
    os.mkfifo(file)  # reading it would wait for ever
    with pytest.raises(Unreadable, match="is not a file"):
        durable_file.load(file, Kept)


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_disk_that_refuses_leaves_the_old_file_and_nothing_beside_it(file, tmp_path, monkeypatch, call):
    durable_file.save(file, b'{"count": 3}')

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(durable_file.os if call == "fsync" else type(file), call, full)
    with pytest.raises(OSError, match="No space"):
        durable_file.save(file, b'{"count": 4}')
    monkeypatch.undo()
    assert durable_file.load(file, Kept) == Kept(3)
    assert content(tmp_path) == ["kept.json"]


def test_a_really_full_disk_leaves_the_old_file_and_nothing_beside_it(tmp_path, small_disk, fill):
    place = small_disk(tmp_path / "disk", "64k")
    durable_file.save(place / "kept.json", b'{"count": 3}')
    fill(place)
    with pytest.raises(OSError, match="No space"):
        durable_file.save(place / "kept.json", b'{"count": 4}' + b" " * 8000)
    assert durable_file.load(place / "kept.json", Kept) == Kept(3)
    assert content(place) == ["film", "kept.json"]


def test_erasing_takes_what_an_interrupted_write_has_left(file, tmp_path):
    file.write_text("secret")
    file.with_name(f"{file.name}.new").write_text("secret")
    durable_file.erase(file)
    assert content(tmp_path) == []
    durable_file.erase(file)


def test_what_cannot_be_removed_is_emptied_and_said(file, monkeypatch):
    file.write_text("secret")

    def refused(*_, **__):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(type(file), "unlink", refused)
    with pytest.raises(PermissionError):
        durable_file.erase(file)
    assert file.read_text() == ""


def test_a_folder_in_one_place_does_not_save_what_is_in_the_other(file):
    file.write_text("secret")
    file.with_name(f"{file.name}.new").mkdir()
    with pytest.raises(OSError, match="director"):
        durable_file.erase(file)
    assert not file.exists()


def test_what_stands_where_a_file_is_made_neither_gets_the_content_nor_stops_it(file, tmp_path):
    fresh = file.with_name(f"{file.name}.new")
    fresh.symlink_to(tmp_path / "elsewhere")
    durable_file.save(file, b'{"count": 3}')
    assert (durable_file.load(file, Kept), file.is_symlink()) == (Kept(3), False)
    os.mkfifo(fresh)  # writing into it would wait for ever
    durable_file.save(file, b'{"count": 4}')
    assert durable_file.load(file, Kept) == Kept(4)
    fresh.write_bytes(b"of another user")
    fresh.chmod(0o444)
    durable_file.save(file, b'{"count": 5}')
    assert file.stat().st_mode & 0o777 == 0o600
    assert content(tmp_path) == ["kept.json"]
