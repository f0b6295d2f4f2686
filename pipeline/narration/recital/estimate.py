"""What a book will come to, told from a little of it: how long it lasts, how large it is, and how long it takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import anyio.to_thread

from pipeline.audio.joining.splicing import PartEncoder, measured
from pipeline.audio.recording.pauses import PARAGRAPH
from pipeline.engines.kit.threads import cores
from pipeline.errors import EmptyText
from pipeline.narration.recital.book import Book
from pipeline.narration.recital.portion import Portion
from pipeline.narration.recital.progress import Progress
from pipeline.narration.recital.recital import Recital
from pipeline.text import Lexicon, Speakable
from pipeline.types import Passage

SAMPLE = 800
"""Characters that are spoken to tell the rest from them ..."""
PLACES = 8
"""... taken from so many places."""
_ENDS = re.compile(r"\n\n|\.\s|\u3002")
_WORDS = 165.0
"""Words a minute of voices that are not tried, pauses included ..."""
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_SIGNS = 240.0
"""... and Han and kana, which stand without spaces ..."""
_BYTES = {"mp3": 8000, "m4b": 8400, "m4a": 8400, "opus": 4100, "flac": 20_000}
"""... and bytes of one second; WAV has two for each sample."""


@dataclass(frozen=True, slots=True)
class Estimate:
    seconds: float
    """Of sound."""
    bytes: float
    left: int
    """Characters that are still to be spoken."""
    takes: float | None
    """Seconds for what is left; None where the voice was not tried."""
    engine: str


async def estimate(book: Book) -> Estimate:
    """Of a book that was looked at. Raises EngineError when the voice will not speak, EmptyText when there is nothing
    to say."""
    engine, voice = await book.workshop.voice(book.order)
    total, left = book.progress.total, book.progress.total - book.progress.kept
    if not getattr(engine, "local", False):
        chapters = book.document.chapters
        minutes = sum(chapter.words / _WORDS + len(_DENSE.findall(chapter.text)) / _SIGNS for chapter in chapters)
        seconds = minutes / book.order.speed * 60
        return Estimate(seconds, seconds * (_BYTES.get(book.ending) or 2 * book.sample_rate), left, None, engine.name)
    said = await anyio.to_thread.run_sync(_said, book, voice.language or "en")
    sample = _sample(book, said)
    recital = Recital(sample, book.sample_rate, Progress([len(sample.text)]))
    begun = perf_counter()
    await recital.speak(book.workshop, book.order, "estimate")
    speaking = perf_counter() - begun
    if not recital.samples:
        raise EmptyText("There is nothing to speak in it.")
    encoder = PartEncoder(book.kind, book.sample_rate, measured(recital.samples, book.kind, book.sample_rate))
    share, sounds = len("\n\n".join(said)) / max(1, len(sample.text)), recital.samples / book.sample_rate
    silence = sum(max(0.0, portion.pause - PARAGRAPH) for portion in book.portions)  # beyond what paragraphs have
    seconds = share * max(0.0, sounds - recital.silence) + silence
    begun = perf_counter()
    size = await anyio.to_thread.run_sync(lambda: len(encoder.feed(recital.take(1 << 30))) + len(encoder.finish()))
    work = speaking + (perf_counter() - begun) / cores()
    return Estimate(seconds, size * seconds / sounds, left, work * share * left / total, engine.name)


def _said(book: Book, language: str) -> list[str]:
    """Of each portion what is said of it: of tables and code that is another part than of prose."""
    speakable = Speakable(book.order.speakable, Lexicon.of(book.order.lexicon), language)
    at, said = 0, list[str]()
    for number, portion in enumerate(book.portions):
        end = at + len(portion.text)
        said.append(speakable.say(Passage(number, portion.text, at, end)).spoken.strip())
        at = end
    return said


def _sample(book: Book, said: Sequence[str]) -> Portion:
    """Sentences from all over the book, for it may be in several scripts."""
    own = [number for number, portion in enumerate(book.portions) if not portion.language] or range(len(said))
    text = "\n\n".join(said[number] for number in own)
    if len(text) > 2 * SAMPLE:
        begins = [_end(text, (2 * place + 1) * len(text) // (2 * PLACES)) for place in range(PLACES)]
        text = "\n\n".join(text[begin : _end(text, begin + SAMPLE // PLACES)].strip() for begin in begins)
    return replace(book.portions[own[0]], chapter=0, text=text)


def _end(text: str, start: int) -> int:
    """Behind the first sentence or paragraph that ends soon after `start`; there, where none does."""
    found = _ENDS.search(text, start, start + SAMPLE)
    return found.end() if found else start
