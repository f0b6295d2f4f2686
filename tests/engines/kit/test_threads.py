from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing

import pytest

from pipeline.engines.kit.threads import WAITING, Put, Threads
from pipeline.errors import EngineUnavailable


async def test_pieces_come_in_order_while_the_work_goes_on() -> None:
    threads, go_on = Threads("test", 1), threading.Event()

    def work(put: Put[int]) -> None:
        put(1)
        go_on.wait()
        put(2)

    async with aclosing(threads.stream(work)) as stream:
        assert await anext(stream) == 1
        go_on.set()
        assert [piece async for piece in stream] == [2]
    await threads.aclose()


async def test_nothing_is_lost_however_fast_it_comes() -> None:
    threads = Threads("test", 4)

    def work(put: Put[int]) -> None:
        for number in range(5000):
            assert put(number)

    async def read() -> list[int]:
        return [piece async for piece in threads.stream(work)]

    assert await asyncio.gather(*(read() for _ in range(8))) == [list(range(5000))] * 8
    await threads.aclose()


async def test_work_waits_for_its_listener() -> None:
    threads, made = Threads("test", 1), []

    def work(put: Put[int]) -> None:
        for number in range(10_000):
            made.append(number)
            if not put(number):
                return

    async with aclosing(threads.stream(work)) as stream:
        await anext(stream)
        assert await asyncio.to_thread(lambda: len(made)) <= WAITING + 2
    await threads.aclose()
    assert len(made) <= WAITING + 3


async def test_an_error_arrives_after_what_came_before_it() -> None:
    threads = Threads("test", 1)

    def work(put: Put[int]) -> None:
        put(1)
        raise ValueError("broken")

    stream = threads.stream(work)
    assert await anext(stream) == 1
    with pytest.raises(ValueError, match="broken"):
        await anext(stream)
    await threads.aclose()


async def test_leaving_ends_the_work_and_waits_for_its_thread() -> None:
    threads, over, stopped = Threads("test", 1), threading.Event(), []

    def work(put: Put[int]) -> None:
        while put(0):
            pass
        over.set()

    async with aclosing(threads.stream(work, lambda: stopped.append(True))) as stream:
        await anext(stream)
    assert over.is_set() and stopped == [True]
    await threads.aclose()


async def test_work_that_has_not_begun_is_not_begun_when_its_listener_leaves() -> None:
    threads, hold, begun = Threads("test", 1), threading.Event(), []

    def first(put: Put[int]) -> None:
        put(1)
        hold.wait()

    def second(put: Put[int]) -> None:
        begun.append(True)

    async with aclosing(threads.stream(first)) as stream:
        await anext(stream)
        waiting = asyncio.create_task(anext(threads.stream(second)))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait({waiting})
        hold.set()
    await threads.aclose()
    assert begun == []


async def test_closing_breaks_off_what_goes_on_and_its_listener_is_told() -> None:
    threads = Threads("test", 1)

    def work(put: Put[int]) -> None:
        while put(0):
            pass

    async with aclosing(threads.stream(work)) as stream, aclosing(threads.stream(work)) as other:
        await anext(stream)
        waiting = asyncio.create_task(anext(other))
        await asyncio.sleep(0)
        async with asyncio.timeout(30):
            await threads.aclose()
        with pytest.raises(EngineUnavailable):
            async for _ in stream:
                pass
        with pytest.raises(EngineUnavailable):
            await waiting
    with pytest.raises(EngineUnavailable, match="closed"):
        await anext(threads.stream(work))


def test_a_loop_that_ends_without_closing_does_not_hold_the_process() -> None:
    threads, over = Threads("test", 1), threading.Event()

    def work(put: Put[int]) -> None:
        while put(0):
            pass
        over.set()

    async def main() -> None:
        stream = threads.stream(work)
        await anext(stream)
        kept.append(stream)

    kept: list[object] = []
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    assert over.wait(30)
    kept.clear()
