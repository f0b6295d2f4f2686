"""One clip from its first byte to its last, as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from pipeline.errors import InvalidRequest
from pipeline.events import Audio, Speaking
from pipeline.ports import ClipStore
from pipeline.utterance import RATES


async def followed(
    clips: ClipStore, event: Speaking | Audio, name: str, sample_rate: int | None
) -> AsyncGenerator[bytes, None]:
    """The file of that name, whole or while it grows; or its samples alone, 16-bit mono at `sample_rate`. Raises
    InvalidRequest, NotHeld, StoreError where the clip breaks off."""
    if sample_rate is not None:
        if sample_rate not in RATES:
            raise InvalidRequest(f"sample_rate is hertz, {RATES[0]:,} to {RATES[-1]:,}; not {sample_rate!r:.50}.")
        from pipeline.audio.joining.joining import Join  # when first used: a library comes with it

        pieces = Join(clips, event.run, sample_rate).clip(event)
    elif (growing := clips.growing(event.run, name)) is not None:
        pieces = growing.follow()
    else:
        yield await clips.read(event.run, name)
        return
    async with aclosing(pieces):
        async for piece in pieces:
            yield piece
