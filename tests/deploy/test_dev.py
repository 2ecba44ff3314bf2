"""The script ``dev`` on machines that are not this one: stand-ins for the programs that it asks."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DEV = Path(__file__).parents[2] / "dev"
UV = """\
#!/bin/sh
case $1 in
--version) echo "uv $UV_VERSION" ;;
sync) mkdir -p .venv/bin && ln -sf /usr/bin/python3 .venv/bin/python && echo "$@" >>synced ;;
esac
"""
APT = """\
#!/bin/sh
case "$*" in
*python3-lgpio*) echo "E: Unable to locate package python3-lgpio" >&2; exit 100 ;;
esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone in which only ``dev`` is real, on a Debian for arm64 with all its packages but lgpio."""
    dev = shutil.copy(DEV, tmp_path / "dev")
    for name in ("uv.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    text = Path(dev).read_text(encoding="utf-8")
    version = text.partition("\nUV_VERSION=")[2].partition("\n")[0]
    installed = "printf 'installed %s ' $(sed -n '/^PACKAGES=(/,/^)/p' dev | grep -v '#')"
    programs = {
        ".tools/bin/uv": UV.replace("$UV_VERSION", version),
        "bin/apt-get": APT,
        "bin/sudo": '#!/bin/sh\nexec "$@"\n',
        "bin/uname": "#!/bin/sh\necho aarch64\n",
        "bin/dpkg-query": f"#!/bin/sh\n{installed}\n",
    }
    for name, program in programs.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(program, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def setup(machine: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{machine / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run([machine / "dev", "setup"], env=environment, capture_output=True, text=True)


def test_a_debian_without_the_pis_archive_is_set_up_and_told_what_does_not_work(machine: Path) -> None:
    done = setup(machine)
    assert done.returncode == 0, done.stderr
    assert (machine / "synced").read_text(encoding="utf-8").startswith("sync")
    assert "python3-lgpio" in done.stderr
    assert "Everything works but what is wired to a Pi's pins" in done.stderr
    assert "docs/keypad.md" in done.stderr


def test_any_other_package_that_cannot_be_had_ends_the_setup(machine: Path) -> None:
    apt = machine / "bin/apt-get"
    apt.write_text(APT.replace("*python3-lgpio*", "*install*mosquitto*"), encoding="utf-8")
    query = machine / "bin/dpkg-query"
    query.write_text(query.read_text(encoding="utf-8").replace("grep -v '#'", "grep -v -e '#' -e mosquitto"))
    done = setup(machine)
    assert done.returncode == 100
    assert not (machine / "synced").exists()


@pytest.mark.parametrize(
    ("crowd", "alone", "code"),
    [(0, 0, 0), (1, 0, 1), (0, 1, 1), (5, 0, 0), (0, 5, 0), (5, 1, 1), (1, 5, 1), (5, 5, 1)],
)
def test_both_halves_of_the_tests_count_and_one_may_have_none_selected(
    machine: Path, crowd: int, alone: int, code: int
) -> None:
    assert setup(machine).returncode == 0
    pytest_ = machine / ".venv/bin/pytest"
    pytest_.write_text(f'#!/bin/sh\ncase "$*" in *"not real_time"*) exit {crowd} ;; *) exit {alone} ;; esac\n')
    for name in ("pytest", "ruff", "mypy", "lint-imports"):
        program = machine / ".venv/bin" / name
        if not program.exists():
            program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    (machine / "bin/shellcheck").symlink_to("/bin/true")
    environment = {**os.environ, "PATH": f"{machine / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run([machine / "dev", "test", "tests/x.py"], env=environment, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
