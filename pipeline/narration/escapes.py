"""Text that means nothing but itself, written so that no reader of Markdown sees marks in it."""

from __future__ import annotations

import re

_INLINE = re.compile(r"[\\`*_~$]|<(?=[A-Za-z/!?])|&(?=[#\w]+;)|!?\[(?=[^\]\n]{0,500}\][(\[:])")
_LINE = re.compile(r"^([ \t]*)(#{1,6}(?=\s)|>|[-+\u2022](?=\s)|={3,}|-{3,}|\d{1,3}(?=[.)]\s))", re.MULTILINE)
_MARK = re.compile(r"\\([^\w\s])")


def escaped(text: str) -> str:
    text = _INLINE.sub(lambda found: "\\" + found[0], text)
    return _LINE.sub(_line, text)


def _line(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark[0].isdigit() else f"{found[1]}\\{mark}"


def unescaped(text: str) -> str:
    """As it is written on a label."""
    return _MARK.sub(r"\1", text)
