"""A plain script, which has no event loop: it reads with `for`, leaves early, cancels, and is interrupted."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import threading
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest
from anyio.from_thread import start_blocking_portal

from pipeline import create_streaming_pipeline
from pipeline.engines.openai import OpenAIEngine
from pipeline.events import Audio, Complete, Start
from pipeline.streaming import plain
from pipeline.streaming.plain import in_a_thread
from pipeline.types import Request
from tests.fakes.speech import speech

TEXT = "Hello there. How are you today? I am well."


def test_a_plain_script_reads_events_with_for(tmp_path: Path) -> None:
    pipeline = create_streaming_pipeline("text", "espeak", {"output_dir": str(tmp_path)})
    events = list(pipeline.stream_text_to_audio(TEXT))
    assert isinstance(events[0], Start) and isinstance(events[-1], Complete)
    for event in events:
        if isinstance(event, Audio):
            assert event.path is not None
            with wave.open(str(event.path)) as clip:
                assert clip.getnframes() > 0


def test_a_plain_script_may_leave_early_and_come_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = set(threading.enumerate())
    pipeline = create_streaming_pipeline("text", "espeak", {"output_dir": str(tmp_path)})
    for event in pipeline.stream_text_to_audio(TEXT * 50):
        if event.type == "audio":
            break
    assert list(pipeline.stream_text_to_audio(TEXT))[-1].type == "complete"
    assert [thread.name for thread in {*threading.enumerate()} - before if thread.name.startswith("espeak")] == []
    assert not caplog.records, "no engine is taken from a run that still speaks"


def test_an_engine_of_ones_own_speaks_in_one_for_after_the_other(tmp_path: Path) -> None:
    """Each has an event loop of its own, and what it left of its connections is of no use to the next."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(speech()) as service:
        pipeline = create_streaming_pipeline("text", OpenAIEngine(service.url), {"output_dir": tmp_path})
        for text in (TEXT, "Once more, with other words."):
            assert [event.status for event in pipeline.stream_text_to_audio(text) if event.type == "complete"] == [
                "complete"
            ]


@pytest.mark.parametrize("aside", [False, True], ids=["by its reader", "from another thread"])
def test_a_plain_script_may_cancel_and_hears_the_end(tmp_path: Path, aside: bool) -> None:
    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path})
    stream = pipeline.stream_text_to_audio("And so on. " for _ in count())
    for event in stream:
        if event.type == "audio" and event.index == 0:
            if aside:
                (other := threading.Thread(target=stream.cancel)).start()
                other.join()
            else:
                stream.cancel()
    assert event.type == "cancelled"
    stream.cancel()  # says nothing to a run that is over


def test_a_plain_script_is_interrupted_while_it_waits(tmp_path: Path) -> None:
    """By Ctrl-C, which falls into the wait for an event and not between two of them."""
    script, spoken, closed = threading.get_ident(), threading.Event(), threading.Event()
    heard = threading.Event()

    def hear(*_: object) -> NoReturn:
        heard.set()
        raise KeyboardInterrupt

    def interrupt() -> None:
        spoken.wait()
        while sys._current_frames()[script].f_code.co_name != "wait":
            pass
        signal.pthread_kill(script, signal.SIGINT)
        while not heard.wait(0.5):  # Python hears none that comes in the very moment before it begins to wait
            signal.pthread_kill(script, signal.SIGINT)

    class Interrupting:
        name, model, streaming = "interrupting", "", True

        async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
            yield "One sentence. "
            try:
                await asyncio.to_thread(interrupt)
                await asyncio.Event().wait()
            finally:
                closed.set()

    pipeline = create_streaming_pipeline(Interrupting(), "tone", {"output_dir": tmp_path})
    before = signal.signal(signal.SIGINT, hear)
    try:
        with pytest.raises(KeyboardInterrupt):
            for event in pipeline.stream_chat_to_audio("go"):
                if event.type == "audio":
                    spoken.set()
    finally:
        signal.signal(signal.SIGINT, before)
    assert closed.is_set()
    assert list(pipeline.stream_text_to_audio(TEXT))[-1].type == "complete"


def test_what_hangs_in_a_circle_is_closed_whoever_finds_that_nobody_holds_it(tmp_path: Path) -> None:
    """Here the thread in which the stream is made, the busiest."""
    dropped, closed = threading.Event(), threading.Event()

    async def texts() -> AsyncGenerator[str, None]:
        try:
            yield "And so on. "
            await asyncio.to_thread(dropped.wait)
            gc.collect()
            await asyncio.Event().wait()
        finally:
            closed.set()

    pipeline = create_streaming_pipeline("text", "tone", {"output_dir": tmp_path})
    circle: list[Any] = [iter(pipeline.stream_text_to_audio(texts()))]
    circle.append(circle)
    next(circle[0])
    before = set(threading.enumerate())
    del circle
    dropped.set()
    assert closed.wait(10)
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_one_that_cannot_be_closed_keeps_no_other_open_when_python_ends() -> None:
    left: list[str] = []

    @asynccontextmanager
    async def host(name: str) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            left.append(name)
            raise OSError(name)

    async def items(_: None) -> AsyncGenerator[int, None]:
        yield 1

    held = [in_a_thread(host(name), items) for name in ("one", "other")]
    assert [next(read) for read in held] == [1, 1]
    with pytest.raises(OSError, match="one|other"):
        plain._close()
    assert sorted(left) == ["one", "other"]


def test_what_is_held_half_read_does_not_hold_the_process(tmp_path: Path) -> None:
    script = f"""if True:
        import asyncio
        from pipeline import create_streaming_pipeline
        pipeline = create_streaming_pipeline("text", "espeak", {{"output_dir": {str(tmp_path)!r}}})
        async def texts():
            try:
                yield "And so on. "
                await asyncio.Event().wait()
            finally:
                print("closed")
        events = iter(pipeline.stream_text_to_audio(texts()))
        sound = iter(pipeline.stream_text_to_audio({TEXT!r}).with_sound(8_000))
        print(next(events).type, next(sound).type)
    """
    over = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=30)
    assert (over.returncode, over.stdout, over.stderr) == (0, "start start\nclosed\n", "")
