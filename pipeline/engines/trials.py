"""Speaking and stopping on trial: what `check` measures of an engine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import numpy as np

from pipeline.ports import Engine
from pipeline.types import Handover, Voice, WordTime
from pipeline.utterance import plain, utter

SENTENCE = "The quick brown fox jumps over the lazy dog near the river."
PATIENCE = 60.0
"""Seconds for any one text."""
LOUD, LOUDEST = 300, 25_000
"""Of 32,767: what the loudest sample of a sentence has at least, and all of them have at most on average."""
LIKENESS = 0.3
"""How much each sample is like the one before, 1 being the same: 0.7 to 0.97 where somebody speaks, even in a whisper,
and at most 0.15 where the bytes are not the samples that they are taken for."""
STOP = 10.0
"""Seconds in which one that was told to stop, or to close, does so, if ever."""


class Fault(Exception):
    """A promise that the engine breaks; the message says which, and how."""


@dataclass(frozen=True, slots=True)
class Spoken:
    seconds: float
    sound: bytes
    times: tuple[WordTime, ...]


async def speak(engine: Engine, text: str, voice: Voice) -> Spoken:
    """Listen to the end, and look at every piece on the way."""
    listening = asyncio.create_task(_listen(engine, text, voice))
    try:
        if not (await asyncio.wait({listening}, timeout=PATIENCE))[0]:
            raise Fault(f"it does not end: {len(text)} characters took more than {PATIENCE:.0f} s")
        return await listening
    finally:
        listening.cancel()


async def _listen(engine: Engine, text: str, voice: Voice) -> Spoken:
    pieces, times = list[bytes](), list[WordTime]()
    async with aclosing(utter(engine, text, voice)) as stream:
        async for piece in stream:
            if isinstance(piece, bytes):
                if len(piece) % 2:
                    raise Fault("a piece of sound ends in half a sample")
                pieces.append(piece)
            elif isinstance(piece, WordTime):
                times.append(plain(engine.name, piece))
            else:
                pieces, times = [], []
    sound = b"".join(pieces)
    return Spoken(len(sound) / 2 / engine.sample_rate, sound, tuple(times))


def amiss(sound: bytes) -> str:
    """Why the sound of a sentence cannot be 16-bit mono samples of it, or ""."""
    samples = np.frombuffer(sound, "<i2").astype(np.float64)
    peak = int(abs(samples).max(initial=0))
    if peak < LOUD:
        return f"a sentence is silent: its loudest sample is {peak} of 32,767"
    if b"WAVEfmt " in sound:
        return "the header of a WAV is among the samples"
    if abs(samples).mean() > LOUDEST:
        return "nearly all samples are as loud as can be: are they signed, and of 16 bits?"
    even, odd = samples[: len(samples) & ~1].reshape(-1, 2).T
    if (even == odd).all():
        return "every sample comes twice: is it stereo?"
    if samples[1:] @ samples[:-1] < LIKENESS * (samples @ samples):
        return "it is noise: are these 16-bit samples, little-endian, and neither compressed nor shifted by a byte?"
    return ""


@asynccontextmanager
async def within(seconds: float, what: str) -> AsyncGenerator[None, None]:
    """Raises a Fault when it takes longer."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
        raise Fault(f"it does not {what} within {seconds:g} s") from None


async def hear(stream: AsyncGenerator[bytes | WordTime | Handover, None], count: int) -> None:
    """Listen until `count` pieces of sound have come."""
    async with within(PATIENCE, "make a sound"):
        while count and (piece := await anext(stream, None)) is not None:
            count -= isinstance(piece, bytes)


async def least(
    measure: Callable[[Engine, Voice, int], Awaitable[float]], engine: Engine, voice: Voice, size: int, enough: float
) -> float:
    """The best of ten: what is slow only now and then is the machine, not the engine."""
    best = await measure(engine, voice, size)
    for _ in range(9):
        if best <= enough:
            break
        best = min(best, await measure(engine, voice, size))
    return best


async def closed(engine: Engine, voice: Voice, heard: int) -> float:
    """Seconds that closing the generator takes."""
    stream = utter(engine, " ".join([SENTENCE] * 50), voice)
    async with aclosing(stream):
        await hear(stream, heard)
        began = time.monotonic()
    return time.monotonic() - began


async def cancelled(engine: Engine, voice: Voice, heard: int) -> float:
    """Seconds that cancelling the listener's task takes."""
    reached = asyncio.Event()

    async def listen() -> None:
        async with aclosing(utter(engine, " ".join([SENTENCE] * 50), voice)) as stream:
            if not heard:
                reached.set()
            await hear(stream, heard)
            reached.set()
            await hear(stream, 1_000_000)

    task = asyncio.create_task(listen())
    waiting = asyncio.create_task(reached.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    began = time.monotonic()
    task.cancel()
    if not (await asyncio.wait({task}, timeout=STOP))[0]:
        raise Fault(f"it goes on {STOP:g} s after its listener was cancelled")
    if not task.cancelled() and (error := task.exception()):
        raise error
    return time.monotonic() - began


async def stillness(engine: Engine, voice: Voice, count: int) -> float:
    """The longest time in which the event loop did not turn while `count` sentences were spoken."""
    longest, last = 0.0, time.monotonic()

    async def tick() -> None:
        nonlocal longest, last
        while True:
            await asyncio.sleep(0.002)
            now = time.monotonic()
            longest, last = max(longest, now - last), now

    ticker = asyncio.create_task(tick())
    try:
        await speak(engine, " ".join([SENTENCE] * count), voice)
    finally:
        ticker.cancel()
    return max(longest, time.monotonic() - last)
