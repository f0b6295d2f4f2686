"""Anthropic without a key is of no use: its library takes a second to load, so only who has one does that."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping

from pipeline.errors import SourceRefused
from pipeline.ground.settings import key
from pipeline.ground.tables import found, made
from pipeline.ports import Source
from pipeline.types import Request

_SETTING = "ANTHROPIC_API_KEY"


class Keyless:
    """In the place of the source whose key is missing, which it says when it is asked."""

    name, model, streaming = "anthropic", "", True

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Source:
        """The source itself, where there is a key. Raises NotInstalled."""
        if not key(env, _SETTING):
            return cls()
        source: Source = made(found("The source anthropic", "pipeline.sources.anthropic:AnthropicSource"), env)
        return source

    async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
        for _ in await self.models():  # which says so
            yield ""

    async def models(self) -> list[str]:
        raise SourceRefused(f"anthropic needs a key. Set {_SETTING}.")
