"""Tags of HTML that are written over several lines: <img, and its values below."""

from __future__ import annotations

import re

_FAR = 2_000
"""Characters of a tag, at most."""
_MEDIA = re.compile(r"<(?:img|iframe|source|video|audio|embed|object|image|script|link)\s+\Z")
"""No word that is less than anything."""
_NAME = r"[A-Za-z][\w.:-]{0,40}"
_VALUE = r"(?:\"[^\"]*\"|'[^']*'|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[^\s\"'<>=`{}]+)"
_FLAG = (
    r"(?:(?:async|auto(?:play|focus)|checked|controls|crossorigin|defer|disabled|hidden|loop|multiple|muted|nomodule"
    r"|novalidate|open|allowfullscreen|playsinline|readonly|required|selected)|[\w.]*[:@-][\w:@.-]+|[a-z]+[A-Z]\w*)"
)
"""Holds without a value; no word of prose: isOpen, client:load."""
_HALF = re.compile(
    rf"<{_NAME}(?:\s+[\w:@.-]+=(?:\"[^\"]*|'[^']*|\{{[^}}]*)\Z"  # in the midst of its first value
    rf"|\s+[\w:@.-]+={_VALUE}(?:\s+(?:[\w:@.-]+={_VALUE}|{_FLAG}(?=\s|/|\Z)))*"  # behind it, with others
    rf"(?:\s+[\w:@.-]+=(?:\"[^\"]*|'[^']*|\{{[^}}]*)?)?\s*/?\Z"
    r"|[ \t\r]*\n\s*\Z)"
)


def open_tag(text: str, begin: int, end: int) -> int:
    """Where a tag begins, at `begin` or later, that is not closed before `end`; -1 if none does. It must have a value,
    a name that is no other word, or stand at a line's head with nothing behind its name: no "a <b and c" is one."""
    at = text.rfind("<", max(begin, end - _FAR), end)
    if at < 0 or text.find(">", at, end) >= 0:
        return -1
    if _MEDIA.match(text, at, end):
        return at
    if (found := _HALF.match(text, at, end)) is None:
        return -1
    line = text.rfind("\n", 0, at) + 1
    return at if "=" in found[0] or not text[line:at].strip(" \t>") else -1
