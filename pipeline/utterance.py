"""Engines and sources are asked here; one that misunderstands its port is told so in plain words."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing
from operator import index
from typing import Any

from anyio.lowlevel import checkpoint

from pipeline.errors import AloudError, EngineError, EngineUnavailable, SourceRefused
from pipeline.ports import Engine, Source
from pipeline.types import Handover, Request, Said, Thinking, ToolCall, Usage, Voice, VoiceInfo, WordTime

PIECES = (bytes, WordTime, Handover)
FILES = (b"RIFF", b"OggS", b"fLaC", b"ID3\x03", b"ID3\x04")
"""How files of sound begin: what is nearly never said, and often handed over by mistake."""
COURTESY = 128
"""Pieces after which an engine that never waits lets others have their turn."""
MOST = 30.0
"""Seconds of sound that any text may take ..."""
MOST_PER_CHARACTER = 4.0
"""... and seconds more for each character. An engine that goes on beyond that has run away."""
RATES, AT_ONCE = range(4_000, 192_001), range(1, 1_001)
"""What an engine may have as its `sample_rate` and `parallel`."""


def unfit(given: Any, port: type, name: str = "") -> str:
    """Why this is of no use as an engine or a source, or "". `name`: by which it was found; a caller's own has none."""
    asked = (one for one in (*port.__annotations__, *vars(port)) if not one.startswith("_"))
    kind, called = port.__name__.lower(), name or getattr(given, "name", "") or type(given).__name__
    if lack := ", ".join(one for one in asked if not hasattr(given, one)):
        return f"The {kind} {called} has no {lack} (see pipeline.{port.__name__})."
    wrong = _misnamed(given, port, name) or _misshapen(given, port) or (_misnumbered(given) if port is Engine else "")
    return f"The {kind} {called} cannot be used: {wrong}." if wrong else ""


def _misnamed(given: Any, port: type, name: str) -> str:
    """What is wrong with its texts, or ""."""
    for field, kind in port.__annotations__.items():
        if kind == "str" and not isinstance(text := getattr(given, field), str):
            return f"its {field} is {text!r:.50}, and must be a text"
    if name and given.name != name:  # events and kept sounds go by it: it would be taken for another
        return f"it calls itself {given.name!r:.50}, and its name must be that by which it is found"
    return ""


def _misshapen(given: Any, port: type) -> str:
    """Which of its methods cannot be called as the port has it, or ""."""
    for name, method in vars(port).items():
        if not inspect.isfunction(method) or name.startswith("_"):
            continue
        takes = list(inspect.signature(method).parameters)[1:]
        try:
            inspect.signature(getattr(given, name)).bind(*takes)
        except ValueError:  # a builtin that does not say
            continue
        except TypeError:
            return f"its {name} is no method that can be called as {name}({', '.join(takes)})"
    return ""


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


async def utter(engine: Engine, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime | Handover, None]:
    """What the engine says. Raises EngineUnavailable for what is no stream of sound, EngineError for one that never
    ends."""
    try:
        stream = engine.speak(text, voice)
        if wrong := _no_stream(stream):
            raise EngineUnavailable(
                f"The engine {engine.name}: speak gives {wrong}, and must be an async generator: "
                "`async def speak(self, text, voice)` that yields its sound."
            )
        most = 2 * engine.sample_rate * (MOST + MOST_PER_CHARACTER * len(text))
        size = since = 0
        async with aclosing(stream):
            async for piece in stream:
                since += 1
                if since == COURTESY:
                    since = 0
                    await checkpoint()
                _check(engine.name, piece)
                size = size + len(piece) if isinstance(piece, bytes) else 0 if isinstance(piece, Handover) else size
                if size > most:
                    raise EngineError(f"The voice {engine.name!r} went on and on; it was stopped.")
                yield piece
    except SystemExit as error:  # out of a task, it would end the loop and all who are in it
        told = f"exit code {error.code} (SystemExit)"
        raise EngineError(f"The voice {engine.name!r} tried to end the program: {told}.") from error


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


def _check(engine: str, piece: object) -> None:
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


def offers(engine: str, infos: Iterable[Any]) -> list[VoiceInfo]:
    """The voices that it offers. Raises EngineUnavailable for what tells of none."""
    listed = list(infos)
    if odd := [info for info in listed if not _tells(info)]:
        given = f"{odd[0]!r:.200}" if isinstance(odd[0], VoiceInfo) else type(odd[0]).__name__
        raise EngineUnavailable(
            f"The engine {engine}: voices gives {given}, and must give VoiceInfo: texts, and languages as a tuple."
        )
    return listed


def _tells(info: Any) -> bool:
    if not (isinstance(info, VoiceInfo) and isinstance(info.languages, list | tuple)):
        return False
    return all(isinstance(text, str) for text in (info.name, info.gender, info.sample, *info.languages))


def strange(source: str, item: object) -> SourceRefused:
    """For what is nothing that a source says, or holds what it should not."""
    if isinstance(item, Thinking | ToolCall | Usage):
        fields = ", ".join(f"{name}: {kind}" for name, kind in type(item).__annotations__.items())
        return SourceRefused(f"The source {source}: tokens yields {_kind(item)}, whose fields must be {fields}.")
    return SourceRefused(f"The source {source}: tokens yields {_kind(item)}, and must yield text (str).")


def _kind(given: object) -> str:
    if inspect.iscoroutine(given):
        return "a coroutine (it has no `yield`)"
    return "a plain generator (`def`)" if inspect.isgenerator(given) else f"{type(given).__name__}"
