"""Texts cut into passages, by buffers and voices of every kind."""

from __future__ import annotations

from pipeline.text import Limits, Pace, SentenceSplitter, SpeechBuffer
from pipeline.types import Passage
from tests.text.plain import PlainSplitter

ANSWER = (
    "The lamp was lit at dusk, and the keeper, who had climbed the stairs for thirty years, sat down to write. Nobody "
    "asked him why. He wrote about the weather, about the ships that passed, and now and then of the birds that came "
    'in from the sea in autumn.\n\n"Are you tired?" his wife asked. "No. Not at all." It cost $3.50 at 12:30, or 1,000 '
    "of the old coins.\n\n1. Carry the oil up.\n2. Trim the wick, e.g. with the small scissors.\n\n```python\nx = 1.5\n"
    "print(x, x)\n```\n\nThat was all. Really!"
)


def buffer(pace: Pace | None = None, **limits: object) -> SpeechBuffer:
    return SpeechBuffer(Limits.of(limits), PlainSplitter(), pace or Pace())


def cut(text: str, size: int = 0, *, made: SpeechBuffer | None = None, **limits: object) -> list[Passage]:
    """All passages of a text fed in pieces of so many characters (0: whole) without any time going by."""
    made = made or SpeechBuffer(Limits.of(limits), SentenceSplitter(), Pace())
    passages = []
    for at in range(0, len(text), size or max(1, len(text))):
        passages += made.feed(text[at : at + (size or len(text))], 0.0)
    return passages + made.end(0.0)


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def reasons(passages: list[Passage]) -> list[str]:
    return [passage.reason for passage in passages]


def told(voice: Pace, passages: list[Passage], now: float, seconds: float | None = None) -> None:
    """The voice spoke these at once, each as long as it would take, or as given."""
    for passage in passages:
        voice.asked(passage.index, len(passage.text), now)
        voice.ready(passage.index, now, len(passage.text) / 15 if seconds is None else seconds)


def fast() -> Pace:
    """A voice that is known to need next to no time, and a listener who has heard everything long ago."""
    pace = Pace()
    for index in range(-20, 0):
        pace.asked(index, 100 - index, -1000.0)
        pace.ready(index, -1000.0, (100 - index) / 15)
    return pace
