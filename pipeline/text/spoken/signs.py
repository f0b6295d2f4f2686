"""Signs drawn with characters: arrows, steps of a path through menus, exponents, lines of boxes."""

from __future__ import annotations

import re
from unicodedata import bidirectional

from pipeline.ground.writing import unspaced
from pipeline.text.spoken.formulas.operators import NAMES, SELDOM

PARTING = "\u2022\u2023\u2043\u25aa\u25e6"
"""Bullets, as they part items within a line."""
DRAWN = "\u2500-\u259f\u2e3a\u2e3b"
"""As ranges: lines, boxes and blocks, which make trees, bars and rules."""
_ARROWS = "\u2192\u2194\u21d2\u21d4\u21cc\u2794\u2799-\u27a1\u27a4\u27f6\u27f7\u27f9\u27fa\u2b95"
LONG = "\u27f5-\u27ff\u2b95"
"""Those that are in no range of pictures."""
_ARROW = re.compile(rf"(?:-{{1,2}}>|={{1,2}}>|[{_ARROWS}]\ufe0f?)(?=[ \t])")
_LEFTWARDS = re.compile("[\u2190\u21d0\u27f5\u27f8](?=[ \t])")
"""Where one reads from right to left."""
_STEP = re.compile(r"> (?:\*\*|__|[`\"\u201c])?[A-Z][a-z]")
_EXPONENT = re.compile(
    r"\^(?:([+\u2212-]?\d{1,4}|[a-zA-Z])(?:(?![\w^])|\^(?![\w^]))|\{([^{}\n]{1,20})\}|\(([^()\n]{1,20})\))"
)
_STARRED = re.compile(r"\*\*([+\u2212-]?\d{1,4}|[a-zA-Z])(?![\w*])")
"""The same as programs write it: x**2."""
_BOLD = 150
"""Characters that may stand between two stars and the two that close them."""
_ABOUT = re.compile(r"~(?=[$\u20ac\u00a3\u00a5]?\d)(?!\d+\.\d+\.\d|\S{1,12}~)")
"""No version, ~1.2.3, and nothing struck out, ~$20~."""
_BASE, _FACTOR = re.compile(r"[\w)] ?\Z"), re.compile(r" ?(?:[\d(\u221a]|(?!\u0432 )[^\W\d_](?!\w))")
"""What stands before a sign between two factors, and behind it: 5 \u00d7 3. But not 3\u00d7 as fast, nor twice a day in
Russian, where "a" has one letter, too."""
_COUNTED = 4
"""Characters that a number and its unit may have where no spaces part words."""
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
    """Where an arrow ends that stands between two words, one of them perhaps in the passage before; -1 if there is none
    at `at`."""
    before = text[at - 1 : at]
    if unspaced(before) and unspaced(text[at + 1 : at + 2]):
        found = _ARROW.match(f"{text[at]} ")
        return at + 1 if found else -1  # 文件→打开
    if at and (before != " " or text[max(0, at - 2) : at].isspace()):
        return -1
    found = _ARROW.match(text, at)
    if found is None and at > 1 and bidirectional(text[at - 2]) in ("R", "AL"):
        found = _LEFTWARDS.match(text, at)
    return found.end() if found else -1


def parts(text: str, at: int) -> bool:
    """Whether a bullet at `at` parts two items: Call us if: • it rains • it snows."""
    return text[at] in PARTING and (not at or text[at - 1].isspace()) and text[at + 1 : at + 2].isspace()


def framed(text: str, at: int, limit: int) -> int:
    """Where characters end that are set lower, higher or struck through by the mark at `at` and another behind them."""
    found = _FRAMED.match(text, at, limit)
    return found.end() if found else -1


def is_step(text: str, at: int) -> bool:
    """Whether the angle at `at` leads from one name of a menu to the next: Settings > Privacy."""
    before = text[max(0, at - 3) : at]
    named = before[-1:] == " " and (before[:2].isalpha() or before[-2:-1] in tuple('*_`"\u201d'))
    return named and len(before) == 3 and _STEP.match(text, at) is not None


def exponent(text: str, at: int, limit: int) -> tuple[int, tuple[int, int]] | None:
    """Where a power written with a caret ends, x^2, and where its exponent stands."""
    if not at or text[at - 2 : at - 1] == "^" or not (text[at - 1].isalnum() or text[at - 1] == ")"):
        return None
    found = _EXPONENT.match(text, at, limit)
    return (found.end(), found.span(found.lastindex or 0)) if found else None


def starred(text: str, at: int, limit: int) -> tuple[int, tuple[int, int]] | None:
    """Where a power written with two stars ends, and where its exponent stands. No letter of a word is its base, no
    oath is a power, f**k, and no note behind bold words: **Sum (net)**1."""
    found, base = _STARRED.match(text, at, limit), text[at - 1 : at]
    if found is None or not (base == ")" or base.isalnum()):
        return None
    before = text.rfind("**", max(0, at - _BOLD), at)
    if before >= 0 and not text[max(0, before - 1) : before].strip(' \t\n(["\u201c'):
        return None
    if base.isalpha() and (found[1].isalpha() or text[max(0, at - 2) : at - 1].isalpha()):
        return None
    return found.end(), found.span(1)


def sign(text: str, at: int) -> str:
    """The name of the sign of formulas at `at`; "" where there is none."""
    name = NAMES.get(text[at]) or SELDOM.get(text[at], "")
    if name in ("times", "div"):
        return name if _FACTOR.match(text, at + 1) and _BASE.search(text, max(0, at - 2), at) else ""
    if name == "compose" and text[at - 1 : at].isdigit():
        return "circ"  # 90\u2218, as it is copied from a formula
    return "" if name == "emptyset" and text[at + 1 : at + 3].lstrip()[:1].isdigit() else name  # \u2205 5 mm


def about(text: str, at: int) -> bool:
    """Whether the tilde at `at` makes a number a rough one: ~5 minutes."""
    if _ABOUT.match(text, at) is None:
        return False
    before = text[max(0, at - _COUNTED) : at]
    if unspaced(before[-1:]):
        return not any(map(str.isnumeric, before))  # 需要~5分钟, but not 3天~5天
    return not before or before[-1].isspace() or before[-1] in '([*_"\u201c\u201e\uff0c\uff1a\uff08'


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
