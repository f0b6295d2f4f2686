"""Where a line's end is the end of a sentence: headings, lists, tables, and lines that no margin broke."""

from __future__ import annotations

import re

from pipeline.text.sentences import lists
from pipeline.text.sentences.dots import kind_of
from pipeline.text.sentences.marks import BULLETS, ideographic
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.words import Kind, Words

WRAPPED = 40
"""Characters: a line this long may have been broken by a margin, a shorter one was ended on purpose."""

_RAGGED = 15
"""Characters by which the lines before may have fallen short of the margin."""

_TIMED = r"\[\d{1,2}:\d\d"
"""What somebody said then: [14:02] ann: hello"""
_ROW = re.compile(rf"\s*(?:[#>|]|\d{{4}}-|{_TIMED})")
"""A heading, a quotation, a table's row, a line of a log: nothing breaks it."""
_ITEM = rf"[-*+{BULLETS}–—]\s|[{BULLETS}]|\(?(?:\d{{1,3}}|[a-z]|[ivx]{{1,5}}|[IVX]{{2,5}})[.)]+\s|\(?[A-Z]\)\s"
_BLOCK = re.compile(rf"#{{1,6}}\s|>|\||`{{3}}|~{{3}}|[-=_*]{{3}}|{_ITEM}|{_TIMED}|\d{{4}}-\d\d-\d\d[T ]\d")
_HALF_BLOCK = re.compile(r"(?:\d{4}[\d-]{0,6}[T ]?|#{1,6}|[-*+–—=_~`]{1,2}|\[(?:\d{1,2}:?\d?)?|\(?\w{1,5}[.)]*|\()\Z")
_LABEL = re.compile(r"[\w.-]{1,20}:[ \t]")
_HALF_LABEL = re.compile(r"[\w.-]{1,20}:?\Z")
"""Who says the line: ann: hello"""
_WHEN = re.compile(r"(?:\d{1,2}[:.]\d\d(?: ?[AaPp]\.?[Mm]\.?)?|\d{4}) ?[–—:-](?= ?[^\sa-z])")
_HALF_WHEN = re.compile(r"(?:\d{1,2}[:.](?:\d\d?(?: ?[AaPp]\.?[Mm]?\.?)?)?|\d{1,4}) ?[–—:-]? ?\Z")
"""When it happens: 10:30 a.m. – A walk; but not: in\n2019 – as before"""
_CERTAIN = ("```", "~~~", "|", *BULLETS)


def stands_alone(head: str) -> bool:
    """Whether a line that begins like this ends with its line: a heading, an item, a row, a quotation."""
    head = head.lstrip().rstrip("\r")
    match = _BLOCK.match(head)
    return match is not None and match.end() < len(head)


def begins_block(text: Text, i: int) -> bool:
    """Whether such a line begins at i."""
    return text.string.startswith(_CERTAIN, i) or text.finds(_BLOCK, i, _HALF_BLOCK)


def ends(text: Text, i: int, length: int, margin: int, words: Words) -> bool:
    """Whether the sentence ends with its line, whose end is at i, `length` characters behind its beginning. Lines
    before it were broken at `margin`; 0 if none was."""
    string = text.string
    if not string[:i].strip("> \t\r"):
        return False  # between the paragraphs of a quotation
    alone = stands_alone(string[: min(i, lists.LONGEST + 8)]) and not lists.is_marker(string[:i])
    if alone and (length < WRAPPED or _ROW.match(string) is not None):
        return True
    right = text.blank(i + 1)
    following = text.char(right)
    if following in ("\n", ""):
        return following == "\n"
    if begins_block(text, right):
        return True
    for like, half in ((_LABEL, _HALF_LABEL), (_WHEN, _HALF_WHEN)):
        if length <= i and like.match(string, i - length) and text.finds(like, right, half):
            return True
    last = len(string[:i].rstrip()) - 1
    letter = text.letter(right)
    first = text.char(letter)
    if first.isalpha() and ideographic(first):
        return alone or string[last] not in "、，,،・のをにはがでと"
    if first.isalnum() and not first.istitle():
        spaced = last + 2 == i - (string[i - 1] == "\r")  # one space was left by a margin, two end a line on purpose
        return length < WRAPPED and (alone or not (spaced or string[last] in ",;:-–—/&("))
    kind = kind_of(text, last, ".", words) if string[last] == "." else None
    if kind in (Kind.TITLE, Kind.NEVER) and not alone:
        return False
    if margin == 0 or length > margin + _RAGGED or string[last] in ":!?" or kind in (Kind.PLAIN, Kind.CLOSING):
        return True
    word = text.word(letter)
    return length + len(word) < margin or (kind is not None and words.starts(word))  # else the word had no room
