"""Microsoft Edge's read-aloud service on loopback, spoken by eSpeak NG; it can fail as the real one does."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache, partial

import edge_tts.communicate
import edge_tts.voices
import lameenc
import numpy as np
import soxr
from aiohttp import WSCloseCode, WSMsgType, web

from pipeline.engines.espeak_library import Heard
from pipeline.engines.kit.words import Timeline
from pipeline.types import WordTime
from tests.hearing import Reader

RATE = 24000
PIECE = 720
"""Bytes of MP3 in one message."""

VOICES = [
    {"ShortName": name, "Name": name, "Locale": name[:5], "Gender": gender, "Status": "GA", "SuggestedCodec": "",
     "FriendlyName": name, "VoiceTag": {}}
    for name, gender in (
        ("en-US-x'/><audio src='x'/><x Neural", "Male"),
        ("en-US-EmmaMultilingualNeural", "Female"), ("en-GB-RyanNeural", "Male"), ("de-DE-KatjaNeural", "Female"),
    )
]  # fmt: skip


Render = Callable[[str, float], tuple[bytes, list[WordTime]]]


@dataclass
class Edge:
    """What the server is to do, and what it has seen."""

    faults: list[str] = field(default_factory=list)
    """One per connection, the first first; afterwards all is well. `drop` `close` `stall` `mute` `early` `empty`
    `garbage` `path` `type` `short` `json` `keys`, or an HTTP status."""
    ssml: list[str] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """A connection has ended."""
    lists: int = 0
    """How often the voices were asked for."""
    wordless: bool = False
    """Send no word boundaries."""


@asynccontextmanager
async def edge() -> AsyncIterator[Edge]:
    """The server, with edge-tts pointed at it."""
    seen, reader = Edge(), Reader()
    render = cache(partial(_render, reader))

    async def voices(request: web.Request) -> web.Response:
        seen.lists += 1
        return web.json_response(VOICES)

    async def serve(request: web.Request) -> web.StreamResponse:
        fault = seen.faults.pop(0) if seen.faults else ""
        if fault.isdigit():
            return web.Response(status=int(fault))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        try:
            await _converse(socket, request, seen, render, fault)
        except ConnectionError:
            pass  # the client has gone
        finally:
            seen.left.set()
        return socket

    app = web.Application()
    app.router.add_get("/voices", voices)
    app.router.add_get("/edge", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    before = edge_tts.communicate.WSS_URL, edge_tts.voices.VOICE_LIST
    edge_tts.communicate.WSS_URL = f"ws://127.0.0.1:{port}/edge?a=b"
    edge_tts.voices.VOICE_LIST = f"http://127.0.0.1:{port}/voices?a=b"
    try:
        yield seen
    finally:
        edge_tts.communicate.WSS_URL, edge_tts.voices.VOICE_LIST = before
        await runner.cleanup()
        reader.close()


async def _converse(
    socket: web.WebSocketResponse, request: web.Request, seen: Edge, render: Render, fault: str
) -> None:
    await socket.receive()  # the configuration
    asked = await socket.receive()
    if asked.type is not WSMsgType.TEXT:
        return
    ssml = asked.data.partition("\r\n\r\n")[2]
    seen.ssml.append(ssml)
    text = html.unescape(re.sub(r"<[^>]+>", "", ssml))
    speed = 1 + int(re.search(r"rate='([+-]\d+)%'", ssml)[1]) / 100  # type: ignore[index]
    sound, all_times = await asyncio.to_thread(render, text, speed)
    times = list(all_times)
    await _say(socket, "turn.start", "{}")
    await _say(socket, "response", "{}")
    if fault == "mute":
        await _until_gone(socket)
    if fault == "path":
        await _say(socket, "surprise", "{}")
    if fault == "json":
        await _say(socket, "audio.metadata", '{"Metadata": [')
    if fault == "keys":
        await _say(socket, "audio.metadata", '{"Metadata": [{"Type": "WordBoundary"}]}')
    if fault == "short":
        await socket.send_bytes(b"\0")
    if fault == "garbage":
        sound = bytes(range(256)) * (len(sound) // 256)
    half = len(sound) // 2
    for start in range(0, 0 if fault == "empty" else len(sound), PIECE):
        if start >= half and fault:
            if fault == "drop" and request.transport is not None:
                request.transport.abort()
            elif fault == "close":
                await socket.close(code=WSCloseCode.GOING_AWAY)
            elif fault == "stall":
                await _until_gone(socket)
            if fault in ("drop", "close", "stall"):
                return
            if fault == "early":
                break
        at = start * 8 / 48000
        while not seen.wordless and times and times[0].at <= at:
            await _say(socket, "audio.metadata", _boundary(times.pop(0), text))
        kind = "text/html" if fault == "type" else "audio/mpeg"
        head = f"X-RequestId:0\r\nContent-Type:{kind}\r\nPath:audio\r\n".encode()
        await socket.send_bytes(len(head).to_bytes(2, "big") + head + sound[start : start + PIECE])
    while not seen.wordless and fault != "early" and times:
        await _say(socket, "audio.metadata", _boundary(times.pop(0), text))
    await _say(socket, "turn.end", "{}")
    await socket.close()


async def _say(socket: web.WebSocketResponse, path: str, body: str) -> None:
    await socket.send_str(f"X-RequestId:0\r\nContent-Type:application/json\r\nPath:{path}\r\n\r\n{body}")


async def _until_gone(socket: web.WebSocketResponse) -> None:
    while (await socket.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
        continue


def _boundary(time: WordTime, text: str) -> str:
    word = {"Text": html.escape(text[time.start : time.end], quote=False), "Length": time.end - time.start}
    data = {"Offset": round(time.at * 1e7), "Duration": round(time.seconds * 1e7), "text": word}
    return json.dumps({"Metadata": [{"Type": "WordBoundary", "Data": data}]})


def _render(reader: Reader, text: str, speed: float) -> tuple[bytes, list[WordTime]]:
    """MP3 as the service sends it: 24 kHz, mono, 48 kbit/s at a constant rate."""
    timeline, times, parts = Timeline(text), list[WordTime](), list[bytes]()

    def sink(piece: bytes | Heard) -> bool:
        if isinstance(piece, bytes):
            parts.append(piece)
        else:
            times.extend((timeline.pause if piece.ends else timeline.reach)(piece.position, piece.at))
        return True

    reader.say(text, sink, round(175 * speed))
    samples = np.frombuffer(b"".join(parts), "<i2").astype(np.float32) / 32768
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_bit_rate(48)
    encoder.set_quality(7)
    encoder.silence()
    pcm = (np.clip(soxr.resample(samples, 22050, RATE), -1, 1) * 32767).astype("<i2").tobytes()
    return bytes(encoder.encode(pcm) + encoder.flush()), times
