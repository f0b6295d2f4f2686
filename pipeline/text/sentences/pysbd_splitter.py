"""pysbd's own judgement, for those who prefer it, made fit for text that is still arriving.

pysbd judges whole texts, in time that grows with their square, and some short ones it never finishes. Here it sees only
the open sentence, only where a stop and the word behind it have come, and nothing that hangs it."""

from __future__ import annotations

import re
import warnings

from pipeline.text.sentences.marks import HARD, STOPS
from pipeline.text.sentences.silence import Silence, settled, silence
from pipeline.text.sentences.words import words
from pipeline.types import Sentence

with warnings.catch_warnings():  # its patterns are written in a way that newer Pythons warn of
    warnings.simplefilter("ignore")
    import pysbd
    from pysbd.languages import LANGUAGE_CODES

LONGEST = 1000
"""Characters of the longest sentence, and so of what pysbd is ever given."""

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
        self.patience = patience
        """Seconds of silence after which a plain end counts; one that may be none ("p.m.") takes five times as long."""
        self.words = words(language)
        code = self.words.language if self.words.language in LANGUAGE_CODES else "en"
        self._segmenter = pysbd.Segmenter(language=code, clean=False, char_span=True)  # its own: it cannot be shared
        self._text = ""
        self._base = 0
        self._at = 0
        self._clock: float | None = None

    def feed(self, text: str, now: float | None = None) -> list[Sentence]:
        """The sentences that are finished now that `text` has come. An empty text changes nothing."""
        if not text:
            return []
        self._clock = now
        out: list[Sentence] = []
        for i in range(0, len(text), _PIECE):
            self._text += text[i : i + _PIECE]
            self._run(out)
        return out

    def poll(self, now: float) -> list[Sentence]:
        """The sentence that is finished because nothing came for a while."""
        if self._clock is None:
            self._clock = now
            return []
        deadline = self.deadline
        if deadline is None or now < deadline:
            return []
        out: list[Sentence] = []
        self._cut(len(self._text), out)
        return out

    def flush(self) -> list[Sentence]:
        """The text is complete: the rest of it."""
        out: list[Sentence] = []
        self._run(out, final=True)
        self._cut(len(self._text), out)
        return out

    @property
    def deadline(self) -> float | None:
        """When `poll` would first give something; None when it would not, or when the last token had no time."""
        if self._clock is None or not self._text.strip():
            return None
        verdict = silence(self._text, self.words, _ENDS)
        return None if verdict is Silence.WAITS else self._clock + self.patience * int(verdict.value)

    @property
    def open(self) -> int:
        """Offset at which the open sentence begins: its first letter, or the end of the text when there is none."""
        return self._base + len(self._text) - len(self._text.lstrip())

    @property
    def settled(self) -> int:
        """Offset up to which the open sentence may be spoken as it stands."""
        return max(self.open, self._base + settled(self._text, self.words))

    def _run(self, out: list[Sentence], final: bool = False) -> None:
        """Ask at each stop behind which enough has come."""
        while (stop := _STOP.search(self._text, self._at)) is not None:
            context = _CONTEXT.match(self._text, stop.end())
            if context is None and not final and len(self._text) < stop.end() + _FAR:
                self._at = stop.start()
                break
            end = context.end() if context else min(len(self._text), stop.end() + _FAR)
            cut = self._boundary(stop.start(), end)
            if cut:
                self._cut(cut, out)
            else:
                self._at = stop.end()
        else:
            self._at = len(self._text)
        while len(self._text) > LONGEST + 2 * _FAR:
            self._shorten(out)

    def _boundary(self, stop: int, end: int) -> int:
        """Where pysbd ends a sentence between a stop and the end of what is known of the word behind it, or 0."""
        known = self._text[:end]
        if known[stop] in STOPS and known[stop + 1 : stop + 2].isalnum() and known[stop + 1].isascii():
            return 0
        masked = _HANGING.sub(lambda m: "[" + "x" * (len(m[0]) - 1), known)
        for span in self._segmenter.segment(masked):
            cut = span.start + len(span.sent.rstrip())
            if stop < cut < len(known.rstrip()) and known[:cut].strip():
                return int(cut)
        return 0

    def _shorten(self, out: list[Sentence]) -> None:
        space = max(self._text.rfind(" ", 0, LONGEST), self._text.rfind("\n", 0, LONGEST))
        self._cut(space if space > LONGEST // 2 else LONGEST, out)

    def _cut(self, end: int, out: list[Sentence]) -> None:
        while end > LONGEST:
            before = len(self._text)
            self._shorten(out)
            end -= before - len(self._text)
        sentence = self._text[:end].strip()
        if sentence:
            start = self._base + len(self._text) - len(self._text.lstrip())
            out.append(Sentence(sentence, start, start + len(sentence)))
        self._text = self._text[end:]
        self._base += end
        self._at = max(0, self._at - end)
