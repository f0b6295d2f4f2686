"""Chapters and titles: as an MP3's ID3 tag (version 2.3), as an Ogg file's comments, and for FFmpeg in any other."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from av.container.core import Chapter
    from av.container.output import OutputContainer

_FRAMES = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "track": "TRCK",
    "genre": "TCON",
    "date": "TYER",
    "language": "TLAN",
}
_NOWHERE = 0xFFFFFFFF
"""As a place in the file: go by the time."""
_LISTED = 255
"""Chapters, or lists of them, that one list holds at most."""
_TOP, _ORDERED = 2, 1


@dataclass(frozen=True, slots=True)
class Mark:
    """A chapter of a file; seconds."""

    title: str
    begins: float
    ends: float


def id3(marks: Sequence[Mark], tags: Mapping[str, str], cover: bytes = b"") -> bytes:
    """What stands before the first frame of an MP3. `cover`: a JPEG or a PNG."""
    body = b"".join(_frame(_FRAMES[name], _text(value)) for name, value in tags.items() if name in _FRAMES)
    if cover:
        media_type = b"image/png" if cover.startswith(b"\x89PNG") else b"image/jpeg"
        body += _frame("APIC", b"\0" + media_type + b"\0\x03\0" + cover)
    if marks:
        names = [f"c{number}" for number in range(len(marks[: _LISTED**2]))]
        body += b"".join(_contents(names))
        for name, mark in zip(names, marks, strict=False):
            times = struct.pack(">IIII", round(mark.begins * 1000), round(mark.ends * 1000), _NOWHERE, _NOWHERE)
            body += _frame("CHAP", name.encode() + b"\0" + times + _frame("TIT2", _text(mark.title)))
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _contents(names: Sequence[str]) -> Iterator[bytes]:
    """One list of the chapters; where they are too many for one, a list of lists."""
    if len(names) > _LISTED:
        parts = {f"toc{at}": names[at : at + _LISTED] for at in range(0, len(names), _LISTED)}
        yield _list("toc", [*parts], _TOP | _ORDERED)
        for name, part in parts.items():
            yield _list(name, part, _ORDERED)
    else:
        yield _list("toc", names, _TOP | _ORDERED)


def _list(name: str, within: Sequence[str], flags: int) -> bytes:
    entries = "".join(f"{entry}\0" for entry in within)
    return _frame("CTOC", name.encode() + b"\0" + bytes([flags, len(within)]) + entries.encode())


def label(file: OutputContainer, sound: Any, marks: Sequence[Mark], tags: Mapping[str, str]) -> None:
    """Of a file that FFmpeg writes, before its first packet; `sound`: its stream."""
    file.metadata.update(tags)
    sound.metadata.update(tags)
    if file.format.name == "flac":  # which has comments of the file alone
        file.metadata.update(_comments(marks))
    elif file.format.name == "ogg":  # FFmpeg's own marks in Ogg are a second late in every second half of a second
        sound.metadata.update(_comments(marks))
    else:
        file.set_chapters(_chapters(marks))


def _comments(marks: Sequence[Mark]) -> dict[str, str]:
    found = {}
    for number, mark in enumerate(marks[:1000]):
        seconds, milliseconds = divmod(round(mark.begins * 1000), 1000)
        clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{milliseconds:03d}"
        found[f"CHAPTER{number:03d}"] = clock
        found[f"CHAPTER{number:03d}NAME"] = mark.title
    return found


def _chapters(marks: Sequence[Mark]) -> list[Chapter]:
    return [
        {
            "id": number,
            "start": round(mark.begins * 1000),
            "end": round(mark.ends * 1000),
            "time_base": cast(Any, Fraction(1, 1000)),  # PyAV takes it, and since version 19 has a class of its own
            "metadata": {"title": mark.title},
        }
        for number, mark in enumerate(marks)
    ]


def _frame(name: str, data: bytes) -> bytes:
    return struct.pack(">4sIH", name.encode(), len(data), 0) + data


def _text(text: str) -> bytes:
    return b"\x01" + text.encode("utf-16")
