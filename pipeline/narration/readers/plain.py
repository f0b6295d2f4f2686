"""Plain text: paragraphs, and chapters where lines of their own say so."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pipeline.narration.document import Chapter, Document, LeftOut, as_text
from pipeline.narration.escapes import escaped, paragraph
from pipeline.narration.readers.cues import uncued
from pipeline.narration.readers.frame import framed
from pipeline.narration.readers.headings import announces, as_one, is_bare, is_heading, is_title
from pipeline.narration.readers.letters import FRAME, decoded

_SLANTED = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]*(?:\n[^_\n]+){0,3})(?<=\S)_(?!\w)")
"""As it was typed before there was another way."""
_BESIDE = re.compile(r"\[(Illustration|Footnote)(?:[ :][^\]]*)?\]", re.IGNORECASE)
_ENTRY = re.compile(r"[ \t]*(?:[^\W\d_]{2,12}[ \t]+)?(?:\d{1,3}|[IVXLC]{1,8})\b[^\n]{0,100}", re.IGNORECASE)
"""A line of a table of contents: a number, and a title."""


def read(path: Path) -> Document:
    book = framed(decoded(path.read_bytes(), FRAME), path.name)
    named = book.title or as_text(path.stem)
    left_out = list(book.left_out)
    chapters: list[Chapter] = []
    heads, lines = list[str](), list[str]()
    listing = False
    """What comes next may be a table of contents."""

    def end() -> None:
        above = [f"# {head}" for head in heads]
        if lines or not chapters:
            chapters.append(Chapter(as_one(heads) if heads else named, "\n\n".join([*above, *lines, ""])))
        elif above:  # nothing is under it
            last = chapters[-1]
            chapters[-1] = replace(last, text="\n\n".join([last.text.rstrip("\n"), *above, ""]))

    text, timing = uncued(book.text)
    if timing:
        left_out.append(LeftOut("timing", timing, path.name))
    for block in re.split(r"\n[ \t]*\n\s*", text.strip("\n")):
        bare = block.strip()
        first, _, rest = bare.partition("\n")
        if beside := _BESIDE.fullmatch(bare):
            left_out.append(LeftOut("note" if beside[1].lower() == "footnote" else "image", bare, path.name))
        elif listing and rest and all(_ENTRY.fullmatch(line) for line in bare.splitlines()):
            left_out.append(LeftOut("table of contents", f"{lines.pop()}\n\n{bare}", path.name))
        elif is_heading(first) and len(rest) < 100 and "\n" not in rest.strip():
            if lines:
                end()
                heads, lines = [], []
            heads.append(escaped(" ".join(block.split())))
        elif heads and not lines and not rest and is_bare(heads[-1]) and is_title(bare):
            heads[-1] = as_one((heads[-1], escaped(bare)))
        elif bare:
            lines.append(_typed(block.rstrip()))
        listing = announces("contents", bare)
    end()
    return Document(named, tuple(chapters), author=book.author, language=book.language, left_out=tuple(left_out))


def _typed(block: str) -> str:
    """A paragraph, with what is slanted in it."""
    parts = _SLANTED.split(block)
    if len(parts) == 1:
        return paragraph(block)
    return "".join(f"_{escaped(part)}_" if at % 2 else escaped(part) for at, part in enumerate(parts))
