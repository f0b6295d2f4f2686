"""Listening to an engine to the end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.ports import Engine
from pipeline.types import Handover, Voice, WordTime


@dataclass
class Heard:
    pcm: bytes = b""
    times: list[WordTime] = field(default_factory=list)
    handovers: list[Handover] = field(default_factory=list)
    rate: int = 22050

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.rate

    @property
    def samples(self) -> np.ndarray:
        return np.frombuffer(self.pcm, "<i2")


async def hear(engine: Engine, text: str, voice: Voice | None = None) -> Heard:
    heard, pieces = Heard(rate=engine.sample_rate), list[bytes]()
    async for item in engine.speak(text, voice or Voice()):
        if isinstance(item, bytes):
            pieces.append(item)
        elif isinstance(item, WordTime):
            heard.times.append(item)
        else:  # what came before is void
            heard.handovers.append(item)
            pieces.clear()
            heard.times.clear()
    heard.pcm = b"".join(pieces)
    return heard
