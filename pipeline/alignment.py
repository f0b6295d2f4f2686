"""When each word of the source is heard: a passage's spans, and the times an engine reports for what it says."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.types import Passage, Span, Word, WordTime

__all__ = ["SpokenWord", "spoken_words", "words"]

_AUDIBLE = frozenset("%&@#*/\\+<=>|~$")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """`source[start:end]` is heard as `spoken[spoken_start:spoken_end]`."""

    text: str
    start: int
    end: int
    spoken_start: int
    spoken_end: int


def spoken_words(passage: Passage) -> tuple[SpokenWord, ...]:
    """The source's own words that are said, in order: parted by white space, and by the character where a script
    has none; what is said in other words ("$x^2$" as "x squared") is one word. Words that speech adds are not
    among them."""
    out: list[SpokenWord] = []
    for piece in _pieces(passage):
        last = out[-1] if out else None
        if last and last.spoken_end == piece.spoken_start and not _parted(passage, last, piece):
            end = max(last.end, piece.end)
            text = passage.text[last.start - passage.start : end - passage.start]
            out[-1] = SpokenWord(text, last.start, end, last.spoken_start, piece.spoken_end)
        else:
            out.append(piece)
    return tuple(word for word in out if _audible(passage.spoken[word.spoken_start : word.spoken_end]))


def words(passage: Passage, times: Sequence[WordTime], seconds: float) -> tuple[Word, ...]:
    """Every word of the source that is said, timed within a clip of `seconds`: in order, none over another.

    Engines report numbers in several events, small words not at all, and places that are a character off. A word takes
    the time of the first event that falls on it; one without an event shares the time of the reported word before it,
    by length, and is marked as estimated. Without any event all are."""
    said = spoken_words(passage)
    seconds = seconds if math.isfinite(seconds) and seconds > 0 else 0.0
    begins, ends = _reported(said, times, seconds)
    out: list[Word] = []
    index = 0
    while index < len(said):
        following = index + 1
        while following < len(said) and following not in begins:
            following += 1
        limit = begins.get(following, seconds)
        begin = begins.get(index, 0.0)
        if following == index + 1 and index in begins:
            end = ends.get(index, limit)
            out.append(_word(said[index], begin, min(limit, end) if end > begin else limit, estimated=False))
        else:
            out += _shared(said[index:following], begin, limit, first=index in begins)
        index = following
    return tuple(out)


def _reported(
    said: Sequence[SpokenWord], times: Sequence[WordTime], seconds: float
) -> tuple[dict[int, float], dict[int, float]]:
    """For each word with an event of its own: when it begins, and when its last event ends where that is known."""
    begins: dict[int, float] = {}
    ends: dict[int, float] = {}
    starts = [word.spoken_start for word in said]
    latest, now = -1, 0.0
    for time in times:
        if not math.isfinite(time.at):
            continue
        now = min(max(now, time.at), seconds)
        index = bisect_right(starts, time.start) - 1
        if index + 1 < len(said) and (index < 0 or time.start >= said[index].spoken_end):
            # Between two words: it belongs to the one that it reaches into, else to the one before (numbers are
            # reported a character late).
            if index < 0 or time.end > starts[index + 1]:
                index += 1
        if index < latest or index < 0:
            index = latest
        if index < 0:
            continue
        latest = index
        begins.setdefault(index, now)
        if math.isfinite(time.seconds) and time.seconds > 0:
            ends[index] = min(max(ends.get(index, 0.0), now + time.seconds), seconds)
        elif index in ends:
            ends[index] = seconds  # its last event does not say how long it is: it lasts until the next word
    return begins, ends


def _shared(said: Sequence[SpokenWord], begin: float, end: float, *, first: bool) -> Iterator[Word]:
    """One stretch of time for several words; the `first` may have been reported, the others are estimated."""
    total = sum(word.spoken_end - word.spoken_start for word in said)
    before = 0
    for index, word in enumerate(said):
        length = word.spoken_end - word.spoken_start
        start = begin + (end - begin) * before / total
        stop = begin + (end - begin) * (before + length) / total
        yield _word(word, start, stop, estimated=index > 0 or not first)
        before += length


def _word(word: SpokenWord, begin: float, end: float, *, estimated: bool) -> Word:
    """In whole milliseconds, rounded so that no word reaches into the next."""
    at = math.floor(begin * 1000) / 1000
    length = max(math.floor((end - at) * 1000), 0)
    while length and at + length / 1000 > math.floor(end * 1000) / 1000:
        length -= 1
    return Word(word.text, word.start, word.end, at, length / 1000, estimated)


def _pieces(passage: Passage) -> Iterator[SpokenWord]:
    """The words of each span; a span that says its source in other words is one piece."""
    for span in passage.spans:
        spoken = passage.spoken[span.spoken_start : span.spoken_end]
        source = passage.text[span.start - passage.start : span.end - passage.start]
        if not _literal(span, spoken, source):
            yield SpokenWord(source, span.start, span.end, span.spoken_start, span.spoken_end)
            continue
        for start, end in _split(spoken):
            yield SpokenWord(
                source[start:end],
                span.start + start,
                span.start + end,
                span.spoken_start + start,
                span.spoken_start + end,
            )


def _literal(span: Span, spoken: str, source: str) -> bool:
    return len(spoken) == len(source) and (spoken == source or spoken.split() == source.split())


def _split(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a text are. A dash ends the word it stands behind."""
    start = -1
    for at, char in enumerate(text):
        if char.isspace():
            if start >= 0:
                yield start, at
            start = -1
        elif start >= 0 and (_dense(char) or text[at - 1] in "\u2014\u2013" and char.isalnum() or _dense(text[at - 1])):
            if char.isalnum() or not _dense(text[at - 1]):
                yield start, at
                start = at
        elif start < 0:
            start = at
    if start >= 0:
        yield start, len(text)


def _parted(passage: Passage, last: SpokenWord, piece: SpokenWord) -> bool:
    """Whether two pieces that touch in speech are two words all the same."""
    before, after = passage.spoken[last.spoken_end - 1], passage.spoken[piece.spoken_start]
    between = passage.text[last.end - passage.start : piece.start - passage.start]
    return (_dense(before) or _dense(after)) and after.isalnum() or any(char.isspace() for char in between)


def _audible(text: str) -> bool:
    """Whether it is a word: a dash or dots alone are not."""
    return any(
        char.isalnum() or char in _AUDIBLE or ord(char) > 0x2100 and not char.isspace() for char in text
    ) and any(char not in "\u3000\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u2e3a\u2e3b" for char in text)


def _dense(char: str) -> bool:
    """Han and kana, where each character may begin a word."""
    return "\u3040" <= char <= "\u30ff" or "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"
