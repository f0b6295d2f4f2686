"""Captions that are given as text: what is said, without the times at which it is."""

from __future__ import annotations

import re

_TIME = r"(?:\d{1,3}:)?\d\d:\d\d[.,]\d{3}"
_CUE = re.compile(
    rf"(?:^[^\n]{{1,80}}\n)?^{_TIME}[ \t]+-->[ \t]+{_TIME}[^\n]*\n((?:[^\n]*\S[^\n]*(?:\n|\Z))*)", re.MULTILINE
)
_MARKS = re.compile(r"</?(?:[bciu]|font|lang|ruby|rt|v)\b[^>\n]*>|<\d[\d:.]*>|\{\\an\d\}", re.IGNORECASE)
_FEWEST = 2
_ROLLING = 0.3
"""Part of the lines that are those of the cue before: they roll up, and are said once."""


def uncued(text: str) -> tuple[str, str]:
    """The text, and what of it was said to be no text; as it is where it is no captions."""
    cues = list(_CUE.finditer(text))
    if len(cues) < _FEWEST:
        return text, ""
    said = [line.strip() for cue in cues for line in _MARKS.sub("", cue[1]).splitlines() if line.strip()]
    again = {at for at, line in enumerate(said) if line in said[max(0, at - 2) : at]}
    if len(again) > _ROLLING * len(said):
        said = [line for at, line in enumerate(said) if at not in again]
    ends = [0, *(cue.end() for cue in cues)]
    around = [text[end : cue.start(1)] for end, cue in zip(ends, cues, strict=False)]
    return "\n".join(said) + "\n\n" + text[ends[-1] :], " ".join(" ".join(around).split())
