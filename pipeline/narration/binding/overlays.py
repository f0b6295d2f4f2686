"""EPUB 3 with media overlays: a book that lights up what it says, for reading apps."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import anyio.to_thread

from pipeline.errors import EmptyText
from pipeline.ground.drafts import draft
from pipeline.narration.binding.files import bind
from pipeline.narration.binding.kept import keep
from pipeline.narration.binding.leaf import Leaf
from pipeline.narration.binding.package import (
    CONTAINER,
    Heard,
    item,
    label,
    language,
    overlay,
    package,
    right_to_left,
    turns,
    xhtml,
)
from pipeline.narration.binding.spots import chapters, spots
from pipeline.narration.document import Chapter, Document
from pipeline.narration.recital import SOUND, Book, Spoken, told


@dataclass(frozen=True, slots=True)
class _Bound:
    """A chapter that is in the book."""

    name: str
    title: str
    seconds: float
    """Of its sound; 0 when it has none."""


async def voiced(book: Book, target: Path) -> Path:
    """Writes the book, made of `SOUND`, with its text: whole or not at all. Raises StoreError."""
    with told(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft(target) as folder:
            made, sound = folder / "book.epub", folder / f"chapter.{SOUND}"
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
                file.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
                file.writestr("META-INF/container.xml", CONTAINER)
                if not await keep(book, file, sound):
                    await _make(book, file, sound)
            os.replace(made, target)
    return target


async def _make(book: Book, file: zipfile.ZipFile, sound: Path) -> None:
    """Pages made of the text, a chapter each. `sound`: where one may be put for a while."""
    bound: list[_Bound] = []
    for number, portions in chapters(book):
        if any(spoken.finished.samples for spoken in portions):
            await bind(book, sound, chapter=number)
        bound.append(await anyio.to_thread.run_sync(_add, file, book, number, portions, sound))
    if not any(chapter.seconds for chapter in bound):
        raise EmptyText("There was nothing to speak in it.")
    for name, text in _matter(book, bound):
        file.writestr(f"EPUB/{name}", text)


def _add(file: zipfile.ZipFile, book: Book, number: int, portions: Sequence[Spoken], sound: Path) -> _Bound:
    """A chapter's page, sound and overlay."""
    chapter = book.document.chapters[number]
    found = spots(portions, book.sample_rate)
    page = Leaf(chapter.text, found, chapter.languages)
    bound = _Bound(f"c{number + 1:04}", chapter.title, found.seconds if page.lit else 0.0)
    file.writestr(f"EPUB/{bound.name}.xhtml", _page(book.document, chapter, page.body))
    if bound.seconds:
        file.writestr(f"EPUB/{bound.name}.smil", _overlay(bound, page))
        file.write(sound, f"EPUB/{bound.name}.{SOUND}", zipfile.ZIP_STORED)
    return bound


def _page(document: Document, chapter: Chapter, body: str) -> str:
    return _html(document, chapter.title, f'<section id="chapter" epub:type="chapter">\n{body}</section>')


def _html(document: Document, title: str, body: str) -> str:
    head = f'<title>{label(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/>'
    facing = "rtl" if right_to_left(document) else ""
    return xhtml(language(document), facing, head, f"<body>\n{body}\n</body>")


def _overlay(bound: _Bound, page: Leaf) -> str:
    times = turns([lit.begins for lit in page.lit], bound.seconds)
    heard = [
        Heard(f"{bound.name}.xhtml#{lit.id}", f"{bound.name}.{SOUND}", begins, ends)
        for lit, (begins, ends) in zip(page.lit, times, strict=True)
    ]
    return overlay(f"{bound.name}.xhtml#chapter", heard)


def _matter(book: Book, bound: Sequence[_Bound]) -> Iterator[tuple[str, str | bytes]]:
    """All files of the book that are no chapters."""
    document = book.document
    entries = "".join(f'<li><a href="{c.name}.xhtml">{label(c.title) or "-"}</a></li>\n' for c in bound)
    toc = f'<nav epub:type="toc" id="toc"><h1>{label(document.title)}</h1><ol>\n{entries}</ol></nav>'
    yield "nav.xhtml", _html(document, document.title, toc)
    yield "style.css", files("pipeline.narration.binding").joinpath("voiced.css").read_text("utf-8")
    if document.cover:
        yield _cover(document)[0], document.cover
    yield "package.opf", _package(book, bound)


def _package(book: Book, bound: Sequence[_Bound]) -> str:
    spoken = [chapter for chapter in bound if chapter.seconds]
    items = [item("style", "style.css")]
    if book.document.cover:
        items.append(item("cover", *_cover(book.document), properties="cover-image"))
    for chapter in bound:
        heard = f"o-{chapter.name}" if chapter.seconds else ""
        items.append(item(chapter.name, f"{chapter.name}.xhtml", overlay=heard))
    for chapter in spoken:
        items.append(item(f"o-{chapter.name}", f"{chapter.name}.smil"))
        items.append(item(f"a-{chapter.name}", f"{chapter.name}.{SOUND}"))
    spine = "".join(f'<itemref idref="{chapter.name}"/>' for chapter in bound)
    return package(book, items, spine, {f"o-{chapter.name}": chapter.seconds for chapter in spoken})


def _cover(document: Document) -> tuple[str, str]:
    return ("cover.png", "image/png") if document.cover.startswith(b"\x89PNG") else ("cover.jpg", "image/jpeg")
