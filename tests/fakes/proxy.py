"""A bad line: a TCP proxy on loopback that cuts what comes back at any byte, as often as it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import Any, Self

from tests.fakes.listening import listening


class Proxy:
    """`cut_after` gives, for each connection, the bytes of the answer after which it is cut, or None for never."""

    def __init__(
        self, upstream: int, cut_after: Callable[[], int | None] = lambda: None, *, reset: bool = True
    ) -> None:
        """`upstream`: a port of this machine. `reset`: cut by RST, which throws unread bytes away; else by FIN."""
        self.upstream = upstream
        self.cut_after = cut_after
        self.reset = reset
        self.cuts = 0
        self._listening = listening(self._serve)

    async def __aenter__(self) -> Self:
        self.port = await self._listening.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        await self._listening.__aexit__(*raised)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            writer.transport.abort()
            return
        asking = asyncio.create_task(self._ask(reader, up_writer))
        try:
            if await _copy(up_reader, writer, self.cut_after()):
                self._cut(writer)
        finally:
            asking.cancel()
            up_writer.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await self.begin(reader, writer):
            await _copy(reader, writer)
        else:
            writer.transport.abort()

    async def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """What is done with what comes first; whether the rest may follow."""
        return True

    def _cut(self, writer: asyncio.StreamWriter) -> None:
        self.cuts += 1
        if self.reset:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None = None) -> bool:
    """Whether it stopped because `most` bytes had gone through."""
    left = most
    with contextlib.suppress(ConnectionError):
        while block := await reader.read(4096):
            writer.write(block if left is None else block[:left])
            await writer.drain()
            if left is not None:
                left -= len(block)
                if left <= 0:
                    return True
    return False
