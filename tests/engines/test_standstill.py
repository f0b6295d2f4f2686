"""Time in which the process stood still, as a frozen container does, is no engine's silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import numpy as np
import pytest

from pipeline.engines.fallback import FallbackEngine
from pipeline.engines.openai import OpenAIEngine
from pipeline.types import Voice, WordTime
from tests.engines.flawed import Flawed
from tests.engines.hear import hear

Stop = Callable[[], None]


@pytest.fixture
async def stop(monkeypatch: pytest.MonkeyPatch) -> Stop:
    """When it is called, the process has just stood still for a quarter of an hour."""
    loop, stood = asyncio.get_running_loop(), 0.0
    clock = loop.time
    monkeypatch.setattr(loop, "time", lambda: clock() + stood)

    def stop() -> None:
        nonlocal stood
        stood += 1000.0

    return stop


async def test_nobody_takes_over_from_an_engine_that_goes_on(stop: Stop) -> None:
    class Stopped(Flawed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
            asyncio.get_running_loop().call_soon(stop)
            await asyncio.sleep(0.01)
            async for piece in super().speak(text, voice):
                yield piece

    assert (await hear(FallbackEngine([Stopped("first"), Flawed("second")]), "Good morning.")).handovers == []


async def test_what_a_server_has_sent_meanwhile_is_heard(stop: Stop) -> None:
    sound = np.full(2 * 24000, 9999, "<i2").tobytes()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for said in (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + sound[:100], sound[100:]):
            stop()
            writer.write(said)
            await asyncio.sleep(0.01)
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        engine = OpenAIEngine("http://{}:{}".format(*server.sockets[0].getsockname()), voice="onyx")
        assert (await hear(engine, "These are about two seconds.")).seconds == 2
        await engine.aclose()
