"""Turns at a voice: the listener who runs dry first is served first, and nobody's turn is lost."""

import asyncio
import math

import pytest

from pipeline.flow.turns import KEEPING, Turns


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


class Crowd:
    def __init__(self, slots):
        self.turns = Turns(slots)
        self.served = []
        self.leave = asyncio.Semaphore(0)

    async def visit(self, name, dry):
        async with self.turns.turn(dry):
            self.served.append(name)
            await self.leave.acquire()


@pytest.fixture
async def busy():
    """A voice for one, who is there already."""
    crowd = Crowd(1)
    crowd.tasks = [asyncio.create_task(crowd.visit("first", 0))]
    await settled()
    yield crowd
    for task in crowd.tasks:
        task.cancel()
    await asyncio.gather(*crowd.tasks, return_exceptions=True)


async def test_whoever_runs_dry_first_is_served_first(busy):
    waits = {"book": math.inf, "calm": 9.0, "new": -math.inf, "urgent": 2.0, "new too": -math.inf}
    busy.tasks += [asyncio.create_task(busy.visit(name, dry)) for name, dry in waits.items()]
    await settled()
    assert busy.served == ["first"]
    for _ in range(5):
        busy.leave.release()
        await settled()
    assert busy.served == ["first", "new", "new too", "urgent", "calm", "book"]


async def test_no_more_speak_at_once_than_there_are_slots():
    crowd = Crowd(3)
    tasks = [asyncio.create_task(crowd.visit(number, number)) for number in range(10)]
    for served in (3, 4, 5):
        await settled()
        assert len(crowd.served) == served
        crowd.leave.release()
    for _ in range(10):
        crowd.leave.release()
    await asyncio.gather(*tasks)
    assert sorted(crowd.served) == list(range(10))


async def test_who_gives_up_takes_no_turn_away(busy):
    gone = asyncio.create_task(busy.visit("gone", 1.0))
    busy.tasks.append(asyncio.create_task(busy.visit("there", 2.0)))
    await settled()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    busy.leave.release()
    await settled()
    assert busy.served == ["first", "there"]


async def test_who_gives_up_just_when_called_passes_the_turn_on():
    turns = Turns(1)
    first = turns.turn(0.0)
    await first.__aenter__()
    called, following = (asyncio.create_task(turns.turn(dry).__aenter__()) for dry in (1.0, 2.0))
    await settled()
    await first.__aexit__()
    called.cancel()
    await asyncio.wait_for(following, 30)
    assert called.cancelled() and (turns.free, turns.room) == (0, KEEPING)


async def test_the_voice_is_free_for_the_next_once_it_has_spoken():
    turns = Turns(1)
    first = turns.turn(1.0)
    async with first:
        first.spoken()
        first.spoken()
        async with turns.turn(2.0), asyncio.timeout(30):
            third = asyncio.create_task(turns.turn(3.0).__aenter__())
            await settled()
            assert not third.done()
        await third


async def test_the_voice_waits_when_too_much_of_what_it_said_is_not_kept_yet():
    turns = Turns(1)
    spoken = [turns.turn(0.0) for _ in range(1 + KEEPING)]
    for turn in spoken:
        await turn.__aenter__()
        turn.spoken()
    one_more = asyncio.create_task(turns.turn(0.0).__aenter__())
    await settled()
    assert not one_more.done()
    await spoken[7].__aexit__()
    await one_more
