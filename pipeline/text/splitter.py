"""Text in, sentences out, while it is still being written: constant work for each token, whatever the text."""

from __future__ import annotations

import re
from unicodedata import combining

from pipeline.text import boundary, lists, nesting
from pipeline.text.boundary import NO, Closed
from pipeline.text.marks import (
    BULLETS,
    CLINGING,
    HARD,
    INVISIBLE,
    LOCAL,
    MORE_STOPS,
    PAIRS,
    QUOTES,
    RUN,
    SOLID,
    STOPS,
    special,
)
from pipeline.text.reading import More, Text
from pipeline.text.silence import Silence, settled, silence
from pipeline.text.words import words
from pipeline.types import Sentence

LONGEST = 1000
"""Characters of the longest sentence: more is handed out in pieces, cut at a space."""
LONGEST_BLOCK = 20_000
"""Characters of the longest fence, table or thought that is kept in one piece."""

_SLACK = 512
"""Characters: more than any decision reads ahead, so that text too long is cut at the same place from any tokens."""
_PIECE = 256
"""Characters worked on at once; a longer token is taken in pieces of this size."""
_KEPT = 120
"""Characters of a block that stay in sight, to find its end."""

_TICKS = re.compile(r"`{1,40}|~{1,40}")
_TABLE = re.compile(r"(?=\n[ \t]{0,20}(?:[^|\s]|\n))")
_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning|reflection)>", re.IGNORECASE)
_HALF_THOUGHT = re.compile(r"<[a-zA-Z]{0,10}\Z")


class SentenceSplitter:
    """Decides as soon as it is safe: at a line's end, at the next letter, at the next word; in silence, by `poll`.

    Reads no clock: `now` is the caller's, in seconds. How the text is cut into tokens changes no sentence."""

    def __init__(self, language: str = "en", patience: float = 0.2) -> None:
        self.patience = patience
        """Seconds of silence after which a plain end counts; one that may be none ("p.m.") takes five times as long."""
        self.words = words(language)
        code = self.words.language
        self._stops = frozenset(STOPS + HARD + LOCAL.get(code, ""))
        self._search = special(code).search
        self._text = ""  # the open sentence as far as it has come, with the white space before it
        self._base = 0  # offset of its first character
        self._at = 0  # what lies before has been read
        self._line = 0  # offset at which the line began
        self._stack: list[nesting.Open] = []
        self._due: tuple[str, tuple[str, ...]] = ("", ())  # what the next item of a list would be marked with
        self._block: re.Pattern[str] | None = None  # the end of the block that is open: a fence, a table, a thought
        self._kept: list[str] = []  # what has come of a block, but for its last characters
        self._clock: float | None = None

    # ---- what the text says -----------------------------------------------------------------------------------------

    def feed(self, text: str, now: float | None = None) -> list[Sentence]:
        """The sentences that are finished now that `text` has come. An empty text changes nothing."""
        if not text:
            return []
        self._clock = now
        if len(text) <= _PIECE:
            return self._take(text)
        return [s for i in range(0, len(text), _PIECE) for s in self._take(text[i : i + _PIECE])]

    def flush(self) -> list[Sentence]:
        """The text is complete: the rest of it."""
        out = self._run(final=True)
        self._cut(len(self._text), out, LONGEST if self._block is None else LONGEST_BLOCK)
        self._forget()
        return out

    # ---- what silence says ------------------------------------------------------------------------------------------

    def poll(self, now: float) -> list[Sentence]:
        """The sentence that is finished because nothing came for a while."""
        if self._clock is None:
            self._clock = now
            return []
        deadline = self.deadline
        if deadline is None or now < deadline:
            return []
        out: list[Sentence] = []
        self._cut(len(self._text), out, LONGEST if self._block is None else LONGEST_BLOCK)
        self._forget()
        return out

    @property
    def deadline(self) -> float | None:
        """When `poll` would first give something; None when it would not, or when the last token had no time."""
        if self._clock is None or self._at == len(self._text):
            return None
        verdict = self._silence()
        return None if verdict is Silence.WAITS else self._clock + self.patience * int(verdict.value)

    def _silence(self) -> Silence:
        if self._block is not None:
            return (
                Silence.ENDS
                if self._block.search(self._text + "\n", max(0, len(self._text) - _KEPT))
                else Silence.WAITS
            )
        rest = self._text[self._at :]
        stack = self._stack
        for char in rest:
            depth = nesting.closes(stack, char)
            if depth >= 0:
                stack = stack[:depth]
        return Silence.WAITS if stack else silence(self._text, self.words, self._stops)

    # ---- what is open -----------------------------------------------------------------------------------------------

    @property
    def open(self) -> int:
        """Offset at which the open sentence begins: its first letter, or the end of the text when there is none."""
        if self._kept:
            return self._base - sum(map(len, self._kept))
        return self._base + len(self._text) - len(self._text.lstrip())

    @property
    def settled(self) -> int:
        """Offset up to which the open sentence may be spoken as it stands. Behind it: a word that is still arriving,
        and whatever hangs on the next one ("Dr.", "$3."); inside a block, all of it."""
        if self._block is not None:
            return self.open
        return max(self.open, self._base + settled(self._text, self.words))

    # ---- the machine ------------------------------------------------------------------------------------------------

    def _take(self, text: str) -> list[Sentence]:
        known = len(self._text)
        self._text += text
        if self._at == known < LONGEST and self._block is None and self._search(text) is None:
            self._at = known + len(text)
            return []
        return self._run(final=False)

    def _run(self, final: bool) -> list[Sentence]:
        out: list[Sentence] = []
        try:
            while self._read_block(out, final) if self._block is not None else self._read(out, final):
                pass
        except More:
            pass
        if self._block is None and len(self._text) > LONGEST + _SLACK:
            self._shorten(out)
        return out

    def _read(self, out: list[Sentence], final: bool) -> bool:
        """Go on to the next special character and past it; False when there is none."""
        match = self._search(self._text, self._at)
        if match is None:
            self._at = len(self._text)
            return False
        i = self._at = match.start()
        char = match[0]
        self._leak(self._base + i)
        text = Text(self._text, final)
        if char == "\n":
            self._newline(text, i, out)
        elif self._stack and self._stack[-1].mark == "`" and char != "`":
            self._at = i + 1
            if char == "'" and self._stack[-1].closers == "``" and text.char(i + 1) == "'":
                self._stack.pop()  # ``as typesetters quote''
        elif char in self._stops:
            self._stop(text, i, out)
        elif char == "`" or char == "~":
            self._ticks(text, i)
        elif char in BULLETS:
            if i and self._text[i - 1].isspace() and self._is_solid(i):
                self._cut(i, out)
            else:
                self._at = i + 1
        elif char == "|":
            self._at = i + 1
            if self._begins_line(i):
                self._begin(_TABLE)
        else:
            self._mark(text, i, char, out)
        return True

    def _leak(self, here: int) -> None:
        if self._stack and (
            here - self._stack[0].at > nesting.LEAK
            or (self._stack[-1].mark == "`" and here - self._stack[-1].at > nesting.CODE_LEAK)
        ):
            self._stack.clear()

    def _stop(self, text: Text, i: int, out: list[Sentence]) -> None:
        if self._stack and self._text[i - 1 : i] in (")", "]") and all(o.mark in "([" for o in self._stack):
            self._stack.clear()  # "(a 2003(b, 2005)." - a bracket was forgotten, the sentence ends all the same
        if self._stack:
            self._at = i + 1
        elif not self._text[i] == "." or not self._item(text, i, out):
            cut = boundary.ends(text, i, self.words)
            self._at = i + 1
            if cut != NO and self._is_solid(cut):
                self._cut(cut, out)
            else:
                self._pass(i)

    def _pass(self, i: int) -> None:
        """Go on behind the stops at i that ended nothing."""
        run = RUN.match(self._text, i)
        end = run.end() if run else i + 1
        more = MORE_STOPS.match(self._text, end)
        self._at = more.end() if more else end

    def _mark(self, text: Text, i: int, char: str, out: list[Sentence]) -> None:
        """A mark that opens or closes a quotation or bracket."""
        if char == "<" and self._thought(text, i, out):
            return
        depth = nesting.closes(self._stack, char)
        if depth >= 0 and nesting.is_closing(text, i):
            self._close(text, i, depth, out)
        elif nesting.opens(text, i, self._stack):
            if depth >= 0 and char in QUOTES:
                del self._stack[depth:]
            if len(self._stack) < nesting.DEEPEST:
                self._stack.append(nesting.Open(char, PAIRS[char], self._base + i))
            self._at = i + 1
        elif char != ")" or not self._item(text, i, out):
            self._at = i + 1

    def _close(self, text: Text, i: int, depth: int, out: list[Sentence]) -> None:
        opened = self._stack[depth]
        if depth == 0 and opened.mark == "(" and self._item(text, i, out, opened.at - self._base):
            self._stack.clear()
            return
        if depth == 0:
            stop = self._stop_inside(i)
            if stop >= 0:
                cut = boundary.ends(text, stop, self.words, self._closed(opened, i + 1))
                if cut != NO:
                    self._cut(cut, out)
                    self._stack.clear()
                    return
        del self._stack[depth:]
        self._at = i + 1

    def _closed(self, opened: nesting.Open, end: int) -> Closed:
        head = self._text[: max(0, opened.at - self._base)].rstrip()
        return Closed(end, opened.mark not in QUOTES, not SOLID.search(head), head[-1:] in (":", "：", ",", "，"))

    def _stop_inside(self, i: int) -> int:
        """The first of the stops that stand right before the closing mark at i; -1 if none does."""
        i -= 1
        nearest = max(0, i - 20)
        while i > nearest and (self._text[i] in CLINGING or (self._text[i].isspace() and self._text[i + 1] in "»›")):
            i -= 1
        if i < 0 or self._text[i] not in self._stops:
            return -1
        while i > nearest and self._text[i - 1] in self._stops:
            i -= 1
        return i

    def _newline(self, text: Text, i: int, out: list[Sentence]) -> None:
        length = self._base + i - self._line
        if self._is_blank(i):
            self._drop(i + 1)
        elif lists.ends_line(text, i, length, self.words):
            self._stack.clear()
            self._at = i + 1
            self._cut(i, out)
            self._drop(1)
        else:
            self._at = i + 1
        self._line = self._base + self._at
        self._due = ("", ())

    def _item(self, text: Text, i: int, out: list[Sentence], opened: int | None = None) -> bool:
        """Whether the dot or bracket at i belongs to the marker of a list's item; the marker ends the item before."""
        mark = self._text[i]
        if i <= lists.LONGEST and lists.is_marker(self._text[:i]):
            if self._text[i - 1] == ".":  # 1.) is one marker
                self._at = i + 1
                return True
            self._due = (mark, lists.due(lists.value(self._text[:i])))
            self._at = i + 1
            return True
        if mark != self._due[0]:
            return False
        begin = lists.marker_before(self._text, i, self._due[1])
        if begin < 0 or not (text.char(i + 1).isspace() or text.char(i + 1) == ")"):
            return False
        self._cut(begin, out)
        return True

    # ---- blocks: fences, tables, thoughts ---------------------------------------------------------------------------

    def _ticks(self, text: Text, i: int) -> None:
        end = text.match(_TICKS, i)
        run = self._text[i:end]
        self._at = end
        if len(run) >= 3 and self._begins_line(i):
            self._begin(re.compile(rf"\n[ \t]{{0,20}}{run[0]}{{{len(run)},40}}[ \t]{{0,20}}(?=\n)"))
        elif run[0] == "`":
            if self._stack and self._stack[-1].mark == "`":
                if self._stack[-1].closers == run:
                    self._stack.pop()
            elif self._text[i - 1 : i].isalnum() or text.char(end).isspace():
                pass  # an accent or an apostrophe
            elif len(self._stack) < nesting.DEEPEST:
                self._stack.append(nesting.Open("`", run, self._base + i))

    def _thought(self, text: Text, i: int, out: list[Sentence]) -> bool:
        end = text.match(_THOUGHT, i, _HALF_THOUGHT)
        if end == i:
            return False
        if self._is_blank(i):
            self._at = end
            self._begin(re.compile(re.escape("</" + self._text[i + 1 : end]), re.IGNORECASE))
        else:
            self._stack.clear()
            self._cut(i, out)
        return True

    def _begin(self, end: re.Pattern[str]) -> None:
        self._block = end
        self._stack.clear()

    def _read_block(self, out: list[Sentence], final: bool) -> bool:
        """Look for the end of the block; False when it has not come."""
        assert self._block is not None
        string = self._text + "\n" if final else self._text
        match = self._block.search(string, self._at)
        if match is None:
            self._hold(out)
            return False
        self._block = None
        self._cut(min(match.end(), len(self._text)), out, LONGEST_BLOCK)
        return True

    def _hold(self, out: list[Sentence]) -> None:
        """Put aside what has been read of a block; hand out what is too long."""
        size = len(self._text)
        self._at = max(self._at, size - _KEPT)
        if size <= 4 * _KEPT:
            return
        self._kept.append(self._text[:-_KEPT])
        self._text = self._text[-_KEPT:]
        self._base += size - _KEPT
        self._at -= size - _KEPT
        if sum(map(len, self._kept)) > LONGEST_BLOCK + _SLACK:
            self._unfold()
            self._shorten(out, LONGEST_BLOCK)

    # ---- handing out ------------------------------------------------------------------------------------------------

    def _is_blank(self, i: int) -> bool:
        return not self._kept and not self._text[:i].strip()

    def _is_solid(self, i: int) -> bool:
        """Whether there is more than punctuation before i."""
        return SOLID.search(self._text, 0, i) is not None

    def _begins_line(self, i: int) -> bool:
        return self._line >= self._base and self._is_blank(i)

    def _cut(self, end: int, out: list[Sentence], limit: int = LONGEST) -> None:
        """End the open sentence at `end`, and begin another."""
        end += self._unfold()
        while (piece := self._piece(end, limit)) < end:
            self._hand_out(piece, out)
            end -= piece
        self._hand_out(end, out)

    def _unfold(self) -> int:
        """Take back what was put aside of a block; returns its length."""
        if not self._kept:
            return 0
        held = "".join(self._kept)
        self._kept.clear()
        self._text = held + self._text
        self._base -= len(held)
        self._at += len(held)
        return len(held)

    def _shorten(self, out: list[Sentence], limit: int = LONGEST) -> None:
        """Hand out what is too long already, in pieces; the rest stays open."""
        while len(self._text) - self._lead() > limit + _SLACK:
            self._hand_out(self._piece(len(self._text), limit), out)
        if len(self._text) > limit + _SLACK:
            self._drop(self._lead())

    def _piece(self, end: int, limit: int) -> int:
        """Where to cut text that goes on to `end`: there, or at the last line's end or space within the limit."""
        lead = self._lead()
        if end - lead <= limit:
            return end
        last = lead + limit
        if limit > LONGEST:
            cut = self._text.rfind("\n", lead + limit // 2, last)
            if cut >= 0:
                return cut
        for i in range(last, lead + limit // 2, -1):
            if self._text[i].isspace():
                return i
        while last > lead + 1 and (combining(self._text[last]) or self._text[last] in INVISIBLE):
            last -= 1
        return last

    def _hand_out(self, end: int, out: list[Sentence]) -> None:
        sentence = self._text[:end].strip()
        if sentence:
            start = self._base + self._lead()
            out.append(Sentence(sentence, start, start + len(sentence)))
        self._drop(end)

    def _drop(self, end: int) -> None:
        self._text = self._text[end:]
        self._base += end
        self._at = max(0, self._at - end)

    def _lead(self) -> int:
        return len(self._text) - len(self._text.lstrip())

    def _forget(self) -> None:
        self._stack.clear()
        self._due = ("", ())
        self._block = None
