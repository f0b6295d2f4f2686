"""Plain text: paragraphs, and chapters where lines of their own say so."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Chapter, Document, LeftOut
from pipeline.narration.escapes import escaped, paragraph

_HEADING = re.compile(
    r"(?:chapter|part|book|kapitel|teil|buch|chapitre|partie|cap[i\u00ed]tulo|capitolo|hoofdstuk|prologue|epilogue|"
    r"prolog|epilog|preface|introduction|foreword|afterword|vorwort|nachwort)\b[^\n.!?]{0,80}\.?|[IVXLC]{1,7}\.?",
    re.IGNORECASE,
)
_SLANTED = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]*(?:\n[^_\n]+){0,3})(?<=\S)_(?!\w)")
"""As it was typed before there was another way."""
_PICTURE = re.compile(r"\[Illustration(?::[^\]]*)?\]", re.IGNORECASE)
_FRAME = re.compile(r"\*\*\* ?(START|END) OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^\n]{0,200}", re.IGNORECASE)
"""What is before the first and behind the second is about the file, not of the book."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(path: Path) -> Document:
    text, left_out = _unframed(decoded(path.read_bytes()), path.name)
    chapters: list[Chapter] = []
    title, lines = "", list[str]()

    def end() -> None:
        body = "\n\n".join(lines)
        if title or body:
            head = f"# {title}\n\n" if title else ""
            chapters.append(Chapter(title or path.stem, f"{head}{body}\n\n" if body else head))

    for block in re.split(r"\n[ \t]*\n\s*", text.strip("\n")):
        first, _, rest = block.strip().partition("\n")
        if _PICTURE.fullmatch(block.strip()):
            left_out.append(LeftOut("image", block.strip(), path.name))
        elif _HEADING.fullmatch(first.strip()) and len(rest) < 100 and "\n" not in rest.strip():
            end()
            title, lines = escaped(" ".join(block.split())), []
        elif block.strip():
            lines.append(_typed(block.rstrip()))
    end()
    return Document(path.stem, tuple(chapters), left_out=tuple(left_out))


def _unframed(text: str, name: str) -> tuple[str, list[LeftOut]]:
    """The book without what those who gave it away wrote around it."""
    left_out = []
    marks = {mark[1].upper(): mark for mark in _FRAME.finditer(text)}
    start = marks["START"].end() if "START" in marks else 0
    end = marks["END"].start() if "END" in marks and marks["END"].start() > start else len(text)
    for part, line in ((text[:start], 1), (text[end:], text.count("\n", 0, end) + 1)):
        if part.strip():
            left_out.append(LeftOut("front matter", part.strip(), f"{name}, line {line}"))
    return text[start:end], left_out


def _typed(block: str) -> str:
    """A paragraph, with what is slanted in it."""
    parts = _SLANTED.split(block)
    if len(parts) == 1:
        return paragraph(block)
    return "".join(f"_{escaped(part)}_" if at % 2 else escaped(part) for at, part in enumerate(parts))


def decoded(data: bytes) -> str:
    """Text with lines that end in newlines alone. Raises UnreadableDocument for what is no text."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"it is not UTF-8: byte {error.start + 1:,} belongs to no character. Convert it first, for example with: "
            "iconv -f latin1 -t utf-8"
        ) from error
    if "\0" in text:
        raise UnreadableDocument("it holds zero bytes: it is no text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")
