"""Folders beside files that are being made: nothing has its name before it is whole, and what a killed process left is
taken away by the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = ".aloud-"


@contextlib.contextmanager
def draft(target: Path) -> Iterator[Path]:
    """A folder on the disk of `target`, for as long as that is made in it. Raises OSError."""
    _clear(target.parent)
    folder, lock = _begun(target.parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what cannot be removed now, the next one removes
        if lock is not None:
            os.close(lock)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time, in all processes, where there are locks for folders."""
    lock = _locked(folder, patient=True)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _begun(around: Path) -> tuple[Path, int | None]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=around.absolute()))  # FFmpeg takes `a:b` for an address
        lock = _locked(folder, patient=True)
        if folder.is_dir():
            return folder, lock
        if lock is not None:  # another process was quicker, and took it for a dead one's
            os.close(lock)


def _clear(around: Path) -> None:
    """Those that no living process is at."""
    for folder in around.glob(f"{_PREFIX}*"):
        if not folder.is_symlink() and (lock := _locked(folder, patient=False)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path, *, patient: bool) -> int | None:
    """A lock that ends with this process, however that ends; None where there are no such locks, or another process has
    it and that is not waited for."""
    try:
        import fcntl
    except ImportError:  # not a Unix
        return None
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if patient else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
