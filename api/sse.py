"""Server-sent events: a run's lines as they are, from a number on, to one reader.

A reader is a cursor into the log. All that is ready goes out in one piece; nothing is encoded here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import anyio
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from pipeline.errors import UnknownRun
from pipeline.events import TERMINAL, Line
from pipeline.ports import EventLog

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
RETRY = 1000
"""Milliseconds after which a client that was cut off comes back."""
RETRY_SOON = 200
"""The same, when the service ends and another takes its place."""
_LINES = 64
_PIECE = 32_768
"""Bytes sent at once, about: what a reader who has stopped reading costs."""


class Closing:
    """Ends all streams of a service that ends: each reader is woken and sees that it is `ending`."""

    def __init__(self) -> None:
        self.ending = False
        self._waiting: set[anyio.CancelScope] = set()

    def end(self) -> None:
        self.ending = True
        for scope in self._waiting:
            scope.cancel()

    async def wait(self, log: EventLog, run: str, after: int, seconds: float) -> bool:
        """Until the run has an event above `after`, or has ended; False when time, or the service, ran out first."""
        with anyio.move_on_after(seconds) as scope:
            self._waiting.add(scope)
            try:
                await log.wait(run, after)
            finally:
                self._waiting.discard(scope)
        return not scope.cancelled_caught


async def follow(
    log: EventLog, run: str, after: int, closing: Closing, ping: float
) -> AsyncGenerator[list[Line], None]:
    """Lines above `after` as they come, up to the terminal one; an empty list after `ping` seconds of silence.

    Ends early when the service does, or when the run is erased."""
    woken = False
    try:
        while True:
            lines = await log.lines(run, after, _LINES)
            if lines:
                yield list(lines)
                after, woken = lines[-1].seq, False
                if lines[-1].type in TERMINAL:
                    return
            elif woken or closing.ending:
                return  # woken for nothing: the run has ended, and all of it was read
            elif await closing.wait(log, run, after, ping):
                woken = True
            elif not closing.ending:
                yield []
    except UnknownRun:
        return


def frame(line: Line, data: bytes | None = None) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (line.seq, line.data if data is None else data)


async def encoded(
    batches: AsyncGenerator[list[Line], None], closing: Closing, signed: Callable[[Line], bytes] | None = None
) -> AsyncGenerator[bytes, None]:
    """The body of an event stream."""
    # `retry` never has a block of its own: some clients take a block without data for an event.
    ended, retry = False, b"retry: %d\n" % RETRY
    async with aclosing(batches):
        async for lines in batches:
            for piece in _pieces([frame(line, signed(line) if signed else None) for line in lines]):
                yield retry + piece
                retry = b""
            if not lines:
                yield b": ping\n\n"
            ended = bool(lines) and lines[-1].type in TERMINAL
    if closing.ending and not ended:
        yield b"retry: %d\n" % RETRY_SOON


def _pieces(frames: Sequence[bytes]) -> list[bytes]:
    """Joined into as few pieces as may be."""
    pieces, waiting, size = [], [], 0
    for one in frames:
        waiting.append(one)
        size += len(one)
        if size >= _PIECE:
            pieces.append(b"".join(waiting))
            waiting, size = [], 0
    return [*pieces, b"".join(waiting)] if waiting else pieces


class EventStream(StreamingResponse):
    """`left` is called once, however the stream ends: read to its end, cut off, or left before it began."""

    media_type = "text/event-stream"

    def __init__(self, body: AsyncGenerator[bytes, None], left: Callable[[], None], **headers: str) -> None:
        super().__init__(body, headers=HEADERS | headers)
        self._body = body
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._left()
            with anyio.CancelScope(shield=True):
                await self._body.aclose()
