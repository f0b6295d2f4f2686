"""Voices and sources for tests that want to say what happens when: real PCM, opened and closed before witnesses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence

import anyio
import numpy as np

from pipeline.types import Request, Voice, VoiceInfo

RATE = 16_000


def tone(seconds: float, pitch: float = 220.0) -> bytes:
    """A tone as 16-bit mono PCM."""
    wave = 8000 * np.sin(2 * np.pi * pitch / RATE * np.arange(int(seconds * RATE)))
    return wave.astype("<i2").tobytes()


class Witnessed:
    """An engine that says each text as a tone as long as it would take, and remembers what was asked of it.

    `gate`: what every passage waits for before its sound; `fault`: gives the exception to raise for a text, or None;
    `brief`: a short tone for whatever text."""

    name, version, sample_rate = "witnessed", "1", RATE

    def __init__(
        self,
        *,
        parallel: int = 1,
        gate: Callable[[str], anyio.Event | None] = lambda text: None,
        fault: Callable[[str], Exception | None] = lambda text: None,
        silent: bool = False,
        brief: bool = False,
    ) -> None:
        self.parallel = parallel
        self.gate, self.fault, self.silent, self.brief = gate, fault, silent, brief
        self.asked: list[str] = []
        self.trail: list[str] = []
        """"open" and "close", in order."""
        self.busy = 0
        self.busiest = 0
        self.started = anyio.Event()

    async def voices(self) -> Sequence[VoiceInfo]:
        return ()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        self.asked.append(text)
        self.trail.append("open")
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        self.started.set()
        try:
            gate = self.gate(text)
            if gate is not None:
                await gate.wait()
            if error := self.fault(text):
                raise error
            if not self.silent:
                yield tone(0.02 if self.brief else max(0.1, len(text) / 15))
        finally:
            self.busy -= 1
            self.trail.append("close")

    async def aclose(self) -> None:
        self.trail.append("aclose")


class Told:
    """A source that says pieces, each after its gate, and remembers how far it was asked and that it was closed."""

    name, model, streaming = "told", "none", True

    def __init__(self, pieces: Iterable[str | anyio.Event | Exception]) -> None:
        self.pieces = pieces
        self.said: list[str] = []
        self.closed = anyio.Event()

    async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
        try:
            for piece in self.pieces:
                if isinstance(piece, anyio.Event):
                    await piece.wait()
                elif isinstance(piece, Exception):
                    raise piece
                else:
                    self.said.append(piece)
                    yield piece
        finally:
            self.closed.set()
