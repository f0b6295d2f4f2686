"""A proxy at a name that several services share: this one has the path /aloud/ of it, and nothing else is there."""

from __future__ import annotations

import asyncio

from tests.fakes.proxy import Proxy

ROOT = "/aloud"


class SharedName(Proxy):
    """`off`: it takes the path off what it passes on."""

    def __init__(self, upstream: int, *, off: bool) -> None:
        super().__init__(upstream)
        self._off = off

    async def begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request to a connection, so that each is seen."""
        method, path, rest = (await reader.readuntil(b"\r\n")).split(b" ", 2)
        if not path.startswith(f"{ROOT}/".encode()):
            return False
        path = path.removeprefix(ROOT.encode()) if self._off else path
        fields = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        if not any(field.lower().startswith(b"upgrade:") for field in fields):
            fields = [
                b"Connection: close",
                *(field for field in fields if not field.lower().startswith(b"connection:")),
            ]
        writer.write(b" ".join([method, path, rest]) + b"\r\n".join(fields))
        return True
