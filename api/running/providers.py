"""Whether providers of text can be reached now, and which models they have: asked at once, and not too often."""

from __future__ import annotations

import logging
import time
from typing import Any

import anyio
import anyio.to_thread

from pipeline import sources
from pipeline.assembly.workshop import Workshop
from pipeline.errors import AloudError
from pipeline.ports import Source
from pipeline.utterance import ends

logger = logging.getLogger("aloud.providers")

_PATIENCE = 3.0
"""Seconds that a provider has to answer."""
_FRESH = 10.0
"""Seconds for which an answer is good."""


class Providers:
    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._asking = anyio.Lock()
        self._found: list[dict[str, Any]] = []
        self._until = 0.0

    async def all(self) -> list[dict[str, Any]]:
        """Whoever comes while they are being asked waits for the same answer."""
        async with self._asking:
            if time.monotonic() >= self._until:
                self._found = await self._ask(sources.names())
                self._until = time.monotonic() + _FRESH
            return self._found

    async def _ask(self, names: list[str]) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}

        async def ask(name: str, source: Source | AloudError) -> None:
            found[name] = await self._one(name, source)

        # All before any of them is asked: what a package takes to load is no time that a provider took to answer.
        made = await anyio.to_thread.run_sync(lambda: [self._made(name) for name in names])
        async with anyio.create_task_group() as asking:
            for name, source in zip(names, made, strict=True):
                asking.start_soon(ask, name, source)
        return [found[name] for name in names]

    def _made(self, name: str) -> Source | AloudError:
        try:
            return self._workshop.source([name])
        except AloudError as error:
            return error

    async def _one(self, name: str, source: Source | AloudError) -> dict[str, Any]:
        models: list[str] = []
        message = ""
        try:
            if isinstance(source, AloudError):
                raise source
            list_models = getattr(source, "models", None)
            with anyio.fail_after(_PATIENCE):
                given = await list_models() if list_models else []
            models = [one for one in given if isinstance(one, str)]
        except AloudError as error:
            message = error.message
        except TimeoutError:
            message = f"{name} did not answer within {_PATIENCE:g} s."
        except BaseException as error:  # the border to other people's sources
            if ends(error):
                raise
            logger.exception("the source %s", name)
            message = f"{name} broke: {type(error).__name__}. The log has the details."
        return {"name": name, "works": not message, "message": message, "models": models}
