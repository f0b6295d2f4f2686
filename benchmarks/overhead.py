"""What the flow itself costs, with a voice that costs nothing.

    python -m benchmarks.overhead [--sentences 400]

From the token that ends a sentence to the voice that is asked to say it, with the log in memory (the library) and in
SQLite (the service); a text that comes all at once; and the processor's time for answers that come token by token.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from benchmarks._answers import ANSWERS, tokens
from pipeline import create_streaming_pipeline
from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.events import Complete
from pipeline.ports import EventLog, RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.types import Message, Request, Voice, VoiceInfo

SENTENCE = "This is a sentence of usual length number"
SIZE = 20_000
"""Characters that come at once ..."""
RUSH = 25_000
"""... and the tokens a second with which they become clips."""
RATE, TRICKLE = 50, 225
"""Tokens a second, and how many there are of each of three answers ..."""
SPENT = 0.20
"""... and the seconds of a processor that they take."""


class Null:
    """Notes when it is asked, and is silent for a tenth of a second."""

    name, version, sample_rate, parallel = "null", "1", 22_050, 1

    def __init__(self) -> None:
        self.asked: dict[str, float] = {}

    async def voices(self) -> Sequence[VoiceInfo]:
        return ()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        self.asked[text.rstrip(".").rpartition(" ")[2]] = time.perf_counter()
        yield bytes(2 * self.sample_rate // 10)

    async def aclose(self) -> None:
        pass


class Paced:
    """Says numbered sentences token by token; `sent` are the moments of the tokens that settle where one ends."""

    name, model, streaming = "paced", "", True

    def __init__(self, sentences: int, pause: float) -> None:
        self.sentences, self.pause = sentences, pause
        self.sent: dict[str, float] = {}

    async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
        for number in range(self.sentences):
            for position, word in enumerate(f"{SENTENCE} {number}.".split(" ")):
                await asyncio.sleep(self.pause)
                if number and position == 0:
                    self.sent[str(number - 1)] = time.perf_counter()
                yield word if number == position == 0 else " " + word


async def measure(log: EventLog, folder: str, sentences: int, pause: float) -> list[float]:
    """Milliseconds for each sentence but the last, which ends with the stream."""
    voice, source = Null(), Paced(sentences, pause)
    async with Workshop(output_dir=folder, own_engines={"null": voice}, env={}) as workshop:
        await log.create(RunRecord("bench"))
        order = Order(
            messages=(Message("user", "go"),),
            tts_provider=("null",),
            buffer={"mode": "fixed", "sentence_buffer_size": 1, "min_chunk_length": 1, "max_idle_time": 1.0},
        )
        await (await workshop.prepare(order, run="bench", log=log, source=source)).run()
    return [1000 * (voice.asked[number] - sent) for number, sent in source.sent.items()]


def show(name: str, took: list[float]) -> None:
    took.sort()
    print(
        f"{name}: {len(took)} sentences, p50 {statistics.median(took):.2f} ms, "
        f"p99 {took[int(len(took) * 0.99)]:.2f} ms, worst {took[-1]:.2f} ms"
    )


async def latency(sentences: int, pause: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        logs: dict[str, EventLog] = {
            "log in memory": MemoryEventLog(),
            "log in SQLite": SqliteEventLog(Path(folder) / "bench.db"),
        }
        for name, log in logs.items():
            show(name, await measure(log, f"{folder}/{name}", sentences, pause))
            await log.aclose()


async def spoken(pieces: Sequence[str], pause: float = 0.0) -> None:
    """The whole way through the library, to the last clip."""

    async def said() -> AsyncGenerator[str, None]:
        for piece in pieces:
            await asyncio.sleep(pause)
            yield piece

    with tempfile.TemporaryDirectory() as folder:
        async with create_streaming_pipeline("text", Null(), {"output_dir": folder}) as pipeline:
            async for event in pipeline.stream_text_to_audio(said()):
                if isinstance(event, Complete):
                    assert event.status == "complete" and event.chars == len("".join(pieces))


async def rush(name: str, text: str) -> bool:
    """The best of some rounds: what is looked for is the cost, not what else the machine does."""
    pieces, took = tokens(text), []
    for _ in range(9):
        began = time.perf_counter()
        await spoken(pieces)
        took.append(time.perf_counter() - began)
    speed = len(pieces) / min(took)
    met = speed >= RUSH
    print(f"{name}: {speed:,.0f} tokens/s (wanted >= {RUSH:,}){'' if met else '  MISSED'}")
    return met


async def trickle() -> bool:
    spent, count = 0.0, 0
    for text in ANSWERS.values():
        pieces = tokens(text)[:TRICKLE]
        began = time.process_time()
        await spoken(pieces, 1 / RATE)
        spent += time.process_time() - began
        count += len(pieces)
    met = spent <= SPENT
    print(
        f"{count} tokens at {RATE}/s: {spent:.2f} s of a processor, the source's own waits included "
        f"(wanted <= {SPENT:.2f}){'' if met else '  MISSED'}"
    )
    return met


async def main(sentences: int, pause: float) -> bool:
    await latency(sentences, pause)
    text = (ANSWERS["prose"] + "\n\n" + ANSWERS["dialogue"] + "\n\n") * 10
    bare = " ".join(re.findall(r"[a-z]+", text.lower()))
    met = [await rush("20,000 characters at once", text[:SIZE]), await rush("without any mark", bare[:SIZE])]
    return all([*met, await trickle()])


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sentences", type=int, default=400)
    options.add_argument("--pause", type=float, default=0.002, help="seconds between tokens")
    args = options.parse_args()
    sys.exit(0 if asyncio.run(main(args.sentences, args.pause)) else 1)
