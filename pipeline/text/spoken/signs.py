"""Signs drawn with characters: arrows, steps of a path through menus, exponents, lines of boxes."""

from __future__ import annotations

import re
from unicodedata import bidirectional

from pipeline.clusters import unspaced

DRAWN = "\u2500-\u259f\u2e3a\u2e3b"
"""As ranges: lines, boxes and blocks, which make trees, bars and rules."""
_ARROWS = "\u2192\u2194\u21d2\u21d4\u21cc\u2794\u2799-\u27a1\u27a4\u27f6\u27f7\u27f9\u27fa\u2b95"
_ARROW = re.compile(rf"(?:-{{1,2}}>|={{1,2}}>|[{_ARROWS}]\ufe0f?)(?=[ \t])")
_LEFTWARDS = re.compile("[\u2190\u21d0\u27f5\u27f8](?=[ \t])")
"""Where one reads from right to left."""
_STEP = re.compile(r"> (?:\*\*|__|`)?[A-Z][a-z]")
_EXPONENT = re.compile(
    r"\^(?:([+\u2212-]?\d{1,4}|[a-zA-Z])(?:(?![\w^])|\^(?![\w^]))|\{([^{}\n]{1,20})\}|\(([^()\n]{1,20})\))"
)
RAISED = "\u00b9\u00b2\u00b3\u2070\u2074-\u2079\u207a\u207b\u207f"
LOWERED = "\u2080-\u208b"
"""As ranges: small digits and signs above and below the line."""
_RAISED = re.compile(f"[{RAISED}]{{1,6}}(?![{RAISED}])(?<!\u207f)|\u207f(?![^\\W\\d_])")
_BASE = re.compile(rf"(?:\d+|[^\W\d_{RAISED}{LOWERED}]+|[)\u2080-\u2089])\Z")
_LOWERED = re.compile(f"[{LOWERED}]+")
_CHARGES = ("\u207a", "\u207b")
_UNITS = frozenset("m km cm mm dm nm \u00b5m \u03bcm s h ft yd mi in".split())
"""Of these any voice knows the squares."""
_NUMBER_LENGTH, _NAME_LENGTH = 3, 2
"""Characters of what is raised to a power; behind a year or a word stands a note."""
_ABOUT = re.compile(r"~(?=[$\u20ac\u00a3\u00a5]?\d)")
_FRAMED = re.compile(
    r"(?<=[A-Za-z\u0370-\u03ff)])~[\w+\u2212-]{1,8}~(?!~)"  # H~2~O
    r"|(?<=\d)\^(?:st|nd|rd|th|er|re|e|o|a)\^"  # 2^nd^
    r"|(?<![\w~)])~[^\W\d][^~\n]{0,80}(?<=[\w.!?)])~(?![\w~])"  # ~taken back~
)
_TAGGED = re.compile(
    r"<sup>\s*(?:([+\u2212-]?\d{1,3}|[a-z])|(?:<a\s[^<>]{0,500}>)?\[?\d{1,3}\]?(?:\([^\s()]{1,1000}\)|</a>)?)\s*</sup>",
    re.IGNORECASE,
)


def arrow_end(text: str, at: int) -> int:
    """Where an arrow ends that stands between two words; -1 if there is none at `at`."""
    before = text[at - 1 : at]
    if unspaced(before) and unspaced(text[at + 1 : at + 2]):
        found = _ARROW.match(f"{text[at]} ")
        return at + 1 if found else -1  # 文件→打开
    if before != " " or text[max(0, at - 2) : at].isspace():
        return -1
    found = _ARROW.match(text, at)
    if found is None and bidirectional(text[at - 2]) in ("R", "AL"):
        found = _LEFTWARDS.match(text, at)
    return found.end() if found else -1


def framed(text: str, at: int, limit: int) -> int:
    """Where characters end that are set lower, higher or struck through by the mark at `at` and another behind them."""
    found = _FRAMED.match(text, at, limit)
    return found.end() if found else -1


def is_step(text: str, at: int) -> bool:
    """Whether the angle at `at` leads from one name of a menu to the next: Settings > Privacy."""
    before = text[max(0, at - 3) : at]
    named = before[-1:] == " " and (before[:2].isalpha() or before[-2:-1] in ("*", "_", "`"))
    return named and len(before) == 3 and _STEP.match(text, at) is not None


def exponent(text: str, at: int, limit: int) -> tuple[int, tuple[int, int]] | None:
    """Where a power written with a caret ends, x^2, and where its exponent stands."""
    if not at or text[at - 2 : at - 1] == "^" or not (text[at - 1].isalnum() or text[at - 1] == ")"):
        return None
    found = _EXPONENT.match(text, at, limit)
    return (found.end(), found.span(found.lastindex or 0)) if found else None


def power(text: str, at: int, limit: int) -> int:
    """Where an exponent or an ion's charge ends that is written in small characters, as in x\u00b2; -1 if there is none
    at `at`."""
    found = _RAISED.match(text, at, limit)
    if found is None or found[0] == "\u00b9":
        return -1
    base = _BASE.search(text[max(0, at - 8) : at])
    if base is None or base[0] in _UNITS:
        return -1
    if found[0].endswith(_CHARGES):
        return found.end() if not base[0].isdecimal() else -1
    longest = _NUMBER_LENGTH if base[0].isdecimal() else _NAME_LENGTH
    return found.end() if len(base[0]) <= longest and not "\u2080" <= base[0] <= "\u2089" else -1


def lowered(text: str, at: int, limit: int) -> int:
    """Where small characters below the line end; -1 if there are none at `at`."""
    found = _LOWERED.match(text, at, limit)
    return found.end() if found else -1


def about(text: str, at: int) -> bool:
    """Whether the tilde at `at` makes a number a rough one: ~5 minutes."""
    return _ABOUT.match(text, at) is not None and (
        not at or text[at - 1].isspace() or text[at - 1] in '([*_"\u201c\u201e'
    )


def raised(text: str, at: int, limit: int) -> tuple[int, tuple[int, int] | None] | None:
    """Where raised characters end that begin at `at`, and where the exponent stands; None instead where they are the
    mark of a note. None at all for those that belong to a word: 1<sup>st</sup>."""
    found = _TAGGED.match(text, at, limit)
    if found is None:
        return None
    begin = at
    while begin > max(0, at - 3) and text[begin - 1].isalpha():
        begin -= 1
    base = text[at - 1 : at]
    if found[1] and (base.isdigit() or base == ")" or 0 < at - begin < 3):
        return found.end(), found.span(1)
    return (found.end(), None) if not found[1] or found[1].isdigit() else None
