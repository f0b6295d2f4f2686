"""Whether a text repeats the end of another one, and up to where: letters and digits count, nothing else.

Models change white space, quotation marks and capitals as they repeat.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

_BOUNDARY = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？]+[」』”]*|\n\s*")
ENDED = re.compile(r"[.!?…。！？:][\"'”’»)\]」』*_]*\s*$")
"""Nothing is missing from the last sentence."""
_WORD = re.compile(r"\S+")
_NEAR = 4000
"""Characters before the end in which a repetition may begin, at a sentence."""
_CLOSE = 300
"""The same, at a word; it must then be long enough to be no accident."""
LONG = 16
"""Letters."""
_ALIKE = str.maketrans("“”„‟«»‹›‘’‚‛'`–—―−!?…。！？", '"' * 14 + "-" * 4 + "." * 6)
"""Marks that stand for one another."""
_OPENING = "\"“”„«»‹›‘’'「『([¿¡"

WAIT = -1
NONE = -2


@dataclass(frozen=True, slots=True)
class Known:
    """What was said, as a repetition is compared with it."""

    letters: str
    starts: Mapping[int, int]
    """From which letter a repetition may run, and how long it must be at least."""
    capitals: frozenset[int]
    """Those of them that are capital letters."""
    marks: str
    """Behind the last letter."""
    ended: bool
    """Nothing is missing from the last sentence ..."""
    parted: bool
    """... or from the last word."""
    whole: int
    """Letters of the sentences that are finished; 0 where all of them are, or none."""
    whole_marks: str
    opening: str
    """Marks with which a sentence begins that has no letter yet; never written twice."""

    @classmethod
    def of(cls, said: str) -> Known:
        letters = _letters(said)
        least = {found.start(): LONG for found in _WORD.finditer(said, max(0, len(said) - _CLOSE))}
        ends = [found.end() for found in _BOUNDARY.finditer(said, max(0, len(said) - _NEAR))]
        least |= dict.fromkeys(ends, 1)
        starts, capitals = {0: 1}, {0} if _capital(said) else set()
        count, at = len(letters), len(said)
        for place in sorted(least, reverse=True):
            count -= len(_letters(said[place:at]))
            at = place
            if count < len(letters):  # else there is nothing left to repeat
                starts[count] = min(least[place], starts.get(count, LONG))
                capitals |= {count} if _capital(said[place:]) else set()
        whole, whole_marks, opening, ended = 0, "", "", bool(ENDED.search(said))
        if ends and not ended:
            begun, marks = _letters(said[ends[-1] :]), _marks(said[ends[-1] :])
            whole = len(letters) - len(begun)
            whole_marks = _marks(said[: ends[-1]])
            opening = marks if not begun and not marks.strip(_OPENING) else ""
        return cls(
            letters, starts, frozenset(capitals), _marks(said), ended, said[-1:].isspace(), whole, whole_marks, opening
        )


class Overlap:
    """Compares the beginning of a text with every place in what was said from which it may repeat it."""

    def __init__(self, known: Known, exact: bool) -> None:
        self.length = 0
        """Letters of the repetition that was found."""
        self._known = known
        self._alive = known.starts
        self._exact = exact
        self._fed = 0
        self._letters = 0
        self._best: int | None = None
        """The longest repetition that runs up to the end of what was said: from which letter it runs."""
        self._whole: int | None = None
        """The same of one that tells the unfinished sentence in other words."""
        self._bare = False
        """The text begins without white space, in the middle of a word: as a word begun anew does."""

    def fed(self, text: str, final: bool) -> int:
        """Where in `text` the repetition ends; WAIT, or NONE."""
        if self._fed == 0 and text:
            self._bare = not text[0].isspace()
        if not self._letters and not self._bare:
            self._begin(_capital(text))
        self._compare(_letters(text[self._fed :]))
        self._fed = len(text)
        known = self._known
        if self._alive and not final:
            return WAIT
        if self._best is not None:
            return self._behind(text, len(known.letters) - self._best, known.marks, final)
        if self._whole is not None and not self._exact:
            return self._behind(text, known.whole - self._whole, known.whole_marks, final)
        if final and self._alive and self._letters >= LONG:
            return len(text)  # it said again a part of what was said, and no more
        return NONE if self._letters or final else WAIT

    def _begin(self, capital: bool | None) -> None:
        """Behind white space, "No" is not begun anew by " no": it goes on."""
        if capital is not None:
            capitals = self._known.capitals
            self._alive = {start: least for start, least in self._alive.items() if (start in capitals) == capital}

    def _compare(self, new: str) -> None:
        known = self._known
        alive: dict[int, int] = {}
        for start, least in self._alive.items():
            at = start + self._letters
            there = known.letters[at : at + len(new)]
            if not new.startswith(there):
                same = at + _alike(new, there)
                if least == 1 and same >= known.whole >= start + LONG:
                    self._whole = start if self._whole is None else min(self._whole, start)
            elif at + len(new) < len(known.letters):
                alive[start] = least
            elif len(known.letters) - start >= (2 if self._bare and not self._exact and least == LONG else least):
                self._best = start if self._best is None else min(self._best, start)
        self._alive = alive
        self._letters += len(new)

    def _behind(self, text: str, letters: int, marks: str, final: bool) -> int:
        """Where the repetition of so many letters, and of the marks behind them, ends."""
        self.length = letters
        at = _end_of(text, letters)
        if self._known.parted and letters < LONG:
            if at >= len(text) and not final:
                return WAIT
            if text[at : at + 1].isalnum():
                return NONE  # "They saw the " goes on with "theatre"
        behind = repeated(text[at:], marks, final)
        if behind == 0 and self._known.ended and letters < LONG:
            return NONE  # "I book it." goes on with "It is ...": a repetition would end as the sentence did
        return WAIT if behind == WAIT else at + behind


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    same = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        same += 1
    return same


def _end_of(text: str, letters: int) -> int:
    """Where in `text` so many letters have come; by pieces, ever smaller ones."""
    at, size = 0, 4096
    while size:
        count = len(_letters(text[at : at + size]))
        if count < letters:
            at, letters = at + size, letters - count
        else:
            size //= 2
    return at + 1


def _capital(text: str) -> bool | None:
    """Whether its first letter is one; None where there is none."""
    return next((char.isupper() for char in text if char.isalnum()), None)


def _marks(text: str) -> str:
    """What stands behind the last letter, but for white space."""
    end = len(text)
    while end and not text[end - 1].isalnum():
        end -= 1
    return "".join(text[end:].split())


def repeated(text: str, marks: str, final: bool) -> int:
    """How much of `text` is those marks again, as they were or written in another way; WAIT."""
    if not marks:
        return 0
    close = "".join(text.split())
    if close.startswith(marks):
        return _behind(text, len(marks))
    if marks.startswith(close) and not final:
        return WAIT
    alike = 0
    for at, char in enumerate(text):
        if char.isalnum() or (char.isspace() and alike):
            return alike
        if _kinds("".join(text[: at + 1].split())) == _kinds(marks):
            alike = at + 1
        elif alike:
            return alike
    return alike if final else WAIT


def _behind(text: str, count: int) -> int:
    """Where so many characters have come that are no white space."""
    at = 0
    while count:
        count -= not text[at].isspace()
        at += 1
    return at


def _kinds(marks: str) -> list[str]:
    """Quotation marks, dashes, and ends of a sentence are written in more ways than one; "..." is "…", `."` is `".`."""
    return sorted(re.sub(r"(.)\1+", r"\1", marks.translate(_ALIKE)))
