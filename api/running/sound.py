"""Bodies that grow: sound and captions of what is still being made, broken off rather than ended too early."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

import anyio
import anyio.lowlevel
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.running.runs import Runs
from api.sending.sse import follow
from pipeline.audio import Encoder
from pipeline.errors import AloudError, StoreError
from pipeline.events import TERMINAL, Event

logger = logging.getLogger("aloud.sound")

LOST = 3600.0
"""Seconds without any event after which whoever follows a run's sound looks again; he sends nothing meanwhile."""


async def happening(runs: Runs, run: str, *kinds: type[Event]) -> AsyncGenerator[Event, None]:
    """A run's events of these kinds, from the first to the last, as they come. Raises StoreError when it breaks off."""
    wanted, ended = {kind.type for kind in kinds}, False
    async with aclosing(follow(runs.log, run, 0, runs.closing, LOST)) as batches:
        async for lines in batches:
            for line in lines:
                if line.type in wanted:
                    yield line.event
                    await anyio.lowlevel.checkpoint()  # what is made of it takes a while, and others wait meanwhile
            ended = bool(lines) and lines[-1].type in TERMINAL
    if not ended:
        raise StoreError("The run went on no further here.")


def media_type(kind: type[Encoder], sample_rate: int) -> str:
    """Of sound in that format; bare samples do not say themselves how fast they are."""
    return f"{kind.media_type};rate={sample_rate};channels=1" if kind.extension == "pcm" else kind.media_type


class Growing(StreamingResponse):
    """Without length, range and tag. A body that fails breaks the connection, so that nobody takes it for whole."""

    def __init__(
        self,
        body: AsyncGenerator[bytes | str, None],
        media_type: str,
        name: str,
        *,
        left: Callable[[], None] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`left` is called once, however it ends."""
        common = {
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
            "Content-Disposition": f'inline; filename="{name}"',
        }
        super().__init__(body, headers={**common, **(headers or {})}, media_type=media_type)
        self._body = body
        self._left = left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] == "HEAD":  # nobody waits for what is still to come
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                await send({"type": "http.response.body"})
                return
            await super().__call__(scope, receive, send)
        except AloudError as error:
            logger.warning("%s was broken off: %s", scope["path"], error.message)
        finally:
            if self._left is not None:
                self._left()
            with anyio.CancelScope(shield=True):
                await self._body.aclose()
