"""The set-up finds a Python that will do, and says plainly when there is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder that is all the machine has: a shell, and whatever a test puts there."""
    for name in ("sh", "echo"):
        where = shutil.which(name)
        assert where is not None
        (tmp_path / name).symlink_to(where)
    return tmp_path


def python(machine: Path, name: str, *, good: bool) -> None:
    """A Python that says of itself whether it will do, and writes down that it was asked for an environment."""
    path = machine / name
    path.write_text(
        "#!/bin/sh\n"
        f'if [ "$1" = -c ]; then exit {0 if good else 1}; fi\n'
        'if [ "$1" = --version ]; then echo Python 3.9.1; exit; fi\n'
        f'echo {name} "$@" > {machine}/called\n'
    )
    path.chmod(0o755)


def make_environment(machine: Path) -> subprocess.CompletedProcess[str]:
    script = [str(machine / "sh"), str(ROOT / ".ci" / "venv"), "there"]
    return subprocess.run(script, env={"PATH": str(machine)}, capture_output=True, text=True, timeout=30)


def test_the_usual_python_is_taken_when_it_will_do(machine: Path) -> None:
    python(machine, "python3", good=True)
    python(machine, "python3.12", good=True)
    assert make_environment(machine).returncode == 0
    assert (machine / "called").read_text() == "python3 -m venv --clear there\n"


def test_a_newer_one_beside_an_old_one_is_found(machine: Path) -> None:
    python(machine, "python3", good=False)
    python(machine, "python3.12", good=True)
    assert make_environment(machine).returncode == 0
    assert (machine / "called").read_text().startswith("python3.12 ")


def test_an_old_one_alone_is_named_in_a_plain_line(machine: Path) -> None:
    python(machine, "python3", good=False)
    done = make_environment(machine)
    assert done.returncode == 1
    assert "aloud needs Python 3.11 to 3.15" in done.stderr
    assert "found Python 3.9.1" in done.stderr


def test_no_python_is_said_too(machine: Path) -> None:
    done = make_environment(machine)
    assert done.returncode == 1
    assert "found no python3" in done.stderr


def test_make_alone_says_what_there_is() -> None:
    done = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, timeout=30)
    for target in ("demo", "serve", "test", "check", "bench"):
        assert f"make {target} " in done.stdout
