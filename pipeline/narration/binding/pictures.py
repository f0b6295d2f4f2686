"""Which pictures and fonts of a stranger's book may stay in it: those that are what they say, and do nothing."""

from __future__ import annotations

import re

from pipeline.errors import UnreadableDocument
from pipeline.narration.readers.xml import bare, parsed

_BEGIN = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "font/ttf": (b"\0\1\0\0", b"true"),
    "font/otf": (b"OTTO",),
    "font/woff": (b"wOFF",),
    "font/woff2": (b"wOF2",),
    "application/vnd.ms-opentype": (b"\0\1\0\0", b"OTTO", b"true"),
    "application/font-sfnt": (b"\0\1\0\0", b"OTTO", b"true"),
    "application/font-woff": (b"wOFF",),
}
_DRAWING = "image/svg+xml"
_DOES = frozenset("script foreignObject iframe object embed a animate set animateMotion animateTransform".split())
ABROAD = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression|javascript:", re.IGNORECASE)
"""In what says how something looks: that it fetches something, or does something."""


def fit(media_type: str, data: bytes | None = None) -> bool:
    """Whether files of that type may stay; and this one, when its `data` are given."""
    if data is None:
        return media_type in _BEGIN or media_type == _DRAWING
    return _harmless(data) if media_type == _DRAWING else data.startswith(_BEGIN.get(media_type, ()))


def _harmless(data: bytes) -> bool:
    """A drawing of shapes and letters alone."""
    try:
        root = parsed(data, "a drawing")
    except UnreadableDocument:
        return False
    for element in root.iter():
        if bare(element.tag) in _DOES or ABROAD.search(element.text or ""):
            return False
        for name, value in element.attrib.items():
            abroad = bare(name) == "href" and not value.startswith("#") or ABROAD.search(value)
            if abroad or name.lower().startswith("on"):
                return False
    return bare(root.tag) == "svg"
