"""What a run's own events say: all of them, what was said, and where it stood when it was broken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.events import Audio, Chunk, Cued, Event, Failed, PassageCut, Pause, Skipped, Speaking
from pipeline.ports import EventLog
from pipeline.text import Speakable
from pipeline.types import Cue, Passage, Voice

_ENDED = re.compile(r"[.!?…。！？:][\"'”’»)\]」』]*\s*$")


_READ = 1000
"""Events at a time."""


async def past(log: EventLog, run: str, *kinds: type[Event]) -> list[Event]:
    """All events so far, or those of some kinds. Raises UnknownRun."""
    wanted = {kind.type for kind in kinds}
    found: list[Event] = []
    after = 0
    while lines := await log.lines(run, after, _READ):
        after = lines[-1].seq
        found += [line.event for line in lines if not wanted or line.type in wanted]
    return found


@dataclass(frozen=True, slots=True)
class Recollection:
    text: str
    """All that the source had said."""
    handed_out: int
    """Where the last passage or skipped span ends."""
    index: int
    """Of the next passage."""
    unspoken: tuple[Passage | Pause, ...]
    """Cut, and neither heard nor failed yet; and the silence between."""
    broken_off: Passage | None
    """Announced by `speaking`, and without an end."""
    cue: Cue
    """Of a script, the last that was reached."""
    cues: tuple[tuple[int, Cue], ...]
    """Those that were not, with their places in the text."""
    cued: int
    """How many there were in all."""


def said_in(events: Sequence[Event]) -> str:
    """All that the source had said."""
    return "".join(event.content for event in events if isinstance(event, Chunk))


def recall(past: Sequence[Event], speakable: Speakable) -> Recollection:
    """`speakable` is told every passage again, so that it knows what it knew."""
    text = said_in(past)
    cues = [(event.start, _cue(event)) for event in past if isinstance(event, Cued)]
    unspoken: dict[int, Passage] = {}
    broken_off: Passage | None = None
    handed_out = next_index = 0
    for event in past:
        match event:
            case PassageCut(index=index, start=start, end=end, reason=reason):
                cue = _last(cues, start)
                passage = Passage(index, text[start:end], start, end, reason)  # type: ignore[arg-type]
                unspoken[index] = replace(speakable.say(passage), voice=cue.voice, step=cue.step)
                handed_out, next_index = end, index + 1
            case Skipped(start=start, end=end):
                speakable.say(Passage(next_index, text[start:end], start, end, "size"))  # the text goes on behind it
                handed_out = end
            case Speaking(index=index):
                broken_off = unspoken.pop(index, None)
            case Audio(index=index) | Failed(index=index):
                unspoken.pop(index, None)
                broken_off = None
            case _:
                pass
    rests = _unrested(cues, past)
    reached = [(at, cue) for at, cue in cues if at < handed_out or (at == handed_out and (at, cue) not in rests)]
    return Recollection(
        text,
        handed_out,
        next_index,
        tuple(_in_order(unspoken.values(), [rest for rest in rests if rest in reached])),
        broken_off,
        _last(reached, handed_out),
        tuple(cues[len(reached) :]),
        len(cues),
    )


def _cue(event: Cued) -> Cue:
    return Cue(event.step or "", Voice(**event.speaker) if event.speaker else None, event.pause or 0.0)


def _last(cues: Sequence[tuple[int, Cue]], at: int) -> Cue:
    """Whose turn it is at this place in the text."""
    return next((cue for place, cue in reversed(cues) if place <= at), Cue())


def _unrested(cues: Sequence[tuple[int, Cue]], past: Sequence[Event]) -> list[tuple[int, Cue]]:
    """Cues whose silence was not heard yet: it is published in their order."""
    return [(at, cue) for at, cue in cues if cue.pause][sum(isinstance(event, Pause) for event in past) :]


def _in_order(passages: Iterable[Passage], rests: Sequence[tuple[int, Cue]]) -> list[Passage | Pause]:
    """Silence before the passage that stands at the same place."""
    found: list[tuple[int, int, Passage | Pause]] = [(passage.start, 1, passage) for passage in passages]
    found += [(at, 0, Pause(seconds=cue.pause)) for at, cue in rests]
    return [item for _, _, item in sorted(found, key=lambda item: item[:2])]


def repeatable(past: Sequence[Event]) -> list[Event]:
    """What another run says again as it is: the text and how it was cut, but for a last sentence that broke off."""
    kept: list[Event] = [event for event in past if isinstance(event, Chunk | Cued | PassageCut | Skipped)]
    if kept and isinstance(kept[-1], PassageCut) and not _ENDED.search(kept[-1].text):
        kept.pop()
    return kept
