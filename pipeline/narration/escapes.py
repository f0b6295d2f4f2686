"""Text that means nothing but itself, written so that no reader of Markdown sees marks in it."""

from __future__ import annotations

import re

_INLINE = re.compile(r"[\\`*_~$]|<(?=[A-Za-z/!?])|&(?=[#\w]+;)|!?\[(?=[^\]\n]{0,500}\][(\[:])")
_LINE = re.compile(r"^([ \t]*)(#{1,6}(?=\s)|>|[-+](?=\s)|={3,}|-{3,}|\d{1,3}(?=[.)]\s))", re.MULTILINE)
_BREAK = re.compile(r"(?:[\\\s]*[*\u2022\u00b7#~\u2013\u2014\u2042\u2766\u2619\u25c6\u25c7\u25cb\u25cf_=+-])+\s*")
BREAK = "* * *"
"""Between two scenes: a rule, which nobody says."""
_MARK = re.compile(r"\\([^\w\s])")


def escaped(text: str) -> str:
    text = _INLINE.sub(lambda found: "\\" + found[0], text)
    return _LINE.sub(_line, text)


def paragraph(text: str) -> str:
    """The same, of a whole paragraph: one of nothing but ornaments is a break."""
    return BREAK if is_break(text) else escaped(text)


def is_break(text: str) -> bool:
    return len(text) < 60 and _BREAK.fullmatch(text) is not None


def _line(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark[0].isdigit() else f"{found[1]}\\{mark}"


def unescaped(text: str) -> str:
    """As it is written on a label."""
    return _MARK.sub(r"\1", text)
