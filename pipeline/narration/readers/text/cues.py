"""Captions that are given as text: what is said, without the times at which it is."""

from __future__ import annotations

import html
import re

_TIME = r"(?:\d{1,3}:)?\d\d?:\d\d(?:[.,]\d{1,3})?"
_CUE = re.compile(
    rf"(?:^[^\n]{{1,80}}\n)?^[ \t]*({_TIME})[ \t]*-->[ \t]*({_TIME})(?:[ \t][^\n]*)?\n((?:[^\n]*\S[^\n]*(?:\n|\Z))*)",
    re.MULTILINE,
)
_MARKS = re.compile(
    r"<rt\b[^>\n]*>[^<\n]*|</?(?:[bciuv]|font|lang|ruby|rt)\b[^>\n]*>|<\d[\d:.]*>|\{\\an?\d{1,2}\}", re.IGNORECASE
)
"""And how characters are read, which is behind them."""
_WEBVTT = "WEBVTT"
_FEWEST = 2
"""Where a text does not begin with them."""
_ROLLING = 0.3
"""Part of the lines that are those of the cue before: they roll up, and are said once."""
_AT_ONCE = 0.25
"""Seconds within which such a cue follows: a lesson says the same again, but later ..."""
_BLINK = 0.1
"""... or in a cue that is the same, and is there for longer, as the one before was."""


def uncued(text: str) -> tuple[str, str]:
    """The text, and what of it was said to be no text; as it is where it is no captions."""
    cues = list(_CUE.finditer(text))
    if len(cues) < (1 if text.startswith(_WEBVTT) or cues and not text[: cues[0].start()].strip() else _FEWEST):
        return text, ""
    said, again = list[str](), set[int]()
    before, begun, ended = list[str](), 0.0, 0.0
    for cue in cues:
        lines = [html.unescape(line).strip() for line in _MARKS.sub("", cue[3]).splitlines() if line.strip()]
        begins, ends = _seconds(cue[1]), _seconds(cue[2])
        once_more = lines == before and min(ends - begins, ended - begun) > _BLINK
        rolls = begins <= ended + _AT_ONCE and not once_more
        for line in lines:
            if rolls and line in said[-2:]:
                again.add(len(said))
            said.append(line)
        if lines:
            before, begun, ended = lines, begins, ends
    rolling = len(again) > _ROLLING * len(said)
    kept = [line for at, line in enumerate(said) if not (rolling and at in again)]
    edges = [0, *(cue.end() for cue in cues)]
    around = [text[end : cue.start(3)] for end, cue in zip(edges, cues, strict=False)]
    rest = text[edges[-1] :]
    if text.startswith(_WEBVTT):  # in which there is nothing else that is said
        around, rest = [*around, rest], ""
    return "\n".join(kept) + "\n\n" + rest, " ".join(" ".join(around).split())


def _seconds(clock: str) -> float:
    seconds = 0.0
    for part in clock.replace(",", ".").split(":"):
        seconds = 60 * seconds + float(part)
    return seconds
