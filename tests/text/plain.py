"""A splitter of a dozen lines, so that what the buffer does can be told from what a splitter knows."""

import re

from pipeline.types import Sentence

_END = re.compile(r"[.!?]+(?=\s+\S)|(?<=\S)(?=\n\n)")
_OPEN = re.compile(r"([.!?]+\s*|\s*)\Z")


class PlainSplitter:
    """A stop, white space and a further character end a sentence; so does a blank line."""

    def __init__(self) -> None:
        self._text, self._start, self._clock = "", 0, 0.0
        self.settled = 0
        self.deadline: float | None = None

    def feed(self, text: str, now: float | None = None) -> list[Sentence]:
        self._text += text
        self._clock = self._clock if now is None else now
        sentences = []
        while found := _END.search(self._text, self._start + 1):
            sentences += self._sentence(found.end())
        tail = _OPEN.search(self._text)
        assert tail is not None
        self.settled = max(self._start, tail.start())
        stopped = self._text[self._start :].rstrip().endswith((".", "!", "?"))
        self.deadline = self._clock + 0.2 if stopped and not self._text.endswith("Dr.") else None
        return sentences

    def poll(self, now: float) -> list[Sentence]:
        return self.flush() if self.deadline is not None and now >= self.deadline else []

    def flush(self) -> list[Sentence]:
        return self._sentence(len(self._text.rstrip()))

    def _sentence(self, end: int) -> list[Sentence]:
        start, self.deadline = self._start, None
        while start < end and self._text[start].isspace():
            start += 1
        self._start = self.settled = max(self._start, end)
        return [Sentence(self._text[start:end], start, end)] if end > start else []
