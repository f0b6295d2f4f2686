"""What follows a run's events to make something of them."""

from types import SimpleNamespace

import anyio
import anyio.lowlevel

from api.running.sound import happening
from api.sending.sse import Closing
from pipeline.events import Chunk
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from tests.stores.test_events import cancelled


async def test_others_have_their_turn_between_the_events_of_a_long_run():
    log, turns = MemoryEventLog(), 0
    await log.create(RunRecord("run"))
    for start in range(100):
        await log.append("run", Chunk(content="x", start=start, end=start + 1))
    await log.append("run", cancelled())

    async def others():
        nonlocal turns
        while True:
            await anyio.lowlevel.checkpoint()
            turns += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(others)
        runs = SimpleNamespace(log=log, closing=Closing(log))
        found = [event.content async for event in happening(runs, "run", Chunk)]
        tasks.cancel_scope.cancel()
    assert found == ["x"] * 100 and turns >= 99
