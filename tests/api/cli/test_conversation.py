"""`aloud chat` without a question, at a terminal: Ctrl-C interrupts the answer, and between two answers ends it."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api.cli.ear import Ear
from pipeline.events import Audio, Chunk
from pipeline.types import Word
from tests.api.cli.test_commands import ALOUD, events, until
from tests.fakes.models import Turn, fake

pty = pytest.importorskip("pty", reason="terminals are made in the way of Unix", exc_type=ImportError)


@contextmanager
def conversation(env: dict[str, str], *options: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The process, and the terminal that it is typed at."""
    terminal, inner = pty.openpty()
    command, pipe = [*ALOUD, "chat", "-e", "tone", *options], subprocess.PIPE
    with subprocess.Popen(command, env=env, stdin=inner, stdout=pipe, stderr=pipe) as process:
        os.close(inner)
        try:
            yield process, terminal
        finally:
            process.kill()
            os.close(terminal)


async def test_ctrl_c_interrupts_the_answer_and_the_model_is_told_what_was_shown(env: dict[str, str]) -> None:
    plan = Turn(("The first. ", "The second. ", "Never "), fault="silence", after=2), Turn(("Fine.",))
    async with fake("ollama", *plan) as model:
        with conversation(env | {"OLLAMA_HOST": model.url}, "--json") as (process, terminal):

            def talk() -> int:
                told = events(process)
                os.write(terminal, b"Tell me.\n")
                until(told, "audio")
                until(told, "audio")
                process.send_signal(signal.SIGINT)
                until(told, "cancelled")
                os.write(terminal, b"And now?\n")
                until(told, "complete")
                os.write(terminal, b"\x04")
                return process.wait(30)

            assert await asyncio.to_thread(talk) == 0
    shown = [(message["role"], message["content"]) for message in model.asked[1].body["messages"]]
    assert shown == [("user", "Tell me."), ("assistant", "The first. The second. "), ("user", "And now?")]


def test_ctrl_c_at_the_prompt_ends_the_conversation(env: dict[str, str]) -> None:
    with conversation(env, "-p", "replay") as (process, _):
        assert process.stderr is not None
        assert process.stderr.read(2) == b"> "
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


@pytest.mark.parametrize(
    ("now", "said"),
    [(11.0, "One"), (12.0, "One. "), (12.9, "One. "), (14.0, "One. Two"), (15.0, "One. Two. ")],
    ids=["begun", "over", "silence", "begun again", "all"],
)
def test_what_was_heard_is_what_could_be_played_by_then(now: float, said: str) -> None:
    """Two clips of two seconds: one was there after ten, the other, when that was over, after thirteen."""
    time = 0.0
    ear = Ear(lambda: time)
    ear.take(Chunk(content="One. Two. ", start=0, end=10))
    for index, time in enumerate((10.0, 13.0)):
        if time <= now:
            ear.take(clip(index))
    time = now
    assert ear.heard() == said


def clip(index: int) -> Audio:
    start = 5 * index
    return Audio(
        index=index,
        url="",
        path=None,
        media_type="audio/wav",
        seconds=2.0,
        begins=2.0 * index,
        text="",
        start=start,
        end=start + 5,
        words=[Word("", start, start + 3, 0.1, 0.5, False)],
        engine="",
        cached=False,
    )
