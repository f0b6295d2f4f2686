"""A source whose text has cues at known places: where its chapters begin, and other voices take over."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from pipeline.ports import Source
from pipeline.types import Cue, Request, Said


class CuedSource:
    def __init__(self, source: Source, cues: Sequence[tuple[int, Cue]]) -> None:
        """`cues`: with their places in the text, in order; each but the end has text behind it."""
        self.name = source.name
        self.model = source.model
        self.streaming = source.streaming
        self._source = source
        self._cues = cues

    async def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        at, cues = 0, deque(self._cues)
        async with aclosing(self._source.tokens(request)) as items:
            async for item in items:
                if not isinstance(item, str):
                    yield item
                    continue
                while cues and cues[0][0] < at + len(item):
                    place, cue = cues.popleft()
                    if place > at:
                        yield item[: place - at]
                        at, item = place, item[place - at :]
                    yield cue
                yield item
                at += len(item)
