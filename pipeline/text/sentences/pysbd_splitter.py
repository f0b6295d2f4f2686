"""pysbd's own judgement, for those who prefer it, made fit for text that is still arriving.

pysbd judges whole texts, in time that grows with their square, and some short ones it never finishes. Here it sees only
the open sentence, only where a stop and the word behind it have come, and nothing that hangs it."""

from __future__ import annotations

import re
import warnings

from pipeline.ground.writing import HARD, STOPS
from pipeline.text.sentences.draft import Draft
from pipeline.text.sentences.silence import Clock, Silence, settled, silence
from pipeline.text.sentences.words import words
from pipeline.types import Sentence

with warnings.catch_warnings():  # its patterns are written in a way that newer Pythons warn of
    warnings.simplefilter("ignore")
    import pysbd
    from pysbd.languages import LANGUAGE_CODES

_FAR = 120
"""Characters: no more is waited for behind a stop."""
_PIECE = 256
_ENDS = frozenset(STOPS + HARD)
_STOP = re.compile(f"[{re.escape(STOPS + HARD)}:;|\n]")
_CONTEXT = re.compile(r"[^\w\s]{0,40}(?:(?:\s{1,40}[^\w\s]{0,8}){1,3}\w{1,40}\W|\w)")
_HANGING = re.compile(r"\[[\d,\s-]{12,}")
"""Long lists of numbers behind a bracket send its patterns into a search without end."""


class PysbdSplitter:
    """The same doors as `SentenceSplitter`; what a stop costs is one run over a bounded text."""

    def __init__(self, language: str = "en", patience: float = 0.2) -> None:
        self._words = words(language)
        code = self._words.language if self._words.language in LANGUAGE_CODES else "en"
        self._segmenter = pysbd.Segmenter(language=code, clean=False, char_span=True)  # its own: it cannot be shared
        self._draft = Draft()
        self._clock = Clock(patience)

    def feed(self, text: str, now: float | None = None) -> list[Sentence]:
        """The sentences that are finished now that `text` has come. An empty text changes nothing."""
        if text:
            self._clock.last = now
        for i in range(0, len(text), _PIECE):
            self._draft.text += text[i : i + _PIECE]
            self._run(final=False)
        return self._draft.take()

    def flush(self) -> list[Sentence]:
        """The text is complete: the rest of it."""
        self._run(final=True)
        return self._end()

    def poll(self, now: float) -> list[Sentence]:
        """The sentence that is finished because nothing came for a while."""
        return self._end() if self._clock.is_over(now, self._silence()) else []

    def _silence(self) -> Silence:
        return silence(self._draft.text, self._words, _ENDS)

    def _end(self) -> list[Sentence]:
        self._draft.cut(len(self._draft.text))
        return self._draft.take()

    @property
    def deadline(self) -> float | None:
        """When `poll` would first give something; None when it would not, or when the last token had no time."""
        return self._clock.deadline(self._silence())

    @property
    def settled(self) -> int:
        """Offset up to which the open sentence may be spoken as it stands."""
        return max(self._draft.begin, self._draft.base + settled(self._draft.text, self._words))

    def _run(self, final: bool) -> None:
        """Ask at each stop behind which enough has come."""
        draft = self._draft
        while (stop := _STOP.search(draft.text, draft.at)) is not None:
            context = _CONTEXT.match(draft.text, stop.end())
            if context is None and not final and len(draft.text) < stop.end() + _FAR:
                draft.at = stop.start()
                break
            end = context.end() if context else min(len(draft.text), stop.end() + _FAR)
            cut = self._boundary(stop.start(), end)
            if cut:
                draft.cut(cut)
            else:
                draft.at = stop.end()
        else:
            draft.at = len(draft.text)
        draft.shorten()

    def _boundary(self, stop: int, end: int) -> int:
        """Where pysbd ends a sentence between a stop and the end of what is known of the word behind it, or 0."""
        known = self._draft.text[:end]
        if known[stop] in STOPS and known[stop + 1 : stop + 2].isalnum() and known[stop + 1].isascii():
            return 0
        masked = _HANGING.sub(lambda m: "[" + "x" * (len(m[0]) - 1), known)
        for span in self._segmenter.segment(masked):
            cut = span.start + len(span.sent.rstrip())
            if stop < cut < len(known.rstrip()) and known[:cut].strip():
                return int(cut)
        return 0
