"""What is spoken of a page, found again in its own markup, and put into elements that can be lit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.narration.binding.markup import xml
from pipeline.narration.binding.tidy import Token

_END = "</span>"
_DELIMITERS = ("\\(", "\\)", "\\[", "\\]")


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of one piece of a page's text."""

    source: int
    start: int
    end: int
    place: int
    """Where that is in the text of the book."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is lit at once: from one token's letter to another's; a token of markup belongs to it as a whole."""

    first: int
    start: int
    last: int
    end: int
    place: int
    """Where it begins in the text of the book."""


def places(data: str, text: str, wanted: Iterable[int]) -> Iterator[int]:
    """Where the letters of `text` stand in `data`, the piece of a page that became this Markdown: white space may
    differ, a backslash stands before what would be a mark, and formulas are between other marks. `wanted`: offsets into
    `text`, in order."""
    at = place = 0
    for offset in wanted:
        while at < offset and place < len(data):
            if text[at].isspace():
                at += 1
                continue
            while place < len(data) - 1 and (data[place].isspace() or data[place] == "\u00ad"):
                place += 1
            if skipped := _formula(data[place : place + 2], text, at):
                at, place = at + (text[at] == "$"), place + skipped
                continue
            if text[at] == "\\" and at + 1 < offset and (data[place] != "\\" or text[at + 1] == "\\"):
                at += 1  # it says that what comes next is meant as it stands
            at, place = at + 1, place + 1
        yield min(place, len(data))


def _formula(mark: str, text: str, at: int) -> int:
    """The letters of a mark around a formula, where `text` has no more than a sign for it there, or nothing."""
    if mark == "$$":
        alone = text[at] == "$" and text[at + 1 : at + 2] != "$" and text[max(0, at - 1)] != "\\"
        return 2 if alone else 0
    return 2 if mark in _DELIMITERS and text[at] != "\\" else 0


def parts(tokens: Sequence[Token], letters: Sequence[Letters], index: dict[int, int]) -> list[Part]:
    """A passage as one part in each block, where the markup lets it be one; else one for each piece of it. `index`: of
    the tokens by their sources."""
    found = [s for s in (_bare(tokens, piece, index) for piece in letters) if s is not None]
    return [part for group in _lines(tokens, found) for part in _together(tokens, group)]


def _lines(tokens: Sequence[Token], found: Sequence[Part]) -> Iterator[list[Part]]:
    """Those of one block together."""
    group: list[Part] = []
    for part in found:
        if group and any(token.block for token in tokens[group[-1].last + 1 : part.first]):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _together(tokens: Sequence[Token], group: list[Part]) -> list[Part]:
    whole = _whole(tokens, group[0], group[-1]) if len(group) > 1 else None
    return group if whole is None else [whole]


def _bare(tokens: Sequence[Token], piece: Letters, index: dict[int, int]) -> Part | None:
    """Without white space at its edges; None for what is nothing else."""
    at = index[piece.source]
    text = tokens[at].written[piece.start : piece.end]
    if not text.strip():
        return None
    start = piece.start + len(text) - len(text.lstrip())
    return Part(at, start, at, piece.start + len(text.rstrip()), piece.place)


def _whole(tokens: Sequence[Token], first: Part, last: Part) -> Part | None:
    """From one part of a block to the other, and to the edges of elements that begin or end with them; None where that
    cuts through an element."""
    depth = least = 0
    for token in tokens[first.first + 1 : last.first]:
        depth += token.depth
        least = min(least, depth)
    depth -= least
    begin, start = first.first, first.start
    while least < 0:
        if tokens[begin].source and tokens[begin].written[:start].strip() or begin == 0:
            return None
        begin, start = begin - 1, 0
        token = tokens[begin]
        if token.block or token.depth < 0:
            return None
        start = len(token.written) if token.source else 0
        least += token.depth
    end, until = last.first, last.end
    while depth > 0:
        if tokens[end].source and tokens[end].written[until:].strip() or end == len(tokens) - 1:
            return None
        end, until = end + 1, 0
        token = tokens[end]
        if token.block or token.depth > 0:
            return None
        depth += token.depth
    return Part(begin, start, end, until, first.place)


def marked(tokens: Sequence[Token], lit: Iterable[tuple[str, Part]]) -> str:
    """The page's markup, with an element of that name around each part."""
    cuts: dict[int, list[tuple[int, str]]] = {}
    for name, part in lit:
        cuts.setdefault(part.first, []).append((part.start, f'<span id="{name}">'))
        cuts.setdefault(part.last, []).append((part.end, _END))
    out: list[str] = []
    for number, token in enumerate(tokens):
        if not token.source:
            edges = [markup for _, markup in cuts.get(number, ())]
            before, after = [e for e in edges if e != _END], [e for e in edges if e == _END]
            out += [*before, token.written, *after]
            continue
        at = 0
        for place, markup in cuts.get(number, ()):
            out += [xml(token.written[at:place]), markup]
            at = place
        out.append(xml(token.written[at:]))
    return "".join(out)
