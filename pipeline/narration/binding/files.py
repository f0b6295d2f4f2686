"""A finished book put together: its file, the marks of its chapters, and what its captions are made of."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import anyio.to_thread

from pipeline.audio.joining.marks import Mark
from pipeline.audio.joining.splicing import Part, splice
from pipeline.errors import EmptyText
from pipeline.events import Audio, Event, PassageCut
from pipeline.narration.binding.spots import chapters
from pipeline.narration.recital import Book, told

_WORK = {"mp3": 2e-5, "m4b": 1.1e-4, "m4a": 1.1e-4, "opus": 1.9e-4, "flac": 3.3e-4, "epub": 5e-5}
"""Seconds that it takes, about, to put a second of sound into a file of this kind ..."""
_OTHER = 9e-5
"""... or of any other ..."""
_TOLD = 4.5e-5
"""... and to write it into captions, or into the report of what was made."""


def work(ending: str, captions: int) -> float:
    """What `Progress.binding` will be; `captions`: files of them beside the sound."""
    return _WORK.get(ending, _OTHER) + _TOLD * (captions + 1)


def marks(book: Book) -> list[Mark]:
    """Where each chapter begins and ends."""
    found: list[Mark] = []
    for number, portions in chapters(book):
        first, last = portions[0], portions[-1]
        ends = last.begins + last.finished.samples / book.sample_rate
        found += [Mark(book.document.chapters[number].title, first.begins, ends)] if ends > first.begins else []
    return found


async def bind(book: Book, target: Path, *, chapter: int | None = None) -> Path:
    """The whole book, or one chapter of it, as one file. Raises StoreError."""
    document = book.document
    wanted = [s for s in book.spoken() if s.finished.samples and chapter in (None, s.portion.chapter)]
    if not wanted:
        raise EmptyText("There was nothing to speak in it.")
    tags = {"title": document.title, "artist": document.author, "album": document.title, "genre": "Audiobook"}
    if chapter is not None:
        part = document.chapters[chapter]
        tags |= {"title": part.title, "track": str(part.number or f"{chapter + 1}/{len(document.chapters)}")}
    parts = [Part(spoken.finished.sound, spoken.finished.samples) for spoken in wanted]
    each = _WORK.get(target.suffix[1:].lower(), _OTHER)
    with told(target):
        return await splice(
            parts,
            book.sample_rate,
            target,
            marks=marks(book) if chapter is None else (),
            tags={name: value for name, value in tags.items() if value},
            cover=document.cover,
            seen=lambda samples: book.progress.bound(samples / book.sample_rate, each),
        )


async def events(book: Book, chapter: int | None = None) -> AsyncGenerator[Event, None]:
    """What captions are made of, in order, placed in the sound of the whole book or of one chapter."""
    start: float | None = None
    for spoken in book.spoken():
        if chapter not in (None, spoken.portion.chapter):
            continue
        start = spoken.begins if start is None else start
        for event in await anyio.to_thread.run_sync(spoken.finished.events):
            if isinstance(event, Audio):
                yield replace(event, begins=event.begins + spoken.begins - start)
            elif isinstance(event, PassageCut):
                yield event
        book.progress.bound(spoken.finished.samples / book.sample_rate, _TOLD)
