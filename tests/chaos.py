"""The service killed again and again while listeners hang on a bad line: nothing may be lost, doubled or out of order.

python -m tests.chaos [--kills 50] [--runs 200]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tests.api.client import TERMINAL, Reading, check_run, events
from tests.api.process import Process
from tests.api.test_resume import read_on
from tests.fakes.proxy import Proxy

TEXT = "Here is one sentence of some length. And here comes another one! Is this the third? It is, and the last. "


async def listen(client: httpx.AsyncClient, run: str) -> Reading:
    reading = Reading()
    while not reading.events or reading.events[-1]["type"] not in TERMINAL:
        await read_on(client, run, reading)
        await asyncio.sleep(0.05)
    return reading


async def begin(client: httpx.AsyncClient, number: int, text: str) -> str:
    """Once, however often the service dies meanwhile: the key names the run."""
    while True:
        try:
            body = {"text": text, "llm_provider": "replay"}
            response = await client.post("/api/v1/runs", json=body, headers={"Idempotency-Key": str(number)})
            if response.status_code == 201:
                return str(response.json()["id"])
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.05)


async def chaos(kills: int, runs: int) -> int:
    chance = random.Random(1)
    text = TEXT * 6
    with tempfile.TemporaryDirectory() as folder:
        process = Process(Path(folder), replay_rate=3, tts_provider="tone")
        limits = httpx.Limits(max_connections=runs + 10)
        async with process, Proxy(process.port, lambda: chance.randrange(300, 20_000)) as proxy:
            async with httpx.AsyncClient(base_url=proxy.url, timeout=60, limits=limits) as client:
                ids = await asyncio.gather(*[begin(client, number, text) for number in range(runs)])
                listening = asyncio.gather(*[listen(client, run) for run in ids])
                began = time.monotonic()
                for kill in range(kills):
                    await asyncio.sleep(chance.uniform(0.1, 0.5))
                    await process.kill()
                    await process.start()
                    _say(f"\rkilled {kill + 1} times, cut {proxy.cuts} times")
                readings = await listening
                _say(f", {time.monotonic() - began:.0f} s\n")
            async with httpx.AsyncClient(base_url=process.url, timeout=60) as straight:
                for run, reading in zip(ids, readings, strict=True):
                    check_run(reading.events, text)
                    assert reading.events == await events(straight, run)
                    clips = [event for event in reading.events if event["type"] == "audio"]
                    assert len({clip["index"] for clip in clips}) == len(clips), "every passage is spoken once"
                assert len(set(ids)) == runs
    total = sum(len(reading.events) for reading in readings)
    _say(f"{runs} runs, {total:,} events: none lost, doubled or out of order; one terminal event each\n")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--runs", type=int, default=200)
    given = options.parse_args()
    return asyncio.run(chaos(given.kills, given.runs))


if __name__ == "__main__":
    sys.exit(main())
