"""PDF with a text layer: paragraphs put together again from lines, without what stands on every page."""

from __future__ import annotations

import logging
import re
from collections import Counter
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Chapter, Document, LeftOut
from pipeline.narration.escapes import escaped
from pipeline.narration.markdown import cut

PAGES = 5_000
LONGEST = 200_000
"""Characters of one page."""
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_NUMBER = re.compile(r"[-\u2013\s]*(?:page |seite |p\. )?#(?: (?:of|von|/) #)?[-\u2013\s]*")
_ENDS = (".", "!", "?", ":", "\u201d", '"', "\u2019", ")")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")


def read(path: Path) -> Document:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds odd in a file is nothing to a listener
    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument("it is encrypted; save it without a password first.")
        count = len(reader.pages)
        if count > PAGES:
            raise UnreadableDocument(f"it has {count:,} pages; the most is {PAGES:,}. Split it first.")
        pages = [_lines(page.extract_text() or "") for page in reader.pages]
        marks = _outline(reader)
        facts = reader.metadata
        title, author = (str(facts.title or "").strip(), str(facts.author or "").strip()) if facts else ("", "")
    except UnreadableDocument:
        raise
    except (OSError, MemoryError):
        raise
    except Exception as error:  # the border to a library that meets whatever strangers call a PDF
        raise UnreadableDocument("it is no PDF, or a damaged one.") from error
    if not any(pages):
        raise UnreadableDocument("it has no text layer: its pages are pictures. Run it through OCR first.")
    left_out = _drop_margins(pages)
    text, starts = _paragraphs(pages)
    places = sorted({starts[page]: name for page, name in marks if page < len(starts)}.items())
    named = title or path.stem
    chapters = cut(text, places, named) if places else (Chapter(named, text),)
    return Document(named, chapters, author=author, left_out=tuple(left_out))


def _lines(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise UnreadableDocument(f"a page of it has more than {LONGEST:,} characters; that is no page.")
    return [line.strip() for line in text.replace("\0", "").splitlines() if line.strip()]


def _outline(reader: PdfReader) -> list[tuple[int, str]]:
    """(page, title) of each bookmark, however deep."""
    found: list[tuple[int, str]] = []
    waiting: list[Any] = list(reversed(reader.outline))
    while waiting and len(found) < PAGES:
        entry = waiting.pop()
        if isinstance(entry, list):
            waiting.extend(reversed(entry))
        elif (page := reader.get_destination_page_number(entry)) is not None and page >= 0:
            found.append((page, " ".join(str(entry.title).split())[:200]))
    return found


def _drop_margins(pages: list[list[str]]) -> list[LeftOut]:
    """Takes headers, footers and page numbers away: at each edge one line that many pages share, save for numbers in
    it, and numbers beside it."""
    left_out: list[LeftOut] = []
    for place in (0, -1):
        for shared in (_NUMBER, _shared(pages, place), _NUMBER):
            found = [page for page in pages if page and shared.fullmatch(_pattern(page[place]))]
            left_out += [LeftOut("header or footer", page.pop(place)) for page in found]
    return left_out


def _shared(pages: list[list[str]], place: int) -> re.Pattern[str]:
    """The lines that stand at an edge of three pages or more, and of a third of all: left and right may differ."""
    edges = Counter(_pattern(page[place]) for page in pages if page)
    most = [re.escape(edge) for edge, times in edges.most_common(50) if times >= max(3, 0.3 * len(pages))]
    return re.compile("|".join(most) or r"(?!)")


def _pattern(line: str) -> str:
    return _DIGITS.sub("#", line.lower())


def _paragraphs(pages: list[list[str]]) -> tuple[str, list[int]]:
    """The text, and where in it each page begins."""
    widths = sorted(len(line) for page in pages for line in page)
    full = 0.75 * widths[int(0.9 * (len(widths) - 1))] if widths else 0
    """Characters of a line that goes on to the margin."""
    out: list[str] = []
    starts: list[int] = []
    size = 0
    before = ""
    for page in pages:
        starts.append(size)
        for line in page:
            line_ = escaped(line)
            if not before:
                joint = ""
            elif _HYPHEN.search(before) and line[:1].islower():
                out[-1] = _HYPHEN.sub("", out[-1])
                size -= 1
                joint = ""
            elif before.endswith(_ENDS) and (len(before) < full or page is not pages[0] and line is page[0]):
                joint = "\n\n"
            else:
                joint = "\n\n" if len(before) < 0.5 * full and line[:1].isupper() else " "
            if line is page[0] and size:
                starts[-1] = size + len(joint)
            out += [joint, line_] if joint else [line_]
            size += len(joint) + len(line_)
            before = line
    return "".join(out) + "\n\n", starts
