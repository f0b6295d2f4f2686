"""Reads an async generator in a plain script, which has no event loop: it has one in a thread of its own meanwhile."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import AbstractAsyncContextManager, ExitStack, aclosing, asynccontextmanager, suppress
from threading import Thread, get_ident, main_thread
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from anyio.from_thread import start_blocking_portal

Host = TypeVar("Host")
Item = TypeVar("Item")

_open = WeakKeyDictionary[Generator[Any, None, None], ExitStack]()
"""What is being read, with what it has entered, which Python would else take apart together with it, in any order."""


def in_a_thread(
    host: AbstractAsyncContextManager[Host], items: Callable[[Host], AsyncGenerator[Item, None]]
) -> Generator[Item, None, None]:
    """What `items` of the `host` gives, which is entered and left in that thread, too."""
    entered = ExitStack()
    read = _read(entered, host, items)
    _open[read] = entered
    return read


@atexit.register
def _close() -> None:
    """What a script holds half read when it ends: later, with that thread stopped by Python, closing waits for ever."""
    with ExitStack() as closing:  # one that fails keeps no other open
        for read in list(_open):
            closing.callback(_close_one, read)


def _close_one(read: Generator[Any, None, None]) -> None:
    with suppress(ValueError):  # a daemon thread is reading it, and stops with it
        read.close()


def _read(
    entered: ExitStack,
    host: AbstractAsyncContextManager[Host],
    items: Callable[[Host], AsyncGenerator[Item, None]],
) -> Generator[Item, None, None]:
    with entered:
        portal = entered.enter_context(start_blocking_portal())
        hosted = entered.enter_context(portal.wrap_async_context_manager(host))
        ask = entered.enter_context(portal.wrap_async_context_manager(_asked(items(hosted))))
        while (item := portal.call(ask)) is not None:
            reader = get_ident()
            try:
                yield item
            except GeneratorExit:
                # Python finds in any thread what hangs in a circle and nobody holds: perhaps in the one that closing
                # waits for.
                if get_ident() not in (reader, main_thread().ident):
                    Thread(target=entered.pop_all().close).start()
                raise


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
