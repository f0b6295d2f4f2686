"""`aloud doctor`: what works on this machine, tried rather than guessed, and what would make the rest work."""

from __future__ import annotations

import platform
import re
import shutil
import time
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio
from rich.text import Text

from api.app import check_named
from api.cli import player
from api.cli.exits import DONE, FAILED
from api.cli.lines import Terminal, line, write
from api.cli.plain import plain
from api.release import release
from api.settings import PREFIX, Settings, environment, misspelt
from pipeline import Engine, Voice, engines, sources
from pipeline.assembly.voices import offered
from pipeline.assembly.workshop import Workshop
from pipeline.engines.check import QUICK, examine
from pipeline.errors import AloudError
from pipeline.ground.folders import check_folder, output_folder
from pipeline.ground.tables import hidden
from pipeline.utterance import ends, utter

PATIENCE = 10.0
"""Seconds that a model's service may take to say what it has."""


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    name: str
    works: bool
    note: str


async def doctor(json: bool) -> int:
    """Without a voice nothing can be spoken, and the code says so; all else is optional."""
    console = Terminal(highlight=False)
    able = False
    async with aclosing(_findings()) as findings:
        async for finding in findings:
            able = able or (finding.kind == "voice" and finding.works)
            if json:
                write(line(asdict(finding)))
            else:
                console.print(_row(finding), soft_wrap=True)
    return DONE if able else FAILED


async def _findings() -> AsyncGenerator[Finding, None]:
    env = environment()
    yield Finding("aloud", release(), True, f"Python {platform.python_version()}, {platform.platform()}")
    for finding in _settings(env):
        yield finding
    for name in engines.names():
        yield await _voice(env, name)
    for name, told in hidden(engines.GROUP, engines.ENGINES):
        yield Finding("voice", name, False, told)
    async with Workshop(env=env) as workshop:
        for name in sources.names():
            yield await _source(workshop, name)
    for name, told in hidden(sources.GROUP, sources.SOURCES):
        yield Finding("model", name, False, told)
    found = player.found()
    none = f"for sound at a terminal, install one of {', '.join(player.PLAYERS)}; files are made without"
    yield Finding("player", found or "none", found is not None, "" if found else none)
    yield _output(output_folder(env))


def _settings(env: Mapping[str, str]) -> Iterator[Finding]:
    strays = misspelt(env)
    try:
        check_named(Settings.load(env), env)
    except AloudError as error:
        yield Finding("settings", "ALOUD_*", False, error.message)
    else:
        named = sum(name.upper().startswith(PREFIX) for name in env) - len(strays)
        yield Finding("settings", "ALOUD_*", True, f"{named} set")
    for stray in strays:
        yield Finding("settings", "ALOUD_*", False, stray)


async def _voice(env: Mapping[str, str], name: str) -> Finding:
    """In a workshop of its own: to be closed is among its promises."""
    try:
        async with Workshop(env=env) as workshop:
            engine = workshop.engine([name])
            for promise in QUICK:  # no further than the first one that is broken: each may take a minute
                if not (result := await examine(engine, promise)).ok:
                    return Finding("voice", name, False, f"fails the check {result.name!r}: {result.detail}")
            said, count = await _try(engine), len(await offered(engine))
    except AloudError as error:
        return Finding("voice", name, False, error.message)
    except BaseException as error:  # the border to other people's engines: what is broken is told
        if ends(error):
            raise
        return Finding("voice", name, False, f"it raised {type(error).__name__}: {error}")
    return Finding("voice", name, True, f"{said}; {count} voices" if count else said)


async def _try(engine: Engine) -> str:
    """Two words; when the first sound came, and how much faster than life the rest was."""
    began, first, sound = time.perf_counter(), 0.0, 0
    async with aclosing(utter(engine, "It works.", Voice(engine=engine.name))) as pieces:
        async for piece in pieces:
            if isinstance(piece, bytes):
                first = first or time.perf_counter() - began
                sound += len(piece)
    taken = time.perf_counter() - began
    seconds = sound / 2 / engine.sample_rate
    return f"first sound after {first * 1000:.1f} ms, {seconds / taken:,.0f} x real time"


async def _source(workshop: Workshop, name: str) -> Finding:
    """Whether it answers, and has the model that would be asked."""
    try:
        source = workshop.source([name])
        models = getattr(getattr(source, "source", source), "models", None)
        with anyio.fail_after(PATIENCE):
            offered = None if models is None else [one for one in await models() if isinstance(one, str)]
    except AloudError as error:
        return Finding("model", name, False, error.message)
    except TimeoutError:
        return Finding("model", name, False, f"no answer within {PATIENCE:g} s")
    except BaseException as error:  # the border to other people's sources
        if ends(error):
            raise
        return Finding("model", name, False, f"it raised {type(error).__name__}: {error}")
    if offered is not None and not any(source.model in _names(one) for one in offered):
        there = ", ".join(offered[:5]) or "none at all"
        note = f"answers, but has no model {source.model}: fetch it, or name another; it has {there}"
        return Finding("model", name, False, note)
    return Finding("model", name, True, source.model)


def _names(listed: str) -> set[str]:
    """By which a model may be asked for: some are listed in a folder, with their tag, or with their date."""
    bare = listed.removeprefix("models/")
    return {listed, bare, bare.removesuffix(":latest"), re.sub(r"-\d{8}$", "", bare)}


def _output(folder: Path) -> Finding:
    try:
        check_folder(folder)
    except AloudError as error:
        return Finding("output", str(folder), False, error.message)
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    return Finding("output", str(folder), True, f"{shutil.disk_usage(nearest).free / 1e9:,.1f} GB free")


def _row(finding: Finding) -> Text:
    mark = Text("ok  ", style="green") if finding.works else Text("--  ", style="yellow")
    return Text.assemble(mark, f"{finding.kind:9}{finding.name:9} ", (plain(finding.note), "dim"))
