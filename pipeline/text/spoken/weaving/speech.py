"""Speech being put together: what is said, where in the source it comes from, and what is left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.text.spoken.unfit import UNFIT
from pipeline.types import Omitted, Span

_SPACES = str.maketrans("\x0b\x0c\x85\u2028\u2029", "\n\n\n\n\n")
_CLOSERS = "\"')]}*_\u2018\u2019\u201c\u201d\u00ab\u00bb\u2039\u203a\u300b\u300d\u300f\uff09\u3011"
_PAUSING = (
    ".!?,:;\u2026\u2013\u2014\u3002\uff01\uff1f\uff0e"
    "\uff0c\uff1a\uff1b\u3001\uff61"
    "\u060c\u061b\u061f\u06d4\u0964\u0965\u0589\u104a\u104b\u1362\u17d4"
)
_AUDIBLE = frozenset("%&@#*/\\")


@dataclass(slots=True)
class Piece:
    """`text` says `source[start:end]`; `start` is -1 for a word or stop that speech adds."""

    text: str
    start: int
    end: int
    literal: bool = False
    """The source's own characters, one for one."""


class Speech:
    """`source` is the passage's text; offsets are into it."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[Piece] = []
        self.gaps: list[Omitted] = []
        self._gap = False  # something was left out since the last piece
        self._due = ""  # a pause that is made when more is said
        self._apart = False  # what is said next may not touch what was said last

    def keep(self, start: int, end: int) -> None:
        """Say it as it stands, but for what no voice can be given."""
        for unfit in UNFIT.finditer(self.source, start, end):
            self._keep(start, unfit.start())
            if unfit[0] in "\u200c\u200d" and unfit.start() and self.source[unfit.start() - 1] > "\u02ff":
                self._keep(*unfit.span())  # a joiner in a script that needs it
            else:
                self.omit(*unfit.span(), "control")
            start = unfit.end()
        self._keep(start, end)

    def _keep(self, start: int, end: int) -> None:
        if self._gap and (not self.pieces or self.pieces[-1].text[-1].isspace()):
            while start < end and self.source[start] in " \t":  # no two spaces where a word between them is gone
                start += 1
        if self._gap and start < end and self.source[start] == "." and self._stopped(start):
            self.omit(start, start + 1, self.gaps[-1].reason)  # it ended what is left out
            start += 1
        if start >= end:
            return
        last = self.pieces[-1] if self.pieces else None
        if self._gap and last and last.literal and last.text[-1] == " " and self._stops(start):
            last.text, last.end = last.text[:-1], last.end - 1  # nor one before a stop
            if not last.text:
                self.pieces.pop()
        self._gap = False
        text = self.source[start:end].translate(_SPACES)
        self._settle(text)
        self.pieces.append(Piece(text, start, end, literal=True))

    def _stopped(self, at: int) -> bool:
        """Whether the voice has come to a stop already, and the dot that stands there says no more than that."""
        return self._last() in (".", "!", "?") and self.source[at + 1 : at + 2] in ("", " ", "\n", *_CLOSERS)

    def _stops(self, at: int) -> bool:
        """Whether a stop stands there, and not the dot of .env or .5."""
        return self.source[at] in ".,;:!?\u2026)" and not self.source[at + 1 : at + 2].isalnum()

    def say(self, text: str, start: int, end: int) -> None:
        """Say `text` in place of `source[start:end]`."""
        text = UNFIT.sub("", text)
        if text.isspace():
            self.add(" ")
        if text.strip():
            self._settle(text)
            self.pieces.append(Piece(text, start, end))
        else:
            self.omit(start, end, "control")

    def add(self, text: str) -> None:
        """Say `text`, which the source does not have."""
        if text:
            self._settle(text)
            self.pieces.append(Piece(text, -1, -1))

    def _settle(self, text: str) -> None:
        """What is due before `text` can be said: a stop, a space."""
        if self._due and not text.isspace():
            mark, self._due = self._due, ""
            self.pause(mark)
        if self._apart and self.pieces and not text[0].isspace() and not self.pieces[-1].text[-1].isspace():
            self.pieces.append(Piece(" ", -1, -1))
        self._apart = False

    def omit(self, start: int, end: int, reason: str) -> None:
        if not self.source[start:end].strip():
            return
        self._gap = True
        last = self.gaps[-1] if self.gaps else None
        if last and last.reason == reason and not self.source[last.end : start].strip():
            self.gaps[-1] = Omitted(last.start, end, reason)
        else:
            self.gaps.append(Omitted(start, end, reason))

    def pause(self, mark: str) -> None:
        """Let the voice fall, unless it does so already."""
        if self._due == ".":
            mark, self._due = ".", ""
        last = self._last()
        if not last:
            return
        self._apart = not self.pieces[-1].text[-1].isspace()
        if last == "," and mark == ".":
            rest = next(piece for piece in reversed(self.pieces) if not piece.text.isspace())
            if rest.start < 0:  # one of our own
                rest.text = rest.text.replace(",", ".")
        if last in _PAUSING or mark == " ":
            return
        if mark == "." and "\u3040" <= last <= "\u9fff":
            mark, self._apart = "\u3002", False
        elif mark == "." and "\u0900" <= last <= "\u0dff":
            mark = "\u0964"
        self._set(mark)

    def _set(self, mark: str) -> None:
        """Put a stop behind the last word, before the white space that follows it."""
        behind: list[Piece] = []
        while self.pieces[-1].text.isspace():
            behind.append(self.pieces.pop())
        tail = self.pieces[-1]
        bare = tail.text.rstrip()
        if tail.literal and bare != tail.text:
            cut = tail.start + len(bare)
            behind.append(Piece(tail.text[len(bare) :], cut, tail.end, literal=True))
            tail.text, tail.end = bare, cut
        self.pieces.append(Piece(mark, -1, -1))
        self.pieces += reversed(behind)

    def pause_later(self, mark: str) -> None:
        """The same, but only when more is said; a full stop that is due stays one."""
        self._due = self._due or mark

    def apart(self, needed: bool) -> None:
        """Put a space before what is said next."""
        self._apart = self._apart or needed

    def _last(self) -> str:
        """The last character said, quotes and brackets behind it aside."""
        for piece in reversed(self.pieces[-8:]):
            for char in reversed(piece.text[-64:]):
                if not char.isspace() and char not in _CLOSERS:
                    return char
        return ""

    def spoken(self, offset: int) -> tuple[str, tuple[Span, ...]]:
        """What is said, without white space round it, and its spans; `offset` is where the passage begins."""
        pieces = [piece for piece in _stripped(self.pieces) if piece.text]
        spans: list[Span] = []
        at, literal = 0, False
        for piece in pieces:
            start, end = offset + piece.start, offset + piece.end
            if literal and piece.literal and spans[-1].end == start:
                last = spans[-1]
                spans[-1] = Span(last.spoken_start, at + len(piece.text), last.start, end)
            elif piece.start >= 0:
                spans.append(Span(at, at + len(piece.text), start, end))
            literal = piece.literal
            at += len(piece.text)
        return "".join(piece.text for piece in pieces), tuple(spans)


def sayable(text: str) -> bool:
    """Whether a voice would make a sound of it: letters, digits, symbols; not punctuation alone."""
    return any(c.isalnum() or c in _AUDIBLE or unicodedata.category(c) in ("Sm", "Sc", "So") for c in text)


def _stripped(pieces: Iterable[Piece]) -> list[Piece]:
    out = [Piece(piece.text, piece.start, piece.end, piece.literal) for piece in pieces]
    for piece in out:
        bare = piece.text.lstrip()
        if piece.literal:
            piece.start += len(piece.text) - len(bare)
        piece.text = bare
        if bare:
            break
    for piece in reversed(out):
        bare = piece.text.rstrip()
        if piece.literal:
            piece.end -= len(piece.text) - len(bare)
        piece.text = bare
        if bare:
            break
    return out
