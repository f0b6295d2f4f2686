"""Text without what no engine can say and some stumble over."""

from __future__ import annotations

import re

_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


def plain(text: str) -> str:
    """Control characters and half characters become spaces, one for one: positions stay true."""
    return _UNSPEAKABLE.sub(" ", text)
