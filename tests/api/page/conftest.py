"""One Chromium for all tests of the page, and services for it to visit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import pytest_asyncio

from api.serving.server import serving
from api.settings import Settings
from tests.api.conftest import starting
from tests.api.page.checker import axe, look  # noqa: F401  fixtures
from tests.fakes.browser import Browser, chromium

SHARED = {"scope": "package", "loop_scope": "session"}
PROBE = (Path(__file__).parent / "probe.js").read_text()
TAP = (Path(__file__).parent / "tap.js").read_text()


def pytest_collection_modifyitems(items):
    """The browser lives in one loop, and so does whoever speaks to it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(**SHARED)
async def browser():
    async with Browser(chromium()) as started:
        yield started


@pytest_asyncio.fixture(**SHARED)
async def house(tmp_path_factory):
    """A service with the voice that is always there, for all who have no wishes of their own."""
    settings = Settings.load({}, port=0, drain_seconds=0, output_dir=tmp_path_factory.mktemp("house"))
    async with serving(settings, {"ALOUD_TTS_PROVIDER": "espeak", "ALOUD_REPLAY_RATE": "200"}) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def served(tmp_path):
    """A function that starts a service and returns its address."""
    async with starting(tmp_path) as start:
        yield start


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser):
    opened = await browser.page()
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(tab):
    """One that listens to what the page does."""
    await tab.before(PROBE)
    await tab.script("tap.js", TAP)
    return tab


@pytest_asyncio.fixture(loop_scope="session")
async def chosen(page):
    """A function that has the page find choices of an earlier visit, by name."""

    async def before(**choices):
        await page.before(f"localStorage.setItem('aloud.choices', {json.dumps(json.dumps(choices))})")

    yield before
