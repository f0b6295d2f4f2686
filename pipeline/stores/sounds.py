"""What engines have said, kept by what they were asked: the same words in the same voice are made only once."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sys
import time
import unicodedata
import zlib
from collections import OrderedDict
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from weakref import WeakValueDictionary

import anyio

from pipeline.ports import Take
from pipeline.stores.scribe import aside
from pipeline.types import Voice, WordTime

_SCHEMA = 2
"""Goes into every key: a new way of keeping takes never reads the old one's."""
_ENDING = ".take"
_SUM = 8
"""Letters of a checksum, before all else in a file."""
_SPARE = 1 << 30
"""Bytes of the disk that are left to others; where there is less, half of what is free."""


class FolderSoundCache:
    """A `SoundCache` in one folder, bounded by bytes, by the room on its disk, and by age since last use. What it loses
    is only made again."""

    def __init__(self, root: str | Path, *, size: int = 512 << 20, age: float = 30 * 86400.0) -> None:
        self.root = Path(root)
        self._limit = self._most = size
        self._age = age
        self._takes: OrderedDict[str, tuple[int, float]] | None = None if os.path.isdir(root) else OrderedDict()
        """Bytes of each take and when it was last used, the least recent first; None until the folder was looked at."""
        self._total = 0
        self._busy: WeakValueDictionary[str, anyio.Semaphore] = WeakValueDictionary()

    def key(self, engine: str, version: str, voice: Voice, text: str, owner: str = "") -> str:
        asked = [_SCHEMA, engine, version, asdict(voice), unicodedata.normalize("NFC", text)]
        asked += [owner] if owner else []
        return blake2b(json.dumps(asked, sort_keys=True, default=str).encode(), digest_size=32).hexdigest()

    def alone(self, key: str) -> AbstractAsyncContextManager[object]:
        return self._busy.setdefault(key, anyio.Semaphore(1, fast_acquire=True))

    async def look(self) -> None:
        """At what there is, which the first who asks would wait for: thousands of files on a slow disk."""
        await self._known()

    async def get(self, key: str) -> Take | None:
        takes = await self._known()
        await self._drop_old(takes)
        if key not in takes:
            return None
        take = await aside(_read, self._file(key))
        if take is None:
            self._forget(key)
        elif key in takes:
            takes[key] = takes[key][0], time.time()
            takes.move_to_end(key)
        return take

    async def put(self, key: str, take: Take) -> None:
        takes = await self._known()
        if len(take.pcm) > self._limit // 4:
            return
        size, free = await aside(_write, self._file(key), take)
        if size is not None:
            self._forget(key)
            takes[key] = size, time.time()
            self._total += size
        await self._fit(takes, free)

    async def make_room(self) -> None:
        """Keeps no more than the disk has room for by now: others fill it, too."""
        await self._fit(await self._known(), await aside(_free, self.root))

    async def _fit(self, takes: OrderedDict[str, tuple[int, float]], free: int) -> None:
        room = self._total + free
        self._most = min(self._limit, room - min(_SPARE, room // 2))
        await self._drop_old(takes)

    async def forget(self, before: float) -> None:
        """Those that nobody has used since then, in seconds since the epoch."""
        await self._drop(await self._known(), before)

    async def _drop_old(self, takes: OrderedDict[str, tuple[int, float]]) -> None:
        await self._drop(takes, time.time() - self._age)

    async def _drop(self, takes: OrderedDict[str, tuple[int, float]], before: float) -> None:
        """Those that nobody has used since then, and as many more as there is no room for."""
        gone = []
        while takes and (self._total > self._most or next(iter(takes.values()))[1] < before):
            gone.append(next(iter(takes)))
            self._forget(gone[-1])
        if gone:
            await anyio.to_thread.run_sync(_unlink, [self._file(key) for key in gone])

    async def _known(self) -> OrderedDict[str, tuple[int, float]]:
        if self._takes is None:
            found = await anyio.to_thread.run_sync(_look, self.root)
            if self._takes is None:  # nobody was faster
                self._takes, self._total = OrderedDict(found), sum(size for _, (size, _) in found)
        return self._takes

    def _forget(self, key: str) -> None:
        assert self._takes is not None
        self._total -= self._takes.pop(key, (0, 0.0))[0]

    def _file(self, key: str) -> str:
        return os.path.join(self.root, key + _ENDING)


# ---- in a thread ----------------------------------------------------------------------------------------------------


def _look(root: Path) -> list[tuple[str, tuple[int, float]]]:
    """Takes, their bytes and when they were last used, in that order. What a crash left behind is removed."""
    found = []
    with contextlib.suppress(OSError), os.scandir(root) as entries:  # gone meanwhile, or not ours to read: it is empty
        for entry in entries:
            with contextlib.suppress(OSError):
                state = entry.stat(follow_symlinks=False)
                if entry.name.endswith(_ENDING):
                    found.append((state.st_mtime, entry.name.removesuffix(_ENDING), state.st_size))
                elif state.st_mtime < time.time() - 3600:
                    os.unlink(entry.path)
    return [(key, (size, used)) for used, key, size in sorted(found)]


def _read(file: str) -> Take | None:
    """None when it is gone, or is not what was written."""
    try:
        with open(file, "rb") as opened:
            head, _, pcm = opened.read().partition(b"\n")
    except OSError:
        return None
    told, facts = head[:_SUM], head[_SUM:]
    if told != _sum(facts, pcm):
        return None
    with contextlib.suppress(OSError):  # it may be read by those who may not write
        os.utime(file)
    sample_rate, times, gains = json.loads(facts)
    return Take(pcm, sample_rate, tuple(WordTime(*time) for time in times), tuple(map(tuple, gains)))


def _write(file: str, take: Take) -> tuple[int | None, int]:
    """Its bytes, None where it could not be kept; and those that are free beside it."""
    return _written(file, take), _free(os.path.dirname(file))


def _free(folder: str | Path) -> int:
    """Bytes on its disk; as many as can be where nobody knows."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free
    return sys.maxsize


def _written(file: str, take: Take) -> int | None:
    times = [(time.start, time.end, time.at, time.seconds) for time in take.times]
    facts = json.dumps([take.sample_rate, times, take.gains]).encode()
    part = f"{file}.{secrets.token_hex(4)}.part"
    try:
        if not os.path.isdir(folder := os.path.dirname(file)):
            os.makedirs(folder, exist_ok=True)
        with open(part, "xb") as opened:
            opened.write(_sum(facts, take.pcm) + facts + b"\n")
            opened.write(take.pcm)
        os.replace(part, file)
    except OSError:  # a full disk costs a second synthesis, never the clip
        with contextlib.suppress(OSError):
            os.unlink(part)
        return None
    return _SUM + len(facts) + 1 + len(take.pcm)


def _sum(facts: bytes, pcm: bytes) -> bytes:
    """What shows that a take is as it was written: a machine that stops may leave a file with nothing in it."""
    return b"%08x" % zlib.crc32(pcm, zlib.crc32(facts))


def _unlink(files: list[str]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            os.unlink(file)
