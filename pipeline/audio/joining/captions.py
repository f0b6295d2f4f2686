"""Captions in the source's own words, in pieces that people can read: WebVTT or SRT; or word by word, as JSON.
Also of a run still going on."""

from __future__ import annotations

import json
import math
import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace

from pipeline.audio.joining.cuts import LONGEST, SHORTEST, Caption, cut
from pipeline.audio.joining.pieces import Piece, pieces_of
from pipeline.events import Audio, Event, PassageCut
from pipeline.types import Omitted

_MARK, _UNSEEN = re.compile(r"(?<=<)(?=[\w/!>])|(?<=\{)(?=\\|\w:)|(?<=--)(?=>)"), "\u2060"
"""In SRT, which has no way to write them, what players take for marks is parted by what nobody sees."""

_GLANCE = 0.7
"""Seconds that are enough for a short caption that is a text of its own."""
_BLINK = 0.04
"""Seconds without a caption that are one picture of a video: it would only flicker."""


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
            enough = _GLANCE if pieces and pieces[0].parted else SHORTEST
            alone = waiting if waiting and event.begins - waiting[0].begins >= enough else []
            found, waiting = [*_held(alone, event.begins), *cut([*waiting[len(alone) :], *pieces])], []
            spaced, until, silent = event.text[-1:].isspace(), event.end, event.begins + event.seconds
            parted = event.text.count("\n", len(event.text.rstrip())) > 1
            if found and found[-1].ends - found[-1].begins < SHORTEST:
                waiting = [piece for line in found.pop().lines for piece in line]
            elif found and silent - _BLINK < found[-1].ends < silent <= found[-1].begins + LONGEST:
                found[-1] = replace(found[-1], ends=silent)
            for caption in found:
                shown = (caption := _behind(caption, shown)).ends
                yield caption
    for caption in _held(waiting, math.inf):
        yield _behind(caption, shown)


def _held(pieces: Sequence[Piece], until: float) -> list[Caption]:
    """Shown until they can be read, or until others come."""
    made = cut(pieces)
    return [replace(caption, ends=max(caption.ends, min(caption.begins + SHORTEST, until))) for caption in made]


def _behind(caption: Caption, shown: float) -> Caption:
    """Begins when the one before is no longer `shown`, whatever an engine says of its words' times."""
    if caption.begins >= shown:
        return caption
    return replace(caption, begins=shown, ends=max(caption.ends, shown + 0.001))


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
