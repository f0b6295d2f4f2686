"""Where one provider broke off and the next one goes on: nothing twice, nothing lost, and no "Sure, here is the rest".

The next one may go on at once, repeat the last sentence (or begin it anew), begin the whole answer again, and say
something about it first. What it repeats is found by comparing its first words, white space aside, with every place in
what was said from which a repetition may run: the beginning, the last sentences, the last words. A repetition counts
when it runs up to the very end of what was said; until that is decided, nothing is let through.
"""

from __future__ import annotations

import re

_BOUNDARY = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+|[。！？]+[」』”]*|\n\s*")
_ENDED = re.compile(r"[.!?…。！？:][\"'”’»)\]」』]*\s*$")
_DOTS = re.compile(r"\s*(?:\.\.\.|…)")
_WORD = re.compile(r"\S+")
_NEAR = 4000
"""Characters before the end in which a repetition may begin, at a sentence."""
_CLOSE = 300
"""The same, at a word; it must then be long enough to be no accident."""
_LONG = 16
_SHORT = 3
"""Characters of a repetition that may be an accident, where talk about the answer begins with the same."""
_WORDS = 3
"""Words of a phrase like "Of course!" at most."""
_TALK_LONGEST = 300

_POLITE = (
    "Sure", "Certainly", "Of course", "Absolutely", "Okay", "OK", "Alright", "All right", "Great", "Understood",
    "Got it", "No problem", "Natürlich", "Gerne", "Klar", "Bien sûr", "Claro", "Por supuesto", "Certo",
)  # fmt: skip
_OTHER = (
    "Apologies", "My apologies", "Sorry", "Here's", "Here’s", "Here is", "Here are", "Continuing", "Picking up",
    "Let me", "I'll", "I’ll", "I will", "Below is", "The rest", "The continuation", "As requested", "Hier ist",
    "Hier kommt", "Voici", "Aquí", "Ecco",
)  # fmt: skip
_OPENER = re.compile(rf"\s*(?:({'|'.join(_POLITE)})|{'|'.join(_OTHER)})\b")
_END = re.compile(r"(?::|[.!?…]+)?(?:[ \t]*\n{1,2}|(?<=[:.!?…])[ \t])|[ \t][-–—][ \t]")
_ABOUT = re.compile(
    r"(?i)\b(?:left|cut|broke) off\b|interruption"
    r"|\b(?:continu\w*|pick\w* up|go\w* on|resum\w*|carry\w* on) (?:from|where|exactly|the (?:story|text|answer))"
)
_COMMA = re.compile(r".*\b(?:left|cut|broke) off,[ \t]")
_REST = re.compile(
    r"(?i)\brest\b|\bcontinu(?:e|ing)\b|continuation|remainder|remaining|fortsetz|\bweiter|la suite|continuación"
)
"""In what is talk about the answer only when it introduces something."""
_HERE = re.compile(r"(?i)\bhere\b|\bcontinu|\brest\b|let me|i['’]ll|\bhier\b|voici|aquí|ecco")

_WAIT = -1
_NONE = -2


class Seam:
    def __init__(self, said: str, *, exact: bool = False, strict: bool = False) -> None:
        """`exact`: the provider was given `said` as the beginning of its own answer, so that it goes on in mid-word.
        `strict`: it does not know what was said, so that it must repeat it; `lost` tells when it did not."""
        self.lost = False
        self._said = said
        self._exact = exact
        self._strict = strict
        self.unfinished = not _ENDED.search(said)
        self._space = said[len(said.rstrip()) :]
        self._head = ""
        self._overlaps: dict[int, _Overlap] = {}
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
        accident: int | None = None
        while True:
            found = self._overlap(start, final)
            if found == _WAIT:
                return None
            opens = start < _TALK_LONGEST and self._opens(start)
            if found != _NONE:
                if found - start > _SHORT or not opens:
                    return found
                accident = found
            opener = _OPENER.match(self._head, start) if opens else None
            if opener is None:
                if opens and not final:
                    return None
                break
            end = _END.search(self._head, opener.end())
            if end is None:
                if not final and len(self._head) < _TALK_LONGEST:
                    return None
                break
            part = self._head[start : end.end()]
            if comma := _COMMA.match(part):  # what follows in the same sentence is the answer
                part = comma[0]
            start += len(part)
            about = start if self._about(part, opener) else about
        if accident is not None and accident > about:
            return accident  # it was none
        self.lost = self._strict
        dots = not self._exact and self.unfinished and _DOTS.match(self._head, about)
        return dots.end() if dots else about

    def _opens(self, at: int) -> bool:
        """Whether talk about the answer begins there, or may yet."""
        beginning = self._head[at:].lstrip()
        return bool(_OPENER.match(beginning)) or any(phrase.startswith(beginning) for phrase in _POLITE + _OTHER)

    def _about(self, part: str, opener: re.Match[str]) -> bool:
        """Whether this is talk about the answer, and surely not the answer."""
        if _ABOUT.search(part) or (_REST.search(part) and part.rstrip(" \t")[-1] in ":\n"):
            return True
        if opener[1] is None or self._exact:
            return False
        return bool(_HERE.search(part)) or (self.unfinished and len(part.split()) <= _WORDS)

    def _overlap(self, start: int, final: bool) -> int:
        if start not in self._overlaps:
            self._overlaps[start] = _Overlap(self._said, self._exact)
        found = self._overlaps[start].fed(self._head[start:], final)
        return found if found < 0 else start + found

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
        if not lead and not self._space and not self._exact and _abuts(self._said, rest):
            lead = " "
        return lead + rest


class _Overlap:
    """Compares the beginning of a text with every place in `said` from which it may repeat it."""

    def __init__(self, said: str, exact: bool) -> None:
        self._said = "".join(said.split())
        self._alive = _starts(said)
        self._exact = exact
        self._fed = 0
        self._length = 0
        self._best: int | None = None
        """The longest repetition that runs up to the end of what was said: where in `said` it begins."""
        self._bare = False
        """The text begins without white space, in the middle of a word: as a word begun anew does."""

    def fed(self, text: str, final: bool) -> int:
        """Where in `text` the repetition ends; _WAIT, or _NONE."""
        if self._fed == 0 and text:
            self._bare = not text[0].isspace()
        new = "".join(text[self._fed :].split())
        self._fed = len(text)
        alive: dict[int, int] = {}
        for start, least in self._alive.items():
            there = self._said[start + self._length : start + self._length + len(new)]
            if not new.startswith(there):
                continue
            size = len(self._said) - start
            if start + self._length + len(new) < len(self._said):
                alive[start] = least
            elif size >= (2 if self._bare and not self._exact and least == _LONG else least):
                self._best = start if self._best is None else min(self._best, start)
        self._alive = alive
        self._length += len(new)
        if self._alive and not final:
            return _WAIT
        if self._best is not None:
            return _index(text, len(self._said) - self._best)
        if final and self._alive and self._length >= _LONG:
            return len(text)  # it said again a part of what was said, and no more
        return _NONE if self._length or final else _WAIT


def _starts(said: str) -> dict[int, int]:
    """Places from which a repetition may run, white space not counted, and how long it must be at least."""
    near = max(0, len(said) - _NEAR)
    close = max(0, len(said) - _CLOSE)
    least = dict.fromkeys((found.start() for found in _WORD.finditer(said, close)), _LONG)
    least |= dict.fromkeys((found.end() for found in _BOUNDARY.finditer(said, near)), 1)
    out = {0: 1}
    at = count = 0
    for place in sorted(least):
        count += len("".join(said[at:place].split()))
        at = place
        out[count] = min(least[place], out.get(count, _LONG))
    out.pop(count + len("".join(said[at:].split())), None)  # the end itself: nothing to repeat
    return out


def _index(text: str, count: int) -> int:
    """Where in `text` its `count` first characters that are no white space end."""
    for found in _WORD.finditer(text):
        if count <= len(found[0]):
            return found.start() + count
        count -= len(found[0])
    return len(text)


def _abuts(said: str, rest: str) -> bool:
    """Whether two sentences would touch: "...done.Then"."""
    return bool(re.search(r"\w\w[.!?…][\"'”’»)\]]*$", said)) and (rest[0].isupper() or rest[0] in "“‘«(¿¡")
