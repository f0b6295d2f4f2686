"""A second Ctrl-C, by somebody who does not want to wait for what the first one does."""

import signal
from pathlib import Path

import pytest

from tests.api.cli.test_commands import events, running, until, write
from tests.narration.books import novel


@pytest.mark.parametrize("_", range(2), ids=lambda attempt: f"attempt {attempt + 1}")
def test_a_second_ctrl_c_ends_the_program_at_once_and_is_no_traceback(
    env: dict[str, str], tmp_path: Path, _: int
) -> None:
    """It comes at any moment: each attempt is another one."""
    with running(env, "say", "-", "-e", "tone", "--json", "-o", str(tmp_path / "talk.mp3")) as process:
        told = events(process)
        write(process, "This much is made. And it goes on and on. " * 2000)
        for made in told:
            if made.get("index") == 100:
                break
        process.send_signal(signal.SIGINT)
        until(told, "cancelled")  # the files are made now
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr is not None and b"Traceback" not in process.stderr.read()


def test_a_book_is_left_at_once_by_the_second(env: dict[str, str], tmp_path: Path) -> None:
    novel(tmp_path / "b.epub", chapters=3, each=200)
    command = ["read", str(tmp_path / "b.epub"), "-o", str(tmp_path / "b.mp3"), "-e", "tone", "--json"]
    with running(env | {"ALOUD_TONE_FACTOR": "0.02"}, *command) as process:
        told = events(process)
        until(told, "progress")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert process.stderr is not None and b"Traceback" not in process.stderr.read()
