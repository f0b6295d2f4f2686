"""A model's whole answer, as a text that nobody hears."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass

from pipeline.errors import SourceTooLong
from pipeline.ports import Source
from pipeline.types import Handover, Request, Stopped, Usage


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    provider: str
    """Who had the last word."""
    model: str
    total_tokens: int | None
    stopped: bool = False
    """For want of tokens."""


async def ask(source: Source, request: Request, most: int) -> Answer:
    """Raises SourceError, also for an answer of more than `most` characters."""
    provider, model = source.name, request.model or source.model
    said: list[str] = []
    size = 0
    tokens: int | None = None
    stopped = False
    async with aclosing(source.tokens(request)) as items:
        async for item in items:
            if isinstance(item, str):
                said.append(item)
                size += len(item)
                if size > most:
                    raise SourceTooLong(f"The answer is longer than {most:,} characters, the most allowed.")
            elif isinstance(item, Usage):
                tokens = (tokens or 0) + item.input_tokens + item.output_tokens
            elif isinstance(item, Stopped):
                stopped = True
            elif isinstance(item, Handover):
                provider, model = item.to, item.model
    return Answer("".join(said), provider, model, tokens, stopped)
