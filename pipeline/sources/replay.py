"""A text said at the pace of a model, token by token: for demonstrations and tests."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from typing import Self

import anyio

from pipeline.ground.settings import number
from pipeline.types import Request

_TOKEN = re.compile(r"\s?\S{1,4}|\s")
"""About what a model's tokens are: a few characters, with the space in front."""

_SLOWEST = 0.001
"""Tokens a second."""


class ReplaySource:
    """Says `text`, or the text of the request, `rate` tokens a second."""

    name = "replay"
    model = ""
    streaming = True
    continues = None
    """It cannot be told to go on from somewhere."""

    def __init__(self, text: str | None = None, *, rate: float = 50.0) -> None:
        if not rate > 0:
            raise ValueError(f"the number of tokens a second is above 0; not {rate:g}")
        self._text = text
        self._gap = 1 / rate

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        return cls(rate=number(env, "ALOUD_REPLAY_RATE", 50.0, _SLOWEST))

    async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
        due = anyio.current_time()
        for token in _TOKEN.finditer(request.text if self._text is None else self._text):
            yield token[0]
            due += self._gap
            now = anyio.current_time()
            if now < due:
                await anyio.sleep(due - now)
            else:
                due = now  # the listener was slower: go on from here, not in a rush
