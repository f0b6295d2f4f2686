"""Engines with faults: who is right in the end, and how long it takes to notice.

    python -m benchmarks.engines

Kills a pyttsx3 process in the middle of a file, breaks a false edge service in every way, counts how often a dead
engine is tried, and reads Piper's sound back into phonemes. Ends with 1 if a figure is missed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from importlib.util import find_spec
from pathlib import Path

import anyio

from pipeline.engines.edge import EdgeEngine
from pipeline.engines.fallback import FallbackEngine
from pipeline.engines.pyttsx3 import Pyttsx3Engine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError
from pipeline.types import Voice, WordTime
from tests.engines.hear import Heard, hear
from tests.engines.processes import children, working
from tests.fakes.edge import edge
from tests.hearing import Reader, compare, sentences

DEADLINE = 0.5
"""Seconds that the false edge service may say nothing."""
FAULTS = [
    "drop",
    "close",
    "early",
    "empty",
    "garbage",
    "path",
    "type",
    "short",
    "json",
    "keys",
    "403",
    "500",
    "stall",
    "mute",
]


async def processes() -> bool:
    """Twenty pyttsx3 runs at once, one cancelled, one process killed in the middle of a file."""
    engine, reader, texts = Pyttsx3Engine(), Reader("gmw/en", rate=200), sentences(20, seed=61)
    texts[0] = " ".join(sentences(12, seed=62))  # long enough to be killed in the middle
    runs = [asyncio.create_task(hear(engine, text)) for text in texts]
    os.kill(await working(), signal.SIGKILL)
    runs[7].cancel()
    spoken = await asyncio.gather(*runs, return_exceptions=True)
    right = sum(
        isinstance(heard, Heard) and compare(heard.samples, reader.read(text)).good
        for text, heard in zip(texts, spoken, strict=True)
    )
    for pid in children():
        os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    await hear(engine, texts[1])
    after = time.monotonic() - began
    await engine.aclose()
    reader.close()
    print(f"pyttsx3: {right} of 19 right, 1 cancelled; the next sentence {after:.2f} s after a kill (at most 1 s)")
    return right == 19 and after <= 1.0


async def faults() -> bool:
    """Each fault of the edge service once (mended by asking again) and for ever (an error, and no sound)."""
    reader, (text,) = Reader(), sentences(1, seed=63)
    mended = clean = 0
    slowest = 0.0
    async with edge() as service:
        for fault in FAULTS:
            service.faults = [fault]
            heard = await hear(EdgeEngine(DEADLINE, DEADLINE), text)
            mended += compare(heard.samples, reader.read(text), heard.rate).good
            service.faults, began = [fault] * 9, time.monotonic()
            clean += await _silent(EdgeEngine(DEADLINE, DEADLINE), text)
            slowest = max(slowest, (time.monotonic() - began) / (9 - len(service.faults)))
            service.faults = []
    reader.close()
    print(
        f"edge: {mended} of {len(FAULTS)} faults mended, {clean} refused without a sound when they last; "
        f"noticed within {slowest:.2f} s (deadline {DEADLINE} s, and the time between attempts)"
    )
    return mended == clean == len(FAULTS)


async def _silent(engine: EdgeEngine, text: str) -> bool:
    try:
        async with aclosing(engine.speak(text, Voice())) as stream:
            async for _ in stream:
                return False
    except EngineError:
        return True
    return False


class Dead(ToneEngine):
    name = "dead"
    asked = 0
    mended = False

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        self.asked += 1
        if not self.mended:
            raise EngineError("it is dead.")
        async for piece in super().speak(text, voice):
            yield piece


async def breaker() -> bool:
    """Fifty passages, ten at a time, while the first engine is dead; then it is mended."""
    dead, now = Dead(), 0.0
    engine = FallbackEngine([dead, ToneEngine()], clock=lambda: now)
    for _ in range(5):
        await asyncio.gather(*(hear(engine, "A passage.") for _ in range(10)))
    tried = dead.asked
    dead.mended, now = True, 3600.0
    probed = await hear(engine, "A passage.")
    await anyio.wait_all_tasks_blocked()
    back = await hear(engine, "A passage.")
    await engine.aclose()
    print(
        f"breaker: dead, tried {tried} times in 50 passages (at most 3); mended, back by itself: {not back.handovers}"
    )
    return tried <= 3 and bool(probed.handovers) and not back.handovers


async def phonemes() -> bool:
    """A hundred sentences through the real piper, read back."""
    if not (find_spec("piper") and find_spec("onnx")):
        print("piper: not installed (pip install 'aloud[piper]')")
        return True
    from piper import PiperVoice

    from pipeline.engines.piper import PiperEngine
    from tests.engines import tiny_piper

    with tempfile.TemporaryDirectory() as folder:
        model = tiny_piper.make(Path(folder))
        engine, library, texts = PiperEngine([model]), PiperVoice.load(model), sentences(100, seed=64)
        spoken = await asyncio.gather(*(hear(engine, text) for text in texts))
        await engine.aclose()
    right = 0
    for text, heard in zip(texts, spoken, strict=True):
        ids = [i for phonemes in library.phonemize(text) for i in library.phonemes_to_ids(phonemes) if i > 2]
        right += tiny_piper.decode(heard.samples) == ids
    print(f"piper: {right} of {len(texts)} sentences decode to their exact phonemes, in order")
    return right == len(texts)


async def main() -> int:
    met = [await one() for one in (processes, faults, breaker, phonemes)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
