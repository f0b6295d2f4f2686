"""The service's own page: what a browser shows at `/`, from our own files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import NotFound
from api.sending.kept import kept


class Zipped(APIRoute):
    """A third is left of what it answers; sound and events would not be smaller, and must not wait."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)

        async def whole(scope: Scope, receive: Receive, send: Send, app: ASGIApp = self.app) -> None:
            """For HEAD, too, whose headers are the same; the server sends nothing else of it."""
            await app({**scope, "method": "GET"}, receive, send)

        self.app = GZipMiddleware(whole)


router = APIRouter(include_in_schema=False, route_class=Zipped)

PAGE = Path(__file__).parent.parent / "page"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES = {path.name: path for path in PAGE.iterdir() if path.suffix in _KINDS}
_MODULES = sorted(name for name in _FILES if name.endswith(".js") and name != "docs.js")
_AHEAD = ", ".join(
    ["<page/page.css>; rel=preload; as=style", *(f"<page/{name}>; rel=modulepreload" for name in _MODULES)]
)
"""All that the page is made of, at once: each module names others, and a slow line was waited for once for each."""


@router.get("/")
async def page(request: Request) -> Response:
    answer = await shown(PAGE / "index.html", request, "text/html")
    answer.headers["Link"] = _AHEAD
    return answer


@router.get("/page/{name}")
async def part(name: str, request: Request) -> Response:
    if name not in _FILES:
        raise NotFound("The page has no such file.")
    return await shown(_FILES[name], request, _KINDS[_FILES[name].suffix])


async def shown(path: Path, request: Request, media_type: str) -> Response:
    """Asked for anew each time, so that a new version is seen at once; what has not changed is not sent."""
    return await kept(path, request, path.name, media_type, "no-cache")
