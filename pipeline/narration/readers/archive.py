"""Zip files from strangers: few members, small ones, and nothing that grows beyond what it said."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

from pipeline.errors import HostileDocument, UnreadableDocument

MEMBERS = 10_000
DIRECTORY = 4 << 20
"""Bytes of the list of members."""
LARGEST = 20 << 20
"""Bytes of one member, unpacked."""
TOTAL = 128 << 20
"""Bytes of all members that are read."""
RATIO = 300
"""No text of more than a megabyte packs as well as this."""


class Archive:
    """A zip file, open for reading. Raises UnreadableDocument for what no honest document would be."""

    def __init__(self, path: Path) -> None:
        _check_directory(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, UnicodeDecodeError, struct.error, NotImplementedError) as error:
            raise UnreadableDocument("it is no zip file, or a damaged one.") from error
        # some programs write the names as Windows does
        self._members = {info.filename.replace("\\", "/"): info for info in self._zip.infolist()}
        self._left = TOTAL
        for name in self._members:
            if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name[:3]:
                self._zip.close()
                raise UnreadableDocument(f"it holds a file whose name leads out of it ({name[:80]!r}).")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def names(self) -> Iterable[str]:
        return self._members

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises UnreadableDocument when it is not there, encrypted, damaged or too large."""
        info = self._members.get(name)
        if info is None:
            raise UnreadableDocument(f"it lacks {name}, which it names: the file is damaged or not complete.")
        if info.flag_bits & 1:
            raise UnreadableDocument("it is encrypted; save it without a password first.")
        if info.file_size > LARGEST or info.file_size > 1 << 20 and info.file_size > RATIO * max(1, info.compress_size):
            raise HostileDocument(f"{name} would unpack to {info.file_size >> 20:,} MiB; that is no text.")
        try:
            with self._zip.open(info) as member:
                data = member.read(min(LARGEST, self._left) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise UnreadableDocument(f"{name} in it is damaged and cannot be unpacked.") from error
        self._left -= len(data)
        if len(data) > LARGEST or self._left < 0:
            raise HostileDocument(f"it unpacks to more than {TOTAL >> 20} MiB of text.")
        return data


def _check_directory(path: Path) -> None:
    """Before the list of members is read: that there are not too many. A large archive has a second record of that,
    which counts more than the first."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 66_000))
        tail = file.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) < place + 22:
            raise UnreadableDocument("it is no zip file, or its end is missing.")
        _, _, _, _, count, length, _, _ = struct.unpack("<4s4H2LH", tail[place : place + 22])
        if tail[max(0, place - 20) :].startswith(b"PK\x06\x07"):
            count, length = _second_record(file, tail[place - 20 : place])
    if count > MEMBERS or length > DIRECTORY:
        raise UnreadableDocument(f"it holds more than {MEMBERS:,} files; that is no document.")


def _second_record(file: BinaryIO, leading_there: bytes) -> tuple[int, int]:
    _, _, place, _ = struct.unpack("<4sLQL", leading_there)
    file.seek(min(place, 1 << 40))
    record = file.read(56)
    if len(record) < 56 or not record.startswith(b"PK\x06\x06"):
        raise UnreadableDocument("it is no zip file, or a damaged one.")
    *_, count, length, _ = struct.unpack("<4sQ2H2L4Q", record)
    return count, length
