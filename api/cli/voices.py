"""The voices that work here, as a table or as JSON lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import anyio
import anyio.to_thread
from rich.table import Column, Table
from rich.text import Text

from api.cli.exits import DONE, FAILED
from api.cli.lines import Terminal, line, write
from api.cli.plain import plain
from api.settings import environment
from pipeline import VoiceInfo, engines
from pipeline.assembly.voices import LIST, offered
from pipeline.assembly.workshop import Workshop
from pipeline.errors import AloudError
from pipeline.ground.languages import uniform, usual
from pipeline.ground.settings import parted

_PATIENCE = 10.0
"""Seconds that an engine has to tell its voices, where nobody asked for it."""
_WIDEST = 1000
"""Characters of a line for another program, where no terminal is too narrow."""


async def voices(engine: str, language: str, json: bool) -> int:
    """The voices of those engines, or of every engine that works here; asking for one that does not is an error."""
    names = parted(engine)
    found: list[tuple[str, VoiceInfo]] = []
    silent: list[str] = []
    unlisted = False
    for name, infos in (await _told(names or engines.names(), LIST if names else _PATIENCE)).items():
        if isinstance(infos, AloudError):
            if names:
                raise infos
            silent.append(f"{name}: {infos.message}")
            continue
        if not infos:
            unlisted = unlisted or not language
            silent.append(f"{name} lists none: any name may be tried.")
        found.extend((name, info) for info in _speaking(infos, language))
    if found:
        _show(found, json=json)
    elif not unlisted:
        silent.insert(0, f"No voice that works here speaks {language!r}." if language else "No voice works here.")
    for reason in silent:
        Terminal(stderr=True, highlight=False).print(Text(plain(reason), style="dim"), soft_wrap=True)
    return DONE if found or unlisted else FAILED


async def _told(names: Sequence[str], patience: float) -> dict[str, Sequence[VoiceInfo] | AloudError]:
    """What each engine tells, or why it does not; asked at once, for one may be a server that is silent."""
    told: dict[str, Sequence[VoiceInfo] | AloudError] = dict.fromkeys(names, ())

    async def ask(name: str) -> None:
        try:
            async with Workshop(env=environment()) as workshop:
                made = await anyio.to_thread.run_sync(workshop.engine, [name])  # a library may take a second to load
                told[name] = await offered(made, patience)
        except AloudError as error:
            told[name] = error

    async with anyio.create_task_group() as asking:
        for name in told:
            asking.start_soon(ask, name)
    return told


def _speaking(infos: Sequence[VoiceInfo], language: str) -> list[VoiceInfo]:
    """Those that speak it; where none is of its region or script, those that are chosen then: of zh for zh-Hant."""
    language = uniform(language)
    found = [info for info in infos if _speaks(info, language)]
    while not found and "-" in language:
        language = language.rpartition("-")[0]
        found = [info for info in infos if _speaks(info, language)]
    return found


def _speaks(info: VoiceInfo, wanted: str) -> bool:
    codes = [*map(uniform, info.languages)]
    near = any(code == wanted or code.startswith(f"{wanted}-") for code in codes)
    return not wanted or near or ("-" not in wanted and usual(wanted) in map(usual, codes))


def _show(found: list[tuple[str, VoiceInfo]], *, json: bool) -> None:
    if json:
        for name, info in found:
            write(line({"engine": name, **asdict(info)}))
        return
    columns = [Column(name, overflow="fold") for name in ("voice", "languages", "")]  # a name is there to be copied
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for name, info in found:
        table.add_row(f"{name}/{info.name}", ", ".join(info.languages), info.gender)
    console = Terminal(highlight=False)
    if not console.is_terminal:
        console.width = _WIDEST
    console.print(table)
