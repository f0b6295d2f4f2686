"""eSpeak NG in process: how fast on one core, and whether it is right when many speak at once.

    python benchmarks/espeak.py

Prints the speed of one voice on one core, the delay of the first sound, and how many of 1,000 sentences spoken by 8
tasks at once are not what was written (by re-rendering and alignment: tests/hearing.py).
The speed that counts is the one per second of processor time, which other work on the machine does not change.
Ends with 1 if a figure is missed.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from contextlib import aclosing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.engines.espeak import EspeakEngine
from pipeline.types import Voice
from tests.hearing import WORST_LIMIT, Reader, compare, sentences

COUNT, TASKS, REAL_TIME = 1000, 8, 500


async def say(engine: EspeakEngine, text: str) -> tuple[NDArray[np.int16], float]:
    began, first, parts = time.perf_counter(), 0.0, []
    async with aclosing(engine.speak(text, Voice(name="en-us"))) as stream:
        async for piece in stream:
            if isinstance(piece, bytes):
                first = first or time.perf_counter() - began
                parts.append(piece)
    return np.frombuffer(b"".join(parts), "<i2"), first


async def speed(texts: list[str]) -> float:
    """Seconds of sound per second of one core, one text after another."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    engine = EspeakEngine()
    await say(engine, texts[0])
    began, busy, samples, firsts = time.perf_counter(), time.process_time(), 0, list[float]()
    for text in texts:
        sound, first = await say(engine, text)
        samples += len(sound)
        firsts.append(1000 * first)
    took, busy = time.perf_counter() - began, time.process_time() - busy
    await engine.aclose()
    seconds = samples / engine.sample_rate
    print(f"one core: {seconds / busy:.0f} x real time ({seconds / took:.0f} x by the clock)")
    print(
        f"first sound: median {statistics.median(firsts):.2f} ms, 99 % {statistics.quantiles(firsts, n=100)[98]:.2f} ms"
    )
    return seconds / busy


async def crowd(texts: list[str]) -> list[NDArray[np.int16]]:
    """All texts, by TASKS tasks at once."""
    engine, spoken = EspeakEngine(), dict[int, NDArray[np.int16]]()
    waiting = iter(enumerate(texts))

    async def task() -> None:
        for index, text in waiting:
            spoken[index], _ = await say(engine, text)

    began = time.perf_counter()
    await asyncio.gather(*(task() for _ in range(TASKS)))
    print(f"{TASKS} tasks: {len(texts) / (time.perf_counter() - began):.0f} sentences per second")
    await engine.aclose()
    return [spoken[index] for index in range(len(texts))]


def main() -> int:
    texts = sentences(COUNT, seed=int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    spoken = asyncio.run(crowd(texts))
    reader = Reader()
    matches = [compare(sound, reader.read(text)) for text, sound in zip(texts, spoken, strict=True)]
    wrong = sum(not match.good for match in matches)
    worst = max(match.worst for match in matches)
    print(f"wrong: {wrong} of {COUNT} (highest cost of 0.2 s: {worst:.2f}, limit {WORST_LIMIT})")
    fast = asyncio.run(speed(texts[:300]))
    return int(wrong > 0 or fast < REAL_TIME)


if __name__ == "__main__":
    raise SystemExit(main())
