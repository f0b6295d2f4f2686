"""A real service on a real socket, within the test's own process."""

from __future__ import annotations

from contextlib import AsyncExitStack

import httpx
import pytest

from api.server import serving
from api.settings import Settings

QUICK = {"ALOUD_TTS_PROVIDER": "tone", "ALOUD_REPLAY_RATE": "200"}
TEXT = "Here is one sentence. And here comes another one! Is this the third? It is."


@pytest.fixture
async def served(tmp_path):
    """A function that starts a service and returns a client of it; what is given goes to its settings, `env` beside."""
    async with AsyncExitStack() as stack:

        async def start(env=None, **given):
            settings = Settings.load({}, **{"port": 0, "drain_seconds": 0, "output_dir": tmp_path / "output", **given})
            url = await stack.enter_async_context(serving(settings, QUICK | (env or {})))
            return await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))

        yield start


@pytest.fixture
async def client(served):
    return await served()
