"""What others wrote, as it may be shown: on one line, and with nothing in it that steers a terminal."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what comes behind them: a name would look like another."""


def plain(text: str) -> str:
    words = " ".join(text.split())
    return "".join(char for char in words if char not in _TURNING and unicodedata.category(char) not in ("Cc", "Cs"))
