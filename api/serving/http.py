"""HTTP as uvicorn speaks it, with bounds on all but the body, which the gate bounds; offers of HTTP/2 are declined."""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import sys
from operator import itemgetter
from typing import Any

from httptools import HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.errors import RETRY_AFTER

_LOOSE = 65_536
"""Bytes of a request, about, that are not its body: its head, and what is between and behind the chunks."""
_AROUND = 8
"""Bytes that may come with each byte of a body, which may be a chunk by itself."""
_CROWDED = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: %d\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    % RETRY_AFTER
)
_PARTING = 1.0
"""Seconds that whoever is refused has to say what he wanted and to read the answer."""
_AT_ONCE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""For SO_LINGER: a connection that is closed is reset, and seen to be broken."""


class Http(HttpToolsProtocol):
    """One connection. Whoever does not come to the end of a head is neither read nor waited for without end."""

    def __init__(self, *, seconds: float, most: int, **given: Any) -> None:
        """`seconds`: in which a head must have come. `most`: connections at once, all together."""
        super().__init__(**given)
        self._seconds = seconds
        self._most = most
        self._heading = True
        self._again = False
        """What is parsed is a head that was understood before."""
        self._parsed = 0
        """Bytes of what came that need not be looked at again."""
        self._loose = 0
        self._late: asyncio.TimerHandle | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # whoever takes nothing is waited for, and nothing piled up for him
        if self._crowded() and not self._takes_a_place():
            self.logger.warning("%d connections are open, the most that there may be; one more is refused", self._most)
            transport.write(_CROWDED)
            self._see_off()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._loose += len(data)
        while data:
            self._parsed = len(data)
            super().data_received(data)
            data = data[self._parsed :]
        if self._loose > _LOOSE:
            if not self.transport.is_closing():
                self.send_400_response(f"This request has more than {_LOOSE:,} bytes that are not its body.")
        elif self._late is None and (self._heading or self._answered()):
            self._wait()

    def _crowded(self) -> bool:
        """Whether there are more than there may be, without those who were refused and have yet to go."""
        if len(self.connections) <= self._most:
            return False
        refused = sum(isinstance(other, Http) and other._refused for other in self.connections)
        return len(self.connections) - refused > self._most

    def _see_off(self) -> None:
        """What is on its way to a closed connection resets it, and the answer is lost: it is taken, and thrown away.
        For that, too, only so many may stay."""
        if len(self.connections) > self._most + self._most // 8:
            self.transport.close()
            return
        self._refused = True
        self.transport.write_eof()
        self._late = self.loop.call_later(_PARTING, self.transport.close)

    def _takes_a_place(self) -> bool:
        """Of the connection that nobody has used for longest, if there is one that nobody uses just now."""
        idle = [(other._idle_until(), other) for other in self.connections if isinstance(other, Http)]
        until, longest = min(idle, key=itemgetter(0))
        if until < math.inf:
            longest.transport.close()
        return until < math.inf

    def _idle_until(self) -> float:
        """When it is closed if nothing comes, on the loop's clock; never, while it is used, or is closed already."""
        waits = self.timeout_keep_alive_task
        if waits is None or self._late is not None or self.transport.is_closing():
            return math.inf
        return waits.when()

    def _answered(self) -> bool:
        """Whether what comes is behind an answer: the rest of a body that nobody wants, or no request at all."""
        ours = self.transport.get_protocol() is self  # else a socket's by now
        return ours and self.cycle is not None and self.cycle.response_complete

    def _unsupported_upgrade_warning(self) -> None:
        """An offer of another protocol, as Java's clients and curl make it of HTTP/2 with anything, is declined. The
        parser takes it for the end of all HTTP: it is given the head again, without the offer."""
        offer = sys.exception()
        assert isinstance(offer, HttpParserUpgrade)
        self._again, self._parsed = True, offer.args[0]
        kept = [b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        super().data_received(b"".join([b"POST / HTTP/1.1\r\n", *kept, b"\r\n"]))

    def on_message_begin(self) -> None:
        if not self._again:
            self._heading, self._loose = True, 0
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._again:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._heading:  # else it is behind the body, where nobody looks for one
            super().on_header(name, value.rstrip(b" \t"))  # which is no part of it

    def on_headers_complete(self) -> None:
        if self._again:
            self._again = False
            return
        self._heading = False
        self._wait_no_more()
        super().on_headers_complete()
        if self.scope["http_version"] == "1.0":
            _Unchunked(self.cycle)

    def on_message_complete(self) -> None:
        if not self.parser.should_upgrade():  # else what comes behind is yet to be seen
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        self._loose = max(0, self._loose - _AROUND * len(body))
        super().on_body(body)

    def _wait(self) -> None:
        self._late = self.loop.call_later(self._seconds, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class _Unchunked:
    """An answer for a client who knows no chunks: a body of unknown length ends where the connection does, politely
    only when it is whole."""

    def __init__(self, cycle: Any) -> None:
        self._cycle = cycle
        self._send, self._transport = cycle.send, cycle.transport
        cycle.send, cycle.transport = self.send, self

    async def send(self, message: Any) -> None:
        self._cycle.chunked_encoding = False
        self._cycle.expected_content_length = len(message.get("body", b""))
        await self._send(message)

    def close(self) -> None:
        if self._cycle.response_complete:
            self._transport.close()
        else:
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
