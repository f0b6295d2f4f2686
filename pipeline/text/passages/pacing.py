"""Where a passage may end by what the listener still has to hear: the largest that cannot run him dry."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.text.passages import places, sizes
from pipeline.text.passages.limits import Limits
from pipeline.text.passages.pace import Pace
from pipeline.text.passages.places import Place
from pipeline.text.passages.plan import Stop, plan
from pipeline.text.passages.waiting import Waiting

AT_ONCE = 0.05
"""Seconds: a voice that needs no more for a passage of any length never keeps anybody waiting."""
SENTENCE, CLAUSE, JOINT, WORDS = 0.0, 0.05, 0.1, 0.2
"""Seconds of silence that sound no worse than a passage that ends with a sentence, with a clause, before a conjunction,
between any two words."""
NEXT = 60
"""Characters of the passage behind what is known: time for it must be left."""
STOPS = 96
"""Places that are looked at."""
AHEAD = 5
"""Passages of the greatest length that are looked at."""
APART = 8
"""Characters between two places within a sentence; what is closer to the one before is none."""

Places = dict[int, tuple[Place, float]]
"""By their length: places where passages may end, and how rough that would sound."""


def choose(waiting: Waiting, limits: Limits, pace: Pace, whole: Sequence[Place], spare: float) -> Place | None:
    """Where the next passage should end; `spare`: seconds after which its sound would come too late."""
    longest = pace.wait(limits.max_chunk_length)
    if whole and (longest <= AT_ONCE or pace.wait(waiting.said([whole[-1][0]])[0]) + longest <= spare):
        return whole[-1]  # there is time for this one and for any other behind it
    if longest <= AT_ONCE and (early := sizes.parts(waiting, limits.max_chunk_length, ())):
        return early[-1]
    known = _known(waiting, limits, whole)
    if not known or (not whole and known[min(known)][0][0] > limits.max_chunk_length):
        return _at_last(waiting, limits)
    best, silence, cost = _plan(known, waiting, limits, pace, spare)
    if silence > WORDS:
        finer, _, less = _plan(known | _between_words(waiting, limits, known), waiting, limits, pace, spare)
        return finer if less < cost else best
    return best


def _plan(known: Places, waiting: Waiting, limits: Limits, pace: Pace, spare: float) -> tuple[Place, float, float]:
    """The best of the places for the next passage, the silence that is left, and what it costs."""
    ends: list[int] = []
    for end in sorted(known):
        if known[end][1] == SENTENCE or not ends or end - ends[-1] >= APART:
            ends.append(end)
    ends = ends[:STOPS]
    stops = [Stop(*known[end], said) for end, said in zip(ends, waiting.said(ends), strict=True)]
    complete = waiting.closed and stops[-1].place[1] >= len(waiting.text)
    found = plan(stops, pace, limits, spare, 0 if complete else NEXT)
    return stops[found.first].place, found.silence, found.cost


def _known(waiting: Waiting, limits: Limits, whole: Sequence[Place]) -> Places:
    """Where sentences and their parts end, for this passage and the next few."""
    text, far = waiting.text, AHEAD * limits.max_chunk_length
    settled = min(waiting.settled, far)
    found = {place[1]: (place, SENTENCE) for place in whole}
    for rough, cuts in (
        (SENTENCE, waiting.ends(far)),
        (CLAUSE, waiting.clauses(settled)),
        (JOINT, waiting.early(settled)),
    ):
        for cut in cuts:
            if (place := places.after(text, cut, True)) is not None:
                found.setdefault(place[1], (place, rough))
    return found


def _between_words(waiting: Waiting, limits: Limits, known: Places) -> Places:
    """Places between words, some way from the better ones; none in code and the like."""
    text, begin, verbatim = waiting.text, 0, waiting.block
    found: Places = {}
    for end in [*sorted(known), min(waiting.settled, max(known) + limits.max_chunk_length)]:
        for near in range(begin + 2 * APART, end - APART, APART) if not verbatim else ():
            if (place := _last(text, begin, near)) is not None:
                found[place[1]] = (place, WORDS)
        if end in known and known[end][1] == SENTENCE:
            verbatim = places.verbatim(text, end)
        begin = end
    return found


def _last(text: str, begin: int, near: int) -> Place | None:
    """The last place at `near` or shortly before between two words that do not lean on one another."""
    stop = near
    while stop > near - 2 * APART and (cut := places.space(text, begin + APART, stop)) is not None:
        if places.loose(text, begin, cut) and not places.counts(text, begin, cut):
            return places.after(text, cut, True, near)
        stop = cut - 1
    return None


def _at_last(waiting: Waiting, limits: Limits) -> Place | None:
    """Nothing to hear, and neither a sentence's end nor a clause in sight: a space, as for the first passage."""
    early = min(limits.first_chunk_length, limits.max_chunk_length)
    if waiting.finished or len(waiting.text) <= early or not waiting.decided(early):
        return None
    cut = None if waiting.block else sizes.space(waiting.text, 0, early)
    return None if cut is None else places.after(waiting.text, cut, True, early)
