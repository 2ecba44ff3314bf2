"""``giliran people``: what a technician does about accounts on the hub's box."""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from appliance.node.daemon import SystemClock
from appliance.people import Role
from appliance.store.accounts import Accounts
from appliance.verbs import people

PASSWORD = "sawah hijau 7"  # noqa: S105  # a test's
PC = "10.0.0.7"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "accounts" / "accounts.db"


@pytest.fixture
def run(tmp_path, file, capsys, monkeypatch):
    """Runs the verb with what is typed; returns exit code and what it says."""
    config = tmp_path / "hub.toml"
    config.write_text(f'[hub]\naccounts = "{file}"\n')

    def run(*arguments, typed=""):
        file.parent.mkdir(exist_ok=True)
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = people.main(["--config", str(config), *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@contextlib.contextmanager
def opened(file):
    with contextlib.closing(Accounts(file, SystemClock().monotonic_ms)) as accounts:
        yield accounts


def rows(file):
    with contextlib.closing(sqlite3.connect(file)) as db:
        return db.execute("SELECT * FROM person").fetchall()


def test_the_first_code_lets_the_first_administrator_in_and_nobody_after(run, file):
    assert "giliran people first" in run("list")[1]
    code, said = run("first")
    assert code == 0
    with opened(file) as accounts:
        assert accounts.claim(said.split()[0], "Budi", PASSWORD, PC)[1].person.role is Role.ADMINISTRATOR
    code, said = run("first")
    assert code == 1
    assert "there is an administrator" in said


def test_somebody_is_added_listed_changed_and_signed_out(run, file):
    assert run("add", "Siti Aminah", "officer", typed=f"{PASSWORD}\n{PASSWORD}\n")[0] == 0
    assert run("add", "Budi", "administrator", typed=f"{PASSWORD}\n{PASSWORD}\n")[0] == 0
    with opened(file) as accounts:
        token, _ = accounts.sign_in("Siti Aminah", PASSWORD, PC)
        assert "10  Siti Aminah  officer, password, signed in" in run("list")[1]
        assert run("end-sessions", "siti aminah")[0] == 0
        assert accounts.session(token) is None
        assert run("password", "--pin", "Siti Aminah", typed="274915\n274915\n")[0] == 0
        assert accounts.sign_in("Siti Aminah", "274915", PC)
        assert run("password", "Siti Aminah", typed="laut biru 99\nlaut biru 99\n")[0] == 0
        assert accounts.sign_in("Siti Aminah", "laut biru 99", PC)
        assert run("role", "Siti Aminah", "desk")[0] == 0
    assert "10  Siti Aminah  desk, password and PIN\n" in run("list")[1]


@pytest.mark.parametrize(
    ("arguments", "typed", "why"),
    [
        (["add", "budi", "desk"], "\n\n", "there is somebody of this name"),
        (["add", "x\ny", "desk"], "\n\n", "a name is"),
        (["add", "Wayan", "desk"], "one thing 12\nanother 123\n", "not the same"),
        (["add", "Wayan", "desk"], "short\nshort\n", "10 letters"),
        (["password", "Budi"], "\n\n", "no password was typed"),
        (["password", "Nobody"], "", "nobody of this name"),
        (["password", "--pin", "Budi"], "123456\n123456\n", "tried first"),
        (["role", "Budi", "viewer"], "", "nobody would be left"),
        (["end-sessions", "Nobody"], "", "nobody of this name"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(run, file, arguments, typed, why):
    run("add", "Budi", "administrator", typed=f"{PASSWORD}\n{PASSWORD}\n")
    before = rows(file)
    code, said = run(*arguments, typed=typed)
    assert code == 1
    assert why in said
    assert rows(file) == before


def test_a_damaged_file_and_an_office_without_accounts_are_told(run, file, tmp_path):
    run("list")
    file.write_bytes(b"something else" * 1000)
    assert "damaged" in run("list")[1]
    (tmp_path / "hub.toml").write_text('[hub]\naccounts = ""\n')
    assert "has no accounts" in run("list")[1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files to another user")
@pytest.mark.skipif(
    not all(folder.stat().st_mode & 0o001 for folder in Path(__file__).resolve().parents),
    reason="this tree lies where another user cannot read it",
)
def test_root_writes_as_the_webs_user_so_that_the_web_can_and_the_hub_can_read():
    with tempfile.TemporaryDirectory() as place:  # pytest's own folders are root's alone
        folder = Path(place)
        os.chown(folder, 65_533, 65_532)
        folder.chmod(0o2750)
        file = folder / "accounts.db"
        verb = [sys.executable, "-m", "appliance.cli", "people", "--file", str(file), "first"]
        said = subprocess.run(verb, capture_output=True, text=True)
        assert said.returncode == 0, said.stderr
        there = file.stat()
        assert (there.st_uid, there.st_gid, there.st_mode & 0o777) == (65_533, 65_532, 0o640)
        # The hub: another user, of that group, who may write nothing there.
        reads = (
            "import os, sys; os.setgroups([]); os.setresgid(65532, 65532, 65532); os.setresuid(65531, 65531, 65531)\n"
            "from pathlib import Path; from appliance.store.accounts import Accounts\n"
            "print(Accounts(Path(sys.argv[1]), lambda: 0, read_only=True).has_administrator())\n"
            "print(os.access(sys.argv[1], os.W_OK), os.access(Path(sys.argv[1]).parent, os.W_OK))"
        )
        hub = subprocess.run([sys.executable, "-c", reads, str(file)], capture_output=True, text=True)
        assert hub.stdout.split() == ["False", "False", "False"], hub.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_a_folder_that_is_not_there_is_named(tmp_path, capsys):
    assert people.main(["--file", str(tmp_path / "nowhere" / "accounts.db"), "list"]) == 1
    assert "no such folder" in capsys.readouterr().err
