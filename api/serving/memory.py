"""What the service's process keeps of the machine's memory: no more than it needs, for as long as it may live."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

_HEAPS = 2
"""That the threads share. With one each, as glibc has it, what one thread has freed is of no use to the others."""
_M_ARENA_MAX = -8
"""glibc's own number for that."""
_GARBAGE = 20_000
"""Objects made, and not yet gone, after which Python looks for circles of them that nobody needs any more."""
_PAUSE = 5.0
"""Seconds between two times that memory is given back: a few milliseconds' work. Within half a minute, all that was
given back is taken again, and more."""


@contextmanager
def kept_small() -> Generator[None, None, None]:
    """While this is open, what was freed goes back to the machine. glibc would keep the holes between what is in use,
    and sounds of different lengths leave more and more of them."""
    over = threading.Event()
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
        library = ctypes.CDLL(None)
        library.mallopt(_M_ARENA_MAX, _HEAPS)
        threading.Thread(target=_give_back, args=(library.malloc_trim, over), name="memory", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _give_back(trim: Callable[[int], int], over: threading.Event) -> None:
    while not over.wait(_PAUSE):
        trim(0)


def collect_seldom() -> None:
    """Python's garbage collector: by default it takes a tenth of what a busy service works, and finds next to nothing.
    What is here by now stays here for good, and is not looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE, *gc.get_threshold()[1:])
