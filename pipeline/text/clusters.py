"""Characters as people see them: a letter with its signs, a family, a flag."""

from __future__ import annotations

import unicodedata

LONGEST = 32
"""Characters that may be seen as one."""
FLAGS = 1024
"""Letters of flags in a row that are counted."""
FACES = "\U0001f600-\U0001f64f\U0001f910-\U0001f92f\U0001f970-\U0001f97a"
"""As ranges: pictures of faces, which stand behind what they comment on."""
_VIRAMA = 9
"""Combining class of the signs that bind a letter to the next one ..."""
_SILENCING = frozenset("\u0bcd\u0e3a\u103a")
"""... but for those that only take its vowel away: Tamil's, Thai's, Burmese's, behind which most syllables begin."""


def joined(text: str, at: int) -> bool:
    """Whether the characters before and behind `at` are seen as one."""
    if not 0 < at < len(text):
        return False
    before, behind = text[at - 1], text[at]
    return (
        unicodedata.category(behind) in ("Mn", "Mc", "Me")
        or behind in "\u200d\ufe0e\ufe0f"
        or before == "\u200d"
        or (unicodedata.combining(before) == _VIRAMA and before not in _SILENCING and behind.isalpha())
        or "\U0001f3fb" <= behind <= "\U0001f3ff"
        or "\U000e0020" <= behind <= "\U000e007f"
        or (before == "\r" and behind == "\n")
        or ("\U0001f1e6" <= behind <= "\U0001f1ff" and _flag_letters(text, at) % 2 == 1)
        or "\u1160" <= behind <= "\u11ff"
    )


def parting(text: str, start: int, stop: int) -> int:
    """The last place at or before `stop`, and behind `start`, that lies between two of them; `stop` if none is near."""
    for at in range(stop, max(start, stop - LONGEST), -1):
        if not joined(text, at):
            return at
    return stop


def _flag_letters(text: str, at: int) -> int:
    """How many letters of flags stand before `at`; two make a flag."""
    begin = at
    while begin > max(0, at - FLAGS) and "\U0001f1e6" <= text[begin - 1] <= "\U0001f1ff":
        begin -= 1
    return at - begin
