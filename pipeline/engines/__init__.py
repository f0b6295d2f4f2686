"""Voices. A table of those that come with the house, and the entry point through which others join them."""

from __future__ import annotations

from typing import Any

from pipeline.errors import UnknownEngine
from pipeline.ground.tables import found, offered

ENGINES = {
    "edge": "pipeline.engines.edge:EdgeEngine",
    "espeak": "pipeline.engines.espeak:EspeakEngine",
    "kokoro": "pipeline.engines.kokoro:KokoroEngine",
    "openai": "pipeline.engines.openai:OpenAIEngine",
    "piper": "pipeline.engines.piper:PiperEngine",
    "pyttsx3": "pipeline.engines.pyttsx3:Pyttsx3Engine",
    "tone": "pipeline.engines.tone:ToneEngine",
}
"""Name -> "module:class". A class that reads settings has `from_env(env)`; any other is called without arguments."""

AUTO = ("kokoro", "piper", "espeak", "pyttsx3", "tone")
"""What `auto` tries, best first; only voices that use nothing but this machine."""

GROUP = "aloud.engines"


def find(name: str) -> Any:
    """The engine's class, imported now. Raises UnknownEngine, or NotInstalled when what it needs is missing."""
    return found(f"The engine {name}", where(name))


def where(name: str) -> str:
    """Where the engine of this name is to be imported from. Raises UnknownEngine, which lists what there is."""
    target = ENGINES.get(name) or offered(GROUP).get(name)
    if target is None:
        raise UnknownEngine(f"There is no engine '{name}'. There are: {', '.join(names())}.", engines=names())
    return target


def names() -> list[str]:
    """Every engine that can be asked for by name, whether or not it works here."""
    return sorted({*ENGINES, *offered(GROUP)})


def known(name: str) -> bool:
    """Whether it is one of `names`."""
    return name in ENGINES or name in offered(GROUP)
