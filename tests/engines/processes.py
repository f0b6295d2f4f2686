"""The child processes of the pyttsx3 engine, found in /proc: for killing them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import anyio


def children() -> list[int]:
    """The engine's processes, by the program that they run."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            ours = folder.name.isdigit() and f"\nPPid:\t{os.getpid()}\n" in (folder / "status").read_text()
            if ours and b"pyttsx3_child.py" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:  # it has just ended
            continue
    return found


def _ticks(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


async def working() -> int:
    """A child that is rendering: its processor time grows."""
    ticks: dict[int, int] = {}
    while True:
        for pid in children():
            now = _ticks(pid)
            if now - ticks.setdefault(pid, now) >= 2:
                return pid
        await asyncio.sleep(0)


async def ended(pid: int) -> None:
    """Return when the process has ended, whosever child it is."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        await anyio.wait_readable(handle)
    finally:
        os.close(handle)
