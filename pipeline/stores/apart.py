"""Folders that have nothing to do with one another, kept apart on the disk.

Linux's ext4 puts a folder and its files next to the folder that holds it. Without a journal it leaves the places of
deleted files alone for some minutes, and looks at each of them again for every new file: beside many of them, to make
one is ten to fifty times dearer. It can be told that what a folder holds need not be near together; then each folder in
it is given a part of the disk for itself.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys

_LONG = struct.calcsize("l")
_GET, _SET = 2 << 30 | _LONG << 16 | ord("f") << 8 | 1, 1 << 30 | _LONG << 16 | ord("f") << 8 | 2
"""Requests for the attributes of a file, which are an int, whatever their names say."""
_TOP = 0x20000
"""The attribute T of `chattr`."""


def keep_apart(folder: str) -> bool:
    """Whether the folders in it will be kept apart and have not been: not where the file system knows nothing of it."""
    if sys.platform != "linux":
        return False
    import fcntl

    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            attributes = int.from_bytes(fcntl.ioctl(descriptor, _GET, bytes(_LONG))[:4], sys.byteorder)
            if not attributes & _TOP:
                fcntl.ioctl(descriptor, _SET, (attributes | _TOP).to_bytes(4, sys.byteorder) + bytes(_LONG - 4))
                return True
        finally:
            os.close(descriptor)
    return False
