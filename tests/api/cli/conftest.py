"""The command `aloud` on a machine where nothing is set: as a process, or within the test's own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main

ROOT = Path(__file__).parents[3]

Within = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A machine with no player, no settings and no keys; files go to the test's own folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ALOUD_", "PATH"))}
    return kept | {"PATH": "/nowhere", "PYTHONPATH": str(ROOT), "ALOUD_OUTPUT_DIR": str(tmp_path / "out")}


@pytest.fixture
def within(env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Within:
    """What the command does with a real pipe, a terminal's two outputs and an exit code, where a process of its own is
    not what is promised: that would take half a second to start."""
    for name in os.environ.keys() - env.keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(Path(env["ALOUD_OUTPUT_DIR"]).parent)

    def run(*arguments: str, given: bytes = b"", **settings: str) -> subprocess.CompletedProcess[bytes]:
        reader, writer = os.pipe()
        with open(writer, "wb") as pipe:
            pipe.write(given)
        ear = signal.getsignal(signal.SIGINT)
        with open(reader) as pipe, monkeypatch.context() as here, pytest.raises(SystemExit) as end:
            here.setattr(sys, "stdin", pipe)
            here.setattr(sys, "argv", ["aloud", *arguments])
            for name, value in (env | settings).items():
                here.setenv(name, value)
            main()
        signal.signal(signal.SIGINT, ear)
        return subprocess.CompletedProcess(arguments, end.value.code or 0, *capfdbinary.readouterr())

    return run


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, and nothing else that could be found."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    return programs


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys\n{script}\n")
    path.chmod(0o755)


def recorder(folder: Path, name: str, heard: Path) -> None:
    """A player that writes down how it was called and what it was given."""
    program(
        folder,
        name,
        f"open({str(heard)!r} + '.how', 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        f"open({str(heard)!r}, 'ab').write(sys.stdin.buffer.read())",
    )
