"""What a run's own events say: all of them, what was said and heard, and where it stood when it was broken off."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from pipeline import reports
from pipeline.events import Audio, Chapter, Chunk, Cued, Event, Failed, PassageCut, Pause, Skipped, Sound, Speaking
from pipeline.ports import EventLog
from pipeline.sources.handover.overlap import ENDED
from pipeline.text import Speakable
from pipeline.types import Cue, Passage, Voice

Heard: TypeAlias = Passage | Pause | Sound | Chapter
"""What a listener hears, in order."""
_READ = 32
"""Events at a time: all are decoded before anybody else has his turn."""
_MOMENT = 0.002
"""Seconds: positions come rounded to milliseconds."""
_USUAL = 15.0
"""Characters in a second, about as fast as people speak."""


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
    unspoken: tuple[Heard, ...]
    """Cut, and neither heard nor failed yet; and what stands between."""
    broken_off: Passage | None
    """Announced by `speaking`, and without an end."""
    cue: Cue
    """The last that was reached, with the chapter that goes on."""
    last: Passage | None
    """Cut; None where a pause came behind it."""
    cues: tuple[tuple[int, Cue], ...]
    """Those that were not, with their places in the text."""
    cued: int
    """How many there were in all."""


def said_in(events: Sequence[Event]) -> str:
    """All that the source had said."""
    return "".join(event.content for event in events if isinstance(event, Chunk))


def heard(events: Iterable[Event], seconds: float) -> str:
    """Of the source text, by somebody who has played so many seconds of all the run's sound. `events`: those of a run,
    at least its `chunk`, `speaking` and `audio`."""
    events = list(events)  # read twice
    clips = {event.index: event for event in events if isinstance(event, Speaking | Audio)}  # `audio` comes last
    text, end = said_in(events), 0
    pace = _pace([clip for clip in clips.values() if isinstance(clip, Audio)])
    for clip in clips.values():
        if isinstance(clip, Audio):
            end = max(end, _end(clip, seconds))
        elif (into := seconds - clip.begins) > _MOMENT:  # nobody knows how long it would have been
            until = clip.start + int(into * pace)
            end = max(end, clip.end if until >= clip.end else text.rfind(" ", clip.start, until + 1), 0)
    return text[:end]


def _pace(clips: Sequence[Audio]) -> float:
    """Characters in a second."""
    seconds = sum(clip.seconds for clip in clips)
    return sum(clip.end - clip.start for clip in clips) / seconds if seconds else _USUAL


def _end(audio: Audio, seconds: float) -> int:
    """Where in the source text the sound of this clip stands after so many seconds of the run."""
    into = seconds - audio.begins
    if into <= _MOMENT:
        return 0
    if into >= audio.seconds - _MOMENT:
        return audio.end
    if audio.words:
        return max((word.end for word in audio.words if word.at < into), default=audio.start)
    return audio.start + int((audio.end - audio.start) * into / audio.seconds)


def recall(past: Sequence[Event], speakable: Speakable) -> Recollection:
    """`speakable` is told every passage again, so that it knows what it knew."""
    text = said_in(past)
    cues = [(event.start, _cue(event)) for event in past if isinstance(event, Cued)]
    passages: list[Passage] = []
    unspoken: dict[int, Passage] = {}
    broken_off: Passage | None = None
    handed_out = next_index = 0
    for event in past:
        match event:
            case PassageCut(index=index, start=start, end=end, reason=reason):
                cue = _last(cues, start)
                passage = Passage(index, text[start:end], start, end, reason)
                passages.append(passage)
                unspoken[index] = speakable.say(replace(passage, voice=cue.voice, step=cue.step))
                handed_out, next_index = end, index + 1
            case Skipped(start=start, end=end):
                speakable.say(Passage(next_index, text[start:end], start, end, "size"))  # the text goes on behind it
                handed_out = end
            case Speaking(index=index):
                broken_off = unspoken.pop(index, None)
            case Audio(index=index) | Failed(index=index):
                unspoken.pop(index, None)
                broken_off = None
    told = sum(isinstance(event, Pause | Chapter) for event in past)
    reached, between = _reached(cues, passages, handed_out, told)
    paused = next((place for place, cue in reversed(reached) if cue.pause), -1)
    chapter = next((cue.chapter for _, cue in reversed(reached) if cue.chapter), "")
    return Recollection(
        text,
        handed_out,
        next_index,
        tuple(_in_order(unspoken.values(), between)),
        broken_off,
        replace(_last(reached, handed_out), chapter=chapter),
        passages[-1] if passages and passages[-1].end > paused else None,
        tuple(cues[len(reached) :]),
        len(cues),
    )


def _cue(event: Cued) -> Cue:
    voice = Voice(**event.speaker) if event.speaker else None
    return Cue(event.step or "", voice, event.pause or 0.0, chapter=event.chapter or "")


def _last(cues: Sequence[tuple[int, Cue]], at: int) -> Cue:
    """Whose turn it is at this place in the text."""
    return next((cue for place, cue in reversed(cues) if place <= at), Cue())


def _reached(
    cues: Sequence[tuple[int, Cue]], passages: Sequence[Passage], handed_out: int, told: int
) -> tuple[list[tuple[int, Cue]], list[tuple[int, Heard]]]:
    """The cues that were reached, and what they still let be heard: `told` of all that is published in their order."""
    reached: list[tuple[int, Cue]] = []
    untold: list[tuple[int, Heard]] = []
    ends, paused = [passage.end for passage in passages], -1
    for at, cue in cues:
        place = bisect_right(ends, at) - 1
        items = reports.between(cue, at, passages[place] if place >= 0 and ends[place] > paused else None)
        if at > handed_out or (at == handed_out and items and not told):
            break
        reached.append((at, cue))
        paused = at if cue.pause else paused
        untold += [(at, item) for item in items[told:]]
        told = max(0, told - len(items))
    return reached, untold


def _in_order(passages: Iterable[Passage], between: Sequence[tuple[int, Heard]]) -> list[Heard]:
    """What stands before the passage at the same place."""
    found: list[tuple[int, int, Heard]] = [(passage.start, 1, passage) for passage in passages]
    found += [(at, 0, item) for at, item in between]
    return [item for _, _, item in sorted(found, key=lambda item: item[:2])]


def repeatable(past: Sequence[Event]) -> list[Event]:
    """What another run says again as it is: the text and how it was cut, but for a last sentence that broke off."""
    kept: list[Event] = [event for event in past if isinstance(event, Chunk | Cued | PassageCut | Skipped)]
    if kept and isinstance(kept[-1], PassageCut) and not ENDED.search(kept[-1].text):
        kept.pop()
    return kept
