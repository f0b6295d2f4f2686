"""Where a passage may end by what the listener still has to hear: the largest that cannot run him dry."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.text.passages import places
from pipeline.text.passages.limits import Limits
from pipeline.text.passages.pace import Pace
from pipeline.text.passages.places import Place
from pipeline.text.passages.plan import Stop, plan
from pipeline.text.passages.sizes import parts
from pipeline.text.passages.waiting import Waiting

__all__ = ["choose"]

AT_ONCE = 0.05
"""Seconds: a voice that needs no more for a passage of any length never keeps anybody waiting."""
SILENCE = 0.2
"""Seconds of silence that sound worse than a cut between any two words."""
NEXT = 60
"""Characters of the passage behind what is known: time for it must be left."""
STOPS = 32
"""Places that are looked at."""
AHEAD = 2
"""Passages of the greatest length that are looked at."""


def choose(waiting: Waiting, limits: Limits, pace: Pace, whole: Sequence[Place], spare: float) -> Place | None:
    """Where the next passage should end; `spare`: seconds after which its sound would come too late."""
    work = pace.expect(limits.max_chunk_length)
    if whole and (work <= AT_ONCE or pace.expect(whole[-1][0]) + work <= spare):
        return whole[-1]  # there is time for this one and for any other behind it
    if work <= AT_ONCE and (early := parts(waiting, limits.max_chunk_length, ())):
        return early[-1]
    known = _known(waiting, limits, whole)
    if not known:
        return _at_last(waiting, limits)
    stops = [Stop(end, sentence) for end, (_, sentence) in sorted(known.items())][:STOPS]
    complete = waiting.closed and stops[-1].end >= len(waiting.text)
    first, silence = plan(stops, pace, limits, spare, 0 if complete else NEXT)
    best = known[stops[first].end][0]
    if silence > SILENCE and pace.expect(best[0]) > spare + SILENCE:
        return _between_words(waiting, limits, pace, spare) or best
    return best


def _known(waiting: Waiting, limits: Limits, whole: Sequence[Place]) -> dict[int, tuple[Place, bool]]:
    """Where this passage and the next few may end, by length: the place, and whether a sentence ends there."""
    text, far = waiting.text, AHEAD * limits.max_chunk_length
    ends = waiting.ends(far)
    enough = [end for end in ends if end >= limits.min_chunk_length]
    found = {place[1]: (place, False) for place in parts(waiting, limits.max_chunk_length, enough)}
    found |= {place[1]: (place, True) for place in whole}
    for end in ends:
        if (place := places.after(text, end, True)) is not None:
            found[place[1]] = (place, True)
    for cut in waiting.clauses(min(waiting.settled, far)):
        if (place := places.after(text, cut, True)) is not None:
            found.setdefault(place[1], (place, False))
    return found


def _at_last(waiting: Waiting, limits: Limits) -> Place | None:
    """Nothing to hear, and neither a sentence's end nor a clause in sight: a space, as for the first passage."""
    early = limits.first_chunk_length
    if waiting.finished or len(waiting.text) <= early or not waiting.decided(early):
        return None
    return None if waiting.block else _space(waiting, early)


def _between_words(waiting: Waiting, limits: Limits, pace: Pace, spare: float) -> Place | None:
    """The largest passage that comes in time, if it brings more sound than it costs work."""
    ends, least = waiting.ends(limits.max_chunk_length), max(places.CLAUSE, pace.lasting())
    longest = min(len(waiting.text), limits.max_chunk_length, *ends[:1])
    in_time = next((length for length in range(longest, places.CLAUSE, -8) if pace.expect(length) <= spare), 0)
    if in_time < least or waiting.block:
        return None
    place = _space(waiting, in_time)
    return place if place is not None and place[0] >= least else None


def _space(waiting: Waiting, longest: int) -> Place | None:
    cut = places.space(waiting.text, 0, longest)
    return None if cut is None else places.after(waiting.text, cut, True, longest)
