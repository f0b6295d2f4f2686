"""What is said of a passage: marks dropped, code described, addresses shortened; every character accounted for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

from pipeline.text.inline import UNSEEN, UNSOUND
from pipeline.text.lexicon import Lexicon
from pipeline.text.markdown import Markdown, Place
from pipeline.text.policies import POLICIES, policies
from pipeline.text.speech import Speech, sayable
from pipeline.text.weave import weave
from pipeline.types import Omitted, Passage, Span

__all__ = ["POLICIES", "Speakable"]

# Whatever may be more than words. Text without any of it is said as it stands.
_MARKED = re.compile(
    rf"[\\`*_~\[\]<>&$#|@\u20e3\u203c-\u2bff\x0b\x0c\x85\U0001f000-\U0001faff{UNSOUND}{UNSEEN}]|[-=]{{3}}|://|www\."
    r"|^[ \t]*(?:[-+\u2022]|\d{1,3}[.)])[ \t]",
    re.IGNORECASE | re.MULTILINE,
)


class Speakable:
    """One for each run; sees its passages in order, since a fence or a thought may be cut over several of them.

    `policies` choose for each kind in `POLICIES` how it is said. Raises InvalidRequest for one that there is not."""

    def __init__(
        self, policies_: Mapping[str, str] | None = None, lexicon: Lexicon | None = None, language: str = "en"
    ) -> None:
        self._policies = policies(policies_)
        self._lexicon = lexicon
        self._language = language
        self._place = Place()
        self._end = 0

    def say(self, passage: Passage) -> Passage:
        """The passage with `spoken`, `spans` and `omitted`. `spoken` is "" when nothing of it is said; then the first
        of `omitted` tells why."""
        if passage.start < self._end:  # another text begins
            self._place = Place()
        self._end = passage.end
        if not passage.text.strip():
            return self._unsaid(passage, "blank")
        if self._place.plain and not _MARKED.search(passage.text):
            speech = Speech(passage.text)
            speech.keep(0, len(passage.text))
            self._place.fresh = passage.text.endswith("\n")
        else:
            atoms = Markdown(passage.text, self._place, last=passage.reason == "end").atoms()
            speech = weave(passage.text, atoms, self._policies, self._language)
        if self._lexicon:
            self._lexicon.apply(speech, self._language)
        spoken, spans = speech.spoken(passage.start)
        omitted = tuple(Omitted(gap.start + passage.start, gap.end + passage.start, gap.reason) for gap in speech.gaps)
        if not sayable(spoken):
            return self._unsaid(passage, omitted[0].reason if omitted else "blank")
        return dataclasses.replace(passage, spoken=spoken, spans=spans, omitted=omitted)

    def _unsaid(self, passage: Passage, reason: str) -> Passage:
        spans: tuple[Span, ...] = ()
        return dataclasses.replace(
            passage, spoken="", spans=spans, omitted=(Omitted(passage.start, passage.end, reason),)
        )
