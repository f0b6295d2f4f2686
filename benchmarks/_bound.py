"""The least that an answer can cost the listener."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache

from pipeline.text import Limits, Pace, SentenceSplitter, Speakable, SpeechBuffer
from pipeline.text.passages.places import marks

__all__ = ["bound"]

WORDS = re.compile(r"(?:(?<=\n)(?:```| {4}|def )[^\n]*|\S+)(\s*)")
"""Places where anybody may cut: behind words, and behind lines of code."""


def bound(
    tokens: Sequence[tuple[float, str]],
    voice: tuple[float, float],
    speed: float,
    gap: float,
    between_words: bool = True,
) -> float:
    """The least cost for anybody who knows the future and keeps the same limits.

    The first passage is where the first-passage rule puts it, asked for when its last character has come. Every later
    one ends behind any word (in code, behind any line), is 20 to 300 characters long (the last may be shorter), holds
    two sentences at most, and is asked for as soon as its last character has come and the voice is free. Not
    `between_words`, it ends with a sentence, behind a clause or before a conjunction alone, as sounds well.

    If the sound began at time t, passage i would have to be ready by t + (sound before i). So there is as much silence
    as the best t without any is later than the first sound; t* = min over all ways to cut of max over i of ready_i -
    sound before i. It is found by halving; for a given t, dynamic programming over the places gives the earliest time
    at which each of them can be ready without a gap.
    """
    text, arrived = "".join(token for _, token in tokens), []
    for when, token in tokens:
        arrived += [when] * len(token)
    limits, (start_up, factor) = Limits(), voice
    splitter = SentenceSplitter()
    stops = [sentence.end for sentence in [*splitter.feed(text, 0.0), *splitter.flush()]]
    natural = {*stops, *(mark.end for mark in marks(text, 0, True)[0])}
    words = [word for word in WORDS.finditer(text) if between_words or word.start(1) in natural]
    places = [word.end() for word in words]
    came = [arrived[word.start(1) - 1] for word in words]
    first = first_passage(text)
    ends = sorted({first, *places})
    sound = {end: said / speed for end, said in zip(ends, Speakable().foretell(text, ends), strict=True)}
    earliest = arrived[len(text[:first].rstrip()) - 1] + start_up + factor * sound[first]

    @cache
    def full(before: int, place: int) -> bool:
        """Between these places a passage would have been long enough, and have held its sentences, earlier."""
        inside = [end - before for end in stops if before < end < place - 2]
        return len(inside) >= limits.sentence_buffer_size and any(
            length >= limits.min_chunk_length for length in inside[limits.sentence_buffer_size - 1 :]
        )

    def gapless(t: float) -> bool:
        reach, todo = {first: earliest}, [first]
        for place, when in zip(places, came, strict=True):
            if place <= first:
                continue
            best = math.inf
            for before in reversed(todo):
                length = place - before
                least = 1 if place == len(text) else limits.min_chunk_length
                if length > limits.max_chunk_length or full(before, place):
                    break
                if length < least:
                    continue
                more = sound[place] - sound[before]  # none where nothing is said of it
                ready = max(reach[before], when) + start_up + factor * more if more else reach[before]
                if ready < best and ready <= t + sound[before] + 1e-9:
                    best = ready
            if best < math.inf:
                reach[place] = best
                todo.append(place)
        return len(text) in reach

    low, high = earliest, earliest + 600.0
    if gapless(low):
        return low
    while high - low > 0.005:
        middle = (low + high) / 2
        low, high = (low, middle) if gapless(middle) else (middle, high)
    return earliest + gap * (low - earliest)


def first_passage(text: str) -> int:
    """Where the first-passage rule ends it."""
    buffer = SpeechBuffer(Limits(mode="fixed"), SentenceSplitter(), Pace())
    return (buffer.feed(text, 0.0) + buffer.end(0.0))[0].end
