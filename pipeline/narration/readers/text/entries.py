"""A table of contents in a plain text, of which every line may stand apart: it ends where what it lists begins."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_LONGEST = 100
"""Characters of a line."""
_FEWEST = 2
"""Lines that are a table."""
_NUMBERED = re.compile(r"(?:([^\W\d_]{2,12})[ \t]+)?(\d{1,3}|[IVXLC]{1,8})(?:[.:)]|(?=[ \t]+[^\Wa-z])|$)[ \t.-]*")
_PAGE = re.compile(r"(?:(?<![ \t.])[ \t.]{2,}|(?<=\w)[ \t])(?:\d{1,4}|[ivxlc]{1,7})$", re.IGNORECASE)
_FAR = re.compile(r"(?<![ \t.])[ \t.]{2,}(?:\d{1,4}|[ivxlc]{1,7})$", re.IGNORECASE)
"""The number of a page, far behind a title that has none of its own."""
_HEAD = re.compile(r"(?:[^\W\d_]+\.?[ \t]+)?(?:page|seite)n?\.?", re.IGNORECASE)
"""What stands over the numbers."""


class _Entry(NamedTuple):
    word: str
    """What its number counts, "" where only a number is there."""
    number: str
    title: str
    """Its letters alone."""
    listed: bool
    """It would hardly be anything else than a line of such a table."""


def known(blocks: Sequence[str]) -> Counter[str]:
    """How often a text has lines with the same letters: what a table lists is there again."""
    return Counter(_entry(line).title for block in blocks for line in block.splitlines())


def behind(blocks: Sequence[str], first: int, known: Counter[str]) -> int:
    """Of the text's blocks, the first behind a table that begins at `first`; itself where there is none."""
    seen = _Seen()
    at = first
    while at < len(blocks):
        beside = seen.lines and not _is_table(blocks[at], known) and _is_short(blocks[at])  # a part, over its chapters
        last = at + 1 if beside and at + 1 < len(blocks) else at
        if not _is_table(blocks[last], known) or any(seen.begins(blocks[n]) for n in range(at, last + 1)):
            break
        if beside and "\n" not in blocks[last].strip():
            break
        seen.add(blocks[at : last + 1])
        at = last + 1
    if at > first + 1 and _is_bare(blocks[at - 1]) and not _is_bare(blocks[at - 2]):
        at -= 1  # over the title of what begins
    return at if seen.lines >= _FEWEST else first


def again(blocks: Sequence[str], known: Counter[str]) -> bool:
    """Whether anything of what they list is there again."""
    titles = (_entry(line).title for block in blocks for line in block.splitlines())
    return any(title and known[title] > 1 for title in titles)


class _Seen:
    """What was listed so far."""

    def __init__(self) -> None:
        self.lines = 0
        self._titles: dict[str, set[tuple[str, str]]] = {}
        """Each with its numbers, and what these count: two chapters may be called the same."""
        self._numbers: dict[str, set[str]] = {}
        """And what each of them counts."""

    def add(self, blocks: Sequence[str]) -> None:
        for entry in map(_entry, "\n".join(blocks).splitlines()):
            self.lines += 1
            self._titles.setdefault(entry.title, set()).add((entry.word, entry.number))
            self._numbers.setdefault(entry.number, set()).add(entry.word)

    def begins(self, block: str) -> bool:
        """Whether the text of one of them begins with it."""
        entry = _entry(block.strip().partition("\n")[0])
        if entry.title:
            return any(not _further(entry, *other) for other in self._titles.get(entry.title, ()))
        words = self._numbers.get(entry.number, set())
        return bool(words) and (not entry.word or "" in words or entry.word in words)


def _further(entry: _Entry, word: str, number: str) -> bool:
    """Whether it is another one than that of the same title, as both are counted, in the same way."""
    alike = word == entry.word and number.isdigit() == entry.number.isdigit()
    return alike and number != entry.number and "" not in (number, entry.number)


@lru_cache(maxsize=256)
def _entry(line: str) -> _Entry:
    """Each line is asked for several times in a row."""
    bare = line.strip()
    if len(bare) > _LONGEST:
        return _Entry("", "", bare, listed=False)
    number = _NUMBERED.match(bare)
    page = _PAGE.search(bare)
    title = bare[number.end() if number else 0 : page.start() if page else len(bare)]
    listed = number is not None or _FAR.search(bare) is not None or _HEAD.fullmatch(bare) is not None
    word, count = ((number[1] or "").casefold(), number[2]) if number else ("", "")
    return _Entry(word, count, re.sub(r"[\W\d_]", "", title).casefold(), listed)


def _is_bare(block: str) -> bool:
    """Whether it is a number alone."""
    entry = _entry(block)
    return bool(entry.number) and not entry.title


def _is_short(block: str) -> bool:
    lines = block.strip().splitlines()
    return len(lines) <= 3 and all(len(line.strip()) < 60 for line in lines)


def _is_table(block: str, known: Counter[str]) -> bool:
    lines = [line for line in block.splitlines() if line.strip()]
    if any(len(line) > _LONGEST for line in lines):
        return False
    listed = [entry for entry in map(_entry, lines) if entry.listed or entry.title and known[entry.title] > 1]
    return 2 * len(listed) > len(lines) - 1 and bool(listed)
