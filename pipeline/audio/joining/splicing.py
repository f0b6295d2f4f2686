"""A book's sound out of parts that were encoded apart: put together without encoding again, to the sample.

An encoder adds a little silence around whatever it is given. Each part ends in a pause, of which as much is left out
beforehand: so every part has the place that its samples had.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import av

from pipeline.audio import JOINED, Encoder, encoder
from pipeline.audio.formats.mp3 import Grid
from pipeline.audio.joining.covers import drawable, opened
from pipeline.audio.joining.export import export
from pipeline.audio.joining.marks import Mark, id3, label
from pipeline.ground.drafts import draft

if TYPE_CHECKING:
    from av.container.output import OutputContainer

KINDS = {"mp3": "mp3", "m4b": "aac", "m4a": "aac", "opus": "opus"}
"""Endings of books, and what their parts are encoded as; the parts of any other are samples."""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the book, encoded."""

    path: Path
    samples: int


def kind(ending: str) -> str:
    return KINDS.get(ending, "pcm")


def measured(samples: int, kind: str, sample_rate: int) -> int:
    """The least length, from `samples` on, that a part of this kind can have."""
    step = {"aac": 1024, "opus": sample_rate // 50}.get(kind, 1)
    if kind == "mp3":
        step = Grid(sample_rate).frame
    return -(-samples // step) * step


class PartEncoder:
    """Samples of one part on their way into its bytes; the last of them are silence."""

    def __init__(self, kind: str, sample_rate: int, samples: int) -> None:
        """`samples`: as `measured` gives them."""
        self._mp3 = kind == "mp3"
        around = {"mp3": 1152, "aac": 1024, "opus": sample_rate // 50}.get(kind, 0)
        self._left = 2 * (samples - around)
        """Bytes that are to be encoded."""
        self._encoder: Encoder = encoder(kind, JOINED)(sample_rate)
        self._head = len(Grid(sample_rate).info(None)) if self._mp3 else 0
        """Bytes of a header that only whole files have."""

    def feed(self, pcm: bytes) -> bytes:
        pcm = pcm[: self._left]
        self._left -= len(pcm)
        return self._cut(self._encoder.feed(pcm)) if pcm else b""

    def finish(self) -> bytes:
        return self.feed(bytes(self._left)) + self._cut(self._encoder.finish())

    def _cut(self, data: bytes) -> bytes:
        cut, self._head = data[self._head :], max(0, self._head - len(data))
        return cut


async def splice(
    parts: Sequence[Part],
    sample_rate: int,
    target: Path,
    *,
    marks: Sequence[Mark] = (),
    tags: Mapping[str, str] | None = None,
    cover: bytes = b"",
    seen: Callable[[int], None] = lambda samples: None,
) -> Path:
    """Write the parts, all of the kind that the target's ending wants, one behind the other: whole or not at all.
    `cover`: left out where nobody could show it. `seen`: told, in a thread, of the samples of each part that is in."""
    ending, tags = target.suffix.lower().removeprefix("."), dict(tags or {})
    samples, each = sum(part.samples for part in parts), _each(parts, seen)
    if kind(ending) == "pcm":
        return await export(_read(each), sample_rate, target, samples=samples, marks=marks, tags=tags)
    target.parent.mkdir(parents=True, exist_ok=True)
    if cover and not await anyio.to_thread.run_sync(drawable, cover):
        cover = b""
    with draft(target) as folder:
        made = folder / target.name
        if ending == "mp3":
            head = id3(marks, tags, cover) + Grid(sample_rate).info(samples - 1152)
            await anyio.to_thread.run_sync(_append, each, made, head)
        else:
            await anyio.to_thread.run_sync(_mux, parts[0], each, sample_rate, made, ending, marks, tags, cover)
        os.replace(made, target)
    return target


def _each(parts: Sequence[Part], seen: Callable[[int], None]) -> Iterator[Part]:
    for part in parts:
        yield part
        seen(part.samples)


async def _read(parts: Iterable[Part]) -> AsyncGenerator[bytes, None]:
    for part in parts:
        async with await anyio.open_file(part.path, "rb") as file:
            while data := await file.read(_BLOCK):
                yield data


# ---- in a thread ----------------------------------------------------------------------------------------------------


def _append(parts: Iterable[Part], target: Path, head: bytes) -> None:
    with target.open("wb") as whole:
        whole.write(head)
        for part in parts:
            with part.path.open("rb") as file:
                while data := file.read(_BLOCK):
                    whole.write(data)


def _mux(
    model: Part,
    parts: Iterable[Part],
    sample_rate: int,
    target: Path,
    ending: str,
    marks: Sequence[Mark],
    tags: Mapping[str, str],
    cover: bytes,
) -> None:
    ogg = ending == "opus"
    options = {} if ogg else {"movflags": "+faststart"}
    container = "ogg" if ogg else "mp4" if cover else "ipod"  # FFmpeg puts no pictures into the last of these
    with av.open(str(target), "w", format=container, options=options) as write:
        with av.open(str(model.path)) as first:
            stream: Any = write.add_stream_from_template(first.streams.audio[0])
        picture = _picture(write, cover) if cover and not ogg else None
        label(write, stream, marks, tags)
        if picture is not None:
            write.mux(picture)
        _copy(parts, stream, write, 48_000 if ogg else sample_rate, 960 if ogg else 1024, -312 if ogg else -1024)


def _copy(parts: Iterable[Part], stream: Any, write: OutputContainer, rate: int, frame: int, begin: int) -> None:
    """Every packet, timed anew. `begin`: what comes before the first sample is the encoder's own."""
    clock = begin
    for part in parts:
        with av.open(str(part.path)) as read:
            for packet in read.demux(read.streams.audio[0]):
                if packet.size:
                    packet.time_base, packet.pts, packet.dts = Fraction(1, rate), clock, clock
                    packet.duration = frame
                    packet.stream = stream
                    write.mux(packet)
                    clock += frame


def _picture(write: OutputContainer, cover: bytes) -> Any:
    with opened(cover) as image:
        source = image.streams.video[0]
        stream: Any = write.add_stream_from_template(source)
        stream.disposition = av.stream.Disposition.attached_pic
        packet: Any = next(packet for packet in image.demux(source) if packet.size)
        packet.stream, packet.pts, packet.dts = stream, 0, 0
        return packet
