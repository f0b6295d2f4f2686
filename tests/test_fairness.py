"""Many runs at one voice: whoever would hear nothing first is served first, and a book never keeps a talk waiting."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest
from anyio.abc import TaskGroup

from pipeline import create_streaming_pipeline
from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.events import TERMINAL, PassageCut
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.types import Voice
from tests.flow.bench import until
from tests.voices import Witnessed

TREES = (
    "alder ash beech birch cedar elm fir hazel holly larch lime maple oak pine poplar rowan spruce willow yew".split()
)


class Stepwise(Witnessed):
    """Speaks one passage each time it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let = anyio.Semaphore(0)

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        await self.let.acquire()
        async for sound in super().speak(text, voice):
            yield sound


class Hall:
    """Runs that share one voice."""

    def __init__(self, folder: Path) -> None:
        self.voice = Stepwise()
        self.log = MemoryEventLog()
        self.workshop = Workshop(output_dir=folder, own_engines={"witnessed": self.voice}, env={})

    async def begin(self, tasks: TaskGroup, run: str, sentences: int, *, priority: str = "live") -> None:
        """Returns when all that the voice may know of the run yet waits for it."""
        text = " ".join(f"{run} speaks of the {tree}." for tree in TREES[:sentences])
        await self.log.create(RunRecord(run))
        buffer = {"mode": "batch", "sentence_buffer_size": 1}
        order = Order(text=text, tts_provider=("witnessed",), priority=priority, buffer=buffer)
        flow = await self.workshop.prepare(order, run=run, log=self.log)
        tasks.start_soon(flow.run)
        last = min(2, sentences - 1)
        await until(self.log, run, lambda event: isinstance(event, PassageCut) and event.index == last)
        await anyio.wait_all_tasks_blocked()

    async def ended(self, run: str) -> None:
        await until(self.log, run, lambda event: event.type in TERMINAL)

    def step(self, count: int = 1) -> None:
        for _ in range(count):
            self.voice.let.release()

    def order(self) -> list[tuple[str, int]]:
        """(run, sentence), as the voice was asked for them."""
        return [(text.split()[0], TREES.index(text.split()[-1].strip("."))) for text in self.voice.asked]


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


async def test_a_book_does_not_keep_a_conversation_waiting(hall: Hall) -> None:
    async with anyio.create_task_group() as tasks:
        await hall.begin(tasks, "book", len(TREES), priority="batch")
        await hall.begin(tasks, "talk", 6)
        hall.step(100)
        await hall.ended("talk")
        await hall.ended("book")
    talk = [place for place, (run, _) in enumerate(hall.order()) if run == "talk"]
    assert talk[0] <= 2, "what the voice had in hand is finished"
    waits = [later - sooner - 1 for sooner, later in pairwise(talk)]
    assert max(waits) <= 2, "and what it took up while the conversation had nothing to say"
    assert [number for run, number in hall.order() if run == "book"] == [*range(len(TREES))], "it is read to its end"


async def test_everybody_hears_a_first_passage_before_anybody_has_a_second(hall: Hall) -> None:
    names = ["Ada", "Ben", "Cal", "Dee", "Eve", "Fay", "Gil"]
    async with anyio.create_task_group() as tasks:
        for name in names:
            await hall.begin(tasks, name, 4)
        hall.step(100)
        for name in names:
            await hall.ended(name)
    places = {spoken: place for place, spoken in enumerate(hall.order())}
    firsts = [places[name, 0] for name in names]
    seconds = [places[name, 1] for name in names]
    assert sum(second < max(firsts) for second in seconds) <= 1, "only what had its turn before the others came"
    for name in names:
        assert [places[name, number] for number in range(4)] == sorted(places[name, number] for number in range(4))


class Unhurried(Witnessed):
    """Lets everybody else go on many times before it has spoken."""

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        async for sound in super().speak(text, voice):
            for _ in range(50):
                await anyio.lowlevel.checkpoint()
            yield sound


async def test_no_more_are_spoken_at_once_than_the_voice_can_of_all_runs_together(tmp_path: Path) -> None:
    voice = Unhurried(parallel=2, brief=True)

    async def listen() -> None:
        async for _ in pipeline.stream_text_to_audio("One sentence is here. And here is another one."):
            pass

    async with create_streaming_pipeline("text", voice, {"output_dir": tmp_path}) as pipeline:
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(listen)
    assert len(voice.asked) == 10 and voice.busiest <= 2
