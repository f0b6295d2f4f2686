"""Clips in memory: for whoever takes each of them away soon, and needs no file of it."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import NotHeld
from pipeline.stores.growth import Growth


@dataclass(slots=True)
class _Run:
    whole: dict[str, bytes] = field(default_factory=dict)
    written: float = field(default_factory=time.time)
    """Seconds since the epoch."""

    @property
    def size(self) -> int:
        return sum(map(len, self.whole.values()))


class MemoryClipStore:
    """A `ClipStore` that holds what it is given until the run is erased."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}
        self._growing: dict[tuple[str, str], MemoryClip] = {}

    async def write(self, run: str, name: str, data: bytes) -> None:
        self._keep(run, name, data)

    async def grow(self, run: str, name: str) -> MemoryClip:
        clip = self._growing[run, name] = MemoryClip(self, run, name)
        return clip

    async def read(self, run: str, name: str) -> bytes:
        try:
            return self._runs[run].whole[name]
        except KeyError:
            raise NotHeld(f"The clip {name} of the run {run} is no longer there.") from None

    def path(self, run: str, name: str) -> Path | None:
        return None

    def growing(self, run: str, name: str) -> MemoryClip | None:
        return self._growing.get((run, name))

    async def erase(self, run: str) -> None:
        for clip in [clip for (of, _), clip in self._growing.items() if of == run]:
            await clip.abort()
        self._runs.pop(run, None)

    async def sweep(self, *, keep: Collection[str], size: int) -> Sequence[str]:
        total, erased = sum(held.size for held in self._runs.values()), []
        for run, held in sorted(self._runs.items(), key=lambda item: item[1].written):
            if total > size and run not in keep:
                await self.erase(run)
                total -= held.size
                erased.append(run)
        return erased

    def _keep(self, run: str, name: str, data: bytes) -> None:
        held = self._runs.setdefault(run, _Run())
        held.whole[name], held.written = data, time.time()

    def _end(self, run: str, name: str, data: bytes | None) -> None:
        """A clip has stopped growing; without `data` it was broken off."""
        self._growing.pop((run, name), None)
        if data is not None:
            self._keep(run, name, data)


class MemoryClip:
    """A `GrowingFile` of which there is no file."""

    path = None

    def __init__(self, store: MemoryClipStore, run: str, name: str) -> None:
        self._store = store
        self._place = run, name
        self._data = bytearray()
        self._growth = Growth(name)

    async def write(self, data: bytes) -> None:
        self._growth.check()
        self._data += data
        self._growth.tell()

    async def finish(self, whole: bytes | None = None) -> None:
        self._growth.check()
        self._store._end(*self._place, bytes(self._data) if whole is None else whole)
        self._growth.end(whole=True)

    async def abort(self) -> None:
        if not self._growth.ended:
            self._store._end(*self._place, None)
            self._growth.end(whole=False)

    def follow(self) -> AsyncGenerator[bytes, None]:
        seen = 0

        async def read() -> bytes:
            nonlocal seen
            data = bytes(self._data[seen:])
            seen += len(data)
            return data

        return self._growth.follow(read)
