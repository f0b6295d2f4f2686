"""What is no longer used does not stay with the service."""

import ctypes
import os
import platform

import anyio
import pytest

from api import heaps
from tests.api.client import until


def held():
    """Bytes of this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library than glibc")
async def test_memory_that_is_free_between_what_is_used_is_given_back(monkeypatch):
    monkeypatch.setattr(heaps, "_PAUSE", 0.01)
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    before = held()
    blocks = [libc.malloc(ctypes.c_size_t(100_000)) for _ in range(1000)]
    for block in blocks:
        ctypes.memset(block, 1, 100_000)
    for block in blocks[:-1]:
        libc.free(ctypes.c_void_p(block))
    assert held() > before + 50_000_000

    async def given_back():
        return held() < before + 10_000_000

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(heaps.give_back)
        await until(given_back)
        tasks.cancel_scope.cancel()
    libc.free(ctypes.c_void_p(blocks[-1]))
