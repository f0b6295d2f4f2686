"""Work in a thread: in order, waited for, and never lost with whoever asked for it."""

from __future__ import annotations

import asyncio
import threading

import anyio
import pytest

from pipeline.stores.scribe import aside


async def test_work_is_done_in_another_thread_in_the_order_it_was_asked_for() -> None:
    done: list[int] = []

    def work(number: int) -> str:
        done.append(number)
        return threading.current_thread().name

    names = await asyncio.gather(*[aside(work, number) for number in range(100)])
    assert done == list(range(100))
    assert set(names) == {"scribe"}


async def test_an_error_is_raised_where_it_is_waited_for_and_nowhere_else() -> None:
    with pytest.raises(OSError, match="full"):
        await aside(_raise, OSError("full"))
    assert await aside(abs, -1) == 1


async def test_work_that_has_begun_is_waited_for_even_when_cancelled() -> None:
    begun, may_end, ended = anyio.Event(), threading.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def work() -> None:
        loop.call_soon_threadsafe(begun.set)
        may_end.wait()
        ended.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(aside, work)
        await begun.wait()
        tasks.cancel_scope.cancel()
        may_end.set()
    assert ended.is_set()


async def test_a_loop_goes_on_meanwhile_when_the_work_takes_its_time() -> None:
    may_end = threading.Event()
    work = asyncio.create_task(aside(may_end.wait))
    for _ in range(3):
        await asyncio.sleep(0)  # a turn of the loop while the work goes on
    assert not work.done()
    may_end.set()
    assert await work


def test_a_loop_that_is_gone_leaves_the_thread_to_the_others() -> None:
    may_end = threading.Event()

    async def leave() -> None:
        task = asyncio.create_task(aside(may_end.wait))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    may_end.set()
    assert asyncio.run(aside(abs, -2)) == 2


def _raise(error: Exception) -> None:
    raise error
