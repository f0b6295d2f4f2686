"""What stands at the edges of a document's pages, running heads, footers, numbers; and pages of contents alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from pipeline.narration.document import LeftOut
from pipeline.narration.readers.paper.lines import Line
from pipeline.narration.readers.paper.paragraphs import ENDS
from pipeline.narration.readers.text.headings import announces, is_heading

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_TITLED = re.compile(r"[^\W\d]+ (?:\d+|[ivxlc]+)\b(?:.*\D)?", re.IGNORECASE)
"""A word, its number, and perhaps a title, which no page's number follows."""
_NUMBER = re.compile(r"[-\u2013\s]*(?:page |seite |p\. )?#(?: (?:of|von|/) #)?[-\u2013\s]*")
_BEFORE = re.compile(r"(?P<number>\d{1,4})[\s|\u2013\u2014\u00b7\u2022-]+(?P<text>\S.*)")
_BEHIND = re.compile(r"(?P<text>.*\S)[\s|\u2013\u2014\u00b7\u2022-]+(?P<number>\d{1,4})")
_LONGEST = 100
_LEADS = re.compile(r".*(?:\S\s|\.)(?:\d{1,4}|[ivxlc]{1,7})")
_MOSTLY = 0.6
"""Of a page's lines."""


def drop_margins(pages: list[list[Line]]) -> list[LeftOut]:
    """Takes them away, above and below."""
    return _drop(pages, 0) + _drop(pages, -1)


def drop_contents(pages: list[list[Line]]) -> list[LeftOut]:
    """Takes away pages that are a table of contents: lines that lead to pages, under a heading that says so."""
    found: list[LeftOut] = []
    for number, page in enumerate(pages, 1):
        begins = any(announces("contents", line) for line in page[:2])
        goes_on = bool(found) and found[-1].where == f"page {number - 1}"
        leads = sum(_LEADS.fullmatch(line) is not None for line in page)
        if (begins and leads >= _MOSTLY * (len(page) - 1) > 0) or (goes_on and leads > _MOSTLY * len(page)):
            found.append(LeftOut("table of contents", "\n".join(page), f"page {number}"))
            page.clear()
    return found


def _drop(pages: list[list[Line]], place: int) -> list[LeftOut]:
    """Takes from an edge of the pages their numbers, a line that many share or that has the page's own number, and
    numbers behind it. `place`: 0 for the upper edge, -1 for the lower one."""
    numbers = _dropped(pages, place, _is_number)
    known: Callable[[str], str] = str.lower if numbers else _pattern
    shared = _shared(pages, place, known)
    heads = _dropped(pages, place, lambda line: known(line) in shared)
    return [*numbers, *heads, *_drop_numbered(pages, place), *_dropped(pages, place, _is_number)]


def _dropped(pages: list[list[Line]], place: int, wanted: Callable[[str], bool]) -> list[LeftOut]:
    found = [(number, page) for number, page in enumerate(pages, 1) if page and wanted(page[place])]
    return [LeftOut("header or footer", page.pop(place), f"page {number}") for number, page in found]


def _drop_numbered(pages: list[list[Line]], place: int) -> list[LeftOut]:
    """Lines that end with the number of their page, or begin with it and are there again: others in each chapter."""
    lines = {at: _numbered(page[place]) for at, page in enumerate(pages) if page}
    again = Counter(text for text, _, _ in lines.values())
    known = {at: n for at, (text, n, last) in lines.items() if n is not None and (last or again[text] > 1)}
    ahead = Counter(number - at for at, number in known.items()).most_common(1)
    if not ahead or ahead[0][1] < max(3, 0.3 * len(pages)):
        return []
    found = [at for at, number in known.items() if number - at == ahead[0][0]]
    return [LeftOut("header or footer", pages[at].pop(place), f"page {at + 1}") for at in found]


def _numbered(line: str) -> tuple[str, int | None, bool]:
    """What it says, the number beside that, and whether that is behind it."""
    titled = _TITLED.fullmatch(line) and is_heading(line)
    found = None if titled or len(line) > _LONGEST else _BEHIND.fullmatch(line) or _BEFORE.fullmatch(line)
    return (found["text"].lower(), int(found["number"]), found.re is _BEHIND) if found else (line.lower(), None, False)


def _is_number(line: str) -> bool:
    return _NUMBER.fullmatch(_DIGITS.sub("#", line.lower())) is not None


def _shared(pages: list[list[Line]], place: int, known: Callable[[str], str]) -> set[str]:
    """What is `known` of the lines that stand at an edge of three pages or more, and of three in ten: left and right
    may differ. The end of a sentence is none."""
    lines = [page[place] for page in pages if page]
    edges = Counter(known(line) for line in lines if not (line[0].islower() and line.endswith(ENDS)))
    return {edge for edge, times in edges.items() if times >= max(3, 0.3 * len(pages))}


def _pattern(line: str) -> str:
    """The line whatever its numbers; but chapters of a page each are told apart by theirs."""
    titled = _TITLED.fullmatch(line) and is_heading(line)
    return line.lower() if titled else _DIGITS.sub("#", line.lower())
