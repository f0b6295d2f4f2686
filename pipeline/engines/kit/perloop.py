"""What belongs to one event loop, as a client's connections do, for an engine that may be asked from several."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    def __init__(self, make: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        self._make = make
        self._held: dict[asyncio.AbstractEventLoop, tuple[T, AsyncGenerator[T, None]]] = {}

    async def here(self) -> T:
        """This loop's own, made when it is first wanted."""
        loop = asyncio.get_running_loop()
        if loop not in self._held:
            holding = self._hold(loop)  # an async generator: its loop closes it as it ends
            self._held[loop] = await anext(holding), holding
        return self._held[loop][0]

    async def aclose(self) -> None:
        """Close this loop's own; those of others are closed with them."""
        if held := self._held.get(asyncio.get_running_loop()):
            await held[1].aclose()

    async def _hold(self, loop: asyncio.AbstractEventLoop) -> AsyncGenerator[T, None]:
        async with self._make() as made:
            try:
                yield made
            finally:
                self._held.pop(loop, None)
