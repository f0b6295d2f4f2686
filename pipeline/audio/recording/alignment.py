"""When each word of the source is heard: a passage's spans, and the times an engine reports for what it says."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

from pipeline.ground.writing import SYLLABLE
from pipeline.types import Passage, Span, Word, WordTime

_DENSE = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Han and kana: each character may be a word."""
_ATTACHED = (
    "\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u300d\u300f\u3011\u300b\uff09\u2019\u201d\u2026,.!?:;)"
    "\u3005\u3083\u3085\u3087\u3063\u30e3\u30e5\u30e7\u30c3\u30fc"
)
"""What belongs to the character in front of it: closing marks, small kana, signs of repetition."""
_SIGN = rf"[^\s{_DENSE}\u2013\u2014]"
_WORD, _SYLLABLE = (
    re.compile(rf"[^\w\s]*[{_DENSE}][{_ATTACHED}]*|{word}[\u2013\u2014]*|[\u2013\u2014]+")
    for word in (f"{_SIGN}+", f"{_SIGN}(?:(?!{SYLLABLE}){_SIGN})*")
)
"""What stands between white space; a dash ends the word in front of it. Or a syllable, where no space parts words."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_HEARD = re.compile(r"[^\W_]|[%&@#*/\\]")
"""Letters, digits, and signs with a name; other symbols are told by their category."""
LONGEST = 1e6
"""Seconds of the longest clip whose words are timed; beyond it a millisecond is lost in rounding."""


class SpokenWord(NamedTuple):
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
    text, offset = passage.text, passage.start
    spans, first = [(span, _literal(passage, span)) for span in passage.spans], 0
    shift = until = 0  # a literal span is at hand up to `until`: nearly always
    pattern = _SYLLABLE if _UNSPACED.search(passage.spoken) else _WORD
    for found in pattern.finditer(passage.spoken):
        begin, finish = found.span()
        if finish <= until:
            start, end = begin + shift, finish + shift
            if not (found[0].isalnum() or _audible(text[start - offset : end - offset])):
                continue
        else:
            while first < len(spans) and spans[first][0].spoken_end <= begin:
                first += 1
            heard = _heard(passage, spans, first, begin, finish)
            if first < len(spans) and spans[first][1] and spans[first][0].spoken_start <= begin:
                shift, until = spans[first][0].start - spans[first][0].spoken_start, spans[first][0].spoken_end
            if heard is None:
                continue
            start, end = heard
        if out and start < out[-1].end:  # another word for the same part of the source
            last = out.pop()
            start, end, begin = last.start, max(end, last.end), last.spoken_start
        out.append(SpokenWord(text[start - offset : end - offset], start, end, begin, finish))
    return tuple(out)


def words(passage: Passage, times: Sequence[WordTime], seconds: float, *, guessed: bool = False) -> tuple[Word, ...]:
    """Every word of the source that is said, timed within a clip of `seconds`: in order, none over another.

    Engines report numbers in several events, small words not at all, and places that are a character off. A word takes
    the time of the first event that falls on it; one without an event shares the time of the reported word before it,
    by length, and is marked as estimated. Without any event all are, and when the `times` are `guessed`."""
    said = spoken_words(passage)
    seconds = min(seconds, LONGEST) if 0 < seconds < math.inf else 0.0
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
            out.append(_word(said[index], begin, min(limit, end) if end > begin else limit, estimated=guessed))
        else:
            out += _shared(said[index:following], begin, limit, told=index in begins and not guessed)
        index = following
    return tuple(out)


class Timed(Sequence[Word]):
    """`words`, worked out when somebody looks: whoever only plays a clip never does."""

    def __init__(self, passage: Passage, times: Sequence[WordTime], seconds: float, *, guessed: bool = False) -> None:
        self._work: Callable[[], tuple[Word, ...]] = partial(words, passage, times, seconds, guessed=guessed)

    @cached_property
    def _words(self) -> tuple[Word, ...]:
        return self._work()

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[Word]:
        return iter(self._words)

    def __getitem__(self, place: Any) -> Any:
        return self._words[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._words == tuple(other)

    def __hash__(self) -> int:
        return hash(self._words)

    def __repr__(self) -> str:
        return repr(self._words)


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


def _shared(said: Sequence[SpokenWord], begin: float, end: float, *, told: bool) -> Iterator[Word]:
    """One stretch of time for several words; the first may have been `told`, the others are estimated."""
    total = sum([word.spoken_end - word.spoken_start for word in said])
    before, start = 0, begin
    for word in said:
        before += word.spoken_end - word.spoken_start
        stop = begin + (end - begin) * before / total
        yield _word(word, start, stop, estimated=not told)
        start, told = stop, False


def _word(word: SpokenWord, begin: float, end: float, *, estimated: bool) -> Word:
    """In whole milliseconds, rounded so that no word reaches into the next."""
    first, last = int(begin * 1000 + 1e-6), int(end * 1000 + 1e-6)
    at, seconds = first / 1000, (last - first) / 1000
    if seconds and (at + seconds > last / 1000 or at + seconds > end):
        seconds = (last - first - 1) / 1000
    return Word(word.text, word.start, word.end, at if at < begin else begin, seconds, estimated)


def _heard(
    passage: Passage, spans: Sequence[tuple[Span, bool]], first: int, begin: int, finish: int
) -> tuple[int, int] | None:
    """What `spoken[begin:finish]` says of the source, from the first to the last part that is heard: a stop that marks
    keep from its word is not part of it. `first` is the first span that reaches beyond `begin`."""
    where = None
    while first < len(spans) and spans[first][0].spoken_start < finish:
        span, literal = spans[first]
        first += 1
        start, end = span.start, span.end
        if literal:
            shift = start - span.spoken_start
            start, end = max(begin, span.spoken_start) + shift, min(finish, span.spoken_end) + shift
        if _audible(passage.text[start - passage.start : end - passage.start]):
            where = where[0] if where else start, end
    return where


def _literal(passage: Passage, span: Span) -> bool:
    """Whether the span says its source as it stands, character for character, whatever the white space."""
    spoken = passage.spoken[span.spoken_start : span.spoken_end]
    source = passage.text[span.start - passage.start : span.end - passage.start]
    return len(spoken) == len(source) and (spoken == source or spoken.split() == source.split())


def _audible(text: str) -> bool:
    """Whether it is heard: a dash or dots alone are not."""
    return _HEARD.search(text) is not None or any(unicodedata.category(char)[0] == "S" for char in text)
