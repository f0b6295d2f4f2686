"""Documents that callers brought: read once, kept as text, each its owner's own, gone with their age."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

import anyio
import anyio.to_thread

from api.errors import NotFound
from pipeline.errors import UnreadableDocument
from pipeline.narration import read, reader
from pipeline.narration.document import Chapter, Document

_ID = re.compile(r"d[A-Za-z0-9_-]{22}")


def is_id(text: str) -> bool:
    """Whether it names a document, rather than being one."""
    return _ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    owner: str
    created: float
    """Seconds since the epoch."""
    title: str
    chapters: list[str]
    """Their titles."""
    text: str
    """All chapters, one after the other, in Markdown."""
    language: str = ""
    """As the document says; "" where it does not."""

    @classmethod
    def of(cls, data: bytes) -> Self:
        return cls(**json.loads(data))


class Documents:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def add(self, owner: str, name: str, pieces: AsyncIterator[bytes]) -> Kept:
        """Reads a file, which goes to the disk while it comes. Raises UnreadableDocument."""
        kind = reader(Path(name).suffix)
        id_ = "d" + secrets.token_urlsafe(16)
        await anyio.to_thread.run_sync(lambda: self._folder.mkdir(parents=True, exist_ok=True))
        upload = self._folder / f"{id_}.{kind}"
        try:
            async with await anyio.open_file(upload, "xb") as file:
                async for piece in pieces:
                    await file.write(piece)
            return await anyio.to_thread.run_sync(self._keep, id_, owner, upload, kind)
        except UnreadableDocument as error:
            raise UnreadableDocument(error.message.replace(str(upload), "the document")) from None
        finally:
            upload.unlink(missing_ok=True)

    def _keep(self, id_: str, owner: str, upload: Path, kind: str) -> Kept:
        document = read(upload, kind)
        text = "\n\n".join(chapter.text for chapter in document.chapters)
        titles = [chapter.title for chapter in document.chapters]
        title = "" if document.title == upload.stem else document.title
        kept = Kept(id_, owner, time.time(), title, titles, text, document.language[:40])
        part = self._folder / f"{id_}.part"
        part.write_text(json.dumps(asdict(kept)), encoding="utf-8")
        os.replace(part, self._path(id_))
        return kept

    async def get(self, id_: str, owner: str) -> Kept:
        """Raises NotFound, in the same words whether there is none or it is another's."""
        if _ID.fullmatch(id_):
            try:
                kept = Kept.of(await anyio.Path(self._path(id_)).read_bytes())
            except FileNotFoundError:
                pass
            else:
                if kept.owner == owner:
                    return kept
        raise NotFound("There is no such document.")

    async def document(self, id_: str, owner: str) -> Document:
        """As a reader of files gives it. Raises NotFound."""
        kept = await self.get(id_, owner)
        return Document(kept.title, (Chapter(kept.title, kept.text),), language=kept.language)

    async def erase(self, id_: str, owner: str) -> None:
        """Raises NotFound."""
        await anyio.Path(self._path((await self.get(id_, owner)).id)).unlink(missing_ok=True)

    async def forget(self, before: float) -> None:
        """Those brought before that time, in seconds since the epoch."""
        await anyio.to_thread.run_sync(self._forget, before)

    def _forget(self, before: float) -> None:
        for file in self._folder.glob("d*"):
            if file.stat().st_mtime < before:
                file.unlink(missing_ok=True)

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"
