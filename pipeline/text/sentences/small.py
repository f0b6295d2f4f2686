"""Whether a small letter begins a sentence."""

from __future__ import annotations

import re

from pipeline.text.sentences.stop import Stop
from pipeline.text.sentences.words import ROMAN, Kind, has_vowel

_OTHERWISE = frozenset({"hy", "tr", "hu"})
"""Languages in which a dot is no full stop, or shortens long words too."""
_SPACED = frozenset({"vi"})
"""Those in which the dots of abbreviations are often typed so: TP . HCM."""
_ARTICLES = frozenset("the an der die das le la les un une el los las il lo gli o os as".split())
_STRUNG = frozenset({"en", ""})
"""Languages in which who writes no capitals strings clauses with an ellipsis: so i left... it was late."""
_ADDRESSES = frozenset({"http", "https", "www"})
"""What begins an address that stands by itself."""
_BEHIND_TITLES = frozenset({"by", "of"})
"""What goes on behind a title that asks: What Is Art? by Tolstoy."""
_BROKEN = re.compile("[bcdfghkpqstvxzß][ljnrvw]\\Z")
"""No word ends like this, Höchstgeschw., wissenschaftl.: it goes on, and a vowel follows."""


def begins(stop: Stop, first: int) -> bool:
    """A small letter goes on with the sentence, unless it begins a name (iOS), follows a question ("ideas? thanks"),
    or nobody cares for capitals here."""
    words, token, kind = stop.words, stop.token, stop.kind
    if kind is Kind.NUMBERED and token in words.ordinary and _is_uncapitalised(stop):
        kind = Kind.PLAIN  # no. maybe so.
    if kind is not Kind.PLAIN or stop.marks == ".." or stop.quoted:
        return False
    if stop.marks == ".":
        return _behind_dot(stop, first)
    word = stop.text.word(first)
    if stop.trails:
        return words.language not in _STRUNG and _is_uncapitalised(stop) and words.is_subject(word)
    if _says(stop, first, word):
        return False
    if "?" in stop.marks:
        return word not in _BEHIND_TITLES
    if "!!" in stop.marks or (len(token) != 1 and _is_uncapitalised(stop)):
        return True
    return _is_beginning(stop, word)


def _behind_dot(stop: Stop, first: int) -> bool:
    """The same behind a full stop, which may also shorten a word, or number one."""
    token = stop.token
    if stop.words.ordinal and token[-1:].isdigit():
        return False  # das 20. jahrhundert
    if _is_whole(stop) or (len(token) != 1 and _is_uncapitalised(stop)):
        return True
    word = stop.text.word(first)
    return any(c.isdigit() for c in word) or _is_beginning(stop, word)  # v4, x86


def _is_beginning(stop: Stop, word: str) -> bool:
    """Whether the word itself tells: a name (iOS), an address, a subject of somebody who writes no capitals."""
    if any(c.isupper() for c in word) or word in _ADDRESSES:
        return True
    return len(stop.token) > 3 and stop.token.isalpha() and stop.words.is_subject(word)


def _is_whole(stop: Stop) -> bool:
    """What no list knows is no abbreviation when it is long, or ends in a vowel: who shortens a word does so before
    one."""
    token = stop.token
    if not token:
        return _is_apart(stop)
    acronym = token.isupper() and not ROMAN.issuperset(token.lower())
    whole = len(token) > 5 or (len(token) > 2 and (has_vowel(token[-1]) or acronym))
    whole = whole and token.replace("-", "").isalpha() and not _BROKEN.search(token)
    return whole and stop.words.language not in _OTHERWISE


def _is_apart(stop: Stop) -> bool:
    """Whether the dot has a space before it, too, as each mark in some texts: it shortens nothing. But the . operator,
    u . v."""
    head = stop.text.string[: stop.at].rstrip()
    if len(head) == stop.at or stop.words.language in _OTHERWISE | _SPACED:
        return False
    before = stop.text.token(len(head))
    return len(before) != 1 and before.lower() not in _ARTICLES


def _is_uncapitalised(stop: Stop) -> bool:
    """Whether the sentence began with a small letter, and not with a name like iOS."""
    head = stop.text.string.lstrip(" \n\t\"'“*_([•>-")[:12].partition(" ")[0]
    return head[:1].islower() and not any(c.isupper() for c in head)


def _says(stop: Stop, first: int, word: str) -> bool:
    """Whether a speaker follows a cry or question: too? asked Ann; Stop! she cried."""
    if stop.words.is_subject(word):
        first = stop.text.blank(first + len(word))
        word = stop.text.word(first)
    return word.replace("’", "'").partition("-")[0] in stop.words.saying


def follows_elision(stop: Stop, first: int) -> bool:
    """'s Avonds: what is left of a first word has no capital, the next word has."""
    text = stop.text
    if stop.kind is not Kind.PLAIN or text.string[first - 1] not in "'’" or text.char(first + 1) != " ":
        return False
    return text.char(text.blank(first + 1)).isupper()
