"""What a book will come to is told from a little of it, before the rest is spoken."""

from pathlib import Path

import pytest

from pipeline.engines import ENGINES
from pipeline.narration import read
from pipeline.narration.binding import bind, marks
from pipeline.narration.recital import Book, library
from pipeline.narration.recital.estimate import HERE, SAMPLE, estimate
from pipeline.order import Order
from tests.narration.books import novel


@pytest.mark.parametrize("ending", ["mp3", "opus", "wav"])
async def test_length_and_size_are_near_what_they_become(tmp_path: Path, ending: str) -> None:
    workshop, shelf = library(tmp_path / "work", {})
    async with workshop:
        order = Order(text="", tts_provider=("espeak",), speed=2.0)
        book = Book(
            read(novel(tmp_path / "b.epub", chapters=4, each=30)), order, ending, workshop=workshop, shelf=shelf
        )
        await book.look()
        told = await estimate(book, order, ending, workshop)
        assert (told.left, told.engine) == (book.progress.total, "espeak")
        assert told.takes is not None and told.takes > 0
        assert book.progress.passages == 0, "the book itself is not begun"
        await book.make()
        await bind(book, tmp_path / f"b.{ending}")
        assert told.seconds == pytest.approx(marks(book)[-1].ends, rel=0.1)
        assert told.bytes == pytest.approx((tmp_path / f"b.{ending}").stat().st_size, rel=0.15)
        again = Book(book.document, order, ending, workshop=workshop, shelf=shelf)
        await again.look()
        assert (await estimate(again, order, ending, workshop)).takes == 0


async def test_a_voice_elsewhere_is_not_tried(tmp_path: Path) -> None:
    workshop, shelf = library(tmp_path / "work", {"OPENAI_API_KEY": "none", "ALOUD_SPEECH_URL": "http://127.0.0.1:9"})
    async with workshop:
        order = Order(text="", tts_provider=("openai",))
        book = Book(read(novel(tmp_path / "b.epub")), order, "mp3", workshop=workshop, shelf=shelf)
        await book.look()
        told = await estimate(book, order, "mp3", workshop)
    assert told.takes is None
    words = sum(chapter.words for chapter in book.document.chapters)
    assert 100 < words / told.seconds * 60 < 220


def test_only_voices_that_there_are_are_tried() -> None:
    assert set(ENGINES) >= HERE
    assert SAMPLE > 0
