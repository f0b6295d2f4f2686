"""What others wrote, as it may be shown: on one line, and with nothing in it that steers a terminal."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"[^\S ]+")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what comes behind them: a name would look like another."""


def plain(text: str) -> str:
    """Spaces stay as they are: they make columns, and are in names of files."""
    first, *rest = _BREAKS.split(text)
    words = " ".join(filter(None, (first.rstrip(), *map(str.strip, rest))))
    words = words.encode(errors="replace").decode()  # names of files may be no text
    return "".join(char for char in words if char not in _TURNING and unicodedata.category(char) != "Cc")
