"""What a run's own events say of where it stood when it was broken off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.events import Audio, Chunk, Event, Failed, PassageCut, Skipped, Speaking
from pipeline.text import Speakable
from pipeline.types import Passage

_ENDED = re.compile(r"[.!?…。！？:][\"'”’»)\]」』]*\s*$")


@dataclass(frozen=True, slots=True)
class Recollection:
    text: str
    """All that the source had said."""
    handed_out: int
    """Where the last passage or skipped span ends."""
    index: int
    """Of the next passage."""
    unspoken: tuple[Passage, ...]
    """Cut, and neither heard nor failed yet."""
    broken_off: Passage | None
    """Announced by `speaking`, and without an end."""


def said_in(events: Sequence[Event]) -> str:
    """All that the source had said."""
    return "".join(event.content for event in events if isinstance(event, Chunk))


def recall(past: Sequence[Event], speakable: Speakable) -> Recollection:
    """`speakable` is told every passage again, so that it knows what it knew."""
    text = said_in(past)
    unspoken: dict[int, Passage] = {}
    broken_off: Passage | None = None
    handed_out = next_index = 0
    for event in past:
        match event:
            case PassageCut(index=index, start=start, end=end, reason=reason):
                passage = Passage(index, text[start:end], start, end, reason)  # type: ignore[arg-type]
                unspoken[index] = speakable.say(passage)
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
    return Recollection(text, handed_out, next_index, tuple(unspoken.values()), broken_off)


def repeatable(past: Sequence[Event]) -> list[Event]:
    """What another run says again as it is: the text and how it was cut, but for a last sentence that broke off."""
    kept: list[Event] = [event for event in past if isinstance(event, Chunk | PassageCut | Skipped)]
    if kept and isinstance(kept[-1], PassageCut) and not _ENDED.search(kept[-1].text):
        kept.pop()
    return kept
