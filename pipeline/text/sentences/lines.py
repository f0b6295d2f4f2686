"""Where a line's end is the end of a sentence: headings, lists, tables, and lines that no margin broke."""

from __future__ import annotations

import re

from pipeline.text.sentences import lists
from pipeline.text.sentences.boundary import kind_of
from pipeline.text.sentences.marks import BULLETS
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.words import Kind, Words

WRAPPED = 40
"""Characters: a line this long may have been broken by a margin, a shorter one was ended on purpose."""

_ITEM = rf"[-*+{BULLETS}–—]\s|[{BULLETS}]|\(?(?:\d{{1,3}}|[a-z]|[ivx]{{1,5}}|[IVX]{{2,5}})[.)]+\s|\(?[A-Z]\)\s"
_BLOCK = re.compile(rf"#{{1,6}}\s|>|\||`{{3}}|~{{3}}|[-=_*]{{3}}|{_ITEM}|\d{{4}}-\d\d-\d\d[T ]\d")
_HALF_BLOCK = re.compile(r"(?:\d{4}[\d-]{0,6}[T ]?|#{1,6}|[-*+–—=_~`]{1,2}|\(?\w{1,5}[.)]*|\()\Z")
_CERTAIN = ("```", "~~~", "|", *BULLETS)


def stands_alone(head: str) -> bool:
    """Whether a line that begins like this ends with its line: a heading, an item, a row, a quotation."""
    head = head.lstrip()
    match = _BLOCK.match(head)
    return match is not None and match.end() < len(head)


def begins_block(text: Text, i: int) -> bool:
    """Whether such a line begins at i."""
    return text.string.startswith(_CERTAIN, i) or text.finds(_BLOCK, i, _HALF_BLOCK)


def ends(text: Text, i: int, length: int, words: Words) -> bool:
    """Whether the sentence ends with its line, whose end is at i, `length` characters behind its beginning."""
    string = text.string
    if stands_alone(string[: min(i, lists.LONGEST + 8)]) and not lists.is_marker(string[:i]):
        return True
    right = text.blank(i + 1)
    following = text.char(right)
    if following in ("\n", ""):
        return following == "\n"
    if begins_block(text, right):
        return True
    last = len(string[:i].rstrip()) - 1
    first = text.char(text.letter(right))
    if first.islower() or first.isdigit():
        return not (string[i - 1].isspace() or string[last] in ",;:-–—/&(" or length >= WRAPPED)
    if first.isalpha() and not first.isupper() and not first.istitle():
        return string[last] not in "、，,،・のをにはがでと"
    return string[last] != "." or kind_of(text, last, ".", words) not in (Kind.TITLE, Kind.NEVER)
