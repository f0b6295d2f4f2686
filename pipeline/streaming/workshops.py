"""A workshop for the event loop that asks, shared by its streams: an engine does not outlive its loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pipeline.assembly.workshop import Workshop
from pipeline.errors import InvalidRequest


def running() -> asyncio.AbstractEventLoop:
    """The event loop. Raises InvalidRequest where there is none of ours."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        raise InvalidRequest(
            "`async for` and `await` want an event loop of asyncio, and none runs here. A plain `for` reads a stream "
            "without one: under trio, in a thread (trio.to_thread.run_sync)."
        ) from None


class Workshops:
    def __init__(self, new: Callable[[], Workshop]) -> None:
        """`new`: one for its caller alone."""
        self.new = new
        self._here: Workshop | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def here(self) -> Workshop:
        """Raises InvalidRequest where there is no loop."""
        loop = running()
        if self._here is None or self._loop is not loop:
            self._here, self._loop = self.new(), loop
        return self._here

    async def aclose(self) -> None:
        if self._here is not None:
            workshop, self._here = self._here, None
            await workshop.aclose()
