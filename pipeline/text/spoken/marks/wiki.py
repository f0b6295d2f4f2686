"""Links as wikis write them, [[Page#Heading|words]], and pictures, ![[map.png]]."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINK = re.compile(
    r"!?\[\[(?![\s\]])(?P<page>[^\[\]|#\n]{0,200})(?:#\^?(?P<part>[^\[\]|\n]{0,200}))?"
    r"(?P<bars>(?:\\?\|[^\[\]|\n]{0,200}){0,6})\]\](?!\()"
)
_FILE = re.compile(
    r"(?:file|image|media|datei|fichier|archivo):|.*\.(?:png|jpe?g|gif|svg|webp|bmp|pdf|mp3|mp4|webm)\Z", re.I
)
_SIZE = re.compile(r"\d{1,4}(?:x\d{1,4})?(?:px)?\Z|thumb\Z|right\Z|left\Z|center\Z|frame\Z")


class WikiLink(NamedTuple):
    end: int
    kind: str
    """links, or images"""
    spans: tuple[tuple[int, int], ...]
    """What is said of it: a page and a part of it, or other words for them."""


def wiki_link(text: str, at: int, limit: int) -> WikiLink | None:
    """The link that begins at `at`; None where brackets in brackets are none: [[1, 2], [3]], x[[i]], [[ -f a ]]."""
    found = _LINK.match(text, at, limit)
    if found is None or text[at - 1 : at].isalnum() or not any(map(str.isalpha, found[0])):
        return None
    picture = _FILE.match(found["page"]) is not None
    words = found.end("bars") - len(found["bars"].rpartition("|")[2]), found.end("bars")
    if not found["bars"] or _SIZE.match(text[slice(*words)]):
        words = (0, 0)
    spans = (words,) if words[1] > words[0] else () if picture else (found.span("page"), found.span("part"))
    return WikiLink(found.end(), "images" if picture else "links", tuple(span for span in spans if span[0] < span[1]))
