"""Text in, sentences out, while it is still being written: constant work for each token, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from pipeline.ground.unheard import SIGNS
from pipeline.text.sentences import blocks, enclosures, ends, items
from pipeline.text.sentences.draft import LONGEST
from pipeline.text.sentences.marks import ASTRAL, BULLETS, CLOSING, PAIRS, pauses, stops
from pipeline.text.sentences.reading import More, Text
from pipeline.text.sentences.silence import Clock, Silence, settled, silence
from pipeline.text.sentences.state import State
from pipeline.text.sentences.words import words
from pipeline.types import Sentence

Reader = Callable[[State, Text, int], None]
"""Reads the character at an offset, with what belongs to it."""

_PIECE = 256
"""Characters worked on at once; a longer token is taken in pieces of this size."""


class SentenceSplitter:
    """Decides as soon as it is safe: at a line's end, at the next letter, at the next word; in silence, by `poll`.

    Reads no clock: `now` is the caller's, in seconds. How the text is cut into tokens changes no sentence."""

    def __init__(self, language: str = "en", patience: float = 0.2) -> None:
        self._state = State(words(language))
        self._draft = self._state.draft
        self._clock = Clock(patience)
        code = self._state.words.language
        self._search = _special(code).search
        self._readers = _readers(code)

    # ---- what the text says -----------------------------------------------------------------------------------------

    def feed(self, text: str, now: float | None = None) -> list[Sentence]:
        """The sentences that are finished now that `text` has come. An empty text changes nothing."""
        if not text:
            return []
        self._clock.last = now
        draft = self._draft
        known = len(draft.text)
        if draft.at == known < LONGEST and self._state.block is None and len(text) <= _PIECE:
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
        self._state.end()
        return self._draft.take()

    # ---- what silence says ------------------------------------------------------------------------------------------

    def poll(self, now: float) -> list[Sentence]:
        """The sentence that is finished because nothing came for a while."""
        if not self._clock.is_over(now, self._silence()):
            return []
        self._state.end()
        return self._draft.take()

    @property
    def deadline(self) -> float | None:
        """When `poll` would first give something; None when it would not, or when the last token had no time."""
        return self._clock.deadline(self._silence())

    def _silence(self) -> Silence:
        state, text = self._state, self._draft.text
        if self._draft.at == len(text):
            return Silence.WAITS
        if state.block is not None:
            return Silence.ENDS if blocks.is_over(text, state.block) else Silence.WAITS
        open_still = state.nest.stays_open(text[self._draft.at :])
        return Silence.WAITS if open_still else silence(text, state.words, state.stops)

    # ---- what is open -----------------------------------------------------------------------------------------------

    @property
    def settled(self) -> int:
        """Offset up to which the open sentence may be spoken as it stands. Behind it: a word that is still arriving,
        and whatever hangs on the next one ("Dr.", "$3."); inside a block, all of it."""
        draft = self._draft
        if self._state.block is not None:
            return draft.begin
        return max(draft.begin, draft.base + settled(draft.text, self._state.words))

    # ---- the machine ------------------------------------------------------------------------------------------------

    def _run(self, final: bool) -> None:
        """Read on until the text, or what a decision needs of it, ends."""
        state = self._state
        try:
            while self._read(final) if state.block is None else blocks.read_block(state, state.block, final):
                pass
        except More:
            pass
        if state.block is None:
            self._draft.shorten()

    def _read(self, final: bool) -> bool:
        """Go on to the next special character and past it; False when there is none, or nothing behind it yet."""
        state, draft, nest = self._state, self._draft, self._state.nest
        match = self._search(draft.text, draft.at)
        if match is None:
            draft.at = len(draft.text)
            return False
        i = draft.at = match.start()
        char = match[0]
        if nest.marks:
            nest.leak(draft.base + i)
        if char != "\n" and i + 1 == len(draft.text) and not final:
            return False
        if nest.marks and nest.code and char not in "\n`":
            draft.at = i + 1
        else:
            self._readers.get(char, ends.read_picture)(state, Text(draft.text, final), i)
        return True


@cache
def _readers(language: str) -> dict[str, Reader]:
    """What reads on at each special character, but for the pictures."""
    readers: dict[str, Reader] = {
        **dict.fromkeys((*PAIRS, *CLOSING, *SIGNS), enclosures.read_mark),
        **dict.fromkeys("`~", enclosures.read_ticks),
        **dict.fromkeys(BULLETS, items.read_bullet),
        **dict.fromkeys(pauses(language), ends.read_pause),
        **dict.fromkeys(stops(language), ends.read_stop),
        "\n": ends.read_newline,
    }
    return readers | {"|": ends.read_danda if "|" in readers else blocks.read_bar}


@cache
def _special(language: str) -> re.Pattern[str]:
    """Finds the next of these characters, or the next picture."""
    return re.compile(f"[{ASTRAL}{re.escape(''.join(sorted(_readers(language))))}]")
