"""Time in which the process stood still, as a frozen container does, is no engine's silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing

import numpy as np
import pytest

from pipeline.engines.fallback import FallbackEngine
from pipeline.engines.openai import OpenAIEngine
from pipeline.types import Voice, WordTime
from tests.engines.flawed import Flawed
from tests.engines.hear import hear

Stand = Callable[[], Awaitable[None]]


@pytest.fixture
async def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    """Whoever waits for it has stood still for a quarter of an hour, and so has everybody else."""
    loop, stood = asyncio.get_running_loop(), 0.0
    clock = loop.time
    monkeypatch.setattr(loop, "time", lambda: clock() + stood)

    async def stand() -> None:
        nonlocal stood
        rung = asyncio.Event()
        loop.call_later(500, rung.set)  # behind every timer that is overdue then
        stood += 1000.0
        await rung.wait()

    return stand


async def test_nobody_takes_over_from_an_engine_that_goes_on(stand: Stand) -> None:
    class Stopped(Flawed):
        async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
            await stand()
            async for piece in super().speak(text, voice):
                yield piece

    assert (await hear(FallbackEngine([Stopped("first"), Flawed("second")]), "Good morning.")).handovers == []


async def test_what_a_server_has_sent_meanwhile_is_heard(stand: Stand) -> None:
    sound, heard = np.full(2 * 24000, 9999, "<i2").tobytes(), asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + sound[:100])
        await stand()
        await heard.wait()
        writer.write(sound[100:])
        await stand()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        engine = OpenAIEngine("http://{}:{}".format(*server.sockets[0].getsockname()), voice="onyx")
        async with aclosing(engine.speak("These are about two seconds.", Voice())) as stream:
            pieces = [await anext(stream)]
            heard.set()
            pieces += [piece async for piece in stream]
        assert b"".join(piece for piece in pieces if isinstance(piece, bytes)) == sound
        await engine.aclose()


async def test_a_list_of_voices_that_came_meanwhile_is_read(stand: Stand) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{"voices": ["onyx"]}')
        await stand()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        engine = OpenAIEngine("http://{}:{}".format(*server.sockets[0].getsockname()))
        assert [voice.name for voice in await engine.voices()] == ["onyx"]
        await engine.aclose()
