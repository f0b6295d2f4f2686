"""What the flow itself costs: from the token that ends a sentence to the voice that is asked to say it.

    python -m benchmarks.overhead [--sentences 400]

One stream, tokens at a pace, a voice that costs nothing; the log in memory (the library) and in SQLite (the service).
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from pipeline.assembly import Workshop
from pipeline.order import Order
from pipeline.ports import EventLog, RunRecord
from pipeline.stores.memory import MemoryEventLog
from pipeline.stores.sqlite import SqliteEventLog
from pipeline.types import Message, Request, Voice, VoiceInfo

SENTENCE = "This is a sentence of usual length number"


class Null:
    """Notes when it is asked, and says next to nothing."""

    name, version, sample_rate, parallel = "null", "1", 16_000, 1

    def __init__(self) -> None:
        self.asked: dict[str, float] = {}

    async def voices(self) -> Sequence[VoiceInfo]:
        return ()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        self.asked[text.rstrip(".").rpartition(" ")[2]] = time.perf_counter()
        yield b"\x10\x10" * 800

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


async def main(sentences: int, pause: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        logs: dict[str, EventLog] = {
            "log in memory": MemoryEventLog(),
            "log in SQLite": SqliteEventLog(Path(folder) / "bench.db"),
        }
        for name, log in logs.items():
            show(name, await measure(log, f"{folder}/{name}", sentences, pause))
            await log.aclose()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sentences", type=int, default=400)
    options.add_argument("--pause", type=float, default=0.002, help="seconds between tokens")
    args = options.parse_args()
    asyncio.run(main(args.sentences, args.pause))
