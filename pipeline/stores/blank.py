"""A file without a name, made before it is wanted: where many were deleted lately, to make one is the dearest step of
keeping a clip.

Linux alone has such files, and not on every file system. Where there is none in reserve, a file is made when its
content is there."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

DEAR = 0.0002
"""Seconds of a processor that making a file takes where it is better done before: a thread that works beside an event
loop costs the loop half as much."""


class Blank:
    """One in reserve, for one thread at a time. Nothing is left of it when the process is killed."""

    def __init__(self) -> None:
        self._held: int | None = None
        self._owner = 0
        self.wanted = False
        """Files are dear to make, as the last one was."""

    def __del__(self) -> None:
        if self._held is not None:
            os.close(self._held)

    @property
    def ready(self) -> bool:
        return self._held is not None

    def prepare(self, folder: Path) -> None:
        if self._held is None and hasattr(os, "O_TMPFILE"):
            began = time.thread_time()
            with contextlib.suppress(OSError):  # not on this file system, or not now
                self._held = os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o600)
                self._owner = os.getpid()
            self.wanted = time.thread_time() - began > DEAR

    def become(self, path: str, data: bytes) -> bool:
        """Whether it is now the whole file of that name. If not, nothing has happened: what was in the way is met
        again, and told, by whoever then writes the file as usual."""
        descriptor, self._held = self._held, None
        if descriptor is None:
            return False
        try:
            if self._owner != os.getpid():  # in a forked child it is the parent's
                return False
            write_all(descriptor, data)
            # By a folder's descriptor, which an absolute path has no need of: else the link itself would be linked.
            os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True


def write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
