"""What every answer carries, and what is noted of it."""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Draining, answer
from api.watching.metrics import Metrics

logger = logging.getLogger("aloud.api")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # of answers that say no other: a cache on the way does not know whose they are
}
_WATCHED = frozenset({"/livez", "/readyz", "/metrics"})
_SHOWN = 200
"""Characters of an address in the log."""


class Answers:
    """Around everything: what every answer carries, whoever gives it, and a line in the log when it is over."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, shared: bool) -> None:
        """`shared`: pages of other origins may use the service."""
        self._app = app
        self._metrics = metrics
        self._shared = shared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        out = Answer(send, shared=self._shared)
        try:
            await self._app(scope, receive, out.send)
        except asyncio.CancelledError:  # the server stops and waits no longer: the caller is told, nothing is logged
            if out.status == 0 and scope["type"] == "http":
                await answer(Draining("The service stops; ask again soon."), scope["path"])(scope, receive, out.send)
        finally:
            self._metrics.answers.labels(out.status).inc()
            out.note(scope)


class Answer:
    """One answer on its way out: with the headers that all carry, and a line in the log when it is over."""

    def __init__(self, send: Send, *, shared: bool) -> None:
        self._send = send
        self._shared = shared
        self._began = time.perf_counter()
        self.status = 0
        """Of a socket, what it was closed with. 0: none was given before the caller left."""

    async def send(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            self.status = 101
        elif message["type"] == "websocket.close":
            self.status = message.get("code", 1000)
        elif message["type"] in ("http.response.start", "websocket.http.response.start"):
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
            if self._shared and headers.get("content-type", "").startswith("audio/"):
                # A browser's <audio> does not say on whose page it is; whoever knows the address may hear it.
                headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            took = f"total;dur={1000 * (time.perf_counter() - self._began):.1f}"
            parts = headers.get("server-timing")
            headers["Server-Timing"] = f"{parts}, {took}" if parts else took
        await self._send(message)

    def note(self, scope: Scope) -> None:
        """Without the query, which may hold a signature. Those who only ask whether all is well fill no log."""
        fields = {"method": scope.get("method", "WS"), "path": scope["path"][:_SHOWN], "status": self.status}
        fields["seconds"] = round(time.perf_counter() - self._began, 4)
        level = logging.DEBUG if self.status == 200 and scope["path"] in _WATCHED else logging.INFO
        logger.log(level, "answered", extra={"fields": fields})
