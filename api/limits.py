"""What anybody may have at most: bytes, time, requests, runs and streams; and whom we answer at all."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Collection

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.auth import Keys
from api.errors import Malformed, TooLarge, TooMany, Unauthorized, answer
from api.metrics import Metrics
from pipeline.errors import AloudError

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
}
DOCUMENTS = "/api/v1/documents"
_FORM = 10_000
"""Bytes of a form around the file in it."""
_WATCHED = frozenset({"/livez", "/readyz", "/metrics"})
_SHOWN = 200
"""Characters of an address in the log."""
_OWNERS = 10_000
"""Owners remembered at most; the one seen longest ago goes first."""


class Gate:
    """In front of every address: the Host; the key of who sends a body, its size and pace."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: Keys,
        hosts: Collection[str],
        origins: Collection[str],
        body: int,
        document: int,
        seconds: float,
    ) -> None:
        self._keys = keys
        self._app = app
        self._hosts = frozenset(hosts)
        self._origins = frozenset(origins)
        self._body = body
        self._document = document
        self._seconds = seconds

    def _limits(self, scope: Scope) -> tuple[int, float]:
        """Bytes and seconds of a body; a document is larger than what is said about it."""
        if scope["path"] == DOCUMENTS:
            return self._document + _FORM, self._seconds * 10
        return self._body, self._seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refused(scope, headers)
        if refused is not None:
            await self._refuse(refused, scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._app(scope, _Body(receive, *self._limits(scope)).receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> AloudError | None:
        if not self._known(headers.get("host", "")):
            return Malformed(
                "This service does not go by the name in the Host header; ALOUD_ALLOWED_HOSTS lists the names it takes."
            )
        if scope["type"] == "websocket":
            origin = headers.get("origin")
            if origin and origin not in self._origins and origin.partition("//")[2] != headers.get("host"):
                return Malformed(
                    "Pages of another origin may not open a socket here; ALOUD_CORS_ORIGINS lists which may."
                )
            return None
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            if headers.get("sec-fetch-site") == "cross-site" and headers.get("origin") not in self._origins:
                return Malformed(  # a form of theirs would be sent without asking us before
                    "Pages of another site may not send anything here; ALOUD_CORS_ORIGINS lists which may."
                )
            try:
                self._keys.owner(headers.get("authorization"))
            except Unauthorized as error:
                return error
        length = headers.get("content-length", "0")
        most, _ = self._limits(scope)
        if length.isdigit() and int(length) > most:
            return TooLarge(_too_large(most))
        return None

    def _known(self, host: str) -> bool:
        """An address in numbers cannot be another's name that was bent to point here."""
        name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
        if "*" in self._hosts or name.lower() in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    async def _refuse(self, error: AloudError, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = answer(error, scope["path"])
        if scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(refusal)
        else:
            await refusal(scope, receive, send)


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
                # For <audio>, a browser does not say whose page it is; whoever knows the address may hear it.
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


class _Body:
    """One request's body, bounded in bytes and in the time that it takes to come."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive = receive
        self._limit = limit
        self._deadline = time.monotonic() + seconds
        self._size = 0
        self._whole = False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            with anyio.fail_after(max(0.0, self._deadline - time.monotonic())):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The body took too long to come.") from None
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._size > self._limit:
                raise HTTPException(413, _too_large(self._limit))
        return message


def _too_large(limit: int) -> str:
    return f"The body is larger than {limit:,} bytes, the most that is taken."


class Rates:
    """How much each owner has asked for lately, in a sliding window."""

    def __init__(self, most: int, seconds: float, what: str) -> None:
        self._most = most
        self._seconds = seconds
        self._what = what
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def take(self, owner: str, count: int = 1) -> None:
        """Raises TooMany, which says when to come again; then nothing was taken."""
        window, now = self._window(owner), time.monotonic()
        if window.total + max(1, count) > self._most:
            after = window.taken[0][0] + self._seconds - now if window.taken else self._seconds
            raise TooMany(f"The limit of {self._most:,} {self._what} is reached.", retry_after=after)
        window.take(now, count)

    def add(self, owner: str, count: int) -> None:
        """What was not known before, whatever the limit."""
        self._window(owner).take(time.monotonic(), count)

    def _window(self, owner: str) -> _Window:
        window = self._windows.setdefault(owner, _Window())
        self._windows.move_to_end(owner)
        if len(self._windows) > _OWNERS:
            self._windows.popitem(last=False)
        window.forget(time.monotonic() - self._seconds)
        return window


class _Window:
    def __init__(self) -> None:
        self.taken: deque[tuple[float, int]] = deque()
        self.total = 0

    def take(self, now: float, count: int) -> None:
        if count:
            self.taken.append((now, count))
            self.total += count

    def forget(self, before: float) -> None:
        while self.taken and self.taken[0][0] <= before:
            self.total -= self.taken.popleft()[1]
