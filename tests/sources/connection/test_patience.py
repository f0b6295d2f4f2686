"""How long a model may be silent, and that leaving it stops it."""

import asyncio
import time
from contextlib import aclosing

import anyio

from pipeline.errors import SourceTimeout
from tests.fakes.models import Turn, fake
from tests.sources.providers import SHORT, asked, heard, source, text_of
from tests.stopwatch import least


async def test_signs_of_life_and_thinking_are_life(form):
    async def broken():
        async with fake(form, Turn(pings=10, gap=0.05, thinking="hm")) as server:
            _, raised = await heard(source(server, patience=SHORT))
        return raised is not None

    assert not await least(broken, 0)


async def test_time_in_which_nobody_asks_does_not_count(form):
    words = [f"word{number} " * 2000 for number in range(40)]  # more than the sockets hold

    async def broken():
        async with fake(form, Turn(words)) as server:
            tokens = source(server, patience=SHORT).tokens(asked())
            items = [await anext(tokens)]
            await asyncio.sleep(0.5)
            try:
                items += [item async for item in tokens]
            except SourceTimeout:
                return True
        assert text_of(items) == "".join(words)
        return False

    assert not await least(broken, 0)


async def test_leaving_stops_the_model_at_once(form):
    async with fake(form, Turn(fault="silence", after=1)) as server:

        async def leaving():
            tokens = source(server).tokens(asked())
            await anext(tokens)
            waiting = asyncio.ensure_future(anext(tokens))
            await asyncio.sleep(0.05)
            began = time.monotonic()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await tokens.aclose()
            await server.asked[-1].left.wait()
            return time.monotonic() - began

        assert await least(leaving, 0.25) < 0.25


async def test_cancelling_the_scope_around_it_closes_the_connection(form):
    async with fake(form, Turn(fault="silence", after=1)) as server:

        async def listen(first):
            async with aclosing(source(server).tokens(asked())) as tokens:
                async for _ in tokens:
                    first.set()

        async def cancelling():
            first = asyncio.Event()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(listen, first)
                await first.wait()
                began = time.monotonic()
                tasks.cancel_scope.cancel()
            await server.asked[-1].left.wait()
            return time.monotonic() - began

        assert await least(cancelling, 0.25) < 0.25
