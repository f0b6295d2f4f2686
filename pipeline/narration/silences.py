"""How long a reader is silent between two parts of a book."""

from __future__ import annotations

_CHAPTER = 1.6
"""Seconds of silence between chapters ..."""
_PARAGRAPH = 0.7
"""... and between two parts of one ..."""
_JOINT = 0.15
"""... and where another voice takes over within a paragraph."""


def silence(text: str, *, last: bool) -> float:
    """Seconds behind this part, the `last` of its chapter or not."""
    return _CHAPTER if last else _PARAGRAPH if text.endswith("\n") else _JOINT
