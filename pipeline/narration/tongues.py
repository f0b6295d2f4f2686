"""Texts in several languages: cut where another voice takes over, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipeline.assembly.voices import offered
from pipeline.ground.languages import uniform, usual
from pipeline.ground.writing import unspaced
from pipeline.narration.document import WORD, Chapter, Document
from pipeline.ports import Engine

FEWEST = 3
"""Words of a phrase that is worth a voice of its own: one that is shorter stays with the sentence around it."""


def tongues(document: Document) -> list[str]:
    """The languages that the document says it is in, its own first."""
    named = [document.language, *(part.language for chapter in document.chapters for part in chapter.languages)]
    return list(dict.fromkeys(uniform(language) for language in named if language))


async def spoken_by(engine: Engine) -> set[str]:
    """The languages that it has voices for, whatever kinds of them."""
    return {usual(code) for voice in await offered(engine) for code in voice.languages}


def by_language(chapter: Chapter, voiced: Collection[str]) -> Iterator[tuple[str, str]]:
    """The chapter's text in pieces, each with its language: one of `voiced`, or "" for the book's own. Joined, they are
    the text."""
    text, at, language = chapter.text, 0, ""
    for start, name in _turns(chapter, voiced):
        if name == language:
            continue
        start = start if name else _behind(text, start)
        if start > at:
            yield text[at:start], language
        at, language = start, name
    if at < len(text):
        yield text[at:], language


def _turns(chapter: Chapter, voiced: Collection[str]) -> Iterator[tuple[int, str]]:
    """Where each language begins."""
    text, at = chapter.text, 0
    for part in chapter.languages:
        name = known(part.language, voiced)
        if not name or _words(text, part.start, part.end) < FEWEST:
            continue
        if WORD.search(text, at, part.start):
            yield at, ""
        yield part.start, name
        at = part.end
    if WORD.search(text, at):
        yield at, ""


def _words(text: str, start: int, end: int) -> int:
    """How many stand there; each sign is one where no spaces part them."""
    return sum(len(word[0]) if unspaced(word[0][0]) else 1 for word in WORD.finditer(text, start, end))


def _behind(text: str, at: int) -> int:
    """Past white space and marks that end what was said before."""
    while at < len(text) and (text[at].isspace() or text[at] in ".,;:!?)\u2026\u201d\u2019\u00bb\"'"):
        at += 1
    return at


def known(language: str, voiced: Collection[str]) -> str:
    """The language among `voiced` that is meant: itself, or the one that it is a kind of; else ""."""
    language = uniform(language)
    while language and language not in voiced:
        language = language.rpartition("-")[0]
    return language
