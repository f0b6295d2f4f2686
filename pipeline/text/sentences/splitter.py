"""Text in, sentences out, while it is still being written: constant work for each token, whatever the text."""

from __future__ import annotations

import re

from pipeline.text.sentences import boundary, lines, lists, nesting
from pipeline.text.sentences.boundary import NO
from pipeline.text.sentences.draft import KEPT, LONGEST, LONGEST_BLOCK, Draft
from pipeline.text.sentences.marks import (
    BULLETS,
    HALF_STOPS,
    HARD,
    LOCAL,
    MORE_STOPS,
    PAIRS,
    QUOTES,
    RUN,
    STOPS,
    TYPED,
    pauses,
    special,
)
from pipeline.text.sentences.nesting import Nest, Open
from pipeline.text.sentences.reading import More, Text
from pipeline.text.sentences.silence import Silence, settled, silence
from pipeline.text.sentences.words import words
from pipeline.types import Sentence

_PIECE = 256
"""Characters worked on at once; a longer token is taken in pieces of this size."""

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
        self._pauses = pauses(code)
        self._search = special(code).search
        self._draft = Draft()
        self._line = 0  # offset at which the line began
        self._nest = Nest()
        self._due: tuple[str, tuple[str, ...]] = ("", ())  # what the next item of a list would be marked with
        self._block: re.Pattern[str] | None = None  # the end of the block that is open: a fence, a table, a thought
        self._clock: float | None = None

    # ---- what the text says -----------------------------------------------------------------------------------------

    def feed(self, text: str, now: float | None = None) -> list[Sentence]:
        """The sentences that are finished now that `text` has come. An empty text changes nothing."""
        if not text:
            return []
        self._clock = now
        draft = self._draft
        known = len(draft.text)
        if draft.at == known < LONGEST and self._block is None and len(text) <= _PIECE:
            found = self._search(text)
            if found is None or (found.end() == len(text) and found[0] != "\n"):  # most tokens: nothing to decide yet
                draft.text += text
                draft.at = known + (len(text) if found is None else found.start())
                return []
        for i in range(0, len(text), _PIECE):
            draft.text += text[i : i + _PIECE]
            self._run(final=False)
        return draft.take()

    def flush(self) -> list[Sentence]:
        """The text is complete: the rest of it."""
        self._run(final=True)
        return self._end()

    # ---- what silence says ------------------------------------------------------------------------------------------

    def poll(self, now: float) -> list[Sentence]:
        """The sentence that is finished because nothing came for a while."""
        if self._clock is None:
            self._clock = now
            return []
        deadline = self.deadline
        if deadline is None or now < deadline:
            return []
        return self._end()

    @property
    def deadline(self) -> float | None:
        """When `poll` would first give something; None when it would not, or when the last token had no time."""
        if self._clock is None or self._draft.at == len(self._draft.text):
            return None
        verdict = self._silence()
        return None if verdict is Silence.WAITS else self._clock + self.patience * int(verdict.value)

    def _silence(self) -> Silence:
        text = self._draft.text
        if self._block is not None:
            return Silence.ENDS if self._block.search(text + "\n", max(0, len(text) - KEPT)) else Silence.WAITS
        open_still = self._nest.stays_open(text[self._draft.at :])
        return Silence.WAITS if open_still else silence(text, self.words, self._stops)

    def _end(self) -> list[Sentence]:
        """End the open sentence where the text ends; what comes next knows nothing of it."""
        self._draft.cut(len(self._draft.text), LONGEST if self._block is None else LONGEST_BLOCK)
        self._nest.close(0)
        self._due = ("", ())
        self._block = None
        return self._draft.take()

    # ---- what is open -----------------------------------------------------------------------------------------------

    @property
    def open(self) -> int:
        """Offset at which the open sentence begins: its first letter, or the end of the text when there is none."""
        return self._draft.begin

    @property
    def settled(self) -> int:
        """Offset up to which the open sentence may be spoken as it stands. Behind it: a word that is still arriving,
        and whatever hangs on the next one ("Dr.", "$3."); inside a block, all of it."""
        draft = self._draft
        if self._block is not None:
            return draft.begin
        return max(draft.begin, draft.base + settled(draft.text, self.words))

    # ---- the machine ------------------------------------------------------------------------------------------------

    def _run(self, final: bool) -> None:
        """Read on until the text, or what a decision needs of it, ends."""
        try:
            while self._read(final) if self._block is None else self._read_block(self._block, final):
                pass
        except More:
            pass
        if self._block is None and len(self._draft.text) > LONGEST:
            self._draft.shorten()

    def _read(self, final: bool) -> bool:
        """Go on to the next special character and past it; False when there is none, or nothing behind it yet."""
        draft = self._draft
        match = self._search(draft.text, draft.at)
        if match is None:
            draft.at = len(draft.text)
            return False
        i = draft.at = match.start()
        char = match[0]
        if self._nest.marks:
            self._nest.leak(draft.base + i)
        if char == "\n":
            self._newline(Text(draft.text, final), i)
            return True
        if i + 1 == len(draft.text) and not final:
            return False
        if char != "`" and self._nest.code:
            draft.at = i + 1
        elif char in self._stops:
            self._stop(i, final)
        elif char in self._pauses:
            self._pause(Text(draft.text, final), i)
        elif char in "`~":
            self._ticks(Text(draft.text, final), i)
        elif char in BULLETS:
            self._bullet(i)
        elif char == "|":
            draft.at = i + 1
            if self._begins_line(i):
                self._begin(_TABLE)
        else:
            self._mark(Text(draft.text, final), i, char)
        return True

    def _stop(self, i: int, final: bool) -> None:
        """A mark that may end the sentence."""
        draft = self._draft
        if draft.text[i - 1 : i] in (")", "]") and self._nest.aside:
            self._nest.close(0)  # "(a 2003(b, 2005)." - a bracket was forgotten, the sentence ends all the same
        text = Text(draft.text, final)
        if self._nest.marks:
            if not self._nest.speech:
                draft.at = i + 1
                return
            cut = boundary.ends_within(text, i, self._nest.marks[0].at - draft.base, self.words)
        elif draft.text[i] == "." and self._item(text, i):
            return
        else:
            cut = boundary.ends(text, i, self.words)
        if cut != NO and draft.is_solid(cut):
            draft.at = i + 1
            draft.cut(cut)
        else:
            self._pass(text, i)

    def _pause(self, text: Text, i: int) -> None:
        """A mark that ends a clause, and now and then the sentence."""
        cut = NO if self._nest.marks else boundary.pauses(text, i, self.words)
        self._draft.at = i + 1
        if cut != NO and self._draft.is_solid(cut):
            self._draft.cut(cut)

    def _pass(self, text: Text, i: int) -> None:
        """Go on behind the stops at i that ended nothing."""
        end = max(text.match(RUN, i), i + 1)
        self._draft.at = end if self._nest.marks else text.match(MORE_STOPS, end, HALF_STOPS)

    def _newline(self, text: Text, i: int) -> None:
        draft = self._draft
        length = draft.base + i - self._line
        if draft.is_blank(i):
            draft.drop(i + 1)
        elif lines.ends(text, i, length, self.words):
            self._nest.close(0)
            draft.at = i + 1
            draft.cut(i)
            draft.drop(1)
        else:
            draft.at = i + 1
        self._line = draft.base + draft.at
        self._due = ("", ())

    # ---- lists ------------------------------------------------------------------------------------------------------

    def _item(self, text: Text, i: int, opened: int | None = None) -> bool:
        """Whether the dot or bracket at i belongs to the marker of a list's item; the marker ends the item before."""
        draft, mark = self._draft, text.string[i]
        if i <= lists.LONGEST and lists.is_marker(draft.text[:i]):
            if draft.text[i - 1] != ".":  # 1.) is one marker
                self._due = (mark, lists.due(draft.text[:i]))
            draft.at = i + 1
            return True
        if mark != self._due[0]:
            return False
        begin = lists.next_marker(text, i, self._due[1], self.words)
        if begin < 0:
            return False
        draft.cut(begin if opened is None else opened)
        return True

    def _bullet(self, i: int) -> None:
        """A bullet in the midst of a line begins an item."""
        draft = self._draft
        if i and draft.text[i - 1].isspace() and draft.is_solid(i):
            self._nest.close(0)
            draft.cut(i)
        else:
            draft.at = i + 1

    # ---- quotations and brackets ------------------------------------------------------------------------------------

    def _mark(self, text: Text, i: int, char: str) -> None:
        """A mark that opens or closes a quotation or bracket."""
        if char == "<" and self._thought(text, i):
            return
        depth = self._nest.closes(char)
        if depth >= 0 and nesting.is_closing(text, i):
            self._close(text, i, depth)
        elif nesting.opens(text, i):
            if depth >= 0 and char in QUOTES:
                self._nest.close(depth)
            self._nest.push(Open(char, PAIRS[char], self._draft.base + i))
            self._draft.at = i + 1
        elif char == ")" and boundary.smiles(text, i):
            self._draft.at = i + 1
            self._draft.cut(i + 1)
        elif char != ")" or not self._item(text, i):
            if nesting.opens_mirrored(text, i):
                self._nest.push(Open("(", "(", self._draft.base + i))
            self._draft.at = i + 1

    def _close(self, text: Text, i: int, depth: int) -> None:
        """Close what was opened at this depth. Behind the outermost, if a stop stands inside, the sentence may end."""
        draft, mark = self._draft, self._nest.marks[depth].mark
        begin = max(0, self._nest.marks[depth].at - draft.base)
        if depth == 0:
            if mark == "(" and self._item(text, i, begin):
                self._nest.close(0)
                return
            stop = -1 if mark in "《〈<" else boundary.stop_before(text, i, self._stops)  # a title says nothing
            cut = NO if stop < 0 else boundary.ends(text, stop, self.words, boundary.closed(text, begin, i + 1))
            if cut != NO and draft.is_solid(cut):
                self._nest.close(0)
                draft.cut(cut)
                return
        self._nest.close(depth)
        draft.at = i + 1

    # ---- code and blocks --------------------------------------------------------------------------------------------

    def _ticks(self, text: Text, i: int) -> None:
        """Backticks or tildes: a fence at a line's head, else inline code."""
        end = text.match(_TICKS, i)
        run = text.string[i:end]
        self._draft.at = end
        if len(run) >= 3 and self._begins_line(i):
            self._begin(re.compile(rf"\n[ \t]{{0,20}}{run[0]}{{{len(run)},40}}[ \t]{{0,20}}(?=\n)"))
        elif run[0] == "~":
            return
        elif self._nest.code:
            if self._nest.code == run:
                self._nest.marks.pop()
        elif run == TYPED and (depth := self._nest.closes(run)) >= 0:
            self._nest.close(depth)
        elif not text.string[i - 1 : i].isalnum() and not text.char(end).isspace():  # else an accent or apostrophe
            mark, closers = (TYPED, "'" + TYPED) if run == TYPED else ("`", run)
            self._nest.push(Open(mark, closers, self._draft.base + i))

    def _thought(self, text: Text, i: int) -> bool:
        """Whether <think> stands at i: it ends the open sentence and begins a block."""
        end = text.match(_THOUGHT, i, _HALF_THOUGHT)
        if end == i:
            return False
        if self._draft.is_blank(i):
            self._draft.at = end
            self._begin(re.compile(re.escape("</" + text.string[i + 1 : end]), re.IGNORECASE))
        else:
            self._nest.close(0)
            self._draft.cut(i)
        return True

    def _begins_line(self, i: int) -> bool:
        return self._line >= self._draft.base and self._draft.is_blank(i)

    def _begin(self, end: re.Pattern[str]) -> None:
        self._block = end
        self._nest.close(0)

    def _read_block(self, block: re.Pattern[str], final: bool) -> bool:
        """Look for the end of the block; False when it has not come."""
        draft = self._draft
        match = block.search(draft.text + "\n" if final else draft.text, draft.at)
        if match is None:
            draft.hold()
            return False
        self._block = None
        draft.cut(min(match.end(), len(draft.text)), LONGEST_BLOCK)
        return True
