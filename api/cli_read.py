"""`aloud read`: documents in, books out; interrupted whenever it must be, and continued by the same command."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
from anyio.abc import TaskStatus

from api.casting import by_language, cast
from api.cli_run import Speech, named
from api.exits import DONE, INTERRUPTED, PARTLY
from api.files import write_whole
from api.reading import Reading
from api.settings import environment
from pipeline import reports
from pipeline.assembly import Workshop
from pipeline.audio.captions import srt, webvtt
from pipeline.errors import InvalidRequest
from pipeline.narration import Document, read
from pipeline.narration.binding import bind, events
from pipeline.narration.book import Book
from pipeline.narration.library import chosen, library, together
from pipeline.narration.shelf import Shelf, told
from pipeline.order import Order, check

ENDINGS = ("mp3", "m4b", "m4a", "opus", "flac", "wav")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of the documents."""

    files: Sequence[str]
    voices: Sequence[str] = ()
    """Names; `fr=NAME` is for one language."""
    output: str = ""
    format: str = ""
    split: bool = False
    each: bool = False
    chapters: str = ""
    srt: bool = False
    dry_run: bool = False
    json: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """One book and the file, or the folder, that it goes into."""

    document: Document
    target: Path
    ending: str


async def read_aloud(wish: Wish, speech: Speech) -> int:
    env = environment()
    order = _order(wish, speech)
    editions = await anyio.to_thread.run_sync(_editions, wish, env)
    root = Path(env.get("ALOUD_OUTPUT_DIR") or "output") / "books"
    workshop, shelf = library(root / ".work", env)
    code = DONE
    async with workshop:
        for edition in editions:
            code = max(code, await _make(edition, order, workshop, shelf, wish))
            if code == INTERRUPTED:
                break
    return code


async def _make(edition: Edition, order: Order, workshop: Workshop, shelf: Shelf, wish: Wish) -> int:
    order, tongues = await cast(order, edition.document, by_language(wish.voices)[1], workshop)
    book = Book(edition.document, order, edition.ending, workshop=workshop, shelf=shelf, tongues=tongues)
    await book.look()
    reading = Reading(book, edition.target, json=wish.json, quiet=wish.quiet)
    if wish.dry_run:
        reading.foretell(order, edition.ending)
        return DONE
    made: list[Path] = []
    interrupted = False
    with reading:
        try:
            async with anyio.create_task_group() as tasks:
                await tasks.start(_interruptible, tasks.cancel_scope)
                tasks.start_soon(reading.watch)
                await book.make()
                made = await _bind(book, edition, wish)
                tasks.cancel_scope.cancel()
        except ExceptionGroup as group:
            raise reports.cause(group) from group
        interrupted = not made
    if interrupted:
        reading.say("interrupted; what is finished is kept, and the same command goes on with it")
        return INTERRUPTED
    reading.report(made)
    return PARTLY if book.progress.losses else DONE


async def _interruptible(scope: anyio.CancelScope, *, task_status: TaskStatus[None]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        task_status.started()
        async for _ in signals:
            scope.cancel()
            return


async def _bind(book: Book, edition: Edition, wish: Wish) -> list[Path]:
    """The book's files: the sound and its captions, whole or a chapter each."""
    if not wish.split:
        return await _file(book, edition.target, None, wish)
    made: list[Path] = []
    spoken = {part.portion.chapter for part in book.spoken() if part.finished.samples}
    digits = len(str(len(book.document.chapters)))
    for number, chapter in enumerate(book.document.chapters):
        if number in spoken:
            name = f"{number + 1:0{digits}} {_file_name(chapter.title)}.{edition.ending}"
            made += await _file(book, edition.target / name, number, wish)
    return made


async def _file(book: Book, target: Path, chapter: int | None, wish: Wish) -> list[Path]:
    await bind(book, target, chapter=chapter)
    made = [target]
    with told(target.parent):
        for ending, captions in (("vtt", webvtt), ("srt", srt)):
            if ending == "vtt" or wish.srt:
                made.append(target.with_name(f"{target.stem}.{ending}"))
                await write_whole(made[-1], captions(events(book, chapter)))
    return made


# ---- what is wanted -------------------------------------------------------------------------------------------------


def _order(wish: Wish, speech: Speech) -> Order:
    order = Order(
        text="",
        tts_provider=named(speech.engine),
        voice=by_language(wish.voices)[0],
        speed=speech.speed,
        language=speech.language,
        lexicon=speech.sayings(),
    )
    check(order)
    return order


def _editions(wish: Wish, env: Mapping[str, str]) -> list[Edition]:
    """Every input is read before anything is spoken. Raises InvalidRequest."""
    ending = _ending(wish)
    paths = [Path(file) for file in wish.files]
    documents = [read(path) for path in paths]
    output = Path(wish.output) if wish.output else Path(env.get("ALOUD_OUTPUT_DIR") or "output") / "books"
    folder = not wish.output or wish.output.endswith("/") or output.is_dir() or not output.suffix
    if not folder and (wish.split or wish.each and len(documents) > 1):
        raise InvalidRequest(f"-o {wish.output}: several files go into a folder; name one, with a slash at its end.")
    if not wish.each:
        named = documents[0].title if len(documents) == 1 or folder else output.stem
        documents = [together(documents, named)]
    editions: list[Edition] = []
    for document, path in zip(documents, paths, strict=False):
        if wish.chapters:
            document = chosen(document, wish.chapters)
        target = output
        if wish.split and folder:
            target = output / _file_name(path.stem) if len(documents) > 1 or not wish.output else output
        elif folder:
            target = output / f"{_file_name(path.stem)}.{ending}"
        editions.append(Edition(document, target, ending))
    targets = [edition.target for edition in editions]
    if len(set(targets)) < len(targets):
        raise InvalidRequest("Two of the files have the same name, and would be the same book; rename one.")
    return editions


def _ending(wish: Wish) -> str:
    """The format: the output's own ending, or what --format says. Raises InvalidRequest."""
    suffix = Path(wish.output).suffix[1:].lower()
    stated = "" if wish.output.endswith("/") or Path(wish.output or ".").is_dir() else suffix
    ending = wish.format or stated or "mp3"
    if ending not in ENDINGS:
        raise InvalidRequest(f"There is no book of the kind {ending!r}; there is: {', '.join(ENDINGS)}.")
    if stated and stated != ending:
        raise InvalidRequest(f"-o {wish.output} and --format {wish.format} say two things; leave one of them out.")
    return ending


def _file_name(title: str) -> str:
    """A title as the name of a file, on any system."""
    bare = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', " ", title)
    short = " ".join(bare.split()).strip(". ").encode()[:100].decode(errors="ignore").strip(". ")
    return short or "untitled"
