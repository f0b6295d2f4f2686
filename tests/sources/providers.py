"""The three formats, each through its real library."""

from __future__ import annotations

import asyncio

from pipeline.sources.anthropic import AnthropicSource
from pipeline.sources.connection.patience import Patience
from pipeline.sources.ollama import OllamaSource
from pipeline.sources.openai import OpenAISource
from pipeline.types import Message, Request
from tests.fakes.models import Fake

KEY = "sk-canary-0123456789abcdef"
_ADDRESS = {"ollama": "OLLAMA_HOST", "anthropic": "ANTHROPIC_BASE_URL", "openai": "OPENAI_BASE_URL"}

SHORT = Patience(first=0.3, between=0.3)
"""For what waits in vain; whoever is answered may wait as long as a busy machine takes."""


def source(fake: Fake, *, patience: Patience | None = None):
    if fake.form == "ollama":
        return OllamaSource(host=fake.url, key=KEY, patience=patience)
    kind = AnthropicSource if fake.form == "anthropic" else OpenAISource
    return kind(key=KEY, url=fake.url, patience=patience)


def settings(fake: Fake) -> dict[str, str]:
    """With which it is found by its name."""
    return {_ADDRESS[fake.form]: fake.url, f"{fake.form.upper()}_API_KEY": KEY}


def asked(text: str = "say something", **more) -> Request:
    return Request((Message("user", text),), **more)


async def said(source, request: Request | None = None) -> list:
    return [item async for item in source.tokens(request or asked())]


def text_of(items) -> str:
    return "".join(item for item in items if isinstance(item, str))


async def heard(patient, request=None):
    """What came, and the error at the end, if there was one."""
    items = []
    try:
        async with asyncio.timeout(30):
            async for item in patient.tokens(request or asked()):
                items += [item]
    except Exception as error:  # noqa: BLE001  looked at by the tests
        return items, error
    return items, None
