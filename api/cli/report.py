"""What is told of a book before it is made, and after: for people a few lines, for programs everything."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from rich.text import Text

from api.cli.lines import Terminal, line, write
from api.cli.plain import plain
from pipeline.narration import Document
from pipeline.narration.binding import marks
from pipeline.narration.document import UNREADABLE
from pipeline.narration.recital import Book, Estimate, Unheard, left_out, unheard

_FAILED, _PLACES = 10, 3
"""Failed passages that are shown to people one by one, and places of one kind of what is left out."""
_MOST = 10_000
"""Places of one kind that programs are told of."""


def foretell(book: Book, target: Path, told: Estimate, price: float | None, *, json: bool) -> None:
    """What would be done. `price`: of a million characters."""
    cost = None if price is None else round(told.left / 1e6 * price, 4)
    if json:
        say_json(
            "plan",
            **facts(book.document, book.progress.total),
            seconds=round(told.seconds),
            bytes=round(told.bytes),
            takes=None if told.takes is None else round(told.takes, 1),
            characters_to_speak=told.left,
            engine=told.engine,
            cost=cost,
            left_out_at=_listed(asdict(gap) for gap in left_out(book)),
        )
        return
    _say(f"{book.document.title}: {size(book.document)}")
    for place, chapter in enumerate(book.document.chapters, 1):
        _say(f"{chapter.number or place:>5}  {chapter.title}  ({chapter.words:,} words)")
    _say(f"about {clock(told.seconds)} of sound and {_amount(told.bytes)} in {target}")
    if told.takes is not None:
        _say(f"about {clock(told.takes)} to make it, told from a sample that was spoken")
    if cost is not None:
        _say(f"{told.left:,} characters are still to be spoken: {cost:,.2f} at {price:g} for a million")
    elif told.takes is None:
        _say(f"{told.left:,} characters would go to {told.engine}; --price-per-million says what that costs")
    _say_unread(book)
    _say_left_out(book)


def report(book: Book, made: Sequence[Path], *, json: bool, quiet: bool) -> None:
    """What was done. Reads again what is kept of the book."""
    now, found = book.progress, marks(book)
    sound = found[-1].ends if found else 0.0
    silent = list(islice(unheard(book), 2 * _MOST))
    failed, skipped = [one for one in silent if one.failed], [one for one in silent if not one.failed]
    if json:
        say_json(
            "report",
            files=[str(path) for path in made],
            chapters=[{"title": m.title, "begins": round(m.begins, 3), "ends": round(m.ends, 3)} for m in found],
            seconds=round(sound, 3),
            failed=_listed(asdict(one) for one in failed),
            skipped=dict(now.skips),
            skipped_at=_listed(asdict(one) for one in skipped),
            left_out=_kinds(book.document),
            left_out_at=_listed(asdict(gap) for gap in left_out(book)),
            took=round(now.seconds(), 2),
        )
        return
    _say_unread(book)
    for one in failed[:_FAILED]:
        _say(f"not spoken, {_place(one)}: {one.text[:200]} ({one.message})")
    if len(failed) > _FAILED:
        _say(f"and {len(failed) - _FAILED:,} more passages that could not be spoken; --json lists them all")
    if not quiet:
        _say(f"{_chapters(len(found))}, {clock(sound)} of sound, in {clock(now.seconds())}")
        for reason, places in _grouped((one.reason, _place(one)) for one in skipped).items():
            _say(f"skipped, {reason}: {_some(places)}")
        _say_left_out(book)
    for path in made:
        write(os.fsencode(path) + b"\n")


def facts(document: Document, characters: int) -> dict[str, Any]:
    return {
        "title": document.title,
        "author": document.author,
        "language": document.language,
        "chapters": [{"title": chapter.title, "words": chapter.words} for chapter in document.chapters],
        "characters": characters,
        "left_out": _kinds(document),
    }


def size(document: Document) -> str:
    chapters = document.chapters
    return f"{_chapters(len(chapters))}, {sum(chapter.words for chapter in chapters):,} words"


def _chapters(count: int) -> str:
    return "1 chapter" if count == 1 else f"{count:,} chapters"


def clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"


def say_json(kind: str, **told: Any) -> None:
    write(line({"type": kind, **told}))


def _amount(count: float) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 1e7 else f"{count / 1e6:,.1f} MB"


def _say(text: str) -> None:
    Terminal(stderr=True, highlight=False).print(Text(plain(text)), soft_wrap=True)


def _place(one: Unheard) -> str:
    return f'chapter {one.chapter} "{one.title}", characters {one.start:,} to {one.end:,}'


def _kinds(document: Document) -> dict[str, int]:
    return Counter(gap.reason for gap in document.left_out)


def _say_unread(book: Book) -> None:
    unread = book.document.unread
    for gap in unread[:_FAILED]:
        _say(f"not read, {gap.where}")
    if len(unread) > _FAILED:
        _say(f"and {len(unread) - _FAILED:,} more that could not be read; --json lists them all")


def _say_left_out(book: Book) -> None:
    on_purpose = ((gap.reason, gap.where) for gap in left_out(book) if gap.reason != UNREADABLE)
    for reason, places in _grouped(on_purpose).items():
        _say(f"left out, {reason}: {_some(places)}")


def _grouped(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for reason, place in found:
        groups.setdefault(reason, []).append(place)
    return groups


def _some(places: Sequence[str]) -> str:
    shown = [place for place in dict.fromkeys(places[:_PLACES]) if place]
    more = f" and {len(places) - len(shown):,} more" if len(places) > len(shown) else ""
    return f"{'; '.join(shown)}{more}" if shown else f"{len(places):,}"


def _listed(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(islice(found, _MOST))
