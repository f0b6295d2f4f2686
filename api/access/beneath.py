"""Where the service has no name of its own but a path below one, as in `https://example.org/aloud/`."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class Beneath:
    """Around everything: takes that path off an address where the proxy has left it on, as most do not. Whatever is
    inside knows addresses without it."""

    def __init__(self, app: ASGIApp, *, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path == self._root and scope["type"] == "http":  # what the page asks for lies beside it
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"{path}/?{query}".rstrip("?"))(scope, receive, send)
        elif path.startswith(f"{self._root}/"):
            await self._app({**scope, "path": path.removeprefix(self._root)}, receive, send)
        else:
            await self._app(scope, receive, send)
