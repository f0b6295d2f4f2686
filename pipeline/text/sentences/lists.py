"""The markers of lists: 1. a) (iv) and bullets; 1\\. where readers of Markdown are to see none."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.text.sentences.marks import BULLETS
from pipeline.text.sentences.reading import Text
from pipeline.text.sentences.words import Words

LONGEST = 14
"""Characters that the marker of a list's item can take."""

_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()
_LETTER = "[가나다라마바사아자차카타파하]|[^\\W\\d_가-힣]"  # Korean counts by these; 네. is a sentence
# Questions and answers are counted Q1., A1.
_NUMBER = rf"(?:[QA]?\d{{1,3}}|{_LETTER}|" + "|".join(sorted(_ROMAN, key=len, reverse=True)) + ")"
_MARKER = re.compile(
    rf"[\s{BULLETS}*+_\-–—>#]*\(?({_NUMBER}|\d{{4}}|\d{{1,3}}(?:\.\d{{1,3}}){{1,4}})[.)]*\\?\Z", re.IGNORECASE
)
_MARKER_OPEN = re.compile(rf"[\s{BULLETS}*+_\-–—>]*\(?{_NUMBER}\\?[.)]+", re.IGNORECASE)
_MOVE = re.compile(r"[KQRBN][a-h1-8]?x?[a-h][1-8]|O-O|[a-h](?:x[a-h])?[1-8](?=[\s+#!?=,.)])")
_HALF_MOVE = re.compile(r"[KQRBN][a-h1-8]?x?[a-h]?\Z|O-?\Z|[a-h](?:x[a-h]?)?[1-8]?\Z")
_ANNOUNCED = re.compile(r"(?::[*_]{0,3} |：[*_]{0,3} ?)[*_]{0,3}[1\u0661\u06f1\u0967\u09e7]\Z")
"""The first of a list that a colon announces, also in the digits of Arabic, Persian, Hindi, Bengali."""
_FIRST = re.compile(r"[a1i]\.\s|[a-z\d]\)\s|\([a1iA]\)\s")
_HALF_FIRST = re.compile(r"[a-z\d][.)]?\Z|\([a1iA]?\)?\Z")
_TOKEN = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef]+\Z")
"""No spaces part Chinese and Japanese from a number: 打开；2. 点击"""
_LAST = frozenset("it out up down on there here now again too you all".split())
"""Words that may begin a sentence, and end an item as well: Bake it."""
_BRIEF = 20
"""Characters of an item that would hardly be spoken by itself."""


class Due(NamedTuple):
    """How the next item of a list would be marked."""

    mark: str = ""
    """What the marker ends with."""
    names: tuple[str, ...] = ()
    """What it says."""
    announced: bool = False
    """A colon led to the list in the midst of a line."""


def is_marker(head: str) -> bool:
    """Whether the open sentence so far is nothing but an item's marker: "1", "- a", "(iv", "3.4.1"; or, behind a
    colon, the first of a list."""
    return _ANNOUNCED.search(head, max(0, len(head) - 9)) is not None or (
        len(head) <= LONGEST and _MARKER.match(head) is not None
    )


def begins(text: Text, i: int) -> bool:
    """Whether an item of a list begins at i, behind a stop: a. The first item b. The second; c) The third."""
    char = text.char(i)
    marked = char in "a1i(" or ((char.islower() or char.isdigit()) and text.char(i + 1) == ")")
    return marked and text.finds(_FIRST, i, _HALF_FIRST)


def is_move(text: Text, i: int) -> bool:
    """Whether a move of chess stands at i, behind its number."""
    return text.finds(_MOVE, i, _HALF_MOVE)


def due(head: str, mark: str) -> Due:
    """What follows upon the marker that `head` ends with."""
    match = _MARKER.match(head)
    token = _TOKEN.search(head, max(0, len(head) - LONGEST))
    marker = match[1] if match else token[0].lstrip("(*_") if token else ""
    return Due(mark, _following(marker), match is None)


def _following(marker: str) -> tuple[str, ...]:
    """1 -> 2, a -> b, i -> ii or j."""
    if marker.isdecimal():
        zero = ord(marker[0]) - int(marker[0])  # the script may have digits of its own
        return ("".join(chr(zero + int(digit)) for digit in str(int(marker) + 1)),)
    following = []
    if len(marker) == 1 and marker.islower() and marker not in "zя":
        following.append(chr(ord(marker) + 1))
    if marker.lower() in _ROMAN[:-1]:
        roman = _ROMAN[_ROMAN.index(marker.lower()) + 1]
        following.append(roman.upper() if marker.isupper() else roman)
    return tuple(following)


def next_marker(text: Text, at: int, due: Due, words: Words) -> int:
    """Where the marker begins that ends at `at`, if it is the one that is due and an item stands before it; or -1.

    In "Read chapter 2. Then" the number belongs to the word before it."""
    string = text.string
    token = _TOKEN.search(string, max(0, at - LONGEST), at)
    if token is None or token.start() == 0 or token[0].strip("(.\\") not in due.names:
        return -1
    begin = token.start()
    following = text.char(at + 1)
    if not following.isspace() and following != ")":
        return -1
    item = _MARKER_OPEN.sub("", string[:begin], count=1).rstrip()
    if sum(char.isalpha() for char in item[-40:]) < 2 or _MOVE.match(item.lstrip()):
        return -1
    if item[-1] not in ".!?;,)；，、":
        word = item.rsplit(None, 1)[-1].lower()
        if word[-1] in ":：" or word in words.letters or word in words.counts:
            return -1
        if word in words.starters and word not in _LAST:
            return -1
    return begin


def goes_on(text: Text, begin: int, at: int, due: Due) -> bool:
    """Whether the item whose marker stands from `begin` to `at` is said in one breath with the one before: the plan
    was: 1. eat, 2. sleep; or: 1) Anna 2) Ben."""
    if not due.announced:
        return False
    before = text.string[:begin].rstrip()
    brief = due.mark in before[-_BRIEF:]
    return brief or before[-1] in ",，、" or text.char(text.blank(at + 1)).islower()
