"""A chapter as a page of a book that is read and heard at once: its Markdown as XHTML, with an id for all that is
spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pipeline.narration.binding.markup import xml
from pipeline.narration.binding.spots import Spot, Spots
from pipeline.narration.document import Stretch
from pipeline.narration.escapes import unescaped

_HEADING = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+")
_ITEM = re.compile(r"[ \t]*(?:[-+*\u2022]|(\d{1,9})[.)])[ \t]+")
_QUOTE = re.compile(r"[ ]{0,3}>[ \t]?")
_RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_ROW = re.compile(r"[ ]{0,3}\|.*\|[ \t]*")
_RULED = re.compile(r"[ \t|:-]+")
"""What parts the head of a table from its body."""
_UNDERLINE = re.compile(r"[ ]{0,3}(=+|-{2,})[ \t]*")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_CELL = re.compile(r"(?<!\\)\|")
_AROUND = {"item": "ul", "number": "ol", "row": "table", "quote": "blockquote"}
_TAGS = {"item": "li", "number": "li", "row": "tr", "quote": "p", "text": "p", "code": "pre"}


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, an item, a row ...: what stands on its own."""

    kind: str
    start: int
    end: int
    level: int = 0
    """Of a heading; the number of an item."""


@dataclass(frozen=True, slots=True)
class Lit:
    """An element that is lit from `begins` on, in seconds, until the next one is."""

    id: str
    begins: float


def blocks(text: str) -> Iterator[Block]:
    """In order; what is between them is white space and marks."""
    start = end = at = 0
    fence, code = "", 0
    for line in text.splitlines(keepends=True):
        bare, until = line.rstrip("\r\n"), at + len(line)
        mark = _FENCE.match(bare)
        if fence:
            if mark and mark[1].startswith(fence):
                yield Block("code", code, at)
                fence = ""
        elif (under := _UNDERLINE.fullmatch(bare)) and end > start and "\n" not in text[start:end]:
            yield Block("heading", start, end, 1 if under[1][0] == "=" else 2)
            start = end = until
        elif mark or (alone := _line(bare, at)) is not None:
            if end > start:
                yield Block("text", start, end)
            start = end = until
            if mark:
                fence, code = mark[1], until
            elif alone and alone.kind:
                yield alone
        else:
            end = at + len(bare)
        at = until
    if fence:
        yield Block("code", code, len(text))
    elif end > start:
        yield Block("text", start, end)


def _line(line: str, at: int) -> Block | None:
    """A line that is a block of its own, or parts blocks."""
    end = at + len(line)
    if not line.strip():
        return Block("", at, end)
    if found := _HEADING.match(line):
        return Block("heading", at + found.end(), end, len(found[1]))
    if _RULE.fullmatch(line):
        return Block("rule", at, end)
    if _ROW.fullmatch(line):
        return Block("" if _RULED.fullmatch(line) else "row", at, end)
    if found := _ITEM.match(line):
        return Block("number" if found[1] else "item", at + found.end(), end, int(found[1] or 0))
    if found := _QUOTE.match(line):
        return Block("quote", at + found.end(), end)
    return None


class Leaf:
    def __init__(self, text: str, spots: Spots, languages: Sequence[Stretch]) -> None:
        """`languages`: of parts of the text."""
        self.lit: list[Lit] = []
        self._text = text
        self._spots = spots
        self._languages = languages
        self._strong = self._slanted = False
        self._next = 0
        """The first passage that may be in the block."""
        self._mark = 0
        """The first mark that may be."""
        self.body = self._made()

    def _made(self) -> str:
        out, around = [], ""
        for block in blocks(self._text):
            outer = _AROUND.get(block.kind, "")
            if outer != around:
                out += [f"</{around}>\n" if around else "", f"<{outer}>\n" if outer else ""]
                around = outer
            out.append(self._block(block) + "\n")
        out.append(f"</{around}>\n" if around else "")
        return "".join(out)

    def _block(self, block: Block) -> str:
        self._strong = self._slanted = False
        tag = f"h{block.level}" if block.kind == "heading" else _TAGS.get(block.kind, "")
        if block.kind == "rule":
            return "<hr/>"
        if block.kind == "code":
            return f"<pre{self._whole(block)}>{xml(self._text[block.start : block.end])}</pre>"
        if block.kind == "row":
            cells = _CELL.split(self._text[block.start : block.end].strip().strip("|"))
            row = "".join(f"<td>{xml(unescaped(cell.strip()))}</td>" for cell in cells)
            return f"<tr{self._whole(block)}>{row}</tr>"
        value = f' value="{block.level}"' if block.kind == "number" else ""
        return f"<{tag}{value}>{self._words(block)}</{tag}>"

    def _whole(self, block: Block) -> str:
        """The id of a block that is lit as one."""
        for spot in self._in(block.start, block.end):
            if name := self._light(spot, max(spot.start, block.start)):
                return f' id="{name}"'
        return ""

    def _words(self, block: Block) -> str:
        out, at = [], block.start
        for spot in self._in(block.start, block.end):
            start, end = max(spot.start, block.start), min(spot.end, block.end)
            out.append(self._inline(at, start))
            at = max(at, end)
            inner = self._inline(start, end)
            words = inner.rstrip()
            if name := self._light(spot, start) if words else "":
                out.append(f'<span id="{name}"{self._language(start)}>{words}</span>{inner[len(words) :]}')
            else:
                out.append(inner)
        return "".join(out).strip() + self._inline(at, block.end).rstrip()

    def _in(self, start: int, end: int) -> Iterator[Spot]:
        passages = self._spots.passages
        while self._next < len(passages) and passages[self._next].end <= start:
            self._next += 1
        for spot in passages[self._next :]:
            if spot.start >= end:
                return
            yield spot

    def _light(self, spot: Spot, start: int) -> str:
        """The id of what begins there; "" when it is not heard at a time of its own."""
        begins = spot.lit(start, self.lit[-1].begins if self.lit else None, self._spots.seconds)
        if begins is None:
            return ""
        name = f"s{len(self.lit) + 1}"
        self.lit.append(Lit(name, begins))
        return name

    def _language(self, place: int) -> str:
        name = next((part.language for part in self._languages if part.start <= place < part.end), "")
        return f' lang="{escape(name)}" xml:lang="{escape(name)}"' if name else ""

    # ---- letters

    def _inline(self, start: int, end: int) -> str:
        """The text without its marks, slanted and bold as they say."""
        out, at, marks = [], start, self._spots.marks
        while self._mark < len(marks) and marks[self._mark][1] <= start:
            self._mark += 1
        for left, right in marks[self._mark :]:
            if left >= end:
                break
            out.append(self._styled(self._text[at : max(at, left)]))
            self._turn(self._text[max(left, start) : min(right, end)])
            at = max(at, min(right, end))
        return "".join([*out, self._styled(self._text[at:end])])

    def _turn(self, mark: str) -> None:
        if mark.strip("*_") or not mark:
            return
        if len(mark) != 2:
            self._slanted = not self._slanted
        if len(mark) > 1:
            self._strong = not self._strong

    def _styled(self, text: str) -> str:
        if not text:
            return ""
        said = xml(text)
        said = f"<em>{said}</em>" if self._slanted else said
        return f"<strong>{said}</strong>" if self._strong else said
