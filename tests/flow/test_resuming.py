"""A run is taken up again where it was broken off."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from pipeline.assembly.order import Order
from pipeline.events import TERMINAL, Audio, Chunk, Error, Event, Failed, PassageCut, Speaking
from pipeline.ports import RunRecord
from pipeline.types import Message, Voice
from tests.flow.bench import TEXT, Bench, check_ledger
from tests.stopwatch import least
from tests.voices import Told, Witnessed


async def broken_off(bench: Bench, after: int, **order: Any) -> list[Event]:
    """Run until `after` events are in the log, then end without a word, as the death of the process would."""
    flow = await bench.prepare(**order)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        with anyio.fail_after(30):
            while len(events := await bench.events()) < after:
                await bench.log.wait("run", len(events))
        tasks.cancel_scope.cancel()
    return await bench.events()


@pytest.mark.parametrize("after", range(1, 9))
async def test_a_text_goes_on_where_it_was_broken_off(tmp_path: Path, after: int) -> None:
    bench = Bench(tmp_path)
    before = await broken_off(bench, after, buffer={"mode": "batch"})
    if before[-1].type not in TERMINAL:
        await (await bench.prepare(resume=True, text=TEXT, buffer={"mode": "batch"})).run()
    events = await bench.events()
    assert events[: len(before)] == before
    check_ledger(events, TEXT)
    assert [event.at for event in events] == sorted(event.at for event in events)


async def test_a_model_is_not_asked_again_and_what_it_said_is_spoken(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    flow = await bench.prepare(Told(["It said this. And was just say", anyio.Event()]))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        await bench.until(Audio)
        tasks.cancel_scope.cancel()
    await (await bench.prepare(resume=True, messages=(Message("user", "Speak!"),))).run()
    events = await bench.events()
    check_ledger(events, "It said this. And was just say")
    last = events[-1]
    assert isinstance(last, Error) and last.code == "interrupted" and last.unspoken == 0


def said(sentences: int) -> list[Event]:
    """What a run of so many sentences had said and cut before it ended."""
    found: list[Event] = []
    for index in range(sentences):
        text = f"*Here* is sentence {index:05} of it, and at 5 o'clock it ends. "
        start, end = index * len(text), (index + 1) * len(text)
        found += [
            Chunk(content=text, start=start, end=end),
            PassageCut(index=index, text=text, spoken=text, start=start, end=end, omitted=(), reason="size"),
        ]
    return found


async def test_a_long_run_that_is_said_again_holds_nobody_else_up(tmp_path: Path) -> None:
    bench, received = Bench(tmp_path), said(2000)
    text = "".join(event.content for event in received if isinstance(event, Chunk))

    async def held() -> float:
        """The longest time, in seconds of this thread, until others had their turn."""
        longest, run = 0.0, str(bench.voice.asked)
        await bench.log.create(RunRecord(run))
        order = Order(tts_provider=("witnessed",), text=text)
        flow = await bench.workshop.prepare(order, run=run, log=bench.log, received=received)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(flow.run)
            while not bench.voice.started.is_set():
                before = time.thread_time()
                await anyio.lowlevel.checkpoint()
                longest = max(longest, time.thread_time() - before)
            tasks.cancel_scope.cancel()
        bench.voice.started = anyio.Event()
        return longest

    assert await least(held, 0.05) <= 0.05
    (run, *_) = await bench.log.records()
    events = await bench.events(run.id)
    assert [event.content for event in events if isinstance(event, Chunk)] == [
        event.content for event in received if isinstance(event, Chunk)
    ]


async def test_what_was_being_heard_when_it_broke_off_has_failed_and_the_rest_is_spoken(tmp_path: Path) -> None:
    """Never said again, for its beginning was heard; and never left without an end."""
    single = {"mode": "fixed", "sentence_buffer_size": 1}
    voice = Stuck()
    bench = Bench(tmp_path, voice)
    flow = await bench.prepare(buffer=single)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(flow.run)
        await bench.until(Speaking)
        tasks.cancel_scope.cancel()
    voice.stuck = False
    await (await bench.prepare(resume=True, text=TEXT, buffer=single)).run()
    events = await bench.events()
    check_ledger(events, TEXT)
    assert [event.code for event in events if isinstance(event, Failed)] == ["interrupted"]
    assert [event.index for event in events if isinstance(event, Audio)] == [1, 2]


class Stuck(Witnessed):
    """It never comes to the end of its first sound."""

    stuck = True

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        async for sound in super().speak(text, voice):
            yield sound
        if self.stuck:
            await anyio.sleep_forever()
