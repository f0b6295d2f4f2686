"""From what a request says to a flow that is ready to run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from api.bodies import Given
from pipeline import engines, sources
from pipeline.errors import AloudError, UnknownRun
from pipeline.events import Chunk, Cued, Event, PassageCut, Skipped
from pipeline.flow import Flow
from pipeline.narration.scripts import REFERENCE, Script, checked, parsed, staged, steps
from pipeline.order import Order, check_text
from pipeline.ports import Engine, RunRecord, Source

if TYPE_CHECKING:
    from api.runs import Runs

CLIP = "/api/v1/runs/{run}/audio/{name}"


async def ordered(runs: Runs, body: Given, owner: str) -> Order:
    """What a request amounts to. Raises InvalidScript, and NotFound for a document that its owner does not have."""
    text = body.text if body.document is None else (await runs.documents.get(body.document, owner)).text
    order = body.order(text, body.turns)
    if body.script is None:
        return order
    script = await anyio.to_thread.run_sync(_script, body.script)
    check_text(json.dumps(script, ensure_ascii=False), runs.workshop.max_chars)
    for document in _documents(script):
        await runs.documents.get(document, owner)
    return replace(order, script=script)


def _script(given: str | Mapping[str, Any]) -> dict[str, Any]:
    return asdict(parsed(given) if isinstance(given, str) else checked(given))


def _documents(script: Mapping[str, Any]) -> Iterator[str]:
    """Those that it names outright, rather than by what an earlier step gave."""
    for step in steps(script["steps"]):
        if step["type"] == "document" and not REFERENCE.search(step["inputs"]["path"]):
            yield step["inputs"]["path"]


async def prepared(
    runs: Runs, order: Order, record: RunRecord, *, source: Source | None = None, resume: bool = False
) -> Flow:
    """Raises InvalidRequest and its kind before anything has begun. `resume`: where the run's last event left it."""
    await _load(runs, sources.find, order.llm_provider)
    await _load(runs, engines.find, order.tts_provider)
    received = await _received(runs, order)
    cast: Sequence[Engine] = ()
    if order.script is not None:
        find = partial(runs.documents.document, owner=record.owner)
        stage = await staged(Script(**order.script), runs.workshop, order, find=find)
        cast = stage.engines
        if order.text is None:  # else all that it says is known
            source = stage.source
            if not stage.certain:
                received = []  # what comes next depends on what its models said, which is not known any more
                if resume and await runs.log.lines(record.id, 0, 1):
                    source = None
    return await runs.workshop.prepare(
        order,
        run=record.id,
        log=runs.log,
        url=CLIP,
        events=f"/api/v1/runs/{record.id}/events",
        source=source,
        resume=resume,
        cast=cast,
        received=received,
    )


async def _received(runs: Runs, order: Order) -> list[Event]:
    """What the run had said that this one repeats; nothing once it is erased."""
    if order.retry_of is None:
        return []
    try:
        return await runs.events(order.retry_of, Chunk, Cued, PassageCut, Skipped)
    except UnknownRun:
        return []


async def _load(runs: Runs, find: Callable[[str], Any], names: Sequence[str]) -> None:
    """Back-ends that are asked for by name for the first time, off the loop: some take seconds to import."""
    for name in names:
        if name not in runs.loaded:
            with contextlib.suppress(AloudError):  # `prepare` says what is wrong, in its own order
                await anyio.to_thread.run_sync(find, name)
                runs.loaded.add(name)
