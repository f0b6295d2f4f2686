"""Captions in the source's own words, in pieces that people can read: WebVTT or SRT; or word by word, as JSON.
Also of a run still going on."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from pipeline.audio.joining.pieces import WIDTH, Piece, columns, pieces_of
from pipeline.audio.joining.ties import belong
from pipeline.events import Audio, Event, PassageCut
from pipeline.ground.writing import BLANK, CLAUSES, HARD, STOPS
from pipeline.types import Omitted

LONGEST = 7.0
"""Seconds that a caption stays at most ..."""
SHORTEST = 1.0
"""... and at least, where the speech allows."""
_TORN, _ALONE = 4.0, 1.5
"""What it costs to end a caption within what belongs together, and to leave a short word alone."""
_WITHIN = 1.0
"""What it costs besides to end one where a word may go on."""
_SHORT = 5
"""Characters, with the space before, that a short word has not."""
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff][\u3041-\u3096\u30fc]|[\u30a1-\u30fa\u30fc][\u30a1-\u30fa]")
_MARK, _UNSEEN = re.compile(r"(?<=<)(?=[\w/!>])|(?<=\{)(?=[\\\w])|(?<=--)(?=>)"), "\u2060"
"""In SRT, which has no way to write them, what players take for marks is parted by what nobody sees."""


@dataclass(frozen=True, slots=True)
class Caption:
    lines: tuple[tuple[Piece, ...], ...]
    begins: float
    ends: float


async def webvtt(events: AsyncIterator[Event], *, word_times: bool = False) -> AsyncGenerator[str, None]:
    """Blocks of one WebVTT file."""
    yield "WEBVTT\n\n"
    async for caption in captions(events):
        lines = "\n".join(_vtt_line(line, caption, word_times) for line in caption.lines)
        yield f"{_clock(caption.begins, '.')} --> {_clock(caption.ends, '.')}\n{lines}\n\n"


async def srt(events: AsyncIterator[Event]) -> AsyncGenerator[str, None]:
    """Blocks of one SRT file."""
    number = 0
    async for caption in captions(events):
        number += 1
        lines = "\n".join(_MARK.sub(_UNSEEN, _written(line)) for line in caption.lines)
        yield f"{number}\n{_clock(caption.begins, ',')} --> {_clock(caption.ends, ',')}\n{lines}\n\n"


async def word_list(events: AsyncIterator[Event]) -> AsyncGenerator[str, None]:
    """Blocks of one JSON list: the words as their `audio` has them, but `at` is in the run's joined sound."""
    before = "["
    async for event in events:
        if isinstance(event, Audio) and event.words:
            words = ({**word._asdict(), "at": round(event.begins + word.at, 3)} for word in event.words)
            yield before + ",\n".join(json.dumps(word, ensure_ascii=False) for word in words)
            before = ",\n"
    yield "[]" if before == "[" else "]"


async def captions(events: AsyncIterator[Event]) -> AsyncGenerator[Caption, None]:
    """A caption as soon as its clip is finished; one that is too short to read waits for the next clip, and is shown
    together with its words unless there is time until then: of a list of words, none tells the answer beforehand."""
    omitted: dict[int, tuple[Omitted, ...]] = {}
    waiting: list[Piece] = []
    spaced, parted, until, shown = False, False, 0, 0.0
    async for event in events:
        if isinstance(event, PassageCut) and event.omitted:
            omitted[event.index] = event.omitted
        elif isinstance(event, Audio):
            pieces = pieces_of(event, omitted.pop(event.index, ()), spaced, parted or event.start < until)
            alone = waiting if waiting and event.begins - waiting[0].begins >= SHORTEST else []
            found, waiting = [*_held(alone), *_captions([*waiting[len(alone) :], *pieces])], []
            spaced, until = event.text[-1:].isspace(), event.end
            parted = event.text.count("\n", len(event.text.rstrip())) > 1
            if found and found[-1].ends - found[-1].begins < SHORTEST:
                waiting = [piece for line in found.pop().lines for piece in line]
            for caption in found:
                shown = (caption := _behind(caption, shown)).ends
                yield caption
    for caption in _held(waiting):
        yield _behind(caption, shown)


def _held(pieces: Sequence[Piece]) -> list[Caption]:
    """Shown until they can be read."""
    return [replace(caption, ends=max(caption.ends, caption.begins + SHORTEST)) for caption in _captions(pieces)]


def _behind(caption: Caption, shown: float) -> Caption:
    """Begins when the one before is no longer `shown`, whatever an engine says of its words' times."""
    if caption.begins >= shown:
        return caption
    return replace(caption, begins=shown, ends=max(caption.ends, shown + 0.001))


# ---- from pieces to captions ----------------------------------------------------------------------------------------


def _captions(pieces: Sequence[Piece]) -> list[Caption]:
    """The cuts that cost least: whole sentences, then clauses, neither too short nor too long to read."""
    count = len(pieces)
    edges = list(accumulate((columns(piece.text) + piece.spaced for piece in pieces), initial=0))
    texts = [piece.text for piece in pieces]
    tied = [*(belong(one, two) for one, two in pairwise(texts)), False]
    parted = [*(piece.parted for piece in pieces[1:]), False]
    ends = [
        0.0 if part else _TORN if tie else _end_of(piece.text) + _WITHIN * _goes_on(piece.text, following)
        for piece, following, tie, part in zip(pieces, [*texts[1:], ""], tied, parted, strict=False)
    ]
    best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * count
    for until in range(1, count + 1):
        crossed = 0.0
        for start in range(until - 1, -1, -1):
            if start < until - 1 and (
                edges[until] - edges[start] > 2 * WIDTH + 2 or pieces[until - 1].ends - pieces[start].begins > LONGEST
            ):
                break
            crossed += 1.2 if start < until - 1 and ends[start] == 0.0 else 0.0
            if start < until - 1 and _broken(pieces, edges, tied, start, until) is None:
                continue
            seconds = (pieces[until].begins if parted[until - 1] else pieces[until - 1].ends) - pieces[start].begins
            cost = 1.0 + crossed + 10 * max(0.0, SHORTEST - seconds) + (ends[until - 1] if until < count else 0.0)
            cost += _ALONE if start == until - 1 and count > 1 and edges[until] - edges[start] < _SHORT else 0.0
            best[until] = min(best[until], (best[start][0] + cost, start))
    cuts = [count]
    while cuts[-1]:
        cuts.append(best[cuts[-1]][1])
    spans = list(pairwise(reversed(cuts)))
    return [_caption(pieces, edges, tied, start, until, last=until == count) for start, until in spans]


def _caption(
    pieces: Sequence[Piece], edges: Sequence[int], tied: Sequence[bool], start: int, until: int, *, last: bool
) -> Caption:
    begins, ends = pieces[start].begins, pieces[until - 1].ends
    if not last:
        following = pieces[until].begins
        ends = following if following - ends < 0.5 else max(ends, min(begins + SHORTEST, following))
    middle = _broken(pieces, edges, tied, start, until)
    cuts = (start, until) if middle is None or middle == start else (start, middle, until)
    lines = tuple(tuple(pieces[one:two]) for one, two in pairwise(cuts))
    return Caption(lines, begins, max(begins + 0.001, min(ends, begins + LONGEST)))


def _broken(pieces: Sequence[Piece], edges: Sequence[int], tied: Sequence[bool], start: int, until: int) -> int | None:
    """Where the second line begins (`start` when one line is enough), or None when two lines are not enough, or would
    tear apart what belongs together."""
    if edges[until] - edges[start] - pieces[start].spaced <= WIDTH:
        return start
    middle = bisect_left(edges, (edges[start] + edges[until]) / 2, start + 1, until)
    best, found = math.inf, None
    for at in sorted(range(start + 1, until), key=lambda at: abs(at - middle + 0.5)):
        first, second = edges[at] - edges[start] - pieces[start].spaced, edges[until] - edges[at] - pieces[at].spaced
        alone = at == start + 1 and first < _SHORT or at == until - 1 and second < _SHORT
        if max(first, second) <= WIDTH and not tied[at - 1] and not alone and max(first, second) < best:
            best, found = max(first, second), at
        elif found is not None:
            break  # further from the middle, it only becomes longer
    return found


def _goes_on(text: str, following: str) -> bool:
    """Whether a word of Japanese may go on there: its ending, or a particle, is in hiragana."""
    return _JAPANESE.match(text[-1:] + following[:1]) is not None


def _end_of(text: str) -> float:
    """What it costs to end a caption after this word."""
    bare = text.rstrip("\"'\u2019\u201d\u00bb)]*_`\u300d\u300f\uff09")
    if bare.endswith((*STOPS, *HARD, 2 * BLANK)):
        return 0.0
    return 0.5 if bare.endswith(tuple(CLAUSES)) else 1.5


# ---- from captions to files -----------------------------------------------------------------------------------------


def _written(line: Sequence[Piece]) -> str:
    return "".join(" " * (piece.spaced and index > 0) + piece.text for index, piece in enumerate(line))


def _vtt_line(line: Sequence[Piece], caption: Caption, word_times: bool) -> str:
    out, last = "", caption.begins
    for index, piece in enumerate(line):
        out += " " * (piece.spaced and index > 0)
        if word_times and last + 0.001 <= piece.begins < caption.ends:
            out += f"<{_clock(piece.begins, '.')}>"
            last = piece.begins
        out += piece.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return out


def _clock(seconds: float, mark: str) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{mark}{milliseconds:03d}"
