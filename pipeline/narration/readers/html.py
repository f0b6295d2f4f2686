"""HTML and XHTML, however broken, as Markdown: what is read aloud, in order, and the places that links lead to."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from pipeline.narration.document import Chapter, Document, LeftOut, Stretch, within
from pipeline.narration.readers.elements import Page
from pipeline.narration.readers.markdown import by_headings
from pipeline.narration.readers.markup import Markup
from pipeline.narration.readers.plain import decoded

_STATED = re.compile(rb"""<meta[^>]{0,200}charset=["']?([\w-]{2,20})|<\?xml[^>]{0,200}encoding=["']([\w-]{2,20})""")
_WESTERN = ("iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii")
"""Browsers take all of these for one."""
_OTHERS = re.compile(r"shift_jis|euc-jp|gb2312|gbk|gb18030|big5|euc-kr|koi8-r|windows-125\d|iso-8859-\d{1,2}")


def read(path: Path) -> Document:
    page = parsed(path.read_bytes())
    chapters, headed = by_headings(page.text, page.title or path.stem)
    return Document(
        page.title or headed or path.stem,
        told(chapters, page.languages),
        author=page.author,
        language=page.language,
        left_out=tuple(LeftOut(gap.reason, gap.text, f"{path.name}, {gap.where}") for gap in page.left_out),
    )


def parsed(data: bytes, notes: Collection[str] = ()) -> Page:
    """One file. `notes`: ids to which marks of notes lead from elsewhere. Raises UnreadableDocument."""
    return Markup(letters(data), notes).page()


def letters(data: bytes) -> str:
    """A file as text, in whatever it says that it is written. Raises UnreadableDocument."""
    stated = _STATED.search(data[:2048])
    name = next((group for group in stated.groups() if group), b"").decode().lower() if stated else ""
    marked = data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    if not marked and (name in _WESTERN or _OTHERS.fullmatch(name)):
        data = data.decode("cp1252" if name in _WESTERN else name, "replace").encode()
    return decoded(data)


def told(chapters: tuple[Chapter, ...], languages: tuple[Stretch, ...]) -> tuple[Chapter, ...]:
    """The chapters, which are consecutive parts of one text, with their parts of what is in which language."""
    found, at = [], 0
    for chapter in chapters:
        end = at + len(chapter.text)
        found.append(Chapter(chapter.title, chapter.text, languages=within(languages, at, end)))
        at = end
    return tuple(found)
