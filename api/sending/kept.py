"""Files that will not change any more: whole, in part, or not again to who has them."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from pathlib import Path

import anyio.to_thread
from fastapi import Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from api.errors import NoSuchRange, NotFound, NotTheSame, answer
from pipeline.errors import StoreError

AWHILE = "private, max-age=3600"
_PARTS = 100
"""Ranges in one request; who asks for more gets the whole."""
_GONE = "This was erased a moment ago."
_PART = re.compile(r"(\d{0,18})[ \t]*-[ \t]*(\d{0,18})", re.ASCII)


async def kept(path: Path, request: Request, name: str, media_type: str, cache: str = AWHILE) -> Response:
    """Raises NotFound, NotTheSame, and NoSuchRange."""
    try:
        found = await anyio.to_thread.run_sync(path.stat)
    except FileNotFoundError:
        raise NotFound(_GONE) from None
    headers = {"ETag": f'"{found.st_mtime_ns:x}-{found.st_size:x}"', "Cache-Control": cache}
    file = _File(
        path,
        headers=headers,
        media_type=media_type,
        filename=name,
        content_disposition_type="inline",
        stat_result=found,
    )
    if _changed(request.headers, file.headers):
        raise NotTheSame("This is no longer, or never was, what the request's conditions name.")
    if _had(request.headers, file.headers):
        return Response(status_code=304, headers=headers)
    if _wants_part(request.headers, file.headers):
        file.part = satisfiable(request.headers["range"], found.st_size)
    return file


class _File(FileResponse):
    part: str | None = None
    """What of it is sent, as the header Range would have it; else the whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = MutableHeaders(raw=list(scope["headers"]))
        del headers["range"]
        if self.part is not None:
            headers["range"] = self.part
        begun = _Begun(send)
        try:
            await super().__call__({**scope, "headers": headers.raw}, receive, begun.send)
        except OSError as error:  # erased a moment ago, or no file can be opened any more
            if begun.head is None:
                raise
            gone = isinstance(error, FileNotFoundError)
            failure = NotFound(_GONE) if gone else StoreError(f"This cannot be read now: {error.strerror}.")
            await answer(failure, scope["path"])(scope, receive, send)


class _Begun:
    """Sends the head of an answer only with what follows it: until then, another may be given."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.head: Message | None = None
        """That waits."""

    async def send(self, message: Message) -> None:
        head, self.head = self.head, None
        if message["type"] == "http.response.start":
            self.head = message
            return
        if head is not None:
            await self._send(head)
        await self._send(message)


def satisfiable(asked: str, size: int) -> str | None:
    """A Range of bytes without the parts that lie beyond the end. None where it is not to be followed, because it is
    none, or one of many parts. Raises NoSuchRange."""
    unit, _, parts = asked.partition("=")
    found = [_PART.fullmatch(part.strip()) for part in parts.split(",") if part.strip()]
    if unit.strip().lower() != "bytes" or not 0 < len(found) <= _PARTS:
        return None
    there = []
    for part in found:
        if part is None or part[1] == part[2] == "":
            return None
        if part[1] and part[2] and int(part[2]) < int(part[1]):
            return None
        if int(part[1]) < size if part[1] else int(part[2]) and size:
            there.append(f"{part[1]}-{part[2]}")
    if not there:
        raise NoSuchRange(f"There are {size:,} bytes here, and none of them in that range.", size=size)
    return f"bytes={','.join(there)}"


def _changed(asked: Headers, file: Headers) -> bool:
    """Whether who asks wants what it was, and it is no more."""
    if (tags := asked.get("if-match")) is not None:
        return not _named(tags, file)
    return _older(asked.get("if-unmodified-since"), file) is False


def _had(asked: Headers, file: Headers) -> bool:
    """Whether who asks has it already."""
    if (tags := asked.get("if-none-match")) is not None:
        return _named(tags.replace("W/", ""), file)
    return _older(asked.get("if-modified-since"), file) is True


def _named(tags: str, file: Headers) -> bool:
    return bool({"*", file["etag"]} & {tag.strip() for tag in tags.split(",")})


def _older(date: str | None, file: Headers) -> bool | None:
    """Whether it was last written by then; None where there is no such date."""
    by, written = _time(date or ""), _time(file["last-modified"])
    return None if by is None or written is None else written <= by


def _wants_part(asked: Headers, file: Headers) -> bool:
    """Unless it is a part of what is no longer the same."""
    return "range" in asked and asked.get("if-range", file["etag"]) in (file["etag"], file["last-modified"])


def _time(date: str) -> float | None:
    """Seconds since the epoch."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
