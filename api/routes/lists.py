"""What there is to choose from, and whether it works here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import anyio
import anyio.to_thread
from fastapi import APIRouter

from api.forms.described import by_name
from api.forms.shown import ProviderList, VoiceList
from api.routes.common import Owner, RunsHere, refusals
from api.running.runs import Runs
from pipeline import engines
from pipeline.assembly.voices import offered
from pipeline.errors import AloudError
from pipeline.narration.scripts import schema
from pipeline.ports import Engine
from pipeline.types import VoiceInfo

router = APIRouter(tags=["lists"], prefix="/api/v1", generate_unique_id_function=by_name)


_PATIENCE = 5.0
"""Seconds that an engine has to tell its voices; one that is a process of its own has to start."""


@router.get("/voices", response_model=VoiceList, responses=refusals(503))
async def voices(runs: RunsHere, owner: Owner) -> object:
    """Every voice that can speak here, and why the other engines cannot."""
    found, able = [], []
    for name, infos in (await _all(runs)).items():
        if isinstance(infos, AloudError):
            able.append({"name": name, "works": False, "message": infos.message})
            continue
        able.append({"name": name, "works": True, "message": ""})
        found += [{**asdict(voice), "engine": name} for voice in infos]
    return {"voices": found, "engines": able}


async def _all(runs: Runs) -> dict[str, Sequence[VoiceInfo] | AloudError]:
    """What each engine tells, or why it does not; asked at once, for one may be a server that is silent."""
    told: dict[str, Sequence[VoiceInfo] | AloudError] = dict.fromkeys(engines.names(), ())

    async def ask(name: str, engine: Engine) -> None:
        try:
            told[name] = await offered(engine, _PATIENCE)
        except AloudError as error:
            told[name] = error

    async with anyio.create_task_group() as asking:
        for name in told:
            try:
                engine = await anyio.to_thread.run_sync(runs.workshop.engine, [name])
            except AloudError as error:
                told[name] = error
            else:
                asking.start_soon(ask, name, engine)
    return told


@router.get("/providers", response_model=ProviderList, responses=refusals(503))
async def providers(runs: RunsHere, owner: Owner) -> object:
    """Where text can come from: whether it can be reached now, with which models, and else what is missing."""
    return {"providers": await runs.providers.all()}


@router.get("/templates/script.schema.json", responses=refusals(503))
async def script_schema(owner: Owner) -> dict[str, Any]:
    """The JSON Schema of a script, as `aloud script` takes it."""
    return schema()
