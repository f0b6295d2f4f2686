"""A PDF's table of contents: its bookmarks know the page of a chapter, the lines of that know where it begins."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.narration.readers.paper.lines import Where
from pipeline.narration.readers.text.headings import announces, is_bare, is_title

_LINES = 3
"""Of a title, at most."""
_NUMERAL = 7
"""Signs: a number alone that has no more of them may be a page's, or a list's."""
_ENDS = (".", "!", "?", "\u201d", '"')


def marked(pages: Sequence[Sequence[str]], outline: Sequence[tuple[int, str]]) -> tuple[dict[Where, str], set[Where]]:
    """The lines that chapters begin with, and all lines that stand apart from what is before them. A title that is not
    found on its page is taken to be above it."""
    titles: dict[Where, str] = {}
    apart: set[Where] = set()
    for page, title in outline:
        if announces("contents", title) and not any(pages[page : page + 1]):
            continue
        page = next((number for number in range(page, len(pages)) if pages[number]), len(pages))
        if page == len(pages):
            continue
        first, end = _found(pages[page], title)
        titles[page, first] = title
        apart |= {(page, first), (page, end)} if end else set()
    return titles, apart


def headed(pages: Sequence[Sequence[str]]) -> tuple[dict[Where, str], set[Where]]:
    """The same of a file without bookmarks, by lines that say the number of a chapter alone, with its title below."""
    titles: dict[Where, str] = {}
    apart: set[Where] = set()
    before = ""
    for page, lines in enumerate(pages):
        for at, line in enumerate(lines):
            if is_bare(line) and len(line) > _NUMERAL and (at == 0 or before.endswith(_ENDS)):
                below = lines[at + 1] if at + 1 < len(lines) else ""
                named = is_title(below)
                titles[page, at] = f"{line.rstrip('.:')}: {below}" if named else line
                apart |= {(page, at), (page, at + 1), (page, at + 1 + named)}
            before = line
    return (titles, apart) if len(titles) > 1 else ({}, set())


def _found(lines: Sequence[str], title: str) -> tuple[int, int]:
    """Its first line, and the one behind it; (0, 0) where it is not there."""
    for known in (_signs, _letters):
        wanted = known(title)
        for at in range(len(lines) if len(wanted) > 2 else 0):
            end = next((end for end in range(at + 1, at + 1 + _LINES) if known(" ".join(lines[at:end])) == wanted), 0)
            if end:
                return at - (at > 0 and is_bare(lines[at - 1])), end
    return 0, 0


def _signs(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _letters(text: str) -> str:
    """Without the number before it, which not both may have."""
    return "".join(sign for sign in text.lower() if sign.isalpha())
