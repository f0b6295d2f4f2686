"""What stands in square brackets: links, images, notes, and the names of remarks; and the addresses behind them."""

from __future__ import annotations

import re

from pipeline.text.spoken.marks.addresses import EMBEDDED
from pipeline.text.spoken.marks.atoms import Atom
from pipeline.text.spoken.marks.notes import note_end, sites_end
from pipeline.text.spoken.marks.sheet import Sheet
from pipeline.text.spoken.marks.wiki import WikiLink, wiki_link

_REMARK = re.compile(r"\[!([A-Z]{3,12}|(?<=> \[!)[A-Za-z]{3,12})\][+-]?[ \t]*")
"""What kind of remark a quotation is: [!NOTE]."""
_ALTERED = re.compile(r"(?<!\w)\[[A-Za-z]\](?=[a-z])")
"""A letter that whoever quotes has changed: "[i]t is so"."""
_CHORD = re.compile(r"\[[A-G][^\]\n]{0,5}\]")
_LINE_END = re.compile(r"[ \t]*\n")
_TARGET = re.compile(r"\s*(?:<[^<>\n]*>|[^\s<>]*)(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*")
_BURIED = re.compile(rf"\s*<?{EMBEDDED}>?(?:\s+\"[^\"]*\")?\s*\)?")
_LOOKS = re.compile(r"\{:?[ \t]*(?:[.#]\w|[\w-]{1,30}=)[^{}\n]{0,200}\}")
"""How a link or an image is to look: { .button }, {width=50%}"""
_TARGET_LIMIT, _LABEL_LIMIT = 4_096, 128
_ORPHAN = re.compile(r"\]\((?:https?://|/|#|mailto:)[^\s()]{0,2000}\)")
"""The end of a link whose words began in another passage."""
_MATCHED = re.compile(r"\\.|[\[\]()]|\n[ \t]*\n", re.DOTALL)
_LONGEST = 64
"""Characters of a note's name; characters on both sides of a letter within which another makes chords of them."""


class Brackets:
    """Reads them onto a sheet. Each method returns where reading goes on."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._partners = _partners(sheet.text)
        self._ends: dict[int, tuple[int, str]] = {}  # a link's closing bracket -> where its mark ends, and its kind

    def open(self, at: int) -> int:
        """A bracket, or the mark in front of an image's."""
        sheet = self._sheet
        text, image = sheet.text, sheet.text[at] == "!"
        if image and not text.startswith("[", at + 1):
            return at + 1
        if (note := note_end(text, at, sheet.limit)) >= 0:
            return sheet.thing(at, note, "footnotes")
        if at and text[at - 1] == "(" and (sites := sites_end(text, at - 1, sheet.limit)) >= 0:
            return sheet.thing(at - 1, sites, "footnotes")
        if _ALTERED.match(text, at, sheet.limit) and not self._is_chord(at):
            sheet.mark(at, at + 1, "escapes")
            return sheet.mark(sheet.flush(at + 2), at + 3, "escapes")
        if remark := _REMARK.match(text, at, sheet.limit):
            sheet.mark(at, remark.start(1), "quotes")
            sheet.put(Atom("say", *remark.span(1), "quotes", remark[1].capitalize()))
            return sheet.pause(sheet.mark(remark.end(1), remark.end(), "quotes"), ".")
        if link := wiki_link(text, at, sheet.limit):
            return self._wiki(at, link)
        inner = at + 2 if image else at + 1
        close = self._partners.get(inner - 1, sheet.limit)
        if close >= sheet.limit:
            return inner
        if text.startswith("^", inner) and not image:
            return sheet.thing(at, close + 1, "footnotes") if 1 < close - inner < _LONGEST else inner
        end = self._target(at, close)
        if end < 0:
            return inner
        kind = "images" if image else "links"
        self._ends[close] = (end, kind)
        return sheet.mark(sheet.enter(at, kind), inner, kind)

    def _target(self, at: int, close: int) -> int:
        """Where the address behind the words from `at` to the bracket `close` ends, or -1 where none is."""
        text, limit = self._sheet.text, self._sheet.limit
        follow = text[close + 1] if close + 1 < limit else ""
        end = self._partners.get(close + 1, limit)
        if follow == "(" and (buried := _BURIED.match(text, close + 2, limit)):
            return buried.end()
        if follow not in ("(", "[") or end >= limit:
            return -1
        if follow == "(":
            return end + 1 if end - close < _TARGET_LIMIT and _TARGET.fullmatch(text, close + 2, end) else -1
        if (at and text[at - 1].isalnum()) or text[at + 1 : close].isdigit():
            return -1
        return end + 1 if end < close + _LABEL_LIMIT else -1

    def _is_chord(self, at: int) -> bool:
        """Whether the letter in brackets is one of several chords: [G]Old and [C]grey."""
        text = self._sheet.text
        chords = _CHORD.findall(text, max(0, at - _LONGEST), at + _LONGEST)
        return len(chords) > 1 and _CHORD.match(text, at) is not None

    def _wiki(self, at: int, link: WikiLink) -> int:
        sheet, here = self._sheet, at
        sheet.enter(at, link.kind)
        for number, (start, end) in enumerate(link.spans):
            here = sheet.mark(here, start, link.kind)
            if number:
                sheet.pause(here, ",")
            sheet.flush(here := end)
        return sheet.leave(sheet.mark(here, link.end, link.kind), link.kind)

    def close(self, at: int) -> int:
        sheet = self._sheet
        if at not in self._ends:
            orphan = _ORPHAN.match(sheet.text, at, sheet.limit)
            return sheet.mark(*orphan.span(), "links") if orphan else at + 1
        end, kind = self._ends.pop(at)
        if looks := _LOOKS.match(sheet.text, end, sheet.limit):
            end = looks.end()
        sheet.bury(at, end, kind)
        if kind == "images" and _LINE_END.match(sheet.text, end):
            sheet.pause(end, ".", later=True)
        return sheet.leave(end, kind)

    def source(self, at: int) -> int:
        """A note of where a model has something from, in brackets of another kind."""
        end = note_end(self._sheet.text, at, self._sheet.limit)
        return self._sheet.thing(at, end, "footnotes") if end >= 0 else at + 1


def _partners(text: str) -> dict[int, int]:
    """Opening bracket -> its closing one, square and round ones apart; escaped ones are none."""
    if "[" not in text:
        return {}
    partners: dict[int, int] = {}
    squares: list[int] = []
    rounds: list[int] = []
    for found in _MATCHED.finditer(text):
        at, char = found.start(), found[0]
        if char in "[(":
            (squares if char == "[" else rounds).append(at)
        elif char in "])":
            if opened := squares if char == "]" else rounds:
                partners[opened.pop()] = at
        elif char[0] == "\n":
            squares.clear()
            rounds.clear()
    return partners
