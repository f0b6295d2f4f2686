"""A clip's words as captions show them: as they are written, each with its time and the marks around it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipeline.events import Audio
from pipeline.ground.writing import unspaced
from pipeline.types import Omitted

WIDTH = 42
"""Characters in a line; a wide one (Han, kana, Hangul) counts twice."""
_SOLID = re.compile(r"[^\x00-\x20\x7f]+")
_ENDLESS = re.compile(rf"[^\x00-\x20\x7f]{{{WIDTH + 1},}}")
"""Words of ASCII, and such as fill more than a line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A word as it is written, with the marks around it; seconds in the run's joined sound."""

    text: str
    begins: float
    ends: float
    spaced: bool = True
    """White space stands before it."""
    parted: bool = False
    """A paragraph or a text begins with it: no caption goes on from the one before, if it can be read."""


def pieces_of(audio: Audio, omitted: Sequence[Omitted], spaced: bool, parted: bool) -> list[Piece]:
    """The clip's text without what is left unsaid. What has no time of its own goes with the piece before it."""
    found: list[Piece] = []
    times, past = _times(audio), 0
    now = audio.begins
    for text, start, end, breaks in _written_pieces(audio, omitted):
        while past < len(times) and times[past][3] <= start:
            past += 1
        heard = []
        for at, until, word_start, word_end in islice(times, past, None):
            if word_start >= end:
                break
            if word_end > start:
                heard.append((at, until))
        begins = max(now, min((at for at, _ in heard), default=now))
        now = max(begins, max((until for _, until in heard), default=begins))
        first = not found
        found.append(Piece(text, begins, now, breaks >= 0 or spaced and first, breaks > 1 or parted and first))
    return found


def _times(audio: Audio) -> list[tuple[float, float, int, int]]:
    """(begins, ends, start, end) of each word; of the whole text, when no word has a time."""
    if not audio.words:
        return [(audio.begins, audio.begins + audio.seconds, audio.start, audio.end)]
    return [
        (audio.begins + word.at, audio.begins + word.at + word.seconds, word.start, word.end) for word in audio.words
    ]


def _written_pieces(audio: Audio, omitted: Sequence[Omitted]) -> Iterator[tuple[str, int, int, int]]:
    """(text, start, end, lines that end in the white space before it; -1 where there is none): words as white space
    parts them, and where a script has none, as their times do."""
    if not omitted and audio.text.isascii() and _ENDLESS.search(audio.text) is None:  # nearly always, and much faster
        last = 0
        for word in _SOLID.finditer(audio.text):
            breaks = audio.text.count("\n", last, word.start()) if word.start() else -1
            yield word[0], audio.start + word.start(), audio.start + word.end(), breaks
            last = word.end()
        return
    left_out = {at for gap in omitted for at in range(gap.start, gap.end)}
    begins = {word.start for word in audio.words}
    text, start, end, breaks = "", audio.start, audio.start, -1
    for at, char in enumerate(audio.text, audio.start):
        if at in left_out:
            continue
        blank = char.isspace() or unicodedata.category(char) == "Cc"
        apart = text and at in begins and (_wide(text[-1]) or unspaced(text[-1]))
        full = text and (apart or columns(text) >= WIDTH) and not _clings(text[-1], char)
        if text and (blank or full):
            yield text, start, end, breaks
            text, breaks = "", -1
        if blank:
            breaks = max(breaks, 0) + (char == "\n")
        else:
            start = start if text else at
            text, end = text + char, at + 1
    if text:
        yield text, start, end, breaks


def _clings(before: str, char: str) -> bool:
    """Whether a character belongs to the one before it."""
    joined = before == "\u200d" or char == "\u200d" or unicodedata.category(char) in ("Mn", "Me", "Mc")
    return joined or unicodedata.category(before) in ("Ps", "Pi")


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if _wide(char) else 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1 for char in text)
