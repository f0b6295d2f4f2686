"""Where text comes from. A name here is what a caller may choose; the class is imported when it is first chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.errors import AloudError, SourceError, UnknownProvider
from pipeline.ground.tables import found, made, offered
from pipeline.ports import Source
from pipeline.utterance import ends, unfit

SOURCES: dict[str, str] = {
    "text": "pipeline.sources.text:TextSource",
    "replay": "pipeline.sources.replay:ReplaySource",
    "ollama": "pipeline.sources.ollama:OllamaSource",
    "anthropic": "pipeline.sources.keyed:Keyless",
    "openai": "pipeline.sources.openai:OPENAI",
    "gemini": "pipeline.sources.openai:GEMINI",
    "grok": "pipeline.sources.openai:GROK",
    "llamacpp": "pipeline.sources.openai:LLAMACPP",
}

GROUP = "aloud.sources"


def make(name: str, env: Mapping[str, str]) -> Source:
    """Raises UnknownProvider, NotInstalled, and SourceError where it cannot be made with these settings."""
    try:
        source: Source = made(find(name), env)
    except AloudError:
        raise
    except BaseException as error:  # the border to other people's sources
        if ends(error):
            raise
        raise SourceError(f"The source {name} cannot be made: {type(error).__name__}: {error}") from error
    if wrong := unfit(source, Source, name):
        raise SourceError(wrong)
    return source


def find(name: str) -> Any:
    """What makes the source of this name: `from_env(env)` where it has one, else called without arguments.

    Raises UnknownProvider, and NotInstalled."""
    return found(f"The source {name}", where(name))


def where(name: str) -> str:
    """Where the source of this name is to be imported from. Raises UnknownProvider, which lists what there is."""
    target = SOURCES.get(name) or offered(GROUP).get(name)
    if target is None:
        known = names()
        raise UnknownProvider(f"No source of text is called {name!r}. There are: {', '.join(known)}.", known=known)
    return target


def names() -> list[str]:
    """All that may be chosen, those of other packages included."""
    return [*SOURCES, *(name for name in sorted(offered(GROUP)) if name not in SOURCES)]
