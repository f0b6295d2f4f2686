"""Marks that point at a source or a note, as models set them: no listener wants to hear them."""

from __future__ import annotations

import re

__all__ = ["RAISED", "label", "note_end"]

RAISED = "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079"
"""Small digits above the line."""

_ADDRESS = r"(?:\((?:https?://|#)[^\s()]{1,1000}\))?"
_NUMBERS = rf"\[\[?\^?[1-9]\d{{0,2}}\^?(?:(?:, ?|[-\u2013])\^?\d{{1,3}}\^?){{0,9}}\]\]?{_ADDRESS}"
_CITED = re.compile(rf"{_NUMBERS}(?: ?{_NUMBERS}){{0,9}}|[{RAISED}]{{1,3}}")
_SOURCE = re.compile(
    r"\u3010[^\u3010\u3011\n]{0,60}\u2020[^\u3010\u3011\n]{0,60}\u3011"  # 【4†source】
    r"|\ue200[^\ue200\ue201\n]{0,400}\ue201"  # of private characters, with a name of what was searched between them
    r"|\[(?:cite_(?:start|end)|cite: ?[\d, ]{1,40}|citation: ?\d{1,3})\]"
)
_STOPS = ".!?\u2026\u3002\uff01\uff1f"
_CLOSERS = "\"'\u2019\u201d\u00bb"
_BEHIND = re.compile(r"[ \t]*(?:[.,;:!?)\u3002\uff0c\r\n]|[^\W\d_]|\Z)")
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_NEAR, _FAR = 8, 200
"""Characters in front of it that tell; characters around it that tell whether a list's elements are spoken of."""
_LABEL = re.compile(r"\[\^([^\]^]+)|\d[\d, \u2013-]*")


def note_end(text: str, at: int, limit: int) -> int:
    """Where the mark ends that begins at `at`; -1 if none does. Numbers in brackets are one when they touch the end of
    a word or of a sentence, or stand behind a sentence at its line's end: "large[1][2].", "large. [1]"."""
    if found := _SOURCE.match(text, at, limit):
        return found.end()
    found = _CITED.match(text, at, limit)
    if found is None or not at:
        return -1
    end, before = found.end(), text[max(0, at - _NEAR) : at].rstrip("*_")[-3:]
    if not before:
        return -1
    stops = tuple(_STOPS)
    if before.endswith(stops) or (before[-1] in _CLOSERS and before[:-1].endswith((",", *stops))):
        return end
    if before[-1] == " ":
        return end if before[:-1].endswith(stops) and _LINE_END.match(text, end) else -1
    if text[at] != "[" or len(before) < 3 or not before.isalpha() or not _BEHIND.match(text, end):
        return -1
    indexed = text.find("[0]", max(0, at - _FAR), at + _FAR) >= 0  # a list's elements, nums[1]
    return -1 if indexed else end


def label(mark: str) -> str:
    """What the note is called; "" where it has no name."""
    found = _LABEL.search(mark) if mark[0] != "\ue200" else None
    return (found[1] or found[0]).strip() if found else ""
