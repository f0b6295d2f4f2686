"""Where a provider is, and the connections to it, which outlive an answer: the next one begins without a handshake."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from pipeline.errors import InvalidSetting, SourceRefused
from pipeline.ground.proxies import far, unusable

_IDLE = 8
"""Connections that may wait for another answer."""
_KEPT = 90.0
"""Seconds for which they do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A provider's address, and apart from it the name and password that it may have held."""

    url: str
    login: tuple[str, str] | None = field(default=None, repr=False)
    setting: str = field(default="", compare=False)
    """That named it, or may name another, where there is one."""

    @classmethod
    def of(cls, url: str, path: str = "", setting: str = "") -> Place:
        """`path` is added where the address has none. Raises InvalidSetting, which names the `setting`."""
        url = url.strip().rstrip("/")
        before, found, rest = url.partition("://")
        login, at, _ = rest.partition("/")[0].rpartition("@")
        bare = before + found + rest.removeprefix(login + at)
        user, _, password = login.partition(":")
        try:
            parts = urlsplit(bare)
            if parts.scheme not in ("http", "https") or not found:
                raise ValueError("it begins with http:// or https://")
            if parts.query or parts.fragment:
                raise ValueError("it ends before a ? or a #")
            if not parts.hostname or (parts.port is not None and parts.port < 1):
                raise ValueError("no host, or no port that can be")
        except ValueError as error:
            named = f"{setting}: " if setting else ""
            raise InvalidSetting(f"{named}{bare!r} is not the address of a provider: {error}.") from None
        if not parts.path:
            bare += path
        return cls(bare, (unquote(user), unquote(password)) if at else None, setting)

    @property
    def far(self) -> bool:
        """Whether a proxy of the environment may stand between."""
        return far(self.url)

    @property
    def secrets(self) -> tuple[str, ...]:
        return self.login[1:] if self.login else ()


class Connections:
    """Of one event loop, to any number of providers. They know no key: that goes with each request."""

    def __init__(self) -> None:
        self._clients: dict[tuple[str, bool], Any] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    def client(self, library: Any, place: Place) -> Any:
        """An `AsyncClient` of `library`, which is httpx or httpx2: each provider's package stands on one of them."""
        kind = (library.__name__, place.far)
        if kind not in self._clients:
            limits = library.Limits(max_keepalive_connections=_IDLE, keepalive_expiry=_KEPT)
            try:
                client = library.AsyncClient(verify=tls(library), trust_env=place.far, limits=limits)
            except (ImportError, ValueError, library.InvalidURL):
                raise SourceRefused(unusable()) from None
            self._clients[kind] = client
        return self._clients[kind]


@cache
def tls(library: Any) -> ssl.SSLContext:
    """Made once, best before there is a loop to hold up: reading all certificates takes 20 ms."""
    made: ssl.SSLContext = library.create_ssl_context()
    return made
