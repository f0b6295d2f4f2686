"""Servers that speak as models do, on real sockets: Ollama's lines of JSON, Anthropic's and OpenAI's events, faults.

Each request takes the next `Turn` of the plan; the last one is repeated.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.frames import FRAMES, Turn
from tests.fakes.listening import listening

FORMATS = ("ollama", "anthropic", "openai")
STATUS = {str(code): code for code in (200, 301, 307, 400, 401, 403, 404, 408, 422, 429, 500, 503, 529)}
HUGE = 50_000_000
"""Bytes of the line that never ends."""


@dataclass(slots=True)
class Asked:
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it is answered, or whoever asked has gone."""


class Fake:
    def __init__(self, form: str, plan: Sequence[Turn | Callable[[dict[str, Any]], Turn]]) -> None:
        self.form = form
        self.plan = list(plan) or [Turn()]
        self.asked: list[Asked] = []
        self.models = ("tiny", "small")
        self.port = 0
        self.connections = 0
        self.open = 0
        """Connections, and how many of them are open now."""
        self.keeps = True
        """Takes one request after another on a connection."""
        self._closed = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}" + ("/v1" if self.form == "openai" else "")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        try:
            while await self._request(reader, writer) and self.keeps:
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            self._closed.set()

    async def down_to(self, most: int) -> None:
        """Waits until no more connections than that are open."""
        async with asyncio.timeout(30):
            while self.open > most:
                self._closed.clear()
                await self._closed.wait()

    async def _request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether another one may follow."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = Asked(head[0].split()[1], headers, json.loads(body or b"{}"), asyncio.get_running_loop().time())
        try:
            if head[0].startswith("GET"):
                self._list(writer)
                await writer.drain()
                return True
            self.asked.append(asked)
            turn = self.plan[min(len(self.asked), len(self.plan)) - 1]
            turn = turn(asked.body) if callable(turn) else turn
            if turn.fault not in STATUS and self.form == "openai" and not asked.body.get("stream"):
                _whole(writer, 200, {}, self._whole(turn))
                await writer.drain()
                return True
            if turn.cut_at is not None:
                writer = Cutting(writer, turn.cut_at)
            await self._answer(turn, writer, reader)
            return turn.fault not in ("cut", "silence", "huge") and turn.cut_at is None
        finally:
            asked.left.set()

    def _whole(self, turn: Turn) -> Any:
        """What is answered to whoever does not want it in pieces; OpenAI's format only."""
        message: dict[str, Any] = {"role": "assistant", "content": "".join(turn.tokens)}
        if turn.calls:
            message["tool_calls"] = [
                {"id": f"t{at}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
                for at, (name, given) in enumerate(turn.calls)
            ]
        choice = {"index": 0, "message": message, "finish_reason": turn.reason or "stop"}
        usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        return {"id": "c", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice], "usage": usage}

    def _list(self, writer: asyncio.StreamWriter) -> None:
        if self.form == "ollama":
            found: Any = {"models": [{"model": name, "name": name} for name in self.models]}
        elif self.form == "anthropic":
            found = {
                "data": [
                    {"type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z"}
                    for name in self.models
                ],
                "has_more": False,
            }
        else:
            data = [{"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in self.models]
            found = {"object": "list", "data": data}
        _whole(writer, 200, {}, found)

    async def _answer(self, turn: Turn, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        if turn.fault in STATUS:
            _whole(writer, STATUS[turn.fault], turn.headers, self._refusal(turn))
            await writer.drain()
            return
        if turn.fault == "mute":
            await reader.read()  # until the other side leaves
            return
        kind = turn.kind or ("application/x-ndjson" if self.form == "ollama" else "text/event-stream")
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        if turn.raw is not None:
            await _send(writer, turn.raw)
            if turn.fault == "silence":
                await reader.read()  # until the other side leaves
            if turn.fault in ("silence", "cut"):
                writer.transport.abort()
                return
        elif turn.fault != "empty":
            await self._stream(turn, writer, reader)
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    async def _stream(self, turn: Turn, writer: asyncio.StreamWriter, reader: asyncio.StreamReader) -> None:
        frames = FRAMES[self.form](turn)
        for _ in range(turn.pings):
            await asyncio.sleep(turn.gap)
            await _send(writer, frames.ping())
        for part in frames.opening():
            await _send(writer, part)
        for number, token in enumerate(turn.tokens):
            if number == turn.after and turn.fault:
                if turn.fault == "error":
                    await _send(writer, frames.error())
                    return
                if turn.fault == "error-line":
                    await _send(writer, b'error: {"code": 500, "message": "' + turn.message.encode() + b'"}\n\n')
                    return
                if turn.fault == "cut":
                    await _send(writer, frames.token(token)[:-7])
                    writer.transport.abort()
                    return
                if turn.fault == "silence":
                    await reader.read()  # until the other side leaves
                    return
                if turn.fault == "garbage":
                    await _send(writer, frames.garbage())
                if turn.fault == "huge":
                    writer.write(f"{HUGE:x}\r\n".encode() + (b"" if self.form == "ollama" else b"data: "))
                    for _ in range(HUGE // 50_000):
                        writer.write(b"x" * 50_000)
                        await writer.drain()
                    return
            data = frames.token(token, raw=turn.fault == "separator")
            if turn.fault == "bytewise":
                for byte in data:
                    await _send(writer, bytes([byte]))
                    await asyncio.sleep(0)
            else:
                await _send(writer, data)
        if turn.fault != "no-marker":
            for part in frames.ending():
                await _send(writer, part)

    def _refusal(self, turn: Turn) -> Any:
        if turn.body is not None:
            return turn.body
        if self.form == "ollama":
            return {"error": turn.message}
        if self.form == "anthropic":
            return {"type": "error", "error": {"type": "some_error", "message": turn.message}}
        return {"error": {"message": turn.message, "type": "some_error", "code": None}}


class Cutting:
    """A writer that resets the connection after so many bytes."""

    def __init__(self, writer: asyncio.StreamWriter, left: int) -> None:
        self._writer, self._left = writer, left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def write(self, data: bytes) -> None:
        self._writer.write(data[: self._left])
        self._left -= len(data)

    async def drain(self) -> None:
        await self._writer.drain()
        if self._left <= 0:
            self._writer.transport.abort()
            raise ConnectionResetError("cut")


def _whole(writer: asyncio.StreamWriter, status: int, headers: dict[str, str], body: Any) -> None:
    data = json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + data)


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    await writer.drain()


@asynccontextmanager
async def fake(form: str, *plan: Turn | Callable[[dict[str, Any]], Turn]) -> AsyncIterator[Fake]:
    served = Fake(form, plan)
    async with listening(served.serve) as served.port:
        yield served
