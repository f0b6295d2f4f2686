"""Where a passage may end by its size: the first one, whole sentences, what is too long or has waited too long."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.text import clusters
from pipeline.text.passages import places
from pipeline.text.passages.limits import Limits
from pipeline.text.passages.places import Place
from pipeline.text.passages.waiting import Waiting
from pipeline.types import Reason

REST = 8
"""Characters that an early cut leaves of a sentence, at least."""
WORD = 1000
"""Characters of the longest word that is still spoken as one."""
_HEADING = re.compile(r"(?:^|\n) {0,3}#{1,6}[ \t][^\n]*\Z")


def first(waiting: Waiting, limits: Limits) -> Place | None:
    """The earliest of a sentence's end, a clause, a conjunction, and the last space before the limit."""
    text, size, longest = waiting.text, len(waiting.text), limits.max_chunk_length
    if not waiting.block:
        longest = min(longest, limits.first_chunk_length)
    if size <= longest + REST and not waiting.closed and waiting.bare:
        return None
    ends = waiting.ends(limits.max_chunk_length)
    early = parts(waiting, longest, ends)
    if early:
        return early[0]
    if ends and ends[0] <= longest:
        return places.after(text, ends[0], waiting.closed)
    if not ends and not waiting.decided(longest) and waiting.settled <= longest + REST:
        return None
    if size <= longest and waiting.closed:
        return len(text.rstrip()), size
    if not waiting.block:
        known = size if waiting.closed else longest + REST
        cut = space(text, waiting.begin, min(longest, (ends[0] if ends else known) - REST))
        if cut is not None:
            return places.after(text, cut, True, longest)
    found, reason = whole(waiting, limits)
    return found[0] if found and (ends or reason is not None) else None


def parts(waiting: Waiting, longest: int, ends: Sequence[int]) -> list[Place]:
    """Clauses and the like before the first of the sentences' ends, as far as they are certain, smallest first."""
    text = waiting.text
    known = ends[0] if ends else len(text) if waiting.closed else None
    settled = len(text) if ends else waiting.settled
    found: list[Place] = []
    for cut in waiting.early(min(longest, settled)):
        if known is not None and cut >= known:
            break
        place = places.after(text, cut, waiting.closed, longest)
        if place is None:
            break
        if (known or _guess(text, place[1])) - place[1] >= REST:
            found.append(place)
    return found


def _guess(text: str, behind: int) -> int:
    """Where the sentence seems to end, if that is near."""
    rest = text[behind : behind + REST].rstrip()
    return behind + len(rest) if rest.endswith((".", "!", "?", "…")) else len(text) + REST


def whole(waiting: Waiting, limits: Limits) -> tuple[list[Place], Reason | None]:
    """Ends of sentences at which the next passage may end, smallest first, and why it cannot grow further, if so."""
    text, size = waiting.text, len(waiting.text)
    longest, batch = limits.max_chunk_length, limits.mode == "batch"
    most = 1 if batch else limits.sentence_buffer_size
    found: list[Place] = []
    short: list[Place] = []  # too short to be spoken alone, unless the next sentence is too long to join
    for count, end in enumerate(waiting.ends(longest), 1):
        place = places.after(text, end, waiting.closed)
        if place is None:
            return found, None
        paragraph = text.count("\n", *place) > 1
        alone = batch and (paragraph or _is_heading(text, place))
        if len(text[:end].strip()) < limits.min_chunk_length and not alone:
            short.append(place)
            continue
        found.append(place)
        if count >= most or (paragraph and (batch or (limits.mode == "adaptive" and 4 * end >= longest))):
            return found, "end" if waiting.closed and place[1] == size else "size"
    if size <= longest:
        if not waiting.closed:
            return found, None
        if text[found[-1][1] if found else 0 :].strip():
            found.append((len(text.rstrip()), size))
        return found, "end"
    if not waiting.decided(longest):
        return found, None
    if found or short:
        return found or short, "length"
    place = overlong(waiting, longest)
    return ([place], "length") if place is not None else ([], None)


def _is_heading(text: str, place: Place) -> bool:
    """Whether the line that ends there is one: it wants a rest behind it, also without a blank line."""
    return "\n" in text[slice(*place)] and _HEADING.search(text[: place[0]]) is not None


def finished(waiting: Waiting, limits: Limits) -> list[Place]:
    """Ends of the finished sentences that make one passage, smallest first, none of them too short to be spoken."""
    text, longest = waiting.text, limits.max_chunk_length
    ends = waiting.ends(longest)[: limits.sentence_buffer_size]
    if not ends and (place := overlong(waiting, longest)) is not None:
        return [place]
    ends = ends or waiting.ends(len(text))[:1]  # a single word that is too long
    return [place for end in ends if (place := places.after(text, end, True)) is not None]


def overlong(waiting: Waiting, longest: int) -> Place | None:
    """A place in a sentence that is too long: behind a clause, else at a space, else behind an endless word."""
    text, begin = waiting.text, waiting.begin
    if waiting.block:
        line = places.break_line(text, longest - 1)
        if line is not None:
            return line, line + 1
    clauses = [cut for cut in waiting.clauses(longest) if 3 * cut >= longest]
    cut = clauses[-1] if clauses else places.space(text, 0, longest)
    if cut is not None:
        return places.after(text, cut, True, longest)
    longest_word = WORD + clusters.LONGEST
    blanks = [at for at in range(begin, min(len(text), begin + longest_word)) if text[at].isspace()]
    if blanks:  # none of them a good place, and the first may be so near that nothing but crumbs is left of a text
        end = max((at for at in blanks if at < longest), default=blanks[0])
        return places.after(text, end, waiting.closed)
    if len(text) - begin > longest_word:
        cut = clusters.parting(text, begin, begin + WORD)
        return cut, cut
    return (len(text), len(text)) if waiting.closed else None


def overdue(waiting: Waiting, longest: int) -> Place | None:
    """Where text that has waited too long is cut: behind its sentences, else its last clause, else its last word that
    will not change any more."""
    text, ends = waiting.text, waiting.ends(longest)
    if not ends and waiting.block:
        line = places.break_line(text, longest)
        return None if line is None else (line, line + 1)
    cut = ends[-1] if ends else next(reversed(waiting.clauses(longest)), None)
    if cut is None:
        words = len(text.rstrip())
        complete = 0 < words < len(text) and words <= longest and text[words - 1] not in ".#"
        cut = words if complete and not places.within(text, 0, words) else space(text, 0, longest)
    return None if cut is None else places.after(text, cut, True)


def space(text: str, start: int, stop: int) -> int | None:
    """The last place between two words at or before `stop`, but none within a formula that is still being written."""
    cut = places.space(text, start, stop)
    return None if cut is None or places.within(text, start, cut) else cut
