"""Text from a pipe that is still being written: what has arrived is handed on at once, whole characters only."""

from __future__ import annotations

import codecs
import os
from collections.abc import AsyncGenerator

import anyio
import anyio.to_thread

from pipeline.errors import SourceError

SIZE = 65_536
"""Bytes read at a time, at most."""


class NotText(SourceError):
    code = "not_text"


async def arriving(fd: int) -> AsyncGenerator[str, None]:
    """The text behind a file descriptor. Raises NotText where it is not UTF-8; what came before is told."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    count, first = 0, True
    while True:
        data = await _read(fd)
        count += len(data)
        wrong = None
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            text, wrong = error.object[: error.start].decode(), error
        if text:
            yield text.removeprefix("\ufeff") if first else text
            first = False
        if wrong is not None:
            place = count - len(wrong.object) + wrong.start + 1
            raise NotText(
                f"The input is not UTF-8: byte {place:,} belongs to no character. Convert it first, for example with: "
                "iconv -f windows-1252 -t utf-8"
            ) from wrong
        if not data:
            return


async def _read(fd: int) -> bytes:
    """Waits without a thread where the system can (pipes, terminals), so that leaving never hangs on a silent pipe."""
    try:
        await anyio.wait_readable(fd)
    except OSError:
        pass  # a regular file: always readable, and no selector takes it
    return await anyio.to_thread.run_sync(os.read, fd, SIZE)
