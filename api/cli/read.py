"""`aloud read`: documents in, books out; interrupted whenever it must be, and continued by the same command."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import typer

from api.cli.editions import Edition, Wish, documents_in, editions, numbered, unread_in
from api.cli.exits import DONE, INTERRUPTED, PARTLY
from api.cli.files import write_whole
from api.cli.lines import Gone
from api.cli.plain import plain
from api.cli.reading import Reading
from api.cli.report import foretell, report
from api.cli.run import Speech
from api.cli.signals import heed
from api.settings import environment
from pipeline import reports
from pipeline.assembly.order import LANGUAGE, Order, check, check_voice
from pipeline.assembly.workshop import Workshop
from pipeline.audio.joining.captions import srt, webvtt
from pipeline.errors import InvalidRequest
from pipeline.ground.folders import check_file, check_folder, output_folder
from pipeline.ground.languages import uniform
from pipeline.ground.settings import parted
from pipeline.narration import Document
from pipeline.narration.binding import bind, events, voiced, work
from pipeline.narration.casting import cast
from pipeline.narration.readers.fetching import fetched, is_address
from pipeline.narration.recital import Book, Shelf, estimate, library, told
from pipeline.narration.tongues import known, tongues


async def read_aloud(wish: Wish, speech: Speech) -> int:
    env = environment()
    if wish.price is not None and not wish.dry_run:
        raise InvalidRequest("--price-per-million says what a --dry-run would cost; leave it out, or add that.")
    order = _order(wish, speech)
    root = output_folder(env) / "books"
    code = DONE
    with tempfile.TemporaryDirectory(prefix="aloud-") as folder:
        paths: list[Path] = []
        for number, file in enumerate(wish.files):
            paths += await _found(file, wish, Path(folder) / str(number))
        books = await anyio.to_thread.run_sync(editions, wish, paths, env)
        if not wish.dry_run:
            check_folder(root)
            for edition in books:
                (check_folder if wish.split else check_file)(edition.target)
        workshop, shelf = library(root / ".work", env)
        async with workshop:
            for edition in books:
                code = max(code, await _make(edition, order, workshop, shelf, wish))
                if code == INTERRUPTED:
                    break
    return code


async def _found(file: str, wish: Wish, folder: Path) -> list[Path]:
    """A document on this machine: where it is, or where it was put. Of a folder, all that are in it."""
    if file == "-":
        raise InvalidRequest("read makes books of files, not of pipes; `aloud say - -o FILE` speaks a pipe.")
    if not is_address(file):
        found = await anyio.to_thread.run_sync(documents_in, Path(file))
        for unread in await anyio.to_thread.run_sync(list, unread_in(Path(file))):
            typer.echo(f"aloud: {plain(unread)}", err=True)
        return found
    if not wish.allow_url:
        raise InvalidRequest(f"{file} is an address: with --allow-url it is fetched and read.")
    await anyio.Path(folder).mkdir()
    return [await fetched(file, folder)]


async def _make(edition: Edition, order: Order, workshop: Workshop, shelf: Shelf, wish: Wish) -> int:
    named = order.voices
    order, others = await cast(order, edition.document, workshop)
    _tell_unused(named, [order, *others.values()], edition.document)
    book = Book(edition.document, order, edition.ending, workshop=workshop, shelf=shelf, tongues=others)
    book.progress.binding = work(edition.ending, 0 if edition.ending == "epub" else 1 + wish.srt)
    await book.look()
    if wish.dry_run:
        foretell(book, edition.target, await estimate(book), wish.price, json=wish.json)
        return DONE
    folder = edition.target if wish.split else edition.target.parent
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    reading = Reading(book, json=wish.json, quiet=wish.quiet)
    made: list[Path] = []
    interrupted = False
    with reading:
        try:
            async with anyio.create_task_group() as tasks:
                await tasks.start(heed, tasks.cancel_scope.cancel)
                tasks.start_soon(reading.watch)
                await book.make()
                made = await _bind(book, edition, wish)
                tasks.cancel_scope.cancel()
        except ExceptionGroup as group:
            if group.subgroup(Gone):
                raise Gone from None
            raise reports.cause(group) from group
        interrupted = not made
    if interrupted:
        reading.say("interrupted; what is finished is kept, and the same command goes on with it")
        return INTERRUPTED
    await anyio.to_thread.run_sync(partial(report, book, made, json=wish.json, quiet=wish.quiet))
    return PARTLY if book.progress.losses or edition.document.unread else DONE


def _tell_unused(voices: Mapping[str, str], orders: Sequence[Order], document: Document) -> None:
    """Voices that were named for languages that the book does not have."""
    used = {known(order.language, voices) for order in orders}
    there = ", ".join(tongues(document)) or "no language that it names"
    for language, voice in voices.items():
        if language not in used:
            unused = f"--voice {language}={voice} reads nothing: {document.title} is in {there}."
            typer.echo(f"aloud: {plain(unused)}", err=True)


async def _bind(book: Book, edition: Edition, wish: Wish) -> list[Path]:
    """The book's files: the sound and its captions, whole or a chapter each; or the sound within the text."""
    if edition.ending == "epub":
        return [await voiced(book, edition.target)]
    if not wish.split:
        return await _file(book, edition.target, None, wish)
    made: list[Path] = []
    spoken = {part.portion.chapter for part in book.spoken() if part.finished.samples}
    for place in sorted(spoken):
        name = f"{numbered(book.document, place)}.{edition.ending}"
        made += await _file(book, edition.target / name, place, wish)
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
    usual, voices = by_language(wish.voices)
    order = Order(
        text="",
        tts_provider=parted(speech.engine),
        voice=usual,
        voices=voices,
        speed=speech.speed,
        language=speech.language,
        lexicon=speech.sayings(),
    )
    check(order)
    check_voice(order)
    return order


def by_language(named: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The voice of all that no other is named for, and those of single languages: `anna`, `fr=celine`. Raises
    InvalidRequest."""
    usual, voices = "", dict[str, str]()
    for name in named:
        language, sign, voice = name.partition("=")
        if not sign:
            if usual:
                raise InvalidRequest(
                    f"--voice {usual} and --voice {name}: of two, say which language: --voice en={usual}."
                )
            usual = name
        elif not LANGUAGE.fullmatch(language) or not voice:
            raise InvalidRequest(f"--voice {name}: write a voice, or a language and a voice, like fr=NAME.")
        elif other := voices.setdefault(uniform(language), voice):
            if other != voice:
                raise InvalidRequest(f"--voice {name}: {language} is already read by {other}; leave one of them out.")
    return usual, voices
