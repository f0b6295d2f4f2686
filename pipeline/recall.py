"""What a run's own events say of where it stood when it was broken off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.events import Audio, Chunk, Event, Failed, PassageCut, Skipped, Speaking
from pipeline.text import Speakable
from pipeline.types import Passage


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


def recall(past: Sequence[Event], speakable: Speakable) -> Recollection:
    """`speakable` is told every passage again, so that it knows what it knew."""
    text = "".join(event.content for event in past if isinstance(event, Chunk))
    unspoken: dict[int, Passage] = {}
    broken_off: Passage | None = None
    handed_out = next_index = 0
    for event in past:
        match event:
            case PassageCut(index=index, start=start, end=end, reason=reason):
                said = speakable.say(Passage(index=index, text=text[start:end], start=start, end=end))
                unspoken[index] = replace(said, reason=reason)  # type: ignore[arg-type]
                handed_out, next_index = end, index + 1
            case Skipped(start=start, end=end):
                speakable.say(Passage(index=next_index, text=text[start:end], start=start, end=end))
                handed_out = end
            case Speaking(index=index):
                broken_off = unspoken.pop(index, None)
            case Audio(index=index) | Failed(index=index):
                unspoken.pop(index, None)
                broken_off = None
            case _:
                pass
    return Recollection(text, handed_out, next_index, tuple(unspoken.values()), broken_off)
