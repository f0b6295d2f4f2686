"""Plain text: paragraphs, and chapters where lines of their own say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.ground.writing import HARD, STOPS
from pipeline.narration.document import Chapter, Document, LeftOut, as_text
from pipeline.narration.escapes import escaped, paragraph, unescaped
from pipeline.narration.readers.text import entries
from pipeline.narration.readers.text.aozora import unmarked
from pipeline.narration.readers.text.cues import uncued
from pipeline.narration.readers.text.frame import framed
from pipeline.narration.readers.text.headings import (
    announces,
    as_one,
    counts_chapters,
    is_bare,
    is_heading,
    is_numeral,
    is_title,
)
from pipeline.narration.readers.text.letters import FRAME, decoded

_SLANTED = re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]*(?:\n[^_\n]+){0,3})(?<=\S)_(?!\w)")
"""As it was typed before there was another way."""
_BESIDE = re.compile(r"\[(Illustration|Footnote)(?=[ :\]])", re.IGNORECASE)
_LONGEST = 30
"""Paragraphs of a note."""
_NOTE = re.compile(r"\[(\d{1,3}|[A-Z])\]\s+(?![a-z])")
"""As it begins: "[1] shows that ..." is a sentence."""
_NOTED = re.compile(r"(?<=\S)[ ]?\[(\d{1,3}|(?<! \[)[A-Z])\]")
"""The mark of one. A letter apart is a choice: press [Y] or [N]."""
_BULLET = re.compile(r"^[ \t]*\\(?=\*[ \t]+\S)", re.MULTILINE)
_UNDERLINE = re.compile(r"[ \t]*([-=~*_])\1{2,}[ \t]*(?:\n|\Z)")
_COUNTED = re.compile(r"\d|\b[IVXLC]+\b")
_BETWEEN = r"\n[ \t]*\n\s*"
"""Blank lines."""
_ENDED = re.compile(rf"[{re.escape(STOPS + HARD)}][)\u201d\u2019\u00bb\"'\u300d\u300f\uff09]*$|[\u300d\u300f]$")
_EACH, _BLANK, _LINES = 0.6, 0.2, 4
"""Where so many of the lines end with a stop, so few are blank, and there are so many, each is a paragraph."""
_FEWEST, _MOST = 3, 0.5
"""Chapters, and their part of all: where so many have a title with a stop behind it, all may."""


def read(path: Path) -> Document:
    book = unmarked(framed(decoded(path.read_bytes(), FRAME), path.name), path.name)
    named = book.title or as_text(path.stem)
    text, timing = uncued(book.text)
    parts = re.split(_BETWEEN if timing else _between(text), text.strip("\n"))
    reading = _Reading(parts, named, path.name, book.headings)
    timed = [LeftOut("timing", timing, path.name)] if timing else []
    left_out = (*book.left_out, *timed, *reading.left_out)
    return Document(named, tuple(reading.chapters), author=book.author, language=book.language, left_out=left_out)


class _Reading:
    """A text, block by block."""

    def __init__(self, parts: Sequence[str], named: str, file: str, told: frozenset[str]) -> None:
        """`told`: lines that are said to be headings."""
        self.chapters: list[Chapter] = []
        self.left_out: list[LeftOut] = []
        self._named = named
        self._file = file
        self._told = told
        self._heads: list[str] = []
        """Over the chapter that is being read."""
        self._lines: list[str] = []
        """In it so far."""
        self._noted: set[str] = set()
        """Marks of notes that it has had."""
        blocks = [block for part in parts for block in _parted(part)]
        listed = blocks if any(announces("contents", block.strip()) for block in blocks) else []
        self._blocks = blocks
        self._counted = sum(counts_chapters(_first(block)) for block in blocks) > 1
        self._stopped = _stopped(blocks)
        self._known = entries.known(listed)
        """In tables of contents."""
        self._headed = max((n for n, block in enumerate(listed) if is_heading(_first(block))), default=-1)
        """The last heading."""
        at = 0
        while at < len(blocks):
            at = self._read(at)
        self._end()

    def _read(self, at: int) -> int:
        """The block at `at`; returns where the next one is."""
        bare = self._blocks[at].strip()
        first, _, rest = bare.partition("\n")
        if announces("contents", bare):
            return self._contents(at, bare)
        if (beside := _BESIDE.match(bare)) and (until := _closed(self._blocks, at)):
            self._leave_out("note" if beside[1].lower() == "footnote" else "image", at, until)
            return until
        if (note := _NOTE.match(bare)) and note[1] in self._noted:
            self._leave_out("note", at, at + 1)
        elif self._counted and self._lines and not rest and is_numeral(first):
            self._lines.append(f"# {_head(bare)}")
        elif (first in self._told or is_heading(first)) and (not rest or _goes_on(first, rest)):
            if self._lines:
                self._end()
                self._heads, self._lines = [], []
            self._heads.append(_head(bare))
        elif self._titled(bare):
            self._heads[-1] = as_one((self._heads[-1], _head(bare)))
        elif bare:
            self._lines.append(_typed(self._blocks[at].rstrip()))
            self._noted.update(_NOTED.findall(bare))
        return at + 1

    def _contents(self, at: int, bare: str) -> int:
        """A table of contents is left out, if it is one and no list of things."""
        until = entries.behind(self._blocks, at + 1, self._known)
        below = self._blocks[at + 1 : until]
        if below and (self._headed >= until or entries.again(below, self._known)):
            self._leave_out("table of contents", at, until)
            return until
        self._lines.append(_typed(bare))
        return at + 1

    def _titled(self, bare: str) -> bool:
        """Whether this is the title of the chapter of which nothing but its number has come."""
        numbered = bool(self._heads) and not self._lines and is_bare(self._heads[-1])
        return numbered and _is_title(bare, stopped=self._stopped)

    def _leave_out(self, kind: str, start: int, end: int) -> None:
        self.left_out.append(LeftOut(kind, "\n\n".join(self._blocks[start:end]).strip(), self._file))

    def _end(self) -> None:
        above = [f"# {head}" for head in self._heads]
        if self._lines or not self.chapters:
            title = unescaped(as_one(self._heads)) if self._heads else self._named
            self.chapters.append(Chapter(title, "\n\n".join([*above, *self._lines, ""])))
        elif above:  # nothing is under it
            last = self.chapters[-1]
            self.chapters[-1] = replace(last, text="\n\n".join([last.text.rstrip("\n"), *above, ""]))


def _between(text: str) -> str:
    """What parts paragraphs: blank lines; or each line's end, where no margin broke the lines and hardly any are blank,
    as in novels in Chinese or Japanese, where what is said may have no stop within its marks."""
    lines = [line.strip() for line in text.strip().split("\n")]
    said = [line for line in lines if line]
    if len(said) < _LINES or len(lines) - len(said) >= _BLANK * len(lines):
        return _BETWEEN
    said = [line for line in said if not is_heading(line)]
    return r"\n\s*" if sum(map(bool, map(_ENDED.search, said))) > _EACH * len(said) else _BETWEEN


def _first(block: str) -> str:
    """Its first line."""
    return block.strip().partition("\n")[0]


def _parted(block: str) -> Sequence[str]:
    """What stands over a chapter may be underlined, and over a table of contents have the table right below it."""
    first, _, rest = block.strip().partition("\n")
    under = _UNDERLINE.match(rest)
    if not announces("contents", first) and not (under and is_heading(first)):
        return (block,)
    rest = rest[under.end() :] if under else rest
    return (first, rest) if rest else (first,)


def _stopped(blocks: Sequence[str]) -> bool:
    """Whether what stands under the numbers of chapters is their titles, though a stop is behind them."""
    below = [below.strip() for above, below in zip(blocks, blocks[1:], strict=False) if is_bare(above.strip())]
    titles = sum(_is_title(block, stopped=True) for block in below)
    return titles >= max(_FEWEST, _MOST * len(below))


def _goes_on(first: str, rest: str) -> bool:
    """Whether the line below a heading's first one is of it, too."""
    return len(rest) < 100 and "\n" not in rest and (is_title(rest) or _COUNTED.search(first) is not None)


def _is_title(block: str, *, stopped: bool) -> bool:
    """It may have several lines, in large letters."""
    return ("\n" not in block or block.isupper()) and is_title(" ".join(block.split()), stopped=stopped)


def _closed(blocks: Sequence[str], first: int) -> int:
    """Behind the last of the paragraphs that stand in brackets; 0 where these are not closed."""
    depth = 0
    for at, block in enumerate(blocks[first : first + _LONGEST], first + 1):
        depth += block.count("[") - block.count("]")
        if depth <= 0:
            return at if block.rstrip().endswith("]") else 0
    return 0


def _head(block: str) -> str:
    return escaped(_SLANTED.sub(r"\1", " ".join(block.split())))


def _typed(block: str) -> str:
    """A paragraph, with what is slanted in it, and its bullets."""
    parts = _SLANTED.split(block)
    if len(parts) == 1:
        said = paragraph(block)
    else:
        said = "".join(f"_{escaped(part)}_" if at % 2 else escaped(part) for at, part in enumerate(parts))
    return _BULLET.sub("", said)
