"""What runs under the providers' libraries: bounded lines, split at the byte 0x0A only, and a clock for silence.

A library takes one of our HTTP clients; its `Wire` then knows what the library may not say: the status, how long to
wait before asking again, and why the connection was given up.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from ipaddress import ip_address
from time import time
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import httpx2

from pipeline.errors import InvalidSetting, SourceError, SourceTimeout, SourceTruncated
from pipeline.sources.patience import Patience
from pipeline.sources.silence import Silence

_LINE = 1 << 20
"""Bytes of one line at most; also of a whole answer that is a refusal."""
_CONNECT = 10.0
"""Seconds."""
_BREAKS = re.compile(rb"[\x0b\x0c\r\x1c-\x1e]|\xc2\x85|\xe2\x80[\xa8\xa9]")
"""What `str.splitlines` takes for the end of a line, beside the one that is."""
_TOLD = re.compile(rb"^error: (\{.*\})\r?$", re.MULTILINE)
"""How some builds of llama.cpp report an error: in a line that no reader of events sees."""


@dataclass(frozen=True, slots=True)
class Place:
    """A provider's address, and apart from it the name and password that it may have held."""

    url: str
    login: tuple[str, str] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, url: str, path: str = "") -> Place:
        """`path` is added where the address has none. Raises InvalidSetting."""
        before, found, rest = url.partition("://")
        login, at, _ = rest.partition("/")[0].rpartition("@")
        bare = before + found + rest.removeprefix(login + at)
        user, _, password = login.partition(":")
        try:
            parts = urlsplit(bare)
            if not parts.hostname or (parts.port is not None and parts.port < 1):
                raise ValueError("no host, or no port that can be")
        except ValueError as error:
            raise InvalidSetting(f"{bare!r} is not the address of a provider: {error}.") from None
        if path and not parts.path.strip("/"):
            bare = bare.rstrip("/") + path
        return cls(bare, (unquote(user), unquote(password)) if at else None)

    @property
    def far(self) -> bool:
        """Whether a proxy of the environment may stand between: never between us and this machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return not ip_address(host).is_loopback
        except ValueError:
            return host != "localhost"

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.login[1:] if self.login else ()


class Wire:
    """One request to a provider."""

    def __init__(self, name: str, patience: Patience, *, lines: bool = False) -> None:
        """With `lines` each line is a JSON value: what some libraries take for a break within it is escaped."""
        self.status: int | None = None
        """HTTP status, once there is one."""
        self.retry_after: float | None = None
        self.fault: SourceError | None = None
        """Why we gave up listening, where it was us."""
        self.begun = False
        """The first word has come."""
        self._name = name
        self._patience = patience
        self._lines = lines
        self._silence: Silence | None = None
        self._longest = max(patience.first, patience.between)

    def httpx(self, place: Place) -> dict[str, Any]:
        """Options of an `httpx.AsyncClient`."""
        return self._options(place, httpx.Timeout(self._longest, connect=_CONNECT), tls())

    def httpx2(self, place: Place) -> dict[str, Any]:
        """Options of a client that stands on httpx2: these libraries would put their own time-out over its."""
        timeout = httpx2.Timeout(self._longest, connect=_CONNECT)
        return {
            "http_client": httpx2.AsyncClient(**self._options(place, timeout, tls2())),
            "base_url": place.url,
            "timeout": timeout,
            "max_retries": 0,
        }

    def _options(self, place: Place, timeout: Any, tls: ssl.SSLContext) -> dict[str, Any]:
        return {
            # Asked for plainly: a compressed answer of a few bytes could hold a line without end.
            "headers": {"accept-encoding": "identity"},
            "follow_redirects": True,
            "event_hooks": {"response": [self._met]},
            "timeout": timeout,
            "verify": tls,
            "trust_env": place.far,
            "auth": place.login,
        }

    async def _met(self, response: Any) -> None:
        self.status = response.status_code
        self.retry_after = _seconds(response.headers)
        if response.headers.get("content-encoding", "identity") != "identity":
            self.fault = SourceTruncated(
                f"{self._name} compressed its answer, which it was asked not to do.", once=True
            )
            raise self.fault
        kind = _Body if isinstance(response, httpx.Response) else _Body2
        response.stream = kind(response.stream, self)

    async def read(self, stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Whole lines, some at a time."""
        rest = bytearray()
        total = 0
        parts = aiter(stream)
        self._silence = silence = Silence()
        try:
            while (part := await self._next(parts, silence)) is not None:
                if not total:
                    part = part.removeprefix(b"\xef\xbb\xbf")
                total += len(part)
                line = len(rest) + (part.find(b"\n") + 1 or len(part))
                if line > _LINE or (self.status != 200 and total > _LINE):
                    message = f"{self._name} sent a line of more than {_LINE >> 20} MB, which is no answer."
                    self.fault = SourceTruncated(message, once=True)
                    raise self.fault
                end = part.rfind(b"\n") + 1
                if not end:
                    rest += part
                    continue
                whole = part[:end]
                if rest:
                    whole = bytes(rest) + whole
                    rest.clear()
                rest += part[end:]
                if whole := self._lined(whole):
                    yield whole
        finally:
            silence.stop()
        if rest and (last := self._lined(bytes(rest))):
            yield last

    def close(self) -> None:
        """Nobody listens any more."""
        if self._silence is not None:
            self._silence.stop()

    def _lined(self, lines: bytes) -> bytes:
        if self.status != 200:
            return lines
        if not self._lines:
            return _TOLD.sub(rb'data: {"error": \1}\n', lines) if b"error: {" in lines else lines
        if not lines.isascii() or _BREAKS.search(lines):
            lines = _BREAKS.sub(_escaped, lines)
        if lines.find(b"\n") == len(lines) - 1 > 0 and not lines.isspace():
            return lines
        return b"".join(line + b"\n" for line in lines.split(b"\n") if line.strip())

    async def _next(self, parts: AsyncIterator[bytes], silence: Silence) -> bytes | None:
        limit = self._patience.between if self.begun else self._patience.first
        silence.begin(limit)
        try:
            part = await anext(parts)
        except StopAsyncIteration:
            return None
        except asyncio.CancelledError:
            if not silence.broken():
                raise
            what = "stopped in the middle of its answer" if self.begun else "did not begin its answer"
            self.fault = SourceTimeout(f"{self._name} {what}: nothing came for {limit:g} s.")
            raise self.fault from None
        finally:
            silence.end()
        return part


def _escaped(found: re.Match[bytes]) -> bytes:
    return b" " if found[0] == b"\r" else b"\\u%04x" % ord(found[0].decode())


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: Any, wire: Wire) -> None:
        self._stream = stream
        self._wire = wire

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._wire.read(self._stream)

    async def aclose(self) -> None:
        self._wire.close()
        await self._stream.aclose()


class _Body2(httpx2.AsyncByteStream):
    def __init__(self, stream: Any, wire: Wire) -> None:
        self._stream = stream
        self._wire = wire

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._wire.read(self._stream)

    async def aclose(self) -> None:
        self._wire.close()
        await self._stream.aclose()


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After: seconds, or a date."""
    given = headers.get("retry-after", "").strip()
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - time())
    except (ValueError, IndexError):
        return None


@cache
def tls() -> ssl.SSLContext:
    """Made once, best before there is a loop to hold up: reading all certificates takes 20 ms."""
    return httpx.create_ssl_context()


@cache
def tls2() -> ssl.SSLContext:
    return httpx2.create_ssl_context()
