"""How long the silence after a passage is, by what ended it."""

from __future__ import annotations

import re

from pipeline.events import PassageCut
from pipeline.ground.writing import BLANK, CLAUSES, HARD, STOPS
from pipeline.types import Passage

CLAUSE = 0.12
SENTENCE = 0.35
PARAGRAPH = 0.65
HEADING = 0.80
"""Seconds."""

_CLOSERS = "\"'’”»›)]}*_`」』）】"
_ENDS = (*STOPS, *HARD, 2 * BLANK)
_HEADING = re.compile(r"(?:^|\n)[ ]{0,3}(?:#{1,6}[ \t][^\n]*|[^\n]+\n[ ]{0,3}(?:=+|-{2,}))$")


def rest(seconds: float, before: Passage | PassageCut | None) -> float:
    """What a silence still lasts behind a passage that ends with a pause of its own."""
    return seconds if before is None else max(0.0, round(seconds - pause(before), 3))


def pause(passage: Passage | PassageCut) -> float:
    """Seconds; nothing where the passage is cut inside a sentence, or ends what is to be said."""
    said = passage.text.rstrip()
    after = passage.text[len(said) :]
    if passage.reason == "end" or not said or not after and said.rstrip(_CLOSERS)[-1:].isascii():
        return 0.0  # where a script has spaces, a sentence without one behind it is the last
    if _HEADING.search(said) and "\n" in after:
        return HEADING
    if len(re.findall(r"\n|\u2029", after.replace("\r\n", "\n"))) > 1 or "\u2029" in after:
        return PARAGRAPH
    bare = said.rstrip(_CLOSERS) or said
    if "\n" in after or bare.endswith(_ENDS):
        return SENTENCE
    return CLAUSE if bare.endswith(tuple(CLAUSES)) else 0.0
