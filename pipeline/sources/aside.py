"""A blocking iterable read in a thread of its own, one step ahead of whoever asks."""

from __future__ import annotations

import codecs
import contextlib
import contextvars
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from functools import partial
from typing import Any

from pipeline.ground.pipe import Pipe

_AHEAD = 16
"""Items that may wait between the thread and the loop."""


async def aside(items: Iterable[Any]) -> AsyncGenerator[Any, None]:
    """Closing it leaves a thread that is stuck in its iterable behind: it ends with its next item, or the process."""
    pipe: Pipe[Any] = Pipe(_AHEAD)
    broken: list[BaseException] = []

    def read() -> None:
        iterator: Iterator[Any] = iter(())
        try:
            iterator = _pieces(items)
            for item in iterator:
                if not pipe.put(item):
                    break
        except BaseException as error:  # noqa: BLE001  raised where it is waited for
            broken.append(error)
        finally:
            with contextlib.suppress(Exception):
                getattr(iterator, "close", bool)()
            pipe.end()

    # A thread of the pool would hold up the end of the process for as long as its pipe says nothing.
    threading.Thread(target=contextvars.copy_context().run, args=(read,), name="text", daemon=True).start()
    try:
        async for item in pipe:
            yield item
        for error in broken:
            if isinstance(error, Exception):
                raise error
            # nobody's thread ends the process, or this task
            raise RuntimeError(f"it ended itself with {type(error).__name__}") from error
    finally:
        pipe.leave()


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
