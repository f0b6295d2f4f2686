"""HTTP as uvicorn speaks it, with bounds on what is not a body: that one, the gate bounds."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LOOSE = 65_536
"""Bytes of a request, about, that are not its body: its head, and what is between and behind the chunks."""
_AROUND = 8
"""Bytes that may come with each byte of a body, which may be a chunk by itself."""


class Http(HttpToolsProtocol):
    """One connection. Whoever does not come to the end of a head is neither read nor waited for without end."""

    def __init__(self, *, seconds: float, **given: Any) -> None:
        """`seconds`: in which a head must have come."""
        super().__init__(**given)
        self._seconds = seconds
        self._heading = True
        self._loose = 0
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # whoever takes nothing is waited for, and nothing piled up for him
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._loose += len(data)
        super().data_received(data)
        if self._loose > _LOOSE:
            if not self.transport.is_closing():
                self.send_400_response(f"This request has more than {_LOOSE:,} bytes that are not its body.")
        elif self._heading and self._late is None:
            self._wait()

    def on_message_begin(self) -> None:
        self._heading, self._loose = True, 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._heading:  # else it is behind the body, where nobody looks for one
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._heading = False
        self._wait_no_more()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._loose = max(0, self._loose - _AROUND * len(body))
        super().on_body(body)

    def _wait(self) -> None:
        self._late = self.loop.call_later(self._seconds, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
