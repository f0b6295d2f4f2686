"""Prompts that are ready but for a few values: what there is, and their answers spoken while they are written."""

from __future__ import annotations

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, Path, Request, Response

from api.forms.bodies import Answered, Lyrics, Narrate, Template
from api.forms.described import by_name
from api.forms.shown import AnswerShown, TemplateList
from api.forms.strict import StrictRoute
from api.routes.common import KeysHere, OnceOnly, Owner, RunsHere, begins_no_run, begun, refusals, unless_left
from api.routes.events import SPOKEN, listen
from api.running.filling import answered, filled, narration
from pipeline import prompts

router = APIRouter(tags=["templates"], prefix="/api/v1", route_class=StrictRoute, generate_unique_id_function=by_name)


@router.get("/templates", response_model=TemplateList, response_model_exclude_unset=True, responses=refusals(422, 503))
async def templates(runs: RunsHere, owner: Owner) -> object:
    """Every template, with the variables that it takes."""
    found = await anyio.to_thread.run_sync(prompts.templates, runs.settings.templates)
    return {"templates": [template.as_dict() for template in found.values()]}


@router.post("/stream/lyrics", **SPOKEN)
async def lyrics(body: Lyrics, runs: RunsHere, keys: KeysHere, owner: Owner, once: OnceOnly) -> Response:
    """Lyrics about something, spoken while they are written. Takes the other variables of the template, too."""
    record = once.run or await begun(await filled(runs, "lyrics", body.values, body), body, runs, owner, once)
    return await listen(record, once.after, runs, keys, once=once)


@router.post("/stream/script", **SPOKEN)
async def narrate(body: Narrate, runs: RunsHere, keys: KeysHere, owner: Owner, once: OnceOnly) -> Response:
    """A document told by one narrator. What is not meant to be said (headings, stage directions, Markdown) is left out.

    Takes the other variables of the template `narration`, too."""
    record = once.run
    if record is None:
        order = await filled(runs, "narration", await narration(runs, body, owner), body)
        record = await begun(order, body, runs, owner, once)
    return await listen(record, once.after, runs, keys, once=once)


@router.post("/stream/templates/{name}", **SPOKEN)
async def speak_template(
    name: Annotated[str, Path(max_length=200)],
    body: Template,
    runs: RunsHere,
    keys: KeysHere,
    owner: Owner,
    once: OnceOnly,
) -> Response:
    """Any template whose answer is text, one of one's own as well."""
    record = once.run or await begun(await filled(runs, name, body.values, body), body, runs, owner, once)
    return await listen(record, once.after, runs, keys, once=once)


@router.post(
    "/templates/{name}",
    response_model=AnswerShown,
    responses=refusals(404, 408, 413, 422, 429, 500, 503),
    dependencies=[Depends(begins_no_run)],
)
async def answer_template(
    name: Annotated[str, Path(max_length=200)], body: Answered, request: Request, runs: RunsHere, owner: Owner
) -> dict[str, Any] | Response:
    """The answer of a template that gives data: the plan of a song, scores for a text."""
    return await unless_left(request, answered(runs, name, body, owner))
