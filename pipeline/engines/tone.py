"""The smallest engine: a tone as long as the text would take. For load tests, and to copy."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Self

import anyio
import numpy as np

from pipeline.engines.kit.bounds import between
from pipeline.errors import UnknownVoice
from pipeline.ground.settings import number
from pipeline.types import Voice, VoiceInfo, WordTime

HERTZ = {"low": 220.0, "middle": 440.0, "high": 880.0}
PACE = 15.0
"""Characters per second, about as fast as people speak."""
PIECE = 0.1
"""Seconds of sound handed out at a time."""


class ToneEngine:
    name = "tone"
    local = True
    version = "1"
    sample_rate = 22050
    parallel = 4

    def __init__(self, start: float = 0.0, factor: float = 0.0) -> None:
        """`start`: seconds before the first sound; `factor`: seconds of work for one second of sound."""
        self.start = start
        self.factor = factor

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        return cls(number(env, "ALOUD_TONE_START", 0, 0, 3600), number(env, "ALOUD_TONE_FACTOR", 0, 0, 1000))

    async def voices(self) -> Sequence[VoiceInfo]:
        return [VoiceInfo(name=name, sample="A tone, as long as this sentence.") for name in HERTZ]

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        name = voice.name or "middle"
        if name not in HERTZ:
            raise UnknownVoice(f"tone has no voice '{name}'. It has: {', '.join(HERTZ)}.", voices=list(HERTZ))
        pace = PACE * between(0.25, voice.speed, 4.0)
        hertz = HERTZ[name] * between(0.25, voice.pitch, 4.0)
        level = 0.2 * between(0.0, voice.volume, 1.0)

        for word in re.finditer(r"\S+", text):
            yield WordTime(word.start(), word.end(), word.start() / pace, len(word[0]) / pace)
        samples = round(len(text) / pace * self.sample_rate) if text.strip() else 0
        await anyio.sleep(self.start if samples else 0)
        piece = round(PIECE * self.sample_rate)
        for begin in range(0, samples, piece):
            count = min(piece, samples - begin)
            await anyio.sleep(self.factor * count / self.sample_rate)
            yield _tone(begin, count, hertz / self.sample_rate, level)

    async def aclose(self) -> None:
        return None


def _tone(begin: int, count: int, turns: float, level: float) -> bytes:
    """Samples `begin` to `begin + count` of a sine; `turns` per sample."""
    wave = np.sin(2 * np.pi * turns * np.arange(begin, begin + count))
    return bytes((wave * level * 32767).astype("<i2").data)
