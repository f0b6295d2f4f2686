"""Lists, headings and other lines that stand for themselves."""

from __future__ import annotations

import re

from pipeline.text.marks import BULLETS
from pipeline.text.reading import Text
from pipeline.text.words import Kind, Words

LONGEST = 14
"""Characters that the marker of a list's item can take."""

WRAPPED = 40
"""Characters: a line this long may have been broken by a margin, a shorter one was ended on purpose."""

HANGING = frozenset({Kind.TITLE, Kind.NUMBERED, Kind.NEVER, Kind.INITIAL})
"""What a dot is that does not even end a sentence at a line's end."""

_ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split()
_NUMBER = r"(?:\d{1,3}|[^\W\d_]|" + "|".join(sorted(_ROMAN, key=len, reverse=True)) + ")"
_MARKER = re.compile(rf"[\s{BULLETS}*+_\-–—>]*\(?({_NUMBER})[.)]*\Z", re.IGNORECASE)
_MARKER_OPEN = re.compile(rf"[\s{BULLETS}*+_\-–—>]*\(?{_NUMBER}[.)]+", re.IGNORECASE)
_LINE = re.compile(
    rf"(?:#{{1,6}}\s|[-*+{BULLETS}–—]\s|[{BULLETS}]|>|\||`{{3}}|~{{3}}|\(?(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,5}})[.)]+\s|[-=_*]{{3}})"
)
_HALF_LINE = re.compile(r"(?:#{1,6}|[-*+–—=_~`]{1,2}|\(?\w{1,5}[.)]*|\()\Z")
_CERTAIN = ("```", "~~~", "|", *BULLETS)
_OPENING = re.compile(r"[a1i][.)]\s|\([a1iA]\)\s")
_HALF_OPENING = re.compile(r"[a1i][.)]?\Z|\([a1iA]?\)?\Z")


def is_marker(head: str) -> bool:
    """Whether the open sentence so far is nothing but an item's marker: "1", "- a", "(iv"."""
    return _MARKER.match(head) is not None


def is_marker_at(string: str, at: int, marks: str) -> bool:
    """Whether all that the open sentence has before this dot is an item's marker."""
    return marks == "." and at <= LONGEST and is_marker(string[:at])


def value(head: str) -> str:
    """The number or letter of a marker."""
    match = _MARKER.match(head)
    return match[1] if match else ""


def due(marker: str) -> tuple[str, ...]:
    """What the next item's marker would be: 1 -> 2, a -> b, i -> ii or j."""
    if marker.isdigit():
        return (str(int(marker) + 1),)
    following = []
    if len(marker) == 1 and marker.islower() and marker not in "zя":
        following.append(chr(ord(marker) + 1))
    if marker.lower() in _ROMAN[:-1]:
        roman = _ROMAN[_ROMAN.index(marker.lower()) + 1]
        following.append(roman.upper() if marker.isupper() else roman)
    return tuple(following)


def begins(text: Text, i: int) -> bool:
    """Whether the first item of a list begins at i, behind a stop: a. The first item b. The second."""
    return text.char(i) in "a1i(" and text.match(_OPENING, i, _HALF_OPENING) > i


def stands_alone(head: str) -> bool:
    """Whether a line that begins like this ends with its line: a heading, an item, a row, a quotation."""
    match = _LINE.match(head.lstrip())
    return match is not None and match.end() < len(head.lstrip())


def marker_before(string: str, at: int, due: tuple[str, ...]) -> int:
    """Where the marker begins that ends at `at`, if it is the one that is due and an item stands before it; or -1."""
    left = string[max(0, at - LONGEST) : at]
    token = left.rsplit(None, 1)[-1] if left.strip() else ""
    begin = at - len(token)
    if begin == 0 or token.strip("(.") not in due:
        return -1
    item = _MARKER_OPEN.sub("", string[:begin], count=1)
    return begin if sum(c.isalpha() for c in item[-40:]) > 1 else -1


def ends_line(text: Text, i: int, length: int, words: Words) -> bool:
    """Whether the sentence ends with its line, whose end is at i, `length` characters behind its beginning."""
    string = text.string
    head = string[: min(i, LONGEST + 8)]
    if stands_alone(head) and not (i <= LONGEST and is_marker(string[:i])):
        return True
    right = text.blank(i + 1)
    following = text.char(right)
    if following in ("\n", ""):
        return following == "\n"
    if begins_line(text, right):
        return True
    before = string[max(0, i - 8) : i].rstrip()[-1:]
    first = text.char(text.letter(right))
    if first.islower() or first.isdigit():
        return not (string[i - 1].isspace() or before in ",;:-–—/&(" or length >= WRAPPED)
    if first.isalpha() and not first.isupper() and not first.istitle():
        return before not in "、，,،・のをにはがでと"
    return before != "." or words.kind(text.token(len(string[:i].rstrip()) - 1)) not in HANGING


def begins_line(text: Text, i: int) -> bool:
    """Whether a line that stands for itself begins at i."""
    return text.string.startswith(_CERTAIN, i) or text.match(_LINE, i, _HALF_LINE) > i
