"""Documents that callers brought: read once, kept as text, each its owner's own, gone with their age."""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread

from api.errors import NotFound
from api.forms.shown import short
from pipeline.errors import NotHeld, StoreError, StoreFull, UnreadableDocument
from pipeline.narration import read, reader
from pipeline.narration.document import Chapter, Document, Stretch, within
from pipeline.narration.escapes import unescaped
from pipeline.narration.readers import parts

_AT_ONCE = 2
"""Documents that are read at the same time: some take a minute and a gigabyte, and others want threads, too."""
_TOLD = 100
"""Pages that cannot be read, of one document."""
_DAMAGED = (ValueError, TypeError, KeyError)
"""Raised where what was kept is not all there."""
_ID = re.compile(r"d[A-Za-z0-9_-]{22}")


def is_id(text: str) -> bool:
    """Whether it names a document, rather than being one."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list tells of a document; it is kept in front of the rest, which need not be read for that."""

    id: str
    owner: str
    created: float
    """Seconds since the epoch."""
    title: str
    """As it says, else the name of its file."""
    chars: int


@dataclass(frozen=True, slots=True)
class Kept(Listed):
    chapters: list[str]
    """Their titles."""
    text: str
    """All chapters, one after the other, in Markdown."""
    language: str
    """As the document says; "" where it does not."""
    begins: list[int]
    """Where in the text each chapter does."""
    languages: list[tuple[int, int, str]]
    """Start, end and language of what the document says is in another."""
    unread: list[str]
    """Pages of it that cannot be read, each with the reason."""

    @property
    def sizes(self) -> list[int]:
        """Characters of each chapter."""
        return [end - begin for begin, end in pairwise([*self.begins, self.chars])]

    def called(self, part: Document) -> str:
        """What those chapters of it are called in a list. The book's own title, which may be long, comes last."""
        first, *more = [chapter.title for chapter in part.chapters]
        own = f"{first} and {len(more):,} more" if more else first
        whole = len(part.chapters) == len(self.chapters)
        return short(" \u2013 ".join(dict.fromkeys(filter(None, ("" if whole else own, self.title)))))

    def document(self) -> Document:
        """As a reader of files gives it."""
        stretches = tuple(Stretch(*stretch) for stretch in self.languages)
        chapters = [
            Chapter(title, self.text[start:end], languages=within(stretches, start, end))
            for title, (start, end) in zip(self.chapters, pairwise([*self.begins, self.chars]), strict=True)
        ]
        return Document(self.title, tuple(chapters), language=self.language)


class Documents:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reading = anyio.CapacityLimiter(_AT_ONCE)
        for left in folder.glob("d*"):  # by a service that was killed while it read them
            if left.suffix != ".json":
                with contextlib.suppress(OSError):  # whoever may not tidy up here may have what there is
                    left.unlink()

    async def add(self, owner: str, name: str, pieces: AsyncIterator[bytes]) -> Kept:
        """Reads a file, which goes to the disk while it comes. Raises UnreadableDocument, StoreError."""
        called, ending = parts(name)
        kind = reader(ending)
        id_ = "d" + secrets.token_urlsafe(16)
        upload = self._folder / f"{id_}.{kind}"
        try:
            await anyio.to_thread.run_sync(lambda: self._folder.mkdir(parents=True, exist_ok=True))
            async with await anyio.open_file(upload, "xb") as file:
                async for piece in pieces:
                    await file.write(piece)
            return await anyio.to_thread.run_sync(self._keep, id_, owner, upload, kind, called, limiter=self._reading)
        except UnreadableDocument as error:
            raise UnreadableDocument(error.message.replace(str(upload), "The document")) from None
        except OSError as error:
            refusal = StoreFull if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError
            raise refusal(f"The document cannot be kept: {error.strerror or error}.") from error
        finally:
            for left in (upload, _part(upload)):
                with contextlib.suppress(OSError):  # such as one in a folder that nobody may write to
                    left.unlink()

    def _keep(self, id_: str, owner: str, upload: Path, kind: str, name: str) -> Kept:
        document = read(upload, kind)
        chapters, text = document.chapters, document.text
        begins = [0, *accumulate(len(chapter.text) for chapter in chapters[:-1])]
        languages = [
            (begin + part.start, begin + part.end, part.language[:40])
            for begin, chapter in zip(begins, chapters, strict=True)
            for part in chapter.languages
        ]
        titles = [name if chapter.title == upload.stem else unescaped(chapter.title) for chapter in chapters]
        title = name if document.title == upload.stem else document.title
        unread = [gap.where for gap in document.unread[:_TOLD]]
        language = document.language[:40]
        told = (id_, owner, time.time(), title, len(text))
        kept = Kept(*told, titles, text, language, begins, languages, unread)
        rest = {name: value for name, value in asdict(kept).items() if name not in Listed.__slots__}
        part = _part(upload)
        part.write_text(f"{json.dumps(asdict(Listed(*told)))}\n{json.dumps(rest)}", encoding="utf-8")
        os.replace(part, self._path(id_))
        return kept

    async def get(self, id_: str, owner: str) -> Kept:
        """Raises NotFound, in the same words whether there is none or it is another's; NotHeld where it is damaged."""
        if _ID.fullmatch(id_):
            try:
                kept = await anyio.to_thread.run_sync(self._read, id_)
            except FileNotFoundError:
                pass
            except _DAMAGED as error:
                raise NotHeld("What was kept of this document is damaged; bring it again.") from error
            else:
                if kept.owner == owner:
                    return kept
        raise NotFound("There is no such document.")

    def _read(self, id_: str) -> Kept:
        told, _, rest = self._path(id_).read_bytes().partition(b"\n")
        return Kept(**_told(told), **json.loads(rest or b"{}"))

    async def listed(self, owner: str, before: float | None, before_id: str, limit: int) -> list[Listed]:
        """The owner's own, the newest first; behind the one that was `created` before."""
        return await anyio.to_thread.run_sync(
            self._listed, owner, (math.inf if before is None else before, before_id), limit
        )

    def _listed(self, owner: str, before: tuple[float, str], limit: int) -> list[Listed]:
        found = list[Listed]()
        for path in self._folder.glob("d*.json"):
            with contextlib.suppress(FileNotFoundError, *_DAMAGED):  # the first: erased meanwhile
                with path.open("rb") as file:
                    told = _told(file.readline())
                found.append(Listed(**{name: told[name] for name in Listed.__slots__}))
        own = (one for one in found if one.owner == owner and (one.created, one.id) < before)
        return sorted(own, key=lambda one: (one.created, one.id), reverse=True)[:limit]

    async def erase(self, id_: str, owner: str) -> None:
        """Raises NotFound."""
        await self.get(id_, owner)
        await anyio.Path(self._path(id_)).unlink(missing_ok=True)

    async def forget(self, before: float) -> None:
        """Those brought before that time, in seconds since the epoch."""
        await anyio.to_thread.run_sync(self._forget, before)

    def _forget(self, before: float) -> None:
        _unlink(file for file, stat in self._found("d*") if stat.st_mtime < before)

    async def forget_most(self, size: int) -> None:
        """The oldest, until all together are no more than `size` bytes."""
        await anyio.to_thread.run_sync(self._forget_most, size)

    def _forget_most(self, size: int) -> None:
        found = sorted(self._found("d*.json"), key=lambda one: one[1].st_mtime_ns)
        total, gone = sum(stat.st_size for _, stat in found), list[Path]()
        for file, stat in found:
            if total > size:
                gone.append(file)
                total -= stat.st_size
        _unlink(gone)

    def _found(self, pattern: str) -> Iterator[tuple[Path, os.stat_result]]:
        for file in self._folder.glob(pattern):
            with contextlib.suppress(FileNotFoundError):  # erased meanwhile
                yield file, file.stat()

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"


def _told(line: bytes) -> dict[str, Any]:
    """What stands in front. An earlier version had all of it there, and the name of the file beside the title."""
    told: dict[str, Any] = json.loads(line)
    if "text" in told:
        name = told.pop("name")
        told |= {"title": told["title"] or name, "chars": len(told["text"])}
    return told


def _part(upload: Path) -> Path:
    """What is read of it, not yet whole on the disk."""
    return upload.with_suffix(".part")


def _unlink(files: Iterable[Path]) -> None:
    """One that cannot be removed keeps no other: it is told behind them."""
    failure = None
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            failure = error
    if failure is not None:
        raise failure
