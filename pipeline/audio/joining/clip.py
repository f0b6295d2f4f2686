"""One clip from its first byte to its last, as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeAlias

from pipeline.errors import InvalidRequest
from pipeline.events import Audio, Pause, Sound, Speaking
from pipeline.ports import ClipStore
from pipeline.utterance import RATES

Heard: TypeAlias = Speaking | Audio | Pause | Sound


async def followed(
    clips: ClipStore, event: Speaking | Audio, name: str, sample_rate: int | None
) -> AsyncGenerator[bytes, None]:
    """The file of that name, whole or while it grows; or its samples alone, 16-bit mono at `sample_rate`. Raises
    InvalidRequest, NotHeld, StoreError where the clip breaks off."""
    if sample_rate is not None:
        pieces = samples(clips, event, sample_rate)
    elif (growing := clips.growing(event.run, name)) is not None:
        pieces = growing.follow()
    else:
        yield await clips.read(event.run, name)
        return
    async with aclosing(pieces):
        async for piece in pieces:
            yield piece


def samples(clips: ClipStore, event: Heard, sample_rate: int) -> AsyncGenerator[bytes, None]:
    """What is heard of this event, 16-bit mono. Raises as `followed` does."""
    check_rate(sample_rate)
    from pipeline.audio.joining.joining import Join  # when first used: a library comes with it

    return Join(clips, event.run, sample_rate).clip(event)


def check_rate(sample_rate: int) -> None:
    if sample_rate not in RATES:
        raise InvalidRequest(f"sample_rate is hertz, {RATES[0]:,} to {RATES[-1]:,}; not {sample_rate!r:.50}.")
