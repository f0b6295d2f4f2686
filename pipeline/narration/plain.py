"""Plain text: paragraphs, and chapters where lines of their own say so."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Chapter, Document
from pipeline.narration.escapes import escaped, paragraph

_HEADING = re.compile(
    r"(?:chapter|part|book|kapitel|teil|buch|chapitre|partie|cap[i\u00ed]tulo|capitolo|hoofdstuk|prologue|epilogue|"
    r"prolog|epilog|preface|introduction|foreword|afterword|vorwort|nachwort)\b[^\n.!?]{0,80}\.?|[IVXLC]{1,7}\.?",
    re.IGNORECASE,
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read(path: Path) -> Document:
    text = decoded(path.read_bytes())
    chapters: list[Chapter] = []
    title, lines = "", list[str]()

    def end() -> None:
        body = "\n\n".join(lines)
        if title or body:
            head = f"# {title}\n\n" if title else ""
            chapters.append(Chapter(title or path.stem, f"{head}{body}\n\n" if body else head))

    for block in re.split(r"\n[ \t]*\n\s*", text.strip("\n")):
        first, _, rest = block.strip().partition("\n")
        if _HEADING.fullmatch(first.strip()) and len(rest) < 100 and "\n" not in rest.strip():
            end()
            title, lines = escaped(" ".join(block.split())), []
        elif block.strip():
            lines.append(paragraph(block.rstrip()))
    end()
    return Document(path.stem, tuple(chapters))


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
