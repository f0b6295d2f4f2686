"""Who decides what the voice is given, and when: our buffer, and what others do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from pipeline.text import Habit, Limits, Pace, SentenceSplitter, Speakable, SpeechBuffer
from pipeline.text.passages.places import marks, space
from pipeline.types import Passage, Sentence

__all__ = ["RIVALS", "Cutter", "adaptive", "fixed"]


class Cutter(Protocol):
    """Decides what the voice is given, and when."""

    @property
    def deadline(self) -> float | None: ...
    def feed(self, text: str, now: float) -> list[Passage]: ...
    def tick(self, now: float) -> list[Passage]: ...
    def finish(self, now: float) -> list[Passage]: ...


Listening = tuple[Cutter, Pace, Speakable]
"""Who cuts, what is known of the voice, and what is said of each passage."""


def adaptive(habit: Habit | None = None) -> Listening:
    pace, speakable = Pace(habit=habit), Speakable()
    return SpeechBuffer(Limits(), SentenceSplitter(), pace, speakable.foretell), pace, speakable


def fixed() -> Listening:
    return SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), Pace()), Pace(), Speakable()


def clause_first() -> Listening:
    """The first passage as early as ours, then one sentence at a time."""
    limits = Limits(mode="fixed", sentence_buffer_size=1, min_chunk_length=1, max_buffer_time=1e9)
    return SpeechBuffer(limits, SentenceSplitter(), Pace()), Pace(), Speakable()


class Sentences:
    """What others do, given our splitter and its way to notice silence: so many whole sentences at a time, or, with
    `ahead`, all that fit as soon as the listener has no more than so many seconds left."""

    def __init__(self, pace: Pace, size: int, ahead: float = 0.0) -> None:
        self._pace, self._size, self._ahead = pace, size, ahead
        self._splitter = SentenceSplitter()
        self._text = ""
        self._held: list[int] = []  # where what waits ends
        self._since, self._spoken, self._passages, self._closed = 0.0, 0, 0, False
        self._dry = 0.0

    def feed(self, text: str, now: float) -> list[Passage]:
        self._text += text
        return self._take(self._splitter.feed(text, now), now)

    def tick(self, now: float) -> list[Passage]:
        return self._take(self._splitter.poll(now), now)

    def finish(self, now: float) -> list[Passage]:
        self._closed = True
        return self._take(self._splitter.flush(), now)

    @property
    def deadline(self) -> float | None:
        due = [] if self._splitter.deadline is None else [self._splitter.deadline]
        if self._held:
            due.append(self._due())
        return min(due, default=None)

    def _due(self) -> float:
        if not self._ahead:
            return self._since + Limits().max_buffer_time
        told = self._pace.outlook(self._since)[1]
        return max(told - self._ahead, self._since) if self._passages else self._since

    def _take(self, sentences: Sequence[Sentence], now: float) -> list[Passage]:
        out: list[Passage] = []
        if sentences and not self._held:
            self._since = now
        for sentence in sentences:
            self._held += [sentence.start + end for end in within_limit(sentence.text)]
        while self._held and self._ready(now, bool(out)):
            count = self._fitting() if self._ahead else min(self._size, self._fitting())
            end = self._held[count - 1]
            out.append(Passage(self._passages, self._text[self._spoken : end], self._spoken, end, "size"))
            self._spoken, self._passages, self._since = end, self._passages + 1, now
            del self._held[:count]
        return out

    def _ready(self, now: float, asked: bool) -> bool:
        if self._ahead:
            return not asked and now >= self._due()
        return len(self._held) >= self._size or self._closed or now >= self._due()

    def _fitting(self) -> int:
        longest = self._spoken + Limits().max_chunk_length
        return max(1, sum(end <= longest for end in self._held))


def within_limit(sentence: str) -> list[int]:
    """Where a sentence ends; before, where it is cut if it is too long for one passage: behind a clause, or a word."""
    begin, longest, ends = 0, Limits().max_chunk_length, []
    clauses = [mark.end for mark in marks(sentence, 0, True)[0] if not mark.joint]
    while len(sentence) - begin > longest:
        near = [end for end in clauses if begin + longest // 3 <= end <= begin + longest]
        begin = near[-1] if near else space(sentence, begin, begin + longest) or begin + longest
        ends.append(begin)
    return [*ends, len(sentence)]


def sentences(size: int, ahead: float = 0.0) -> Callable[[], Listening]:
    def make() -> Listening:
        pace = Pace()
        return Sentences(pace, size, ahead), pace, Speakable()

    return make


RIVALS: dict[str, Callable[[], Listening]] = {
    "one sentence": sentences(1),
    "two sentences": sentences(2),
    "clause first": clause_first,
    "5 s pacing": sentences(1, ahead=5.0),
}
