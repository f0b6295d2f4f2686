"""What a listener waits for: a model that thinks for 90 s over 300 kB before it writes, and three that fail at once.

    python -m benchmarks.patience [--seconds 90]

A service on loopback, clients over real sockets, models that speak the real formats. The voice is `tone`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from api.serving.server import serving
from api.settings import Settings
from tests.fakes.models import FORMATS, Turn, fake

DOCUMENT = " ".join(f"Sentence {number} of the report says that the river rose." for number in range(5600))
SCRIPT = " ".join(f"In week {number} the river rose, and nobody in the valley was surprised." for number in range(60))
TOKENS = [SCRIPT[at : at + 6] for at in range(0, len(SCRIPT), 6)]
PING = 15.0
SOON = 1.0
"""Seconds."""


async def lines(response: httpx.Response) -> AsyncIterator[tuple[float, dict[str, Any] | None]]:
    """Each event as it comes, and None for a sign of life."""
    async for line in response.aiter_lines():
        if line.startswith("data: "):
            yield time.monotonic(), json.loads(line.removeprefix("data: "))
        elif line.startswith(":"):
            yield time.monotonic(), None


async def thinking(form: str, seconds: float) -> bool:
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(fake(form, Turn(TOKENS, pings=1, gap=seconds)))
        service = await stack.enter_async_context(_service({_ADDRESS[form]: model.url, "ALOUD_LLM_PROVIDER": form}))
        began, quiet, last = time.monotonic(), 0.0, time.monotonic()
        pings, first_text, first_sound, end = 0, 0.0, 0.0, ""
        async with service.stream("POST", "/api/v1/stream/script", json={"document": DOCUMENT}) as response:
            async for at, event in lines(response):
                quiet, last = max(quiet, at - last), at
                kind = "" if event is None else event["type"]
                pings += event is None
                end = kind or end
                if kind == "chunk":
                    first_text = first_text or at
                elif kind == "audio":
                    first_sound = first_sound or at
    good = end == "complete" and quiet < PING + 1 and first_sound - first_text < SOON
    print(
        f"{form:10} silent for {first_text - began:5.1f} s, {pings} signs of life, at most {quiet:4.1f} s apart; "
        f"first sound {first_sound - first_text:5.3f} s after the first word (< {SOON:g}); {end}",
        flush=True,
    )
    return good


async def succession() -> bool:
    """Refused, 500 and 401, then a good one; each is asked as often as the settings say, only sooner."""
    async with AsyncExitStack() as stack:
        async with fake("openai") as gone:
            pass
        failing = await stack.enter_async_context(fake("ollama", Turn(fault="500")))
        refusing = await stack.enter_async_context(fake("anthropic", Turn(fault="401")))
        good = await stack.enter_async_context(fake("openai", Turn(TOKENS)))
        env = {
            "LLAMACPP_BASE_URL": gone.url,
            "OLLAMA_HOST": failing.url,
            "ANTHROPIC_BASE_URL": refusing.url,
            "OPENAI_BASE_URL": good.url,
            "ALOUD_LLM_RETRY_DELAY": "0.05",
        }
        service = await stack.enter_async_context(_service(env))
        order = {"prompt": "go", "llm_provider": "llamacpp", "fallback_providers": ["ollama", "anthropic", "openai"]}
        took = []
        for _ in range(5):
            async with service.stream("POST", "/api/v1/stream/speech", json=order) as response:
                events = [event async for _, event in lines(response) if event is not None]
            steps = [event for event in events if event["type"] == "fallback"]
            sound = next(event for event in events if event["type"] in ("speaking", "audio"))
            took.append(sound["at"] - steps[-1]["at"])
            if len(steps) != 3 or events[-1]["type"] != "complete":
                return False
    print(f"succession three fail, first sound {max(took):5.3f} s after the last of them, worst of 5 (<= {SOON:g})")
    return max(took) <= SOON


_ADDRESS = {"ollama": "OLLAMA_HOST", "anthropic": "ANTHROPIC_BASE_URL", "openai": "OPENAI_BASE_URL"}


@asynccontextmanager
async def _service(env: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a service of its own."""
    env = {"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k", "ALOUD_TTS_PROVIDER": "tone"} | env
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load({}, port=0, drain_seconds=0, output_dir=Path(folder), ping_seconds=PING)
        async with serving(settings, env) as url, httpx.AsyncClient(base_url=url, timeout=PING * 2) as client:
            yield client


async def measure(seconds: float) -> bool:
    good = await succession()
    return all(await asyncio.gather(*(thinking(form, seconds) for form in FORMATS))) and good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=90.0)
    sys.exit(0 if asyncio.run(measure(parser.parse_args().seconds)) else 1)
