"""What there is to choose from, and whether it works here."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from fastapi import APIRouter

from api.routes.common import Owner, RunsHere, refusals
from pipeline import engines
from pipeline.errors import AloudError
from pipeline.narration.scripts import schema
from pipeline.voices import offered

router = APIRouter(tags=["lists"], prefix="/api/v1")


@router.get("/voices", responses=refusals(503))
async def voices(runs: RunsHere, owner: Owner) -> dict[str, Any]:
    """Every voice that can speak here, and why the other engines cannot."""
    found, able = [], []
    for name in engines.names():
        try:
            engine = await anyio.to_thread.run_sync(runs.workshop.engine, [name])
            infos = await offered(engine)
        except AloudError as error:
            able.append({"name": name, "works": False, "message": error.message})
            continue
        able.append({"name": name, "works": True, "message": ""})
        found += [
            {
                "name": voice.name,
                "engine": name,
                "languages": voice.languages,
                "gender": voice.gender,
                "sample": voice.sample,
            }
            for voice in infos
        ]
    return {"voices": found, "engines": able}


@router.get("/providers", responses=refusals(503))
async def providers(runs: RunsHere, owner: Owner) -> dict[str, Any]:
    """Where text can come from: whether it can be reached now, with which models, and else what is missing."""
    return {"providers": await runs.providers.all()}


@router.get("/templates/script.schema.json", responses=refusals(503))
async def script_schema(owner: Owner) -> dict[str, Any]:
    """The JSON Schema of a script, as `aloud script` takes it."""
    return schema()
