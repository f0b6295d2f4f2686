"""A server with OpenAI's speech endpoint on loopback, spoken by eSpeak NG, and able to fail."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
import soxr
from aiohttp import web

from tests.hearing import Reader

RATE = 24000
PIECE = 4001
"""Bytes at a time: an odd number, since nothing says that samples arrive whole."""
VOICES = ["nova", "onyx"]


@dataclass
class Speech:
    url: str
    faults: list[str] = field(default_factory=list)
    """One per request, the first first; afterwards all is well. `drop` `length` `stall` `mute` `short` `half` `empty`
    `json` `mp3` `packed` `utf-8`, or an HTTP status, `packed` behind it or not."""
    wav: int = 0
    """Send a WAV at this rate, whatever was asked for."""
    listed: Any = field(default_factory=lambda: {"voices": [{"id": name} for name in VOICES]})
    """What is answered when the voices are asked for; None: that there is no such address; a number: with
    that status; `endless`: a list without end."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    sent: int = 0
    """Bytes of a list without end."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """A request has ended."""


@asynccontextmanager
async def speech() -> AsyncIterator[Speech]:
    reader, seen = Reader(), Speech("")
    render = cache(partial(_render, reader))

    async def voices(request: web.Request) -> web.StreamResponse:
        if seen.listed == "endless":
            return await _endless(request, seen)
        if isinstance(seen.listed, int):
            return web.Response(status=seen.listed)
        return web.Response(status=404) if seen.listed is None else web.json_response(seen.listed)

    async def speak(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        seen.asked.append(asked)
        seen.keys.append(request.headers.get("Authorization", ""))
        fault = seen.faults.pop(0) if seen.faults else ""
        try:
            return await _answer(request, asked, seen, render, fault)
        except ConnectionError:  # the client has gone
            return web.Response()
        finally:
            seen.left.set()

    app = web.Application()
    app.router.add_get("/v1/audio/voices", voices)
    app.router.add_post("/v1/audio/speech", speak)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    seen.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield seen
    finally:
        await runner.cleanup()
        reader.close()


async def _answer(
    request: web.Request, asked: dict[str, Any], seen: Speech, render: Callable[[str, float, int], bytes], fault: str
) -> web.StreamResponse:
    if fault[:1].isdigit():
        status, _, packed = fault.partition(" ")
        refusal = web.json_response(
            {"error": {"message": "not today"}}, status=int(status), headers={"Retry-After": "0.05"}
        )
        if packed:
            refusal.enable_compression(web.ContentCoding.gzip)
        return refusal
    if fault == "json":
        return web.json_response({"error": "out of memory"})
    sound = await asyncio.to_thread(render, asked["input"], asked["speed"], seen.wav or RATE)
    if seen.wav:
        sound = _wave(sound, seen.wav)
    if fault == "mp3":
        sound = b"ID3" + sound
    if fault == "short":
        sound = sound[: len(sound) // 8 * 2]
    if fault == "half":
        sound = sound[:-1]
    response = web.StreamResponse(headers={"Content-Type": "audio/pcm"})
    if fault == "packed":
        sound = gzip.compress(gzip.compress(sound))
        response.headers["Content-Encoding"] = "gzip, gzip"
    if fault == "utf-8":
        response.headers["Content-Encoding"] = fault
    if fault == "length":
        response.content_length = len(sound)
    await response.prepare(request)
    if fault == "mute":
        await asyncio.Event().wait()  # until the client goes
    for start in range(0, 0 if fault == "empty" else len(sound), PIECE):
        if start > len(sound) // 2 and fault in ("drop", "length", "stall"):
            if fault == "stall":
                await asyncio.Event().wait()  # until the client goes
            elif request.transport is not None:
                request.transport.abort() if fault == "drop" else request.transport.close()
            return response
        await response.write(sound[start : start + PIECE])
    await response.write_eof()
    return response


async def _endless(request: web.Request, seen: Speech) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await response.write(b" " * 65_536)
            seen.sent += 65_536
    return response


def _render(reader: Reader, text: str, speed: float, rate: int) -> bytes:
    parts: list[bytes] = []
    reader.say(text, lambda piece: not isinstance(piece, bytes) or parts.append(piece) is None, round(175 * speed))
    samples = np.frombuffer(b"".join(parts), "<i2")
    return soxr.resample(samples, 22050, rate).astype("<i2").tobytes()


def _wave(pcm: bytes, rate: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(pcm)
    return file.getvalue()
