"""A stranger's style sheet, without what it would fetch from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|([g-z]))", re.IGNORECASE)
_IMPORT = re.compile(r"@(?:import|charset|namespace)\b[^;{}]*;?", re.IGNORECASE)
_ELSEWHERE = re.compile(r"""(["'])\s*(?:[a-z][a-z\d+.-]*:)?//[^"']*\1""", re.IGNORECASE)
_ADDRESS = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^()"']*))\s*\)""", re.IGNORECASE)
_FONT = re.compile(r"@font-face\s*\{[^{}]*\}", re.IGNORECASE)
_ACTIVE = re.compile(r"(?<![\w*-])[\w*-]{0,30}(?:behavior|-moz-binding)\s*:[^;}]*;?|expression\s*\(", re.IGNORECASE)
_NOWHERE = "none"


def styled(text: str, follow: Callable[[str], str]) -> str:
    """`follow`: where an address within the book leads; "" for one that leads elsewhere."""

    def found(match: re.Match[str]) -> str:
        there = follow(match[1] or match[2] or (match[3] or "").strip())
        return f'url("{there}")' if there else _NOWHERE

    def font(match: re.Match[str]) -> str:
        return match[0] if "url(" in match[0] else ""  # all that it named is elsewhere

    bare = _ESCAPED.sub(_letter, _COMMENT.sub("", text))
    bare = _ELSEWHERE.sub('""', _ACTIVE.sub("", _IMPORT.sub("", bare)))
    return _FONT.sub(font, _ADDRESS.sub(found, bare))


def _letter(escape: re.Match[str]) -> str:
    """Of a word that is written so that nobody knows it; any other sign stays as it is."""
    code = int(escape[1], 16) if escape[1] else ord(escape[2])
    return chr(code) if code < 0x80 and chr(code).isalpha() else escape[0]
