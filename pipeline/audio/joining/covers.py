"""Pictures on books: a stranger's picture may be damaged, or as large as a house."""

from __future__ import annotations

import io
from typing import Any

import av

_BOUNDS = {"max_pixels": "50000000"}
"""More are no cover, and would take gigabytes to look at."""


def drawable(image: bytes) -> bool:
    """Whether players can show it."""
    try:
        with opened(image) as file:
            picture: Any = file.streams.video[0]
            picture.codec_context.options = _BOUNDS
            shown = next(file.decode(picture), None)
            return shown is not None and not shown.is_corrupt
    except (av.FFmpegError, IndexError):  # no picture at all, or a damaged one
        return False


def opened(image: bytes) -> Any:
    """For reading. Raises av.FFmpegError."""
    bounds: Any = [_BOUNDS]
    return av.open(io.BytesIO(image), "r", stream_options=bounds)
