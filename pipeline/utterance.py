"""Engines and sources are asked here; one that misunderstands its port is told so in plain words."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Iterable
from operator import index
from typing import Any

from pipeline.errors import AloudError, EngineUnavailable, SourceRefused
from pipeline.ports import Engine, Source
from pipeline.types import Handover, Request, Said, Voice, WordTime

PIECES = (bytes, WordTime, Handover)
FILES = (b"RIFF", b"OggS", b"fLaC", b"ID3\x03", b"ID3\x04")
"""How files of sound begin: what is nearly never said, and often handed over by mistake."""
RATES, AT_ONCE = range(4_000, 192_001), range(1, 1_001)
"""What an engine may have as its `sample_rate` and `parallel`."""


def unfit(given: Any, port: type, name: str) -> str:
    """Why this, by its name, cannot be used as an engine or a source, or ""."""
    asked = (one for one in (*port.__annotations__, *vars(port)) if not one.startswith("_"))
    if lack := ", ".join(one for one in asked if not hasattr(given, one)):
        return f"The {port.__name__.lower()} {name} has no {lack} (see pipeline.{port.__name__})."
    wrong = _misnumbered(given) if port is Engine else ""
    return f"The engine {name} cannot be used: {wrong}." if wrong else ""


def _misnumbered(engine: Engine) -> str:
    """What is wrong with an engine's numbers, or ""."""
    rate, parallel = engine.sample_rate, engine.parallel
    if not (isinstance(rate, int) and rate in RATES):
        return f"its sample_rate is {rate!r:.50}, and must be hertz, {RATES[0]:,} to {RATES[-1]:,}"
    if not (isinstance(parallel, int) and parallel in AT_ONCE):
        return f"its parallel is {parallel!r:.50}, and must be passages at once, {AT_ONCE[0]} to {AT_ONCE[-1]:,}"
    if not isinstance(patience := getattr(engine, "patience", 0.0), int | float):
        return f"its patience is {patience!r:.50}, and must be seconds"
    return ""


def utter(engine: Engine, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime | Handover, None]:
    """What the engine says. Raises EngineUnavailable where `speak` gives no stream."""
    stream: AsyncGenerator[bytes | WordTime | Handover, None] = engine.speak(text, voice)
    if wrong := _no_stream(stream):
        raise EngineUnavailable(
            f"The engine {engine.name}: speak gives {wrong}, and must be an async generator: "
            "`async def speak(self, text, voice)` that yields its sound."
        )
    return stream


def tell(source: Source, request: Request) -> AsyncGenerator[Said, None]:
    """What the source says. Raises SourceRefused where `tokens` gives no stream."""
    stream = source.tokens(request)
    if wrong := _no_stream(stream):
        raise SourceRefused(
            f"The source {source.name}: tokens gives {wrong}, and must be an async generator: "
            "`async def tokens(self, request)` that yields its text."
        )
    return stream


def ignored(source: Source, request: Request) -> tuple[str, ...]:
    """Options of the request that the source refuses, as far as it tells. Raises SourceRefused where it breaks."""
    ask: Callable[[Request], Iterable[str]] | None = getattr(source, "ignored", None)
    try:
        return () if ask is None else tuple(ask(request))
    except AloudError:
        raise
    except BaseException as error:
        if ends(error):
            raise
        raise SourceRefused(
            f"The source {source.name} broke when asked what it ignores: {type(error).__name__}: {error}"
        ) from error


def ends(error: BaseException) -> bool:
    """Whether the program is to end, or what is running here. All else is a failure of somebody's engine or source: a
    CancelledError, too, where it awaited what was cancelled, and a library's panic, which is no Exception."""
    if not isinstance(error, asyncio.CancelledError):
        return isinstance(error, KeyboardInterrupt | GeneratorExit)
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _no_stream(given: Any) -> str:
    """What it is instead, or ""."""
    if hasattr(given, "__anext__") and hasattr(given, "aclose"):
        return ""
    if inspect.iscoroutine(given) or inspect.isgenerator(given):
        given.close()
    return _kind(given)


def checked(engine: str, piece: object) -> None:
    """Raises EngineUnavailable for what is no piece of sound."""
    if not isinstance(piece, PIECES):
        raise EngineUnavailable(
            f"The engine {engine}: speak yields {_kind(piece)}, and must yield bytes of 16-bit samples, or WordTime."
        )
    if isinstance(piece, bytes) and piece.startswith(FILES):
        raise EngineUnavailable(
            f"The engine {engine}: speak yields a file ({piece[:4]!r} ...), and must yield its 16-bit samples alone."
        )


def plain(engine: str, time: WordTime) -> WordTime:
    """The same in numbers of Python's own, whatever it was reckoned with. Raises EngineUnavailable for what is none."""
    try:
        return WordTime(index(time.start), index(time.end), float(time.at), float(time.seconds))
    except (TypeError, ValueError):
        raise EngineUnavailable(
            f"The engine {engine}: speak yields {time}, and must yield places in the text and seconds."
        ) from None


def strange(source: str, item: object) -> SourceRefused:
    """For what is nothing that a source says."""
    return SourceRefused(f"The source {source}: tokens yields {_kind(item)}, and must yield text (str).")


def _kind(given: object) -> str:
    if inspect.iscoroutine(given):
        return "a coroutine (it has no `yield`)"
    return "a plain generator (`def`)" if inspect.isgenerator(given) else f"{type(given).__name__}"
