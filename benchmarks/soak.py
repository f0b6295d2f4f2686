"""The service for as long as one likes, with fifty runs at any time: nothing may grow.

    python -m benchmarks.soak [--minutes 5] [--runs 50]

Texts that nobody spoke before, by eSpeak; listeners that leave and come back, that go for good, that cancel, that fetch
the whole. Memory and file handles are looked at each second, once the first third is over and all caches are full.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from contextlib import aclosing

from benchmarks._service import Service, service, written

FLAT = 1.05
"""What the last quarter may have over the first."""


class Soak:
    def __init__(self, made: Service, seconds: float) -> None:
        self._made = made
        self._chance = random.Random(1)
        self._until = time.monotonic() + seconds
        self.runs = 0
        self.memory: list[float] = []
        """Megabytes, each second."""
        self.files: list[int] = []

    @property
    def going(self) -> bool:
        return time.monotonic() < self._until

    async def listener(self) -> None:
        """One run after the other, each treated as somebody might."""
        while self.going:
            body = {"text": written(self._chance, self._chance.randint(2, 6)), "llm_provider": "replay"}
            run = (await self._made.ask("POST", "/api/v1/runs", body))["id"]
            self.runs += 1
            match self._chance.randrange(10):
                case 0:  # goes for good, and the run goes on
                    await self._hear(run, 3)
                case 1:
                    await self._hear(run, 5)
                    await self._made.ask("DELETE", f"/api/v1/runs/{run}")
                case 2:
                    await self._hear(run, 4)
                    await self._hear(run)
                case 3:
                    await self._hear(run)
                    await self._fetch(f"/api/v1/runs/{run}/audio?format=mp3")
                    await self._made.ask("DELETE", f"/api/v1/runs/{run}")
                case _:
                    await self._hear(run)

    async def _hear(self, run: str, most: int | None = None) -> None:
        seen = 0
        async with aclosing(self._made.events(run)) as events:
            async for _ in events:
                seen += 1
                if seen == most:
                    return

    async def _fetch(self, path: str) -> None:
        reader, writer = await self._made.open("GET", path, headers="Connection: close\r\n")
        while await reader.read(1 << 16):
            pass
        writer.close()

    async def look(self) -> None:
        while self.going:
            self.memory.append(self._made.memory() / 1e6)
            self.files.append(self._made.files())
            await asyncio.sleep(1)


async def soak(minutes: float, runs: int) -> bool:
    keep = 50_000_000
    async with service(tts_provider="espeak", replay_rate=20, retention_hours=0.02, retention_bytes=keep) as made:
        test = Soak(made, 60 * minutes)
        await asyncio.gather(test.look(), *[test.listener() for _ in range(runs)])
        print(f"{runs} runs at any time, {test.runs:,} in all, for {minutes:g} minutes")
        return flat("memory, MB", test.memory) & flat("file handles", test.files)


def flat(name: str, values: list[float] | list[int]) -> bool:
    """The median of the last quarter beside that of the first, once all has settled."""
    settled = values[len(values) // 3 :]
    quarter = max(1, len(settled) // 4)
    first, last = statistics.median(settled[:quarter]), statistics.median(settled[-quarter:])
    met = last <= FLAT * first
    wanted = f"wanted <= {FLAT:.2f} x"
    print(f"{name}: {first:.0f}, at the end {last:.0f} ({last / first:.3f} x, {wanted}){'' if met else '  MISSED'}")
    return met


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--runs", type=int, default=50)
    given = options.parse_args()
    return 0 if asyncio.run(soak(given.minutes, given.runs)) else 1


if __name__ == "__main__":
    sys.exit(main())
