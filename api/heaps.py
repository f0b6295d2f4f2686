"""The C library's heaps, where glibc's usual ways cost a service that runs for weeks more memory than it uses."""

from __future__ import annotations

import contextlib
import ctypes

import anyio
import anyio.to_thread

_HEAPS = 2
"""That the threads share. With one each, as glibc has it, what one thread has freed is of no use to the others."""
_M_ARENA_MAX = -8
"""glibc's own number for that."""
_PAUSE = 60.0
"""Seconds between two times that what is free is given back. With fifty runs at any time it is 10 to 15 MB of 125, the
holes that sounds have left, and takes 1 to 15 ms; else the holes become more for hours. (To have each large sound on
pages of its own instead, by glibc's M_MMAP_THRESHOLD, costs a service a tenth of its work.)"""


def share() -> None:
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


async def give_back() -> None:
    """Now and then, to the system."""
    with contextlib.suppress(OSError, AttributeError):
        trim = ctypes.CDLL(None).malloc_trim
        while True:
            await anyio.sleep(_PAUSE)
            await anyio.to_thread.run_sync(trim, 0)
