"""Text that a client writes while it is being spoken: a source, fed from the other end of a socket."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator

import anyio

from pipeline.errors import SourceTruncated, TextTooLong
from pipeline.flow import Flow
from pipeline.sources.answers.thoughts import Pairs
from pipeline.types import Request


class Dictation:
    name = "client"
    model = ""
    streaming = True

    def __init__(self, most: int) -> None:
        """`most`: characters that may be written in all."""
        self._most = most
        self._written = 0
        self._pairs = Pairs()
        self._waiting: deque[str | None] = deque()
        """Text; None where it is to be flushed."""
        self.flow: Flow | None = None
        """Who takes the text down."""
        self.over = False
        """No more text comes."""
        self._broken = False
        """It ended without its end."""
        self._more = anyio.Event()

    def write(self, text: str) -> None:
        """Never waits, so that a cancel behind it is seen at once. Raises TextTooLong."""
        self._written += len(text)
        if self._written > self._most:
            raise TextTooLong(f"The text is longer than {self._most:,} characters, the most that a run takes.")
        if text := self._pairs.feed(text):
            self._add(text)

    def flush(self) -> None:
        if not self._waiting or self._waiting[-1] is not None:
            self._add(None)

    def end(self) -> None:
        self.over = True
        if text := self._pairs.end():
            self._waiting.append(text)
        self._more.set()

    def leave(self) -> None:
        """Nobody is there any more to write the rest."""
        self._broken = not self.over
        self.end()

    def _add(self, item: str | None) -> None:
        self._waiting.append(item)
        self._more.set()

    async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
        while True:
            while self._waiting:
                text = self._waiting.popleft()
                if text is not None:
                    yield text
                elif self.flow is not None:
                    self.flow.flush()
            if self._broken:
                raise SourceTruncated("The client left before it had sent `end`; what had come until then is spoken.")
            if self.over:
                return
            self._more = anyio.Event()
            await self._more.wait()
