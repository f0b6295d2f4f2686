"""What may be said of a sentence when nothing more comes."""

from __future__ import annotations

from enum import Enum

from pipeline.ground.writing import BLANK
from pipeline.text.sentences import lists
from pipeline.text.sentences.dots import kind_of
from pipeline.text.sentences.marks import CITED, CLINGING, CLOSING, DOTS, ELLIPSES, PICTURE, ideographic
from pipeline.text.sentences.reading import FAR, Text
from pipeline.text.sentences.words import Kind, Words


class Silence(Enum):
    """Whether the open sentence is finished if nothing follows: after so many times the patience."""

    WAITS = 0
    ENDS = 1
    MAY_END = 5


class Clock:
    """How long nothing has come."""

    __slots__ = ("last", "patience")

    def __init__(self, patience: float) -> None:
        self.patience = patience
        """Seconds of silence after which a plain end counts; one that may be none ("p.m.") takes five times as long."""
        self.last: float | None = None
        """When the last token came, if it had a time."""

    def deadline(self, verdict: Silence) -> float | None:
        """When the open sentence is finished, if nothing comes."""
        if self.last is None or verdict is Silence.WAITS:
            return None
        return self.last + self.patience * int(verdict.value)

    def is_over(self, now: float, verdict: Silence) -> bool:
        """Whether it is finished now. Where the last token had no time, the wait begins with the first question."""
        if self.last is None:
            self.last = now
        deadline = self.deadline(verdict)
        return deadline is not None and now >= deadline


_BY_KIND = {
    Kind.PLAIN: Silence.ENDS,
    Kind.CLOSING: Silence.MAY_END,
    Kind.SHORT: Silence.MAY_END,
    Kind.TITLE: Silence.WAITS,
    Kind.NUMBERED: Silence.WAITS,
    Kind.NEVER: Silence.WAITS,
    Kind.INITIAL: Silence.WAITS,
}


def silence(string: str, words: Words, stops: frozenset[str]) -> Silence:
    """Judges by the stop at the end of the open sentence, and the word before it."""
    nearest = max(0, len(string) - FAR)
    cited = CITED.search(string, nearest)
    end = len(string) if cited is None else cited.start()
    while end > nearest and (
        string[end - 1] in CLINGING or string[end - 1].isspace() or PICTURE.match(string[end - 1])
    ):
        end -= 1
    begin = end
    while begin > nearest and string[begin - 1] in stops:
        begin -= 1
    marks = string[begin:end]
    if not marks or marks == BLANK:
        return Silence.WAITS
    if marks in ELLIPSES or marks == "..":
        return Silence.MAY_END
    if marks not in DOTS:
        return Silence.ENDS
    text = Text(string, final=True)
    token = text.token(begin)
    unfinished = (not token or token[-1].isdigit()) and string[begin - 1 : begin] not in CLOSING
    if unfinished or lists.is_marker(string[:begin]):
        return Silence.WAITS
    kind = kind_of(text, begin, marks, words)
    if kind is Kind.NUMBERED and token.lower() in words.ordinary:
        return Silence.MAY_END
    return _BY_KIND[kind]


def settled(string: str, words: Words) -> int:
    """How much of the open sentence can be spoken as it stands, whatever follows."""
    if not string or ideographic(string[-1]):
        return len(string)
    end = len(string) if string[-1].isspace() else _space_before(string, len(string))
    for _ in range(6):
        last = end
        while last and string[last - 1].isspace():
            last -= 1
        if last == 0 or string[last - 1] != ".":
            return end
        text = Text(string, final=True)
        token = text.token(last - 1)
        if token and not token[-1].isdigit() and kind_of(text, last - 1, ".", words) in (Kind.PLAIN, Kind.CLOSING):
            return end
        end = _space_before(string, last)
    return end


def _space_before(string: str, end: int) -> int:
    """The place behind the last space before `end`; 0 if there is none near."""
    parts = string[max(0, end - 80) : end].rsplit(None, 1)
    return end - len(parts[1]) if len(parts) == 2 else 0
