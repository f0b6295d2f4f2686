"""How long a reader is silent between two parts of a book."""

from __future__ import annotations

from pipeline.audio.recording.pauses import pause
from pipeline.types import Passage

_CHAPTER = 1.6
"""Seconds of silence between chapters ..."""
_JOINT = 0.15
"""... and at least where another voice takes over."""
_SEEN = 1000
"""Characters of a text that tell how it ends."""


def silence(text: str, *, last: bool) -> float:
    """Seconds behind this part, the `last` of its chapter or not: as if the text went on in the same breath."""
    if last:
        return _CHAPTER
    end = text[-_SEEN:]
    return max(_JOINT, pause(Passage(0, end, 0, len(end), "size")))
