"""PDF with a text layer: paragraphs put together again from lines, without what stands on every page."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import UNREADABLE, Chapter, Document, LeftOut, as_text
from pipeline.narration.readers.paper import leftward
from pipeline.narration.readers.paper.bookmarks import headed, marked
from pipeline.narration.readers.paper.columns import in_columns
from pipeline.narration.readers.paper.footnotes import drop_notes
from pipeline.narration.readers.paper.lines import Line, Piece, as_shown, larger, lines
from pipeline.narration.readers.paper.margins import drop_contents, drop_margins
from pipeline.narration.readers.paper.paragraphs import together
from pipeline.narration.readers.text.markdown import cut

_CHILD = Path(__file__).with_name("pdf_child.py")
SECONDS = 600.0
"""For all of a file ..."""
PATIENCE = 10.0
"""... and for a page of it ..."""
WORK = 60.0
"""... and of the processor, where its pages take more than honest ones."""
_JOINED = {0: None, 9: " "} | {
    ord(sign): unicodedata.normalize("NFKC", sign) for sign in "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
}
"""Letters that were set as one, a space that some programs call a tab ..."""
_JOINED |= dict(enumerate(["\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb", "\u2013", "\u2014"], 0x10))
_JOINED |= dict(enumerate(["ff", "fi", "fl", "ffi", "ffl"], 0x1B))
"""... and what TeX has in fonts that do not say what their signs are."""


def read(path: Path) -> Document:
    told = _told(path)
    facts = next(told, None)
    if facts is None:
        raise UnreadableDocument("it is no PDF, or a damaged one.")
    left_out: list[LeftOut] = []
    pages: list[list[Line]] = []
    for number, page in enumerate(told, 1):
        if "late" in page:
            left_out.append(LeftOut(UNREADABLE, f"page {number}", f"page {number}: it takes too long"))
        pages.append(_lines(page))
    if not any(pages):
        raise UnreadableDocument("it has no text layer: its pages are pictures. Run it through OCR first.")
    left_out += drop_margins(pages)
    left_out += drop_contents(pages)
    left_out += drop_notes(pages)
    titles, apart = marked(pages, facts["outline"]) if facts["outline"] else headed(pages)
    text, starts = together(pages, apart | larger(pages))
    places = sorted({starts[line]: name for line, name in titles.items() if line in starts}.items())
    title, author = (" ".join(facts[name].split())[:300] for name in ("title", "author"))
    named = title or as_text(path.stem)
    chapters = cut(text, places, named) if places else (Chapter(named, text),)
    return Document(named, chapters, author=author, left_out=tuple(left_out))


def _told(path: Path) -> Iterator[dict[str, Any]]:
    """What the program beside this one says of the file, line by line. Raises UnreadableDocument."""
    command = [sys.executable, "-P", str(_CHILD), str(path), str(PATIENCE), str(WORK)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableDocument(f"it takes longer than {SECONDS / 60:g} minutes to read. Split it first.") from error
    for line in done.stdout.splitlines():
        facts: dict[str, Any] = json.loads(line)
        if "error" in facts:
            raise UnreadableDocument(facts["error"])
        yield facts
    if done.returncode:
        raise UnreadableDocument("it is damaged, and ends the program that reads it.")


def _lines(page: dict[str, Any]) -> list[Line]:
    plain, layout = (str(page.get(name, "")) for name in ("plain", "layout"))
    if page.get("leftward"):
        plain, layout = plain.translate(_JOINED), layout.translate(_JOINED)
        shown = _leftward(plain, layout)
        return lines([Piece(plain)]) if shown is None else [Line(line) for line in shown if line.strip()]
    places = page.get("places", [])
    ends = list(accumulate((length for length, *_ in places), initial=0))
    pieces = [
        Piece(plain[start : start + length].translate(_JOINED), height, size)
        for start, (length, height, size) in zip(ends, places, strict=False)
    ]
    found = lines(pieces if ends[-1] == len(plain) else [Piece(plain.translate(_JOINED))])
    shown = in_columns(layout.translate(_JOINED)) if layout else None
    return found if shown is None else as_shown(found, shown)


def _leftward(plain: str, layout: str) -> list[str] | None:
    """None where what lies on the page is not all that it says."""
    if not layout:
        return leftward.read(plain.splitlines(), letters_turned=False)
    if len("".join(layout.split())) < 0.9 * len("".join(plain.split())):
        return None
    lines = layout.expandtabs().splitlines()
    width = max(map(len, lines))
    columns = in_columns("\n".join(line.ljust(width)[::-1] for line in lines))  # the first one is on the right
    return leftward.read(lines if columns is None else [line[::-1] for line in columns])
