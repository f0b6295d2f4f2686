"""Several engines in one run: each passage goes to the one whose voice it has."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from pipeline.ports import Recorder, Turn
from pipeline.types import AudioFormat, Clip, Growing, Handover, Passage, Voice


class Ensemble:
    """A `Recorder` over others, all of one format."""

    def __init__(self, first: Recorder, others: Mapping[str, Recorder]) -> None:
        """`others`: by the names of their engines."""
        self._first = first
        self._others = dict(others)

    @property
    def format(self) -> AudioFormat:
        return self._first.format

    @property
    def parallel(self) -> int:
        return min(recorder.parallel for recorder in (self._first, *self._others.values()))

    async def record(
        self, run: str, passage: Passage, voice: Voice, turn: Turn | None = None
    ) -> AsyncGenerator[Growing | Handover | Clip, None]:
        recorder = self._others.get(voice.engine, self._first)
        async with aclosing(recorder.record(run, passage, voice, turn)) as items:
            async for item in items:
                yield item
