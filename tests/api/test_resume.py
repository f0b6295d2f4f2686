"""Listeners behind a bad line: cut at any byte, they come back by their number and miss nothing."""

import asyncio
import random
import runpy
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from tests.api.client import TERMINAL, Reading, check_run, events
from tests.api.conftest import TEXT
from tests.fakes.proxy import Proxy


async def read_on(client, run, reading):
    """One connection, until it breaks or ends."""
    reading.rest = b""  # what had no blank line yet never happened
    try:
        async with client.stream(
            "GET", f"/api/v1/runs/{run}/events", headers={"Last-Event-ID": str(len(reading.events))}
        ) as response:
            async for piece in response.aiter_bytes():
                reading.feed(piece)
    except httpx.TransportError:
        await asyncio.sleep(0)


@pytest.mark.parametrize("reset", [True, False])
async def test_cut_at_random_bytes_nothing_is_lost_doubled_or_out_of_order(served, reset):
    client = await served({"ALOUD_REPLAY_RATE": "100"})
    chance = random.Random(7)
    text = TEXT * 3
    async with Proxy(client.base_url.port, lambda: chance.randrange(300, 4000), reset=reset) as proxy:
        async with httpx.AsyncClient(base_url=proxy.url, timeout=60) as cut:

            async def listen(run):
                reading = Reading()
                while not reading.events or reading.events[-1]["type"] not in TERMINAL:
                    await read_on(cut, run, reading)
                return reading.events

            body = {"text": text, "llm_provider": "replay"}
            runs = [(await client.post("/api/v1/runs", json=body)).json()["id"] for _ in range(6)]
            readings = await asyncio.gather(*[listen(run) for run in runs])
        assert proxy.cuts >= 20
    for run, found in zip(runs, readings, strict=True):
        check_run(found, text)
        assert found == await events(client, run)


async def test_the_listener_among_the_examples_comes_back_too(client, monkeypatch):
    follow = runpy.run_path(str(Path(__file__).parents[2] / "examples/listen.py"))["follow"]
    monkeypatch.setitem(follow.__globals__, "time", SimpleNamespace(sleep=lambda _: None))
    run = (await client.post("/api/v1/runs", json={"text": TEXT * 3})).json()["id"]
    chance = random.Random(7)
    async with Proxy(client.base_url.port, lambda: chance.randrange(700, 2000), reset=False) as proxy:
        found = await asyncio.to_thread(lambda: list(follow(f"{proxy.url}/api/v1/runs/{run}/events")))
        assert proxy.cuts > 3
    assert found == await events(client, run)
