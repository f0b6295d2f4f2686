"""What is said of a passage: marks dropped, code described, addresses shortened; every character accounted for."""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from copy import copy, deepcopy
from operator import attrgetter

from pipeline.text.spoken.emoji import SHORTCODE
from pipeline.text.spoken.identifiers import hinted
from pipeline.text.spoken.marks.inline import MARKS
from pipeline.text.spoken.marks.lines import COUNTER, DOTS
from pipeline.text.spoken.marks.markdown import Markdown
from pipeline.text.spoken.marks.place import Place
from pipeline.text.spoken.weaving.lexicon import Lexicon
from pipeline.text.spoken.weaving.policies import with_defaults
from pipeline.text.spoken.weaving.speech import Speech, sayable
from pipeline.text.spoken.weaving.weave import weave
from pipeline.types import Omitted, Passage, Span

_MARK = re.compile(rf"[{MARKS}{{#|\x0b\x0c\x85\u2028\u2029]")
_SIGNS = ("---", "+++", "==", "://", "www.", "diff --git ", "traceback (")
_LINES = re.compile(r"^[^\n]{0,38}\S[ \t]*\n[ \t]*(?:[^\sa-z]|[\w.-]{1,30}:\s)", re.MULTILINE)
_HEAD = re.compile(rf"^(?:[ \t]*(?:[-+:{DOTS}][ \t]|{COUNTER}[.)][ \t]|at \S|[!?:]{{3}}|\.\.[ \t]))", re.MULTILINE)
_TIGHT = re.compile(r"[,;\t][^\W\d]")
"""What parts fields of data may have no space behind it; what parts clauses has one."""


class Speakable:
    """One for each run; sees its passages in order, since a fence or a thought may be cut over several of them.

    `policies` choose for each kind in `POLICIES` how it is said. Raises InvalidRequest for one that there is not."""

    def __init__(
        self, policies: Mapping[str, str] | None = None, lexicon: Lexicon | None = None, language: str = "en"
    ) -> None:
        self._policies = with_defaults(policies)
        self._lexicon = lexicon
        self._language = language
        self._place = Place()
        self._end = 0

    def say(self, passage: Passage) -> Passage:
        """The passage with `spoken`, `spans` and `omitted`, in its voice's language. `spoken` is "" when nothing of it
        is said; then the first of `omitted` tells why."""
        language = (passage.voice.language if passage.voice else "") or self._language
        if passage.start < self._end:  # another text begins
            self._place = Place()
        self._end = passage.end
        text = _lines(passage.text)
        if self._place.plain and not _marked(text):
            after = text.rstrip(" \t")
            self._place.fresh = after.endswith("\n") or (not after and self._place.fresh)
            if not self._lexicon:
                return self._as_written(passage)
            speech = Speech(passage.text)
            speech.keep(0, len(passage.text))
        else:
            atoms = Markdown(text, self._place, last=passage.reason == "end").atoms()
            speech = weave(passage.text, atoms, self._policies, language)
        if self._lexicon:
            self._lexicon.apply(speech, language)
        spoken, spans = speech.spoken(passage.start)
        omitted = tuple(Omitted(gap.start + passage.start, gap.end + passage.start, gap.reason) for gap in speech.gaps)
        if not sayable(spoken):
            return self._unsaid(passage, omitted[0].reason if omitted else "blank")
        return dataclasses.replace(passage, spoken=spoken, spans=spans, omitted=omitted)

    def foretell(self, text: str, ends: Sequence[int]) -> list[int]:
        """How many characters will have been said at each of these places in the text that comes next: as many as are
        written, or fewer where code is described and marks are dropped."""
        if self._place.plain and not _marked(text[: ends[-1]]):
            return list(ends)
        ahead = copy(self)
        ahead._place, ahead._end, ahead._lexicon = deepcopy(self._place), 0, None
        spans = ahead.say(Passage(0, text[: ends[-1]], 0, ends[-1], reason="pace")).spans
        return [_said(spans[: bisect_left(spans, end, key=_start)], end) for end in ends]

    def _as_written(self, passage: Passage) -> Passage:
        spoken = passage.text.strip()
        if not sayable(spoken):
            return self._unsaid(passage, "blank")
        start = passage.start + len(passage.text) - len(passage.text.lstrip())
        spans = (Span(0, len(spoken), start, start + len(spoken)),)
        return dataclasses.replace(passage, spoken=spoken, spans=spans, omitted=())

    def _unsaid(self, passage: Passage, reason: str) -> Passage:
        omitted = (Omitted(passage.start, passage.end, reason),)
        return dataclasses.replace(passage, spoken="", spans=(), omitted=omitted)


def _lines(text: str) -> str:
    """The text with all lines ended in one way, every character in its place; an empty one is no line of a change."""
    return text.replace("\r\n", " \n").replace("\n \n", "\n\t\n") if "\r" in text else text


def _marked(text: str) -> bool:
    """Whether there may be more than words in it. Most prose has nothing, and is said as it stands."""
    if _MARK.search(text) is not None:
        return True
    folded = text.lower()
    for sign in _SIGNS:
        if sign in folded:
            return True
    if _TIGHT.search(text) is not None or hinted(text):
        return True
    if text.count(":") > 1 and SHORTCODE.search(text) is not None:
        return True
    if "\n" not in text.rstrip():
        return _HEAD.match(text) is not None
    return _HEAD.search(text) is not None or _LINES.search(text) is not None


_start = attrgetter("start")


def _said(spans: Sequence[Span], end: int) -> int:
    """Characters of what is said that say the source up to `end`; something described is said where it is over."""
    if not spans:
        return 0
    last = spans[-1]
    if end >= last.end:
        return last.spoken_end
    word_by_word = last.spoken_end - last.spoken_start == last.end - last.start
    return last.spoken_start + (end - last.start if word_by_word else 0)
