"""A service that failed before anything of a text was heard is asked again."""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TypeVar

import anyio

from pipeline.errors import EngineError

T = TypeVar("T")
ATTEMPTS = 3

logger = logging.getLogger("aloud.retries")


async def patient(ask: Callable[[], AsyncGenerator[T, None]], engine: str, delay: float) -> AsyncGenerator[T, None]:
    """What `ask` gives, asked as a whole again for as long as it has given nothing, unless an error's details say
    `once`; `after` so many seconds where they say that, else after `delay` at least, and then twice as long."""
    for attempt in range(ATTEMPTS):
        begun = False
        try:
            async with aclosing(ask()) as answer:
                async for item in answer:
                    begun = True
                    yield item
            return
        except EngineError as error:
            if begun or not error.retryable or error.details.get("once") or attempt == ATTEMPTS - 1:
                raise
            logger.info("asked again", extra={"fields": {"engine": engine, "reason": error.code}})
            await anyio.sleep(error.details.get("after") or random.uniform(1, 2) * delay * 2**attempt)
