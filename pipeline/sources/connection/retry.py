"""The one place where a provider is asked again: before its first word only (behind tools, before the first word that
follows: they are not run twice), and only over what can pass.

An error whose details say `once` would come again: an answer that cannot be read, or one without a word.
"""

from __future__ import annotations

import logging
import random
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

import anyio

from pipeline.errors import AloudError, SourceBusy, SourceError
from pipeline.ground.settings import number
from pipeline.ports import Source
from pipeline.sources.connection.patience import Patience
from pipeline.types import Request, Said, Thinking, Usage
from pipeline.utterance import ends, ignored, tell

T = TypeVar("T")
RETRIES = "retries"
"""The option of a request that says how often a model is asked again behind tools."""
retried = logging.getLogger("aloud.retries")
"""Counted by the service: each line names the provider and the reason."""
logger = logging.getLogger("aloud.sources")

_MOST = 1000
"""Further attempts that can be asked for."""
_LONGEST = 120.0
"""Seconds that we wait at most."""
_LOADING = 1.0
"""Seconds after which a server is asked again that is still loading its model."""


@dataclass(frozen=True, slots=True)
class Retries:
    again: int = 2
    """Further attempts after the first one."""
    delay: float = 1.0
    """Seconds before the second attempt; doubled each time, give or take a quarter."""
    longest: float = _LONGEST
    """Seconds that a provider may ask us to wait; one that asks for more is left alone."""
    loading: float = 0.0
    """Seconds for which a server that is loading its model is asked again, however often."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Retries:
        again = number(env, "ALOUD_LLM_MAX_RETRIES", 2, 0, _MOST)
        delay = number(env, "ALOUD_LLM_RETRY_DELAY", 1.0, 0)
        return cls(int(again), delay, loading=Patience.from_env(env).first)

    def wait(self, attempt: int, error: SourceError) -> float | None:
        """Seconds until the next attempt, or None when there is to be none."""
        if attempt >= self.again or not error.retryable or error.details.get("once"):
            return None
        wait: float = min(self.delay * 2.0**attempt, _LONGEST) * random.uniform(0.75, 1.25)
        if isinstance(error, SourceBusy) and error.retry_after is not None:
            if error.retry_after > self.longest:
                return None
            wait = float(error.retry_after) * random.uniform(1.0, 1.1)
        return wait


class PatientSource:
    """Another source, asked again when it fails before it has said anything."""

    def __init__(self, source: Source, retries: Retries) -> None:
        self.source = source
        self.name = source.name
        self.model = source.model
        self.streaming = source.streaming
        self.continues: bool | None = getattr(source, "continues", False)
        self._retries = retries

    def __repr__(self) -> str:
        return f"PatientSource({self.source!r})"

    def ignored(self, request: Request) -> tuple[str, ...]:
        return ignored(self.source, request)

    async def models(self) -> list[str]:
        models = getattr(self.source, "models", None)
        return await models() if models else []

    def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        asked = replace(request, options={**request.options, RETRIES: self._retries})
        return patiently(self.name, lambda: tell(self.source, asked), self._retries)


async def patiently(name: str, ask: Callable[[], AsyncGenerator[T, None]], retries: Retries) -> AsyncGenerator[T, None]:
    """What comes of asking, again where it fails before anything was said. Raises SourceError."""
    begun, attempt = False, 0
    loaded = anyio.current_time() + retries.loading
    while True:
        try:
            async with aclosing(ask()) as items:
                async for item in items:
                    # What it thought before it failed has not been heard: it may think again.
                    begun = begun or not isinstance(item, Thinking | Usage)
                    yield item
            return
        except SourceError as error:
            if begun:
                raise
            if error.details.get("loading") and anyio.current_time() < loaded:
                wait: float | None = _LOADING
            else:
                wait, attempt = retries.wait(attempt, error), attempt + 1
            if wait is None:
                raise
            retried.info("asked again", extra={"fields": {"engine": name, "reason": error.code}})
        except AloudError:
            raise
        except BaseException as error:  # the border to other people's sources
            if ends(error):
                raise
            logger.exception("%s broke", name)
            raise SourceError(f"{name} broke: {type(error).__name__}. The log has the details.") from error
        await anyio.sleep(wait)
