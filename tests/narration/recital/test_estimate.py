"""What a book will come to is told from a little of it, before the rest is spoken."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from pipeline.assembly.order import Order
from pipeline.errors import EmptyText
from pipeline.narration import read
from pipeline.narration.binding import bind, marks
from pipeline.narration.recital import Book, estimate, library
from tests.narration.books import novel, sentences

FAR = {"OPENAI_API_KEY": "none", "ALOUD_SPEECH_URL": "http://127.0.0.1:9"}
"""Where a voice is that cannot be tried."""


@asynccontextmanager
async def looked_at(path: Path, engine: str, ending: str = "mp3", speed: float = 1.0) -> AsyncIterator[Book]:
    workshop, shelf = library(path.parent / "work", FAR)
    async with workshop:
        order = Order(text="", tts_provider=(engine,), speed=speed)
        book = Book(read(path), order, ending, workshop=workshop, shelf=shelf)
        await book.look()
        yield book


async def told_and_made(path: Path) -> tuple[float, float]:
    """Seconds."""
    async with looked_at(path, "espeak", "wav", speed=4.0) as book:
        told = await estimate(book)
        await book.make()
        await bind(book, path.with_suffix(".wav"))
        return told.seconds, marks(book)[-1].ends


@pytest.mark.parametrize("ending", ["mp3", "opus", "wav"])
async def test_length_and_size_are_near_what_they_become(tmp_path: Path, ending: str) -> None:
    path = novel(tmp_path / "b.epub", chapters=4, each=16)
    async with looked_at(path, "espeak", ending, speed=2.0) as book:
        told = await estimate(book)
        assert (told.left, told.engine) == (book.progress.total, "espeak")
        assert told.takes is not None and told.takes > 0
        assert book.progress.passages == 0, "the book itself is not begun"
        await book.make()
        await bind(book, tmp_path / f"b.{ending}")
        assert told.seconds == pytest.approx(marks(book)[-1].ends, rel=0.1)
        assert told.bytes == pytest.approx((tmp_path / f"b.{ending}").stat().st_size, rel=0.15)
    async with looked_at(path, "espeak", ending, speed=2.0) as book:
        assert (await estimate(book)).takes == 0


async def test_a_voice_elsewhere_is_not_tried(tmp_path: Path) -> None:
    async with looked_at(novel(tmp_path / "b.epub"), "openai") as book:
        told = await estimate(book)
    assert told.takes is None
    words = sum(chapter.words for chapter in book.document.chapters)
    assert 100 < words / told.seconds * 60 < 220


async def test_a_far_voice_needs_time_for_what_has_no_spaces(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("\u98ce\u4ece\u6d77\u4e0a\u5439\u6765\u3002\n\n" * 100)
    async with looked_at(tmp_path / "b.md", "openai") as book:
        assert 3 < 600 / (await estimate(book)).seconds < 6, "signs a second"


async def test_a_book_in_several_scripts_is_told_from_all_of_them(tmp_path: Path) -> None:
    english = " ".join(sentences(30))
    chinese = "\n\n".join("\u98ce\u4ece\u6d77\u4e0a\u5439\u6765\u3002" * 5 for _ in range(20))
    (tmp_path / "b.md").write_text(f"# One\n\n{english}\n\n# Two\n\n{chinese}")
    told, made = await told_and_made(tmp_path / "b.md")
    assert told == pytest.approx(made, rel=0.2)


async def test_what_is_said_of_a_table_and_not_said_of_code_counts(tmp_path: Path) -> None:
    prose = "\n\n".join(sentences(20))
    rows = "\n".join(f"| `setting_{number}` | {number}/{number + 1} | {number},000 % |" for number in range(40))
    code = "\n".join(f"total[{number}] += {{{number}: 'x'}}" for number in range(80))
    (tmp_path / "b.md").write_text(f"{prose}\n\n| A | B | C |\n|---|---|---|\n{rows}\n\n```\n{code}\n```\n")
    told, made = await told_and_made(tmp_path / "b.md")
    assert told == pytest.approx(made, rel=0.15)


async def test_where_nothing_is_said_there_is_nothing_to_tell(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("<!-- Nothing yet. -->")
    async with looked_at(tmp_path / "b.md", "tone") as book:
        with pytest.raises(EmptyText):
            await estimate(book)


async def test_the_silence_between_chapters_counts(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("\n\n".join(f"# Part {number}\n\nHello there." for number in range(8)))
    told, made = await told_and_made(tmp_path / "b.md")
    assert told == pytest.approx(made, rel=0.1)
