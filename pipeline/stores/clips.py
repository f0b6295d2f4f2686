"""Clips as files: a folder per run, whole files under their names, and files that can be read while they grow."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

import anyio

from pipeline.errors import NotHeld, StoreError, StoreFull
from pipeline.stores.apart import keep_apart
from pipeline.stores.growth import Growth
from pipeline.stores.scribe import aside

logger = logging.getLogger("aloud.clips")

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.[a-z0-9]{1,8}", re.ASCII)
_GROWING = ".growing"
"""Of the mark beside a clip that is not whole."""
_BLOCK = 1 << 16
_TRIES = 3
"""To remove a folder into which somebody may write meanwhile."""
DEAR = 0.0001
"""Seconds of a processor that a new folder takes where its files had better lie elsewhere."""
_BINARY = getattr(os, "O_BINARY", 0)
_STALE = 3600.0
"""Seconds after which a leftover cannot be the work of another process that is still at it."""
_tidied: set[str] = set()
"""Where this process has looked for leftovers: with thousands of runs it takes a while, and a stream of a plain script
has a store of its own."""


class FolderClipStore:
    """A `ClipStore` in a folder of this machine."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self._growing: dict[tuple[str, str], GrowingClip] = {}
        if (place := os.path.abspath(root)) not in _tidied:
            _tidied.add(place)
            _remove_leftovers(self.root)

    async def write(self, run: str, name: str, data: bytes) -> Path:
        path = self._place(run, name)
        with _told(path):
            await aside(_write_whole, str(path), data)
        return path

    async def grow(self, run: str, name: str) -> GrowingClip:
        path = self._place(run, name)
        with _told(path):
            descriptor = await aside(_begin, path)
        clip = GrowingClip(path, descriptor, over=lambda: self._growing.pop((run, name), None))
        self._growing[run, name] = clip
        return clip

    async def read(self, run: str, name: str) -> bytes:
        path = self.path(run, name)
        try:
            if path is not None:
                return await aside(path.read_bytes)
        except FileNotFoundError:  # erased meanwhile
            pass
        raise NotHeld(f"The clip {name} of the run {run} is no longer there.")

    def path(self, run: str, name: str) -> Path | None:
        if not _RUN.fullmatch(run) or not _NAME.fullmatch(name):
            return None
        path = self.root / run / name
        return path if path.is_file() and not _beside(path, _GROWING).exists() else None

    def growing(self, run: str, name: str) -> GrowingClip | None:
        return self._growing.get((run, name))

    async def erase(self, run: str) -> None:
        if not _RUN.fullmatch(run):
            return
        for clip in [clip for (of, _), clip in self._growing.items() if of == run]:
            await clip.abort()
        await anyio.to_thread.run_sync(_remove, self.root / run)

    async def sweep(self, *, keep: Collection[str], size: int) -> Sequence[str]:
        runs = await anyio.to_thread.run_sync(_runs, self.root)
        total, erased = sum(held for _, held, _ in runs), []
        for _, held, run in sorted(runs):
            if total > size and run not in keep:
                try:
                    await self.erase(run)
                except StoreError as error:  # it keeps no other
                    logger.warning("%s", error.message)
                    continue
                total -= held
                erased.append(run)
        return erased

    def _place(self, run: str, name: str) -> Path:
        if not _RUN.fullmatch(run) or not _NAME.fullmatch(name):
            raise StoreError("A clip needs a plain name of letters and digits with an ending, and so does its run.")
        return self.root.joinpath(run, name)


class GrowingClip:
    """A `GrowingFile` under its final name. A mark beside it says that it is not whole, also after a crash.

    The name stays the same when it is finished, so that whoever opens it a moment late still finds it."""

    def __init__(self, path: Path, descriptor: int, over: Callable[[], object]) -> None:
        self.path = path
        self._descriptor: int | None = descriptor
        self._over = over
        self._growth = Growth(path.name)

    async def write(self, data: bytes) -> None:
        self._growth.check()
        if self._descriptor is None:
            raise self._growth.broken()
        with _told(self.path):
            await aside(_write_all, self._descriptor, data)
        self._growth.tell()

    async def finish(self, whole: bytes | None = None) -> Path:
        self._growth.check()
        with _told(self.path):
            await aside(self._close, whole)
        self._end(whole=True)
        return self.path

    async def abort(self) -> None:
        if not self._growth.ended:
            self._end(whole=False)
            await aside(self._discard)  # behind whatever is being written to it

    async def follow(self) -> AsyncGenerator[bytes, None]:
        try:
            file = await anyio.to_thread.run_sync(self.path.open, "rb")
        except FileNotFoundError:
            raise self._growth.broken() from None
        with file:
            async with aclosing(self._growth.follow(lambda: anyio.to_thread.run_sync(file.read, _BLOCK))) as parts:
                async for part in parts:
                    yield part

    def _end(self, *, whole: bool) -> None:
        self._over()
        self._growth.end(whole=whole)

    def _close(self, whole: bytes | None) -> None:
        self._let_go()
        if whole is None:
            _beside(self.path, _GROWING).unlink(missing_ok=True)
        else:
            _write_whole(str(self.path), whole)  # whoever follows the old file reads that to its end

    def _let_go(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _discard(self) -> None:
        """The mark last: where the disk lets go of neither, it still says that the clip is not whole."""
        self._let_go()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
            _beside(self.path, _GROWING).unlink(missing_ok=True)


# ---- in a thread ----------------------------------------------------------------------------------------------------


def _write_whole(path: str, data: bytes) -> None:
    """Written where the mark of an unfinished clip would be, which takes its place as it becomes the clip."""
    mark, half = path + _GROWING, False
    try:
        descriptor = _create(mark)
    except FileNotFoundError:  # the run's first
        _make_folder(os.path.dirname(path))
        descriptor = _create(mark)
    except FileExistsError:  # begun before, by this process or by a dead one
        descriptor, half = os.open(mark, os.O_WRONLY | os.O_TRUNC | _BINARY), True
    try:
        try:
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)
        os.replace(mark, path)
    except BaseException:
        for left in (path, mark) if half else (mark,):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(left)
        raise


def _begin(path: Path) -> int:
    _make_folder(str(path.parent))
    path.unlink(missing_ok=True)
    _beside(path, _GROWING).touch(0o600)
    return _create(path)


def _make_folder(folder: str) -> None:
    """A run's, which need not be near another's."""
    if not os.path.isdir(folder):
        root = os.path.dirname(folder) or os.curdir
        os.makedirs(root, exist_ok=True)
        began = time.thread_time()
        os.makedirs(folder, exist_ok=True)
        if time.thread_time() - began > DEAR and keep_apart(root):
            os.rmdir(folder)
            os.makedirs(folder, exist_ok=True)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _create(path: str | Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)


def _runs(root: Path) -> list[tuple[float, int, str]]:
    """When each run was last written (seconds since the epoch), its bytes, its id."""
    found = []
    for folder in _folders(root):
        with contextlib.suppress(FileNotFoundError):  # erased meanwhile
            states = [file.stat() for file in folder.iterdir()]
            written = max((state.st_mtime for state in states), default=folder.stat().st_mtime)
            found.append((written, sum(state.st_size for state in states), folder.name))
    return found


def _remove_leftovers(root: Path) -> None:
    before = time.time() - _STALE
    for folder in _folders(root):
        for mark in folder.glob(f"*{_GROWING}"):
            with contextlib.suppress(OSError):  # whoever may not tidy up here may have what there is
                if mark.stat().st_mtime < before:
                    mark.with_name(mark.name.removesuffix(_GROWING)).unlink(missing_ok=True)
                    mark.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    for left in reversed(range(_TRIES)):
        try:
            shutil.rmtree(folder)
            return
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno != errno.ENOTEMPTY or not left:
                raise StoreError(f"What is in {folder} could not be erased: {error.strerror or error}.") from error


def _folders(root: Path) -> list[Path]:
    if not os.path.isdir(root):
        return []
    return [folder for folder in root.iterdir() if _RUN.fullmatch(folder.name) and folder.is_dir()]


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """The disk's refusals in our words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(f"There is no room left for clips under {path.parent.parent}.") from error
        raise StoreError(
            f"The clip {path.name} could not be written under {path.parent.parent}: {error.strerror or error}."
        ) from error
