"""A voice that fails while many want it: whoever takes over is told of in its place, and nobody is held up."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import anyio
from anyio.abc import TaskGroup

from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.errors import EngineError
from pipeline.events import Audio, Fallback
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.types import Voice
from tests.voices import Witnessed


class Failing(Witnessed):
    """Fails each text once it is let, and never speaks."""

    name = "failing"

    def __init__(self) -> None:
        super().__init__()
        self.let = anyio.Event()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        self.asked.append(text)
        await self.let.wait()
        raise EngineError("It fails.")
        yield b""


async def test_runs_that_wait_for_the_same_words_are_not_held_up_by_a_voice_that_fails(tmp_path: Path) -> None:
    failing, log = Failing(), MemoryEventLog()
    both = {"failing": failing, "witnessed": Witnessed(parallel=9)}
    workshop = Workshop(output_dir=tmp_path, own_engines=both, env={})

    async def begin(tasks: TaskGroup, run: str, text: str, priority: str = "live") -> None:
        """Returns when all that it can have of the voice yet is taken or waited for."""
        await log.create(RunRecord(run))
        buffer = {"mode": "batch", "sentence_buffer_size": 1}
        order = Order(text=text, tts_provider=tuple(both), priority=priority, buffer=buffer)
        tasks.start_soon((await workshop.prepare(order, run=run, log=log)).run)
        await anyio.wait_all_tasks_blocked()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            await begin(tasks, "one", "This one has the voice.")
            await begin(tasks, "two", "That one has it too.")
            await begin(tasks, "book", "It was all the same.", "batch")
            await begin(tasks, "first", "It was all the same. The first goes on.")
            await begin(tasks, "second", "It was all the same. The second goes on.")
            failing.let.set()
    for run in ("first", "second"):
        told = [event for event in await log.read(run) if isinstance(event, Audio | Fallback)]
        places = [event.start if isinstance(event, Audio) else event.at_text for event in told]
        assert [event.type for event in told] == ["fallback", "audio"] * 2 and places == [0, 0, 21, 21]
