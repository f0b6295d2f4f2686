"""Bodies in JSON, read strictly."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import anyio.to_thread
from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from pipeline.ground.strict import Unclear, loads

_LARGE = 65_536
"""Bytes of a body for which nobody else is to wait."""


class StrictRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        usual = super().get_route_handler()

        async def answer(request: Request) -> Response:
            return await usual(_StrictRequest(request.scope, request.receive))

        return answer


class _StrictRequest(Request):
    async def json(self) -> Any:
        body = await self.body()
        try:
            if len(body) < _LARGE:
                return loads(body)
            return await anyio.to_thread.run_sync(loads, body)
        except Unclear as error:
            raise HTTPException(400, f"The body cannot be taken: {error}") from None
