"""An engine is asked to speak; one that misunderstands the port is told so in plain words."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator
from typing import Any

from pipeline.errors import EngineUnavailable
from pipeline.ports import Engine
from pipeline.types import Handover, Voice, WordTime

PIECES = (bytes, WordTime, Handover)


def utter(engine: Engine, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime | Handover, None]:
    """What the engine says. Raises EngineUnavailable where `speak` gives no stream."""
    stream: Any = engine.speak(text, voice)
    if hasattr(stream, "__anext__") and hasattr(stream, "aclose"):
        given: AsyncGenerator[bytes | WordTime | Handover, None] = stream
        return given
    if inspect.iscoroutine(stream) or inspect.isgenerator(stream):
        stream.close()
    raise EngineUnavailable(
        f"The engine {engine.name}: speak gives {_kind(stream)}, and must be an async generator: "
        "`async def speak(self, text, voice)` that yields its sound."
    )


def checked(engine: str, piece: object) -> None:
    """Raises EngineUnavailable for what is no piece of sound."""
    if not isinstance(piece, PIECES):
        raise EngineUnavailable(
            f"The engine {engine}: speak yields {_kind(piece)}, and must yield bytes of 16-bit samples, or WordTime."
        )


def _kind(given: object) -> str:
    if inspect.iscoroutine(given):
        return "a coroutine (it has no `yield`)"
    return "a plain generator (`def`)" if inspect.isgenerator(given) else f"{type(given).__name__}"
