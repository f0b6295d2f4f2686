"""Providers that are of no use without a key: their libraries take a second to load, so only who has one does that."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from pipeline.errors import SourceRefused
from pipeline.ports import Source
from pipeline.settings import key
from pipeline.tables import found, made
from pipeline.types import Request


@dataclass(frozen=True, slots=True)
class Keyed:
    name: str
    setting: str
    """That holds the key."""
    where: str

    def from_env(self, env: Mapping[str, str]) -> Source:
        """Raises NotInstalled."""
        if not key(env, self.setting):
            return Keyless(self.name, self.setting)
        source: Source = made(found(f"The source {self.name}", self.where), env)
        return source


@dataclass(slots=True)
class Keyless:
    """In the place of a provider whose key is missing, which it says when it is asked."""

    name: str
    setting: str
    model: str = ""
    streaming: bool = True

    async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
        for _ in await self.models():  # which says so
            yield ""

    async def models(self) -> list[str]:
        raise SourceRefused(f"{self.name} needs a key. Set {self.setting}.")


ANTHROPIC = Keyed("anthropic", "ANTHROPIC_API_KEY", "pipeline.sources.anthropic:AnthropicSource")
