"""Chapters in an MP3's tag."""

import io
import struct
from collections.abc import Iterator

import av
import pytest

from pipeline.audio import JOINED, encoded, encoder
from pipeline.audio.joining.marks import Mark, id3


def lists(tag: bytes) -> Iterator[tuple[str, list[str]]]:
    """What each table of contents in the tag is called, and the names that it lists."""
    at = 10
    while at < len(tag):
        kind, size = struct.unpack(">4sI", tag[at : at + 8])
        if kind == b"CTOC":
            name, _, rest = tag[at + 10 : at + 10 + size].partition(b"\0")
            entries = rest[2:].decode().split("\0")[:-1]
            assert rest[1] == len(entries)
            yield name.decode(), entries
        at += 10 + size


@pytest.mark.parametrize("count", [2, 255, 256, 1100])
def test_all_chapters_are_there_and_listed_in_order(count: int) -> None:
    marks = [Mark(f"Chapter {number}", number / 1000, (number + 1) / 1000) for number in range(count)]
    tag = id3(marks, {"title": "A Book"})
    with av.open(io.BytesIO(tag + encoded(encoder("mp3", JOINED), bytes(44_100), 22_050))) as file:
        assert [chapter["metadata"]["title"] for chapter in file.chapters()] == [mark.title for mark in marks]
    found = dict(lists(tag))
    listed = [name for entry in found["toc"] for name in found.get(entry, [entry])]
    assert listed == [f"c{number}" for number in range(count)]
