"""Web and e-mail addresses as they stand in prose: where they begin and end."""

from __future__ import annotations

import re

from pipeline.ground.unheard import Frame

EMBEDDED = r"data:[a-z]{1,20}/[\w.+-]{1,60}(?:;[\w=.-]{1,60}){0,3},[^\s()<>\"']*"
"""A picture, or another file, that stands in its address itself."""
BURIED = Frame("urls", re.compile(r"[)>]|(?=[\s<\"'])"))
"""What the passages to come still have of it."""
_EMBEDDED = re.compile(EMBEDDED)
_SCHEMES = ("https", "http", "sftp", "ftps", "ftp", "wss", "ws", "ssh", "git", "s3", "gs")
_SCHEME = rf"(?:{'|'.join(_SCHEMES)})://"
_URL = re.compile(
    rf"(?:{_SCHEME}|www\.)"
    r"((?:[\u3040-\ud7ff][\w.-]*)?[^\s<>\"`\[\]|\\^{}\x00-\x1f\u2000-\u206f\u2e80-\uffff]*)",
    re.IGNORECASE,
)
_HOST = re.compile(rf"(?:{_SCHEME})?(?:[^\s/@?#]{{1,200}}@)?(?:www\.)?([^\s/?#:@]+)", re.IGNORECASE)
_DOMAIN = re.compile(r"\w[\w-]{0,62}(?:\.\w[\w-]{0,62}){1,8}")
_BEHIND = ".,;:!?'*_~"
"""What ends a sentence or a mark rather than an address."""


def url_begins(text: str, at: int, begin: int) -> int:
    """Where the address begins whose "://" or "www." has its first mark at `at`; -1 where there is none."""
    if text.startswith("://", at):
        before = text[max(begin, at - 5) : at].lower()
        scheme = next((name for name in _SCHEMES if before.endswith(name)), "")
        start = at - len(scheme)
        part = len(scheme) < 4 and start > begin and text[start - 1].isascii() and text[start - 1].isalnum()  # news://
        return start if scheme and not part else -1
    start = at - 3
    if text[at] != "." or start < begin or text[start:at].lower() != "www":
        return -1
    return -1 if start and text[start - 1].isalnum() else start


def url(text: str, start: int, limit: int) -> tuple[int, tuple[int, int]] | None:
    """Where the address ends, and where its host stands."""
    found = _URL.match(text, start, limit)
    if found is None:
        return None
    end = found.end()
    surplus = found[0].count(")") - found[0].count("(")
    while (last := text[end - 1]) in _BEHIND or (last == ")" and surplus > 0):
        surplus -= last == ")"
        end -= 1
    host = _HOST.match(text, start, end)
    return (end, host.span(1)) if host and end > found.start(1) else None


def embedded(text: str, at: int, begin: int, limit: int) -> tuple[int, int] | None:
    """Start and end of the address that holds a file, whose scheme ends at `at`."""
    start = at - len("data")
    found = _EMBEDDED.match(text, start, limit) if start >= begin else None
    return found.span() if found and not text[max(0, start - 1) : start].isalnum() else None


def email(text: str, at: int, begin: int, limit: int) -> tuple[int, int] | None:
    """Start and end of the address whose @ stands at `at`."""
    start = at
    while start > max(begin, at - 64) and (text[start - 1].isalnum() or text[start - 1] in "._+%-"):
        start -= 1
    domain = _DOMAIN.match(text, at + 1, limit)
    return (start, domain.end()) if domain and start < at else None
