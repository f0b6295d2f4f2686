"""Server-sent events: a run's lines as they are, from a number on, to one reader.

A reader is a cursor into the log. All that is ready goes out in one piece; nothing is encoded here.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

import anyio
from fastapi.responses import StreamingResponse
from prometheus_client import Histogram
from starlette.types import Message, Receive, Scope, Send

from pipeline.errors import UnknownRun
from pipeline.events import TERMINAL
from pipeline.ports import EventLog
from pipeline.wire import Line

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
RETRY = 1000
"""Milliseconds after which a client that was cut off comes back."""
RETRY_SOON = 200
"""The same, when the service ends and another takes its place."""
_LINES = 64
_PIECE = 16_384
"""Bytes sent at once, about: what a reader who has stopped reading costs."""


class Closing:
    """Ends streams before a terminal event: all of them when the service ends, and those of a run of which nothing can
    be written any more. Each reader is woken, and sees that he is to come back."""

    def __init__(self, log: EventLog) -> None:
        self.ending = False
        self._stuck: set[str] = set()
        self._log = log

    def end(self) -> None:
        self.ending = True
        self._log.wake()

    def over(self, run: str) -> bool:
        """Whether its readers wait in vain."""
        return self.ending or run in self._stuck

    def stick(self, run: str) -> None:
        """Until `free`, its readers come back again and again, rather than to hear nothing for who knows how long."""
        if run not in self._stuck:
            self._stuck.add(run)
            self._log.wake()

    def free(self, run: str) -> None:
        self._stuck.discard(run)


async def follow(
    log: EventLog, run: str, after: int, closing: Closing, ping: float
) -> AsyncGenerator[list[Line], None]:
    """Lines above `after` as they come, up to the terminal one; an empty list after `ping` seconds of silence.

    Ends early when the service does, when the run is erased, or when no more of it can be written."""
    woken = False
    try:
        while True:
            lines = await log.lines(run, after, _LINES)
            if lines:
                yield list(lines)
                after, woken = lines[-1].seq, False
                if lines[-1].type in TERMINAL:
                    return
            elif woken or closing.over(run):
                return  # woken for nothing: the run has ended, and all of it was read
            elif await log.wait(run, after, ping):
                woken = True
            elif not closing.over(run):
                yield []
    except UnknownRun:
        return


def frame(line: Line, data: bytes) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (line.seq, data)


async def encoded(
    batches: AsyncGenerator[list[Line], None], closing: Closing, signed: Callable[[Line], bytes], lag: Histogram
) -> AsyncGenerator[bytes, None]:
    """The body of an event stream. `lag` is told how many lines had been waiting each time."""
    # `retry` never has a block of its own: some clients take a block without data for an event.
    ended, retry = False, b"retry: %d\n" % RETRY
    async with aclosing(batches):
        async for lines in batches:
            if lines:
                lag.observe(len(lines))
            for piece in _pieces([frame(line, signed(line)) for line in lines]):
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


class Patient:
    """Sends, and knows for how long it had to wait until somebody took what it sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.waited = 0.0
        """Seconds; the longest time."""

    async def send(self, message: Message) -> None:
        since = time.monotonic()
        try:
            await self._send(message)
        finally:
            self.waited = max(self.waited, time.monotonic() - since)


class EventStream(StreamingResponse):
    """`left` is called once, however the stream ends: read to its end, cut off, or left before it began; with the
    longest time, in seconds, for which the reader took nothing of what waited for him."""

    media_type = "text/event-stream"

    def __init__(self, body: AsyncGenerator[bytes, None], left: Callable[[float], None], **headers: str) -> None:
        super().__init__(body, headers=HEADERS | headers)
        self._body = body
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        patient = Patient(send)
        try:
            await super().__call__(scope, receive, patient.send)
        finally:
            self._left(patient.waited)
            with anyio.CancelScope(shield=True):
                await self._body.aclose()
