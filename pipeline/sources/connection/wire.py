"""What runs under the providers' libraries: one connection for many answers, and a clock for silence.

A library takes one of our HTTP clients; its `Wire` then knows what the library may not say: the status, how long to
wait before asking again, and why the connection was given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import anyio
import httpx
import httpx2

from pipeline.errors import SourceError, SourceRefused, SourceTimeout, SourceTruncated
from pipeline.sources.connection.connections import Connections, Place
from pipeline.sources.connection.framing import Form, Framing, TooLong
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.silence import Silence

_CONNECT = 10.0
"""Seconds."""
FOR_EVER = 366 * 86_400.0
"""Seconds for which anybody asks us to wait, at most: "inf" is a number, too."""
_COUNTS = 2.0
"""Seconds for which more is waited for behind an end marker that is not the last thing said: what the answer cost."""
_MOVED = (301, 302, 303)
"""Redirections behind which the libraries would ask without a word of what was asked."""
_REST = 0.25
"""Seconds for which the end of the body is waited for behind the end of an answer: only then can its connection be used
again."""


class Wire:
    """One request to a provider."""

    def __init__(self, name: str, patience: Patience, connections: Connections, form: Form = Form.VALUE) -> None:
        self.status: int | None = None
        """HTTP status, once there is one."""
        self.retry_after: float | None = None
        self.fault: SourceError | None = None
        """Why we gave up listening, where it was us."""
        self.begun = False
        """The first word has come."""
        self.ended = False
        """The end marker has."""
        self.done = False
        """So has the last line, `[DONE]`; there are servers that give no reason to end before it."""
        self._name = name
        self._home = ""
        """The path of the provider's address."""
        self._patience = patience
        self._connections = connections
        self._form = form
        self._silence: Silence | None = None
        self._longest = max(patience.first, patience.between)

    def httpx(self, place: Place) -> dict[str, Any]:
        """Options of an `httpx.AsyncClient`."""
        return self._options(httpx, place)

    def httpx2(self, place: Place) -> dict[str, Any]:
        """Options of a client that stands on httpx2: these libraries would put their own time-out over its."""
        options = self._options(httpx2, place)
        client = httpx2.AsyncClient(**options)
        return {"http_client": client, "base_url": place.url, "timeout": options["timeout"], "max_retries": 0}

    def _options(self, library: Any, place: Place) -> dict[str, Any]:
        self._home = urlsplit(place.url).path
        return {
            # Asked for plainly: a compressed answer of a few bytes could hold a line without end.
            "headers": {"accept-encoding": "identity"},
            "follow_redirects": True,
            "timeout": library.Timeout(self._longest, connect=_CONNECT),
            "transport": _Way(self, self._connections.client(library, place)),
            "auth": place.login,
        }

    async def ask(self, send: Callable[[], Awaitable[Any]]) -> Any:
        """Until an answer begins."""
        self.status = None
        with anyio.move_on_after(self._patience.first):
            response = await send()
            await self._meet(response)
            return response
        raise self._silent(self._patience.first)

    async def _meet(self, response: Any) -> None:
        self.status = response.status_code
        self.retry_after = _seconds(response.headers)
        self.fault = self._unreadable(response)
        if self.fault is not None:
            await response.aclose()
            raise self.fault
        response.stream = _Body(self, response.stream)

    def _unreadable(self, response: Any) -> SourceError | None:
        """Why there is no use in reading it."""
        if self.status in _MOVED and response.request.method == "POST" and response.headers.get("location"):
            to = _new_address(response, self._home)
            return SourceRefused(f"{self._name} sends us on to {to} ({self.status}); make that its address.")
        if self.status == 200 and "html" in response.headers.get("content-type", "").lower():
            return SourceRefused(f"{self._name} answered with a web page, as no model does. Check its address.")
        if response.headers.get("content-encoding", "identity") != "identity":
            return SourceTruncated(f"{self._name} compressed its answer, which it was asked not to do.", once=True)
        return None

    async def read(self, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Whole lines, some at a time."""
        framing = Framing(self._form if self.status == 200 else Form.VALUE)
        self._silence = silence = Silence()
        try:
            while (part := await self._next(parts, silence)) is not None:
                if lines := framing.feed(part):
                    self.done |= framing.done
                    yield lines
        except TooLong as error:
            self.fault = SourceTruncated(f"{self._name} sent {error} of megabytes; no model does.", once=True)
            raise self.fault from None
        finally:
            silence.stop()
        if last := framing.end():
            self.done |= framing.done
            yield last

    def close(self) -> None:
        """Nobody listens any more."""
        if self._silence is not None:
            self._silence.stop()

    async def _next(self, parts: AsyncIterator[bytes], silence: Silence) -> bytes | None:
        limit = _COUNTS if self.ended else self._patience.between if self.begun else self._patience.first
        silence.begin(limit)
        try:
            part = await anext(parts)
        except StopAsyncIteration:
            return None
        except (httpx.HTTPError, httpx2.HTTPError):
            if not self.ended:
                raise
            return None
        except asyncio.CancelledError:
            if not silence.broken():
                raise
            if self.ended:
                return None
            raise self._silent(limit) from None
        finally:
            silence.end()
        return part

    def _silent(self, seconds: float) -> SourceTimeout:
        what = "stopped in the middle of its answer" if self.begun else "did not begin its answer"
        self.fault = SourceTimeout(f"{self._name} {what}: nothing came for {seconds:g} s.")
        return self.fault


class _Way(httpx.AsyncBaseTransport, httpx2.AsyncBaseTransport):
    """From a provider's library to the connections that are kept; closing it leaves them open."""

    def __init__(self, wire: Wire, client: Any) -> None:
        self._wire = wire
        self._client = client

    async def handle_async_request(self, request: Any) -> Any:
        return await self._wire.ask(lambda: self._client.send(request, stream=True))


class _Body(httpx.AsyncByteStream, httpx2.AsyncByteStream):
    def __init__(self, wire: Wire, stream: Any) -> None:
        self._wire = wire
        self._stream = stream
        self._parts = aiter(stream)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._wire.read(self._parts)

    async def aclose(self) -> None:
        self._wire.close()
        try:
            if self._wire.ended:
                with anyio.move_on_after(_REST):
                    async for _ in self._parts:
                        pass
        except (httpx.HTTPError, httpx2.HTTPError):
            pass  # what is not listened to may break
        finally:
            await self._stream.aclose()


def _new_address(response: Any, home: str) -> str:
    """Where we are sent, without what may be a secret, and without what we asked for under the old address."""
    location: str = response.headers["location"]
    asked = urlsplit(str(response.request.url))
    to = urlsplit(urljoin(asked.geturl(), location))
    path = to.path.removesuffix(asked.path.removeprefix(home))
    return urlunsplit((to.scheme, to.netloc.rpartition("@")[2], path, "", ""))


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After: seconds, or a date."""
    given = headers.get("retry-after", "").strip()
    try:
        if milliseconds := headers.get("retry-after-ms"):
            seconds = float(milliseconds) / 1000
        else:
            seconds = float(given)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(given).timestamp() - time()
        except (ValueError, IndexError):
            return None
    return min(max(0.0, seconds), FOR_EVER)
