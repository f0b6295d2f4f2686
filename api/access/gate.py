"""Whom we answer at all, and how large a body may be, and how slow."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Collection

import anyio
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from api.access.auth import Keys
from api.errors import RETRY_AFTER, Malformed, TooLarge, Unauthorized, answer
from pipeline.errors import AloudError

_HOST = re.compile(r"(?:\[([^\]]*)\]|([^:@]*))(?::\d*)?", re.ASCII)
DOCUMENTS = "/api/v1/documents"
_TOGETHER = 20
"""Bodies of the largest size that may be half here at once: each is held in memory until it is whole, a document on the
disk, which in a container is often memory, too."""
_FORM = 10_000
"""Bytes of a form around the file in it."""


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
        self._waiting = _Waiting(_TOGETHER * body)
        self._document = document
        self._waiting_documents = _Waiting(_TOGETHER * document)
        self._seconds = seconds

    def _limits(self, scope: Scope) -> tuple[int, float, _Waiting]:
        """Bytes and seconds of a body, and with which it waits; a document is larger than what is said about it."""
        if scope["path"] == DOCUMENTS:
            return self._document + _FORM, self._seconds * 10, self._waiting_documents
        return self._body, self._seconds, self._waiting

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
            body = _Body(receive, *self._limits(scope))
            try:
                await self._app(scope, body.receive, send)
            finally:
                body.let_go()

    def _refused(self, scope: Scope, headers: Headers) -> AloudError | None:
        if not hasattr(scope["app"].state, "runs"):
            return AloudError(
                "The service has not begun: the app that holds it has to enter its lifespan (see create_app)."
            )
        hosts = headers.getlist("host")
        nameless = not hosts and scope["http_version"] == "1.0"  # as a balancer's probe; no browser is that old
        if len(hosts) > 1 or not (nameless or self._known("".join(hosts))):
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
            elsewhere = headers.get("sec-fetch-site") in ("cross-site", "same-site")  # another port is the same site
            if elsewhere and headers.get("origin") not in self._origins:
                return Malformed(  # a form of theirs would be sent without asking us before
                    "Pages of another origin may not send anything here; ALOUD_CORS_ORIGINS lists which may."
                )
            try:
                self._keys.owner(headers.get("authorization"))
            except Unauthorized as error:
                return error
        if headers.get("content-encoding", "identity").lower() != "identity":
            return Malformed("The body is compressed, as none is taken here; send it as it is.")
        length = headers.get("content-length", "0")
        most, *_ = self._limits(scope)
        if length.isdigit() and int(length) > most:
            return TooLarge(_too_large(most))
        return None

    def _known(self, host: str) -> bool:
        """An address in numbers cannot be another's name that was bent to point here."""
        found = _HOST.fullmatch(host)
        name = found[1] or found[2] if found else ""
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


class _Waiting:
    """All bodies of which a part is still to come."""

    def __init__(self, most: int) -> None:
        self.room = most
        """Bytes that more of them may have."""


class _Body:
    """One request's body, bounded in bytes and in the time that it takes to come."""

    def __init__(self, receive: Receive, limit: int, seconds: float, waiting: _Waiting) -> None:
        self._receive = receive
        self._limit = limit
        self._deadline = time.monotonic() + seconds
        self._waiting = waiting
        self._size = 0
        self._held = 0
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
            self._hold()
        return message

    def _hold(self) -> None:
        self.let_go()
        if self._whole:
            return
        if self._size > self._waiting.room:
            raise HTTPException(503, _TOO_MANY, {"Retry-After": str(RETRY_AFTER)})
        self._held = self._size
        self._waiting.room -= self._held

    def let_go(self) -> None:
        self._waiting.room += self._held
        self._held = 0


_TOO_MANY = "Too many large bodies are on their way at once; send this one again soon."


def _too_large(limit: int) -> str:
    return f"The body is larger than {limit:,} bytes, the most that is taken."
