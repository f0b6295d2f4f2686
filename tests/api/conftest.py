"""A real service on a real socket, within the test's own process."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from websockets.asyncio.client import connect

from api.serving.server import serving
from api.settings import Settings
from pipeline.engines.tone import ToneEngine
from tests.api.talk import Talk

QUICK = {"ALOUD_TTS_PROVIDER": "tone", "ALOUD_REPLAY_RATE": "200"}
PLAIN = {"timeout": 60, "verify": False}
"""For clients: nothing here speaks TLS, and what it takes to trust somebody is read for 20 ms."""
TEXT = "Here is one sentence. And here comes another one! Is this the third? It is."
WORDS = [word + " " for word in TEXT.split()]


def asking(model):
    """A service's environment: it asks this model, and asks it once."""
    return {"ALOUD_LLM_PROVIDER": "ollama", "OLLAMA_HOST": model.url, "ALOUD_LLM_MAX_RETRIES": "0"}


@asynccontextmanager
async def starting(folder):
    """A function that starts a service and returns its address; what is given goes to its settings, `env` beside."""
    async with AsyncExitStack() as stack:

        async def start(env=None, **given):
            settings = Settings.load({}, **{"port": 0, "drain_seconds": 0, "output_dir": folder / "output", **given})
            return await stack.enter_async_context(serving(settings, QUICK | (env or {})))

        yield start


@pytest.fixture
async def served(tmp_path):
    """A function that does so too, and returns a client of the service."""
    async with starting(tmp_path) as start, AsyncExitStack() as clients:

        async def started(env=None, **given):
            url = await start(env, **given)
            return await clients.enter_async_context(httpx.AsyncClient(base_url=url, **PLAIN))

        yield started


@pytest.fixture
def halfway(monkeypatch):
    """The tone of the services in the test's own loop stops half way through each clip, until this is set."""
    go_on = asyncio.Event()

    async def speak(engine, text, voice, speak=ToneEngine.speak):
        pieces = [piece async for piece in speak(engine, text, voice)]
        for number, piece in enumerate(pieces):
            if number == len(pieces) // 2:
                await go_on.wait()
            yield piece

    monkeypatch.setattr(ToneEngine, "speak", speak)
    return go_on


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """The address of a service that many tests ask, each for what is its own, in a thread beside theirs."""
    settings = Settings.load({}, port=0, drain_seconds=0, output_dir=tmp_path_factory.mktemp("shared"))
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(serving(settings, QUICK)) as url:
        yield url


@pytest.fixture
async def client(shared):
    async with httpx.AsyncClient(base_url=shared, **PLAIN) as client:
        yield client


@pytest.fixture
async def alone(served):
    """A client of a service that nobody else asks."""
    return await served()


@pytest.fixture
def talking():
    @asynccontextmanager
    async def open_to(client, query="", path="/api/v1/stream", **options):
        url = str(client.base_url).replace("http", "ws") + f"{path}?{query}".rstrip("?")
        async with connect(url, max_queue=None, **options) as socket:  # else what is not heard holds up its closing
            yield Talk(socket)

    return open_to


@pytest.fixture
async def talk(client, talking):
    async with talking(client) as made:
        yield made
