"""A voice by the script, and what is recorded of it."""

import wave
from contextlib import aclosing

import anyio
import numpy as np

from pipeline.events import Audio
from pipeline.types import Passage, Span, Voice

RATE = 16000


def tone(seconds, level=8000):
    return (level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.int16).tobytes()


def silence(seconds):
    return bytes(2 * round(seconds * RATE))


class Script:
    """An engine that says what it was told: bytes, word times, handovers, waits (seconds), events, failures."""

    name, version, sample_rate, parallel = "script", "1", RATE, 2

    def __init__(self, *items):
        self.items = items
        self.trail = []

    async def voices(self):
        return []

    async def speak(self, text, voice):
        self.trail.append("open")
        try:
            for item in self.items:
                if isinstance(item, Exception):
                    raise item
                if isinstance(item, anyio.Event):
                    await item.wait()
                elif isinstance(item, float):
                    await anyio.sleep(item)
                else:
                    yield item
        finally:
            self.trail.append("close")

    async def aclose(self):
        pass


def passage(text="Hello there.", index=0, start=0):
    end = start + len(text)
    return Passage(index=index, text=text, start=start, end=end, spoken=text, spans=(Span(0, len(text), start, end),))


def audio(index=0, **more):
    """The event of a clip of which no more is known than is told."""
    known = {"url": f"{index:05d}.wav", "path": None, "media_type": "audio/wav", "seconds": 1.0, "begins": 0.0}
    said = {"text": "", "start": 0, "end": 0, "words": (), "engine": "x", "cached": False}
    return Audio(index=index, **known | said | more)


async def record(recorder, said=None, voice=None):
    """All that comes of it; last of all the clip."""
    async with aclosing(recorder.record("run1", said or passage(), voice or Voice())) as items:
        return [item async for item in items]


def samples(clip):
    with wave.open(str(clip.path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (clip.sample_rate, 1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), np.int16)
