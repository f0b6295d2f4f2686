"""Reads an async generator in a plain script, which has no event loop: it has one in a thread of its own meanwhile."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from typing import Any, TypeVar
from weakref import WeakSet

from anyio.from_thread import start_blocking_portal

Host = TypeVar("Host")
Item = TypeVar("Item")

_open = WeakSet[Generator[Any, None, None]]()


def in_a_thread(
    host: AbstractAsyncContextManager[Host], items: Callable[[Host], AsyncGenerator[Item, None]]
) -> Generator[Item, None, None]:
    """What `items` of the `host` gives, which is entered and left in that thread, too."""
    read = _read(host, items)
    _open.add(read)
    return read


@atexit.register
def _close() -> None:
    """What a script holds half read when it ends: later, with that thread stopped by Python, closing waits for ever."""
    for read in list(_open):
        with suppress(ValueError):  # a daemon thread is reading it, and stops with it
            read.close()


def _read(
    host: AbstractAsyncContextManager[Host], items: Callable[[Host], AsyncGenerator[Item, None]]
) -> Generator[Item, None, None]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(host) as entered,
        portal.wrap_async_context_manager(_asked(items(entered))) as ask,
    ):
        while (item := portal.call(ask)) is not None:
            yield item


@asynccontextmanager
async def _asked(items: AsyncGenerator[Item, None]) -> AsyncGenerator[Callable[[], Awaitable[Item | None]], None]:
    """Asks for the next item; None behind the last. Ctrl-C ends a question only on the script's side, and a generator
    cannot be closed while somebody waits in it: so the question is ended first."""
    asking: asyncio.Future[Item | None] | None = None

    async def ask() -> Item | None:
        nonlocal asking
        asking = asyncio.ensure_future(anext(items, None))
        return await asking

    async with aclosing(items):
        try:
            yield ask
        finally:
            if asking is not None:
                asking.cancel()
                await asyncio.wait([asking])
