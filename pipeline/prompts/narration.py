"""Scripts made fit to be heard while they are being written: no stage directions, no speaker names, no markdown."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

from pipeline.ports import Source
from pipeline.prompts.cues import CUE, LABEL, LABELLING, OPENER, PREAMBLE, PREAMBLE_BEGUN, PREAMBLE_HEAD
from pipeline.types import Request, Said

_LONGEST, _LONGEST_LABEL = 240, 100
"""Characters of a line, and of a label, that are waited for at most before they count as words."""
_MOST_BLANK = 1_000
"""Characters of white space that are kept between two words."""
_STOP = re.compile(r"[\[(*_`\n]")
_FIRST = re.compile(r"[\s#>*_+\-\u2022=`~]*([^\W\d_]*)(.?)", re.DOTALL)
_MARKER = re.compile(r"[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+\u2022][ \t]+)")
_RULE = re.compile(r"[ \t]*(?:[-*_=][ \t]*){3,}")
_LINK = re.compile(r"\([^\s()]{0,200}\)")
_LINK_BEGUN = re.compile(r"(?:\([^\s()]{0,200})?\Z")


class Narration:
    """Fed with a script in pieces of any size, gives back what is to be said; the same however it is cut up.

    What may turn out to be a direction waits until it is one or is not: a bracket until it closes or its line ends,
    the beginning of a line for its first word."""

    def __init__(self) -> None:
        self._held = ""
        self._fresh = True
        """At the beginning of a line."""
        self._before = ""
        """The last character read."""
        self._said = False
        """Anything at all."""
        self._empty = True
        """Nothing on this line yet."""
        self._labelled = False
        """The line had a speaker's name."""
        self._blank = ""
        """White space that waits for a word behind it."""
        self._gap = False
        """Something was taken out since the last word."""
        self._item = False
        """The line had a mark of its own (a heading, an item) and should end like a sentence."""
        self._end = ""
        """The last character said."""
        self._last = False

    def feed(self, text: str) -> str:
        self._held += text
        return self._take()

    def finish(self) -> str:
        """The rest."""
        self._last = True
        return self._take() + self._stop()

    def _take(self) -> str:
        out: list[str] = []
        at = 0
        while at < len(self._held):
            step = self._line_start(at) if self._fresh else self._words(at, out)
            if step < 0:
                break
            if step > at:
                self._before = self._held[step - 1]
            at = step
        self._held = self._held[at:]
        return "".join(out)

    # ---- the beginning of a line; each method returns where to go on, or -1 to wait for more

    def _line_start(self, at: int) -> int:
        line, whole = self._line(at, _LONGEST)
        if not whole and self._undecided(line):
            return -1
        self._fresh, self._empty = False, True
        if whole and (line.lstrip().startswith(("```", "~~~")) or _RULE.fullmatch(line)):
            return at + len(line)
        begin = 0
        while marker := _MARKER.match(line, begin):
            begin, self._item = marker.end(), True
        label = LABEL.match(line, begin)
        self._labelled = label is not None
        if label is not None:
            begin = label.end()
        elif whole and not self._said and PREAMBLE.fullmatch(line, begin):
            begin = len(line)
        return at + begin

    def _undecided(self, line: str) -> bool:
        """Whether what is seen of a line may yet turn out to be more than words."""
        if len(line) >= _LONGEST:
            return False
        first = _FIRST.match(line)
        assert first is not None
        if not first[2]:
            return True
        bare = line[first.start(1) :]
        if line.lstrip().startswith(("```", "~~~")):
            return True
        if not self._said and OPENER.match(bare) and (len(bare) < PREAMBLE_HEAD or PREAMBLE_BEGUN.fullmatch(bare)):
            return True
        label = LABEL.match(bare)
        return (
            LABELLING.match(bare) is not None and len(line) < _LONGEST_LABEL and (not label or label.end() == len(bare))
        )

    # ---- the rest of it

    def _words(self, at: int, out: list[str]) -> int:
        text = self._held
        stop = _STOP.search(text, at)
        if stop is None or stop.start() > at:
            end = stop.start() if stop else len(text)
            self._say(text[at:end], out)
            return end
        char = text[at]
        if char == "\n":
            out.append(self._stop())
            self._blank = "\n\n" if "\n" in self._blank else self._blank[: _MOST_BLANK - 1] + "\n"
            self._fresh = True
            return at + 1
        if char == "`":
            return self._drop(at + 1)
        if char in "*_":
            return self._star(at, out)
        return self._bracket(at, out)

    def _bracket(self, at: int, out: list[str]) -> int:
        text = self._held
        line, whole = self._line(at, 2 * _LONGEST)
        close = line.find("]" if line[0] == "[" else ")", 0, _LONGEST)
        behind = line[close + 1 :].lstrip(" \t*_")
        if close < 0:
            open_ = len(line) < _LONGEST
        elif line[0] == "[":
            open_ = _LINK_BEGUN.match(line, close + 1) is not None
        else:
            open_ = self._empty and not behind
        if open_ and not whole and len(line) < 2 * _LONGEST:
            return -1
        content = line[1:close].strip(" *_") if close > 0 else ""
        if close < 0:
            direction = False
        elif line[0] == "[":
            if link := _LINK.match(line, close + 1):
                self._say(content, out)
                return self._drop(at + link.end())
            direction = True
        else:
            alone = self._empty and not behind
            told = CUE.match(content) is not None or (self._empty and self._labelled and content[-1:].isalpha())
            direction = alone or (told and len(content.split()) <= 8)
        if direction:
            return self._drop(at + close + 1)
        self._say(text[at], out)
        return at + 1

    def _star(self, at: int, out: list[str]) -> int:
        line, whole = self._line(at, 2 * _LONGEST)
        bare = line.lstrip(line[0])
        if not bare and not whole:
            return -1
        count = len(line) - len(bare)
        after = bare[:1]
        before = self._before
        joins = before.isalnum() and after.isalnum() and (line[0] == "_" or before.isdigit())
        if joins or not (before.strip() or after.strip()):  # snake_case, 2*3, 2 * 3
            self._say(line[:count], out)
            return at + count
        if count == 1 and after.strip() and not before.isalnum():  # it opens: "*sighs*" goes, "*so*" stays as "so"
            close = bare.find(line[0], 0, _LONGEST)
            if close < 0 and not whole and len(bare) < _LONGEST:
                return -1
            if close > 0 and CUE.match(bare) and len(bare[:close].split()) <= 8:
                return self._drop(at + close + 2)
        return at + count

    def _line(self, at: int, reach: int) -> tuple[str, bool]:
        """What is held of the line from `at` on, `reach` characters at most, and whether that is all of it."""
        far = at + reach
        end = self._held.find("\n", at, far)
        if end >= 0:
            return self._held[at:end], True
        return self._held[at:far], self._last and far >= len(self._held)

    # ---- what comes out

    def _stop(self) -> str:
        stop = "." if self._item and not self._empty and self._end.isalnum() else ""
        self._item = False
        return stop

    def _drop(self, upto: int) -> int:
        self._gap = True
        return upto

    def _say(self, text: str, out: list[str]) -> None:
        body = text.lstrip()
        self._blank = (self._blank + text[: len(text) - len(body)])[:_MOST_BLANK]
        if not body:
            return
        if self._said:
            out.append(self._space(body[0]))
        words = body.rstrip()
        out.append(words)
        self._blank = body[len(words) :][:_MOST_BLANK]
        self._said, self._empty, self._gap, self._end = True, False, False, words[-1]

    def _space(self, following: str) -> str:
        """The white space between the last word and the next; what was taken out leaves no trace in it."""
        lines = self._blank.count("\n")
        if lines:
            return "\n\n" if lines > 1 else "\n"
        if self._gap and following in ".,;:!?":
            return ""
        return " " if self._gap and self._blank else self._blank


class Narrated:
    """A source whose text is a script for one voice: what comes out is what is to be said."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.name = source.name
        self.model = source.model
        self.streaming = source.streaming

    async def tokens(self, request: Request) -> AsyncGenerator[Said, None]:
        narration = Narration()
        async with aclosing(self._source.tokens(request)) as items:
            async for item in items:
                if not isinstance(item, str):
                    yield item
                elif said := narration.feed(item):
                    yield said
        if rest := narration.finish():
            yield rest
