"""What the service adds: from a token to a clip at a listener, from an event's number to the listener, to the end.

    python -m benchmarks.service [first latency many espeak stop]

The service is a process of its own; the listeners share the machine with it.
"""

from __future__ import annotations

import asyncio
import json
import random
import signal
import sys
import time
from typing import Any

from benchmarks._service import TEXT, Service, at, figures, service, written

GAP = 0.02
"""Seconds of silence that nobody hears as a gap."""


async def first() -> bool:
    """From the first token, here the sending of the request with the whole text, to the first `audio` event."""
    async with service(tts_provider="espeak") as made:
        took = []
        for number in range(60):
            body = {"text": f"This is number {number} of them. {TEXT * 3}"}
            began = time.perf_counter()
            reader, writer = await made.open("POST", "/api/v1/stream/speech", body)
            async for line in reader:
                if line.startswith(b'data: {"type":"audio"'):
                    took.append(time.perf_counter() - began)
                    break
            writer.close()
        return figures("request -> first audio event (espeak, text at once)", took[10:], p50=15)


async def listened(made: Service, runs: list[dict[str, Any]], late: list[float]) -> None:
    async def one(run: dict[str, Any]) -> None:
        async for now, line in made.events(run["id"]):
            late.append(now - run["created"] - at(line))

    await asyncio.gather(*[one(run) for run in runs])


async def latency() -> bool:
    """From an event's number to the listener: commit, wake, send, read. Twenty runs."""
    async with service(tts_provider="tone", replay_rate=10) as made:
        body = {"text": TEXT * 6, "llm_provider": "replay"}
        runs = []
        for _ in range(20):
            runs.append(await made.ask("POST", "/api/v1/runs", body))
            await asyncio.sleep(0.013)
        late: list[float] = []
        await listened(made, runs, late)
        return figures("an event's number -> its listener, 20 runs", late[400:], p50=1, p99=5)


async def many() -> bool:
    """A thousand streams of five events a second: a hundred runs out of step, ten listeners each."""
    async with service(tts_provider="tone", replay_rate=5, max_streams=2000) as made:
        runs = []
        for _ in range(100):
            runs.append(await made.ask("POST", "/api/v1/runs", {"text": TEXT * 3, "llm_provider": "replay"}))
            await asyncio.sleep(0.02)
        late: list[float] = []
        idle = made.memory()
        streams = asyncio.gather(*[listened(made, runs, late) for _ in range(10)])
        await asyncio.sleep(4)
        held = (made.memory() - idle) / 1000
        late.clear()
        await streams
        good = figures("1,000 streams, lateness", late, p99=50)
        print(f"each stream holds {held / 1000:.0f} kB (wanted <= 64){'' if held <= 64_000 else '  MISSED'}")
        return good and held <= 64_000


async def espeak() -> bool:
    """Two hundred runs at once, each with a text of its own that comes at twenty tokens a second: nobody hears a gap.

    A listener plays each clip when he has it, and none before the one before is over."""
    chance = random.Random(1)
    async with service(tts_provider="espeak", replay_rate=20) as made:
        waits, heard, gaps, memory = list[float](), list[float](), list[float](), list[int]()
        sound = 0.0

        async def one(begin: float) -> None:
            nonlocal sound
            await asyncio.sleep(begin)
            run = await made.ask("POST", "/api/v1/runs", {"text": written(chance, 8), "llm_provider": "replay"})
            cut = until = 0.0
            async for now, line in made.events(run["id"]):
                event = json.loads(line[6:])
                if event["type"] == "passage":
                    cut = cut or now
                elif event["type"] == "audio":
                    if not until:
                        waits.append(now - cut)
                        heard.append(now - run["created"])
                    elif now - until > GAP:
                        gaps.append(now - until)
                    until = max(until, now) + event["seconds"]
                    sound += event["seconds"]

        async def look() -> None:
            while True:
                memory.append(made.memory())
                await asyncio.sleep(0.2)

        looking = asyncio.create_task(look())
        idle = made.worked()
        began = time.perf_counter()
        await asyncio.gather(*[one(number * 0.02) for number in range(200)])
        looking.cancel()
        most = max(memory) / 1e6
        print(
            f"200 espeak runs at once, for {time.perf_counter() - began:.0f} s: {sound:,.0f} s of sound for"
            f" {made.worked() - idle:.0f} s of a processor"
        )
        good = figures("first passage -> its audio at the listener", waits, p99=500)
        figures("the run's beginning -> its first audio (its first clause comes meanwhile)", heard)
        print(f"gaps: {len(gaps)} (wanted 0), the longest {max(gaps, default=0.0):.2f} s", end="")
        print(f"; memory {most:.0f} MB (wanted <= 400)")
        return good and not gaps and most <= 400


async def stop() -> bool:
    """SIGTERM with an open stream and one second to drain."""
    async with service(tts_provider="tone", replay_rate=5, drain_seconds=1) as made:
        run = await made.ask("POST", "/api/v1/runs", {"text": TEXT * 20, "llm_provider": "replay"})
        async for _, _line in made.events(run["id"]):
            break
        listener = asyncio.create_task(listened(made, [run], []))
        began = time.perf_counter()
        made.process.send_signal(signal.SIGTERM)
        await made.process.wait()
        took = time.perf_counter() - began
        await listener
        print(f"SIGTERM with an open stream: ended after {took:.2f} s (wanted <= 3){'' if took <= 3 else '  MISSED'}")
        return took <= 3


PARTS = {"first": first, "latency": latency, "many": many, "espeak": espeak, "stop": stop}


def main(wanted: list[str]) -> int:
    if strange := [name for name in wanted if name not in PARTS]:
        sys.exit(f"There is no part {strange[0]!r}; there are {', '.join(PARTS)}.")
    met = [asyncio.run(PARTS[name]()) for name in wanted or PARTS]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
