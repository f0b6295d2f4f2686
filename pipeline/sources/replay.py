"""A text said at the pace of a model, token by token: for demonstrations and tests."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Mapping
from typing import Self

import anyio

from pipeline.errors import InvalidSetting
from pipeline.types import Request

_TOKEN = re.compile(r"\s?\S{1,4}|\s")
"""About what a model's tokens are: a few characters, with the space in front."""


class ReplaySource:
    """Says `text`, or the text of the request, `rate` tokens a second."""

    name = "replay"
    model = ""
    streaming = True
    continues = None
    """It cannot be told to go on from somewhere."""

    def __init__(self, text: str | None = None, *, rate: float = 50.0) -> None:
        if not rate > 0:
            raise InvalidSetting(f"ALOUD_REPLAY_RATE is the number of tokens a second, above 0; not {rate:g}.")
        self._text = text
        self._gap = 1 / rate

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        given = env.get("ALOUD_REPLAY_RATE") or "50"
        try:
            return cls(rate=float(given))
        except ValueError:
            raise InvalidSetting(f"ALOUD_REPLAY_RATE is the number of tokens a second; not {given!r}.") from None

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
