"""A file gets its name when it is whole; what a killed process left of one goes, and nobody else's."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.ground.drafts import draft

pytest.importorskip("fcntl")

MAKING = """
import pathlib, sys
from pipeline.ground.drafts import draft
with draft(pathlib.Path(sys.argv[1])) as folder:
    (folder / "half").write_text("of it")
    print(folder, flush=True)
    sys.stdin.read()
"""


def making(target: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another process that is at it, and its folder."""
    command = [sys.executable, "-c", MAKING, str(target)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout
    return other, Path(other.stdout.readline().strip())


def test_what_a_killed_process_left_is_taken_away_and_a_living_ones_is_not(tmp_path: Path) -> None:
    (living, kept), (killed, left) = making(tmp_path / "a.mp3"), making(tmp_path / "b.mp3")
    with living, killed:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert (left / "half").exists()
        with draft(tmp_path / "c.mp3") as mine:
            assert set(tmp_path.iterdir()) == {mine, kept}
        assert (kept / "half").read_text() == "of it"
        living.communicate()
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_in_one_process_leave_each_other_alone(tmp_path: Path) -> None:
    with draft(tmp_path / "a.mp3") as one, draft(tmp_path / "a.mp3") as other:
        assert one.is_dir() and other.is_dir() and one != other


def test_folders_of_others_stay_as_they_are(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "dear").mkdir(parents=True)
    (tmp_path / ".aloud-link").symlink_to(elsewhere)
    (tmp_path / ".splendid").mkdir()
    with draft(tmp_path / "a.mp3"):
        assert (elsewhere / "dear").is_dir() and (tmp_path / ".splendid").is_dir()
