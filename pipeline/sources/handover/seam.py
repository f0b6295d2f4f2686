"""Where one provider broke off and the next one goes on: nothing twice, nothing lost, and no "Sure, here is the rest".

The next one may go on at once, repeat the last sentence or a part of it (or begin it anew), begin the whole answer
again, and say something about it first (`sources.handover.talk`). What it repeats is found by comparing its first words
with every place in what was said from which a repetition may run: the beginning, the last sentences, the last words.
A repetition counts when it runs up to the very end of what was said, or through whole sentences up to the one that
broke off; until that is decided, nothing is let through.
"""

from __future__ import annotations

import re

from pipeline.sources.handover import talk
from pipeline.sources.handover.overlap import ENDED, LONG, NONE, WAIT, Known, Overlap, repeated
from pipeline.sources.handover.talk import Verdict

_DOTS = re.compile(r"\s*(?:\.\.\.|…)")
"""In front of a word: "...and so on"."""
_SHORT = 3
"""Letters of a repetition that may be an accident, where talk about the answer begins with the same."""


class Seam:
    def __init__(self, said: str, *, exact: bool = False, strict: bool = False) -> None:
        """`exact`: the provider was given `said` as the beginning of its own answer, so that it goes on in mid-word.
        `strict`: it does not know what was said, so that it must repeat it; `lost` tells when it did not."""
        self.lost = False
        self._said = said
        self._exact = exact
        self._strict = strict
        self.unfinished = not ENDED.search(said)
        self._space = said[len(said.rstrip()) :]
        self._head = ""
        self._known = Known.of(said)
        self._overlaps: dict[int, Overlap] = {}
        self._open = False
        self._lead: str | None = ""
        """White space at the joint, until it is known what follows it."""

    def feed(self, text: str) -> str:
        """What of it is new."""
        if self._open:
            return text if self._lead is None else self._joined(text)
        self._head += text
        return self._decided(final=False)

    def end(self) -> str:
        return "" if self._open else self._decided(final=True)

    def _decided(self, final: bool) -> str:
        at = self._place(final)
        if at is None:
            return ""
        self._open = True
        rest, self._head = self._head[at:], ""
        return "" if self.lost else self._joined(rest)

    def _place(self, final: bool) -> int | None:
        """Where in the head what is new begins; None while that must still be waited for."""
        start = about = 0
        polite = False
        accident: int | None = None
        while True:
            overlap = self._overlap(start)
            found = overlap.fed(self._head[start:], final)
            if found == WAIT:
                return None
            may = start < talk.LONGEST and self._may_be_talk(start)
            if found != NONE and (start == about or overlap.length > _SHORT):
                if not may or overlap.length > (LONG if talk.begins(self._head[start:]) else _SHORT):
                    return start + found
                accident = start + found
            if not may:
                break
            part = self._part(start, final)
            if part is None:
                return None
            verdict = talk.judged(part, polite=polite, unfinished=self.unfinished and not self._exact)
            if not part or verdict is Verdict.ANSWER:
                break
            if verdict is Verdict.TALK:
                start = about = start + talk.before_comma(part)
            else:
                start += len(part)
                polite = True
        if accident is not None and accident > about:
            return accident  # it was none
        self.lost = self._strict
        dots = _DOTS.match(self._head, about)
        if dots and not self._exact and self.unfinished and self._head[dots.end() :][:1].islower():
            return dots.end()
        return about + repeated(self._head[about:], self._known.opening, final=True)

    def _may_be_talk(self, start: int) -> bool:
        """The rest of a sentence is none. Whoever was given the beginning as his own seldom talks about it."""
        begun = self._head[start:].lstrip()
        return talk.begins(begun) if self._exact else not (begun[:1].islower() or begun[:1].isdigit())

    def _part(self, start: int, final: bool) -> str | None:
        """The next sentence or line; "" where there is none that short."""
        text = self._head[start:]
        end = talk.END.search(text, len(text) - len(text.lstrip()))
        if end and (final or end.end() < len(text)):
            return text[: end.end()]
        return "" if final or len(text) >= talk.LONGEST else None

    def _overlap(self, start: int) -> Overlap:
        if start not in self._overlaps:
            self._overlaps[start] = Overlap(self._known, self._exact or self._strict)
        return self._overlaps[start]

    def _joined(self, text: str) -> str:
        self._lead = (self._lead or "") + text
        rest = self._lead.lstrip()
        if not rest:
            return ""
        lead, self._lead = self._lead[: len(self._lead) - len(rest)], None
        if lead.startswith(self._space):
            lead = lead[len(self._space) :]
        elif self._space:
            lead = lead.strip(" \t")
        if not lead and not self._space and not self._exact and _abut(self._said, rest):
            lead = " "
        return lead + rest


def _abut(said: str, rest: str) -> bool:
    """Whether two words, or sentences, would touch: "done.Then", "and veryLittle", "a cat,and"."""
    if re.search(r"\w\w[.!?…][\"'”’»)\]]*$", said) and re.match(r"[“‘«(¿¡]?\w", rest):
        return not rest[0].islower()
    return said[-1].islower() and rest[0].isupper() or said[-1] in ",;:" and rest[0].isalpha()
