"""Plain text: paragraphs, and chapters where lines of their own say so."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Chapter, Document, LeftOut
from pipeline.narration.escapes import escaped, paragraph
from pipeline.narration.readers.frame import framed

_HEADING = re.compile(
    r"(?:chapter|part|book|kapitel|teil|buch|chapitre|partie|cap[i\u00ed]tulo|capitolo|hoofdstuk|prologue|epilogue|"
    r"prolog|epilog|preface|introduction|foreword|afterword|vorwort|nachwort)\b[^\n.!?]{0,80}\.?|[IVXLC]{1,7}\.?",
    re.IGNORECASE,
)
_SLANTED = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]*(?:\n[^_\n]+){0,3})(?<=\S)_(?!\w)")
"""As it was typed before there was another way."""
_PICTURE = re.compile(r"\[Illustration(?::[^\]]*)?\]", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:table of )?contents[.:]?|inhalt|table des mati\u00e8res|\u00edndice|indice", re.IGNORECASE)
_ENTRY = re.compile(r"[ \t]*(?:[^\W\d_]{2,12}[ \t]+)?(?:\d{1,3}|[IVXLC]{1,8})\b[^\n]{0,100}", re.IGNORECASE)
"""A line of a table of contents: a number, and a title."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(path: Path) -> Document:
    book = framed(decoded(path.read_bytes()), path.name)
    named = book.title or path.stem
    left_out = list(book.left_out)
    chapters: list[Chapter] = []
    title, lines = "", list[str]()
    listing = False
    """What comes next may be a table of contents."""

    def end() -> None:
        body = "\n\n".join(lines)
        if title or body:
            head = f"# {title}\n\n" if title else ""
            chapters.append(Chapter(title or named, f"{head}{body}\n\n" if body else head))

    for block in re.split(r"\n[ \t]*\n\s*", book.text.strip("\n")):
        bare = block.strip()
        first, _, rest = bare.partition("\n")
        if _PICTURE.fullmatch(bare):
            left_out.append(LeftOut("image", bare, path.name))
        elif listing and rest and all(_ENTRY.fullmatch(line) for line in bare.splitlines()):
            left_out.append(LeftOut("table of contents", bare, path.name))
            continue
        elif _HEADING.fullmatch(first) and len(rest) < 100 and "\n" not in rest.strip():
            end()
            title, lines = escaped(" ".join(block.split())), []
        elif bare:
            lines.append(_typed(block.rstrip()))
        listing = _CONTENTS.fullmatch(bare) is not None
    end()
    return Document(named, tuple(chapters), author=book.author, left_out=tuple(left_out))


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
