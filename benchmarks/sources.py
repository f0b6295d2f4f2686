"""What a source costs for each token: ours over each provider's library, less the library alone; and text in hand.

    python -m benchmarks.sources [--tokens 20000]

Processor time of this process only: the servers, which speak the real formats, run in others.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import anthropic
import ollama
import openai

from pipeline.assembly.succession import in_turn
from pipeline.ports import Source
from pipeline.sources.anthropic import AnthropicSource
from pipeline.sources.ollama import OllamaSource
from pipeline.sources.openai import OpenAISource
from pipeline.sources.text import TextSource
from pipeline.types import Message, Request
from tests.fakes.models import FORMATS, Turn, fake

ASKED = Request((Message("user", "go"),))
MESSAGES: Any = [{"role": "user", "content": "go"}]
ROUNDS = 5
MOST = {"library": 10.0, "text": 1.0}
"""Microseconds a token."""


def serve(form: str, tokens: int, pipe: Connection) -> None:
    async def serving() -> None:
        async with fake(form, Turn((" word",) * tokens)) as server:
            pipe.send(server.url)
            await asyncio.to_thread(pipe.recv)

    asyncio.run(serving())


async def library(form: str, url: str) -> int:
    """The provider's library alone."""
    count = 0
    if form == "ollama":
        async with ollama.AsyncClient(url) as client:
            async for part in await client.chat("tiny", MESSAGES, stream=True):
                count += bool(part.message.content)
    elif form == "anthropic":
        async with anthropic.AsyncAnthropic(api_key="k", base_url=url) as client:
            async for event in await client.messages.create(model="tiny", messages=MESSAGES, max_tokens=9, stream=True):
                count += event.type == "content_block_delta" and bool(event.delta.type == "text_delta")
    else:
        async with openai.AsyncOpenAI(api_key="k", base_url=url) as client:
            async for chunk in await client.chat.completions.create(model="tiny", messages=MESSAGES, stream=True):
                count += bool(chunk.choices and chunk.choices[0].delta.content)
    return count


async def heard(source: Source) -> int:
    count = 0
    async for item in source.tokens(ASKED):
        count += isinstance(item, str)
    return count


def ours(form: str, url: str) -> Source:
    if form == "ollama":
        return in_turn([OllamaSource(host=url), TextSource("")], {})
    kind = AnthropicSource if form == "anthropic" else OpenAISource
    return in_turn([kind(url=url, key="k"), TextSource("")], {})


async def costs(works: Sequence[Callable[[], Awaitable[int]]], tokens: int) -> list[float]:
    """Microseconds of processor time a token, the least of some rounds; one after the other in each round."""
    least = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for at, work in enumerate(works):
            began = time.process_time()
            count = await work()
            least[at] = min(least[at], (time.process_time() - began) / tokens * 1e6)
            if count != tokens:
                raise SystemExit(f"{count} tokens came of {tokens}")
    return least


async def words(tokens: int) -> AsyncIterator[str]:
    for _ in range(tokens):
        yield " word"


async def bare(tokens: int) -> int:
    count = 0
    async for item in words(tokens):
        count += isinstance(item, str)
    return count


async def measure(tokens: int) -> bool:
    good = True
    for form in FORMATS:
        here, there = multiprocessing.Pipe()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(form, tokens, there))
        server.start()
        url = here.recv()
        works = [partial(library, form, url), lambda form=form, url=url: heard(ours(form, url))]  # type: ignore[misc]
        alone, whole = await costs(works, tokens)
        here.send(None)
        server.join()
        good = row(form, alone, whole, MOST["library"]) and good
    plain, text = await costs([lambda: bare(tokens), lambda: heard(TextSource(words(tokens)))], tokens)
    return row("text", plain, text, MOST["text"]) and good


def row(name: str, alone: float, whole: float, most: float) -> bool:
    extra = whole - alone
    print(f"{name:10} alone {alone:6.2f} us   ours {whole:6.2f} us   on top {extra:6.2f} us a token   (<= {most:g})")
    return extra <= most


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=20_000)
    sys.exit(0 if asyncio.run(measure(parser.parse_args().tokens)) else 1)
