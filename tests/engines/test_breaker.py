from __future__ import annotations

import asyncio

from pipeline.engines.breaker import LONGEST, Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def fail(breaker: Breaker) -> None:
    assert await breaker.admit()
    breaker.failed()


async def test_three_failures_in_a_row_open_it() -> None:
    breaker = Breaker()
    for _ in range(3):
        await fail(breaker)
    assert breaker.state == "open" and not await breaker.admit()


async def test_a_success_between_them_is_forgiven() -> None:
    breaker = Breaker()
    for _ in range(5):
        await fail(breaker)
        await fail(breaker)
        assert await breaker.admit()
        breaker.worked()
    assert breaker.state == "closed"


async def test_a_lasting_failure_opens_it_at_once() -> None:
    breaker = Breaker()
    assert await breaker.admit()
    breaker.gave_up()
    assert breaker.state == "open"


async def test_after_a_rest_one_probe_decides_and_each_in_vain_doubles_the_rest() -> None:
    clock = Clock()
    breaker = Breaker(10, clock)
    for _ in range(3):
        await fail(breaker)
    rest = 10.0
    for _ in range(8):
        clock.now += rest - 0.1
        assert not breaker.due
        clock.now += 0.2
        assert breaker.due
        breaker.probe()
        assert breaker.state == "half-open" and not breaker.due and not await breaker.admit()
        breaker.probed(False)
        rest = min(2 * rest, LONGEST)
    clock.now += rest + 0.1
    breaker.probe()
    breaker.probed(True)
    assert breaker.state == "closed" and await breaker.admit()
    breaker.failed()
    assert breaker.state == "closed"


async def test_many_at_once_do_not_all_run_into_an_engine_that_has_not_yet_worked() -> None:
    breaker, tried, going = Breaker(), 0, asyncio.Event()

    async def attempt() -> bool:
        nonlocal tried
        if not await breaker.admit():
            return False
        tried += 1
        await going.wait()
        breaker.failed()
        return True

    attempts = [asyncio.create_task(attempt()) for _ in range(20)]
    await asyncio.sleep(0)
    going.set()
    assert sum(await asyncio.gather(*attempts)) == tried == 3


async def test_once_it_works_all_that_waited_are_let_in() -> None:
    breaker = Breaker()
    for _ in range(3):
        assert await breaker.admit()
    waiting = [asyncio.create_task(breaker.admit()) for _ in range(10)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    breaker.worked()
    assert all(await asyncio.gather(*waiting))


async def test_a_listener_who_leaves_decides_nothing() -> None:
    clock = Clock()
    breaker = Breaker(10, clock)
    for _ in range(9):
        assert await breaker.admit()
        breaker.left()
    assert breaker.state == "closed"
    for _ in range(3):
        await fail(breaker)
    clock.now = 11
    breaker.probe()
    breaker.probed(None)
    assert breaker.due


async def test_nobody_tries_beside_a_probe_however_those_fare_who_were_at_it_before() -> None:
    for end in (Breaker.left, Breaker.failed, Breaker.gave_up, Breaker.worked):
        clock = Clock()
        breaker = Breaker(10, clock)
        assert await breaker.admit()
        breaker.worked()
        for _ in range(4):
            assert await breaker.admit()
        for _ in range(3):
            breaker.failed()
        clock.now = 11
        breaker.probe()
        end(breaker)
        clock.now = 1000
        assert not breaker.due
        assert (breaker.state == "closed") == (end is Breaker.worked)
        breaker.probed(None)
        assert breaker.due == (end is not Breaker.worked)
