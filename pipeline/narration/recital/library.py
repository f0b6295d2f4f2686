"""Where books are made: what their runs share, and what is kept of them between one attempt and the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.assembly.workshop import Workshop
from pipeline.audio.joining.covers import drawable
from pipeline.narration.document import Chapter, Document, LeftOut, Stretch
from pipeline.narration.recital.shelf import AGE, Shelf
from pipeline.stores.memory_clips import MemoryClipStore
from pipeline.stores.sounds import FolderSoundCache

KEPT = 8 << 30
"""Bytes of speech kept for books that change: about fifty hours."""


def library(root: Path, env: Mapping[str, str]) -> tuple[Workshop, Shelf]:
    """A workshop for books, which its caller closes, and the shelf of what is finished; all under one folder."""
    sounds = FolderSoundCache(root / ".sounds", size=KEPT, age=AGE)
    return Workshop(env=env, output_dir=root, sounds=sounds, clips=MemoryClipStore()), Shelf(root / ".parts")


def with_a_cover_or_none(document: Document) -> Document:
    """Without one that no player could show, which is told of."""
    if not document.cover or drawable(document.cover):
        return document
    return replace(document, cover=b"", left_out=(*document.left_out, LeftOut("cover", "", "it is damaged, or huge")))


def together(documents: Sequence[Document], title: str) -> Document:
    """Several documents as one book: a document of one chapter is a chapter by its own title. Each stays in the
    language that it says it is in; those that say none are in the book's, which is the first that is said."""
    if len(documents) == 1:
        return documents[0]
    language = next((document.language for document in documents if document.language), "")
    chapters = []
    for document in documents:
        for chapter in document.chapters:
            if document.language not in ("", language):
                chapter = replace(chapter, languages=tuple(_filled(chapter, document.language)))
            alone = len(document.chapters) == 1 or chapter.title == document.title
            name = document.title if alone else f"{document.title}: {chapter.title}"
            chapters.append(replace(chapter, title=name))
    return Document(
        title,
        tuple(chapters),
        author=", ".join(dict.fromkeys(document.author for document in documents if document.author)),
        language=language,
        cover=next((document.cover for document in documents if document.cover), b""),
        left_out=tuple(gap for document in documents for gap in document.left_out),
    )


def _filled(chapter: Chapter, language: str) -> Iterator[Stretch]:
    """The chapter's stretches, and between them what is in its document's own language."""
    at = 0
    for stretch in chapter.languages:
        if stretch.start > at:
            yield Stretch(at, stretch.start, language)
        yield stretch
        at = stretch.end
    if at < len(chapter.text):
        yield Stretch(at, len(chapter.text), language)
