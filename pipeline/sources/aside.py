"""A blocking iterable read in a thread of its own, one step ahead of whoever asks."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import contextvars
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from functools import partial
from typing import Any

_AHEAD = 16
"""Items that may wait between the thread and the loop."""


async def aside(items: Iterable[Any]) -> AsyncGenerator[Any, None]:
    """Closing it leaves a thread that is stuck in its iterable behind: it ends with its next item, or the process."""
    loop = asyncio.get_running_loop()
    waiting: deque[Any] = deque()
    ended: list[BaseException | None] = []
    room = threading.Semaphore(_AHEAD)
    bell = asyncio.Event()
    left = threading.Event()

    def tell(move: Callable[[], Any]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone, and with it all who might want to know
            loop.call_soon_threadsafe(move)

    def read() -> None:
        error: BaseException | None = None
        iterator: Iterator[Any] = iter(())
        try:
            iterator = _pieces(items)
            for item in iterator:
                room.acquire()
                if left.is_set():
                    break
                waiting.append(item)
                if len(waiting) == 1:
                    tell(bell.set)
        except BaseException as caught:  # noqa: BLE001  raised where it is waited for
            error = caught
        finally:
            with contextlib.suppress(Exception):
                getattr(iterator, "close", bool)()
            ended.append(error)
            tell(bell.set)

    # A thread of the pool would hold up the end of the process for as long as its pipe says nothing.
    threading.Thread(target=contextvars.copy_context().run, args=(read,), name="text", daemon=True).start()
    try:
        while True:
            over = bool(ended)  # asked first: what came before the end may come at any moment
            while waiting:
                item = waiting.popleft()
                room.release()
                yield item
            if over:
                break
            bell.clear()
            if not waiting and not ended:
                await bell.wait()
        if isinstance(ended[0], Exception):
            raise ended[0]
        if ended[0] is not None:  # nobody's thread ends the process, or this task
            raise RuntimeError(f"it ended itself with {type(ended[0]).__name__}") from ended[0]
    finally:
        left.set()
        room.release()


def _pieces(items: Iterable[Any]) -> Iterator[Any]:
    """An open file gives what there is, without waiting for the end of a line."""
    raw = getattr(items, "buffer", items)
    read1 = getattr(raw, "read1", None)
    if read1 is None:
        return iter(items)
    return _decoded(read1, getattr(items, "encoding", None) or "utf-8", getattr(items, "errors", None) or "strict")


def _decoded(read1: Callable[[int], bytes], encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    for data in iter(partial(read1, 65536), b""):
        if text := decoder.decode(data):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text
