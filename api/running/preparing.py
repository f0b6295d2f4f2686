"""From what a request says to a flow that is ready to run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread

from api.forms.bodies import Given
from api.forms.shown import title
from api.running.documents import Documents, Kept
from pipeline.assembly.order import Order, check, check_text
from pipeline.assembly.workshop import Workshop
from pipeline.errors import InvalidRequest, NotHeld, TextTooLong, UnknownRun
from pipeline.events import Chunk, Complete, Cued, Event, PassageCut, Skipped
from pipeline.flow import Flow
from pipeline.narration import Document
from pipeline.narration.casting import cast, parts
from pipeline.narration.choice import check_length, chosen
from pipeline.narration.scripts import Script, check_documents, checked, parsed, staged
from pipeline.ports import Engine, EventLog, RunRecord, Source
from pipeline.recall import past

CLIP = "/api/v1/runs/{run}/audio/{name}"


class Preparing:
    def __init__(self, workshop: Workshop, log: EventLog, documents: Documents) -> None:
        self._workshop = workshop
        self._log = log
        self._documents = documents

    async def order(self, body: Given, owner: str) -> Order:
        """What a request amounts to. Raises InvalidScript, and NotFound for a document that its owner does not have."""
        if body.document is not None:
            return await self._recited(body, await self._documents.get(body.document, owner))
        if body.chapters:
            raise InvalidRequest("chapters: only a `document` has them, or a step of a script; leave them out.")
        if (chars := len(body.text or "")) > (most := self._workshop.max_chars):
            raise TextTooLong(
                f"The text has {chars:,} characters; the most allowed at once is {most:,} (ALOUD_MAX_CHARS); bring it "
                "as a document, and choose chapters."
            )
        order = body.order(body.text, body.turns)
        if order.voices and body.script is None:
            raise InvalidRequest("voices: only of a document it is known what is in which language; leave them out.")
        if body.script is None:
            return order
        script = await anyio.to_thread.run_sync(_script, body.script, self._workshop.templates)
        check_text(json.dumps(script, ensure_ascii=False), self._workshop.max_chars)
        await check_documents(Script(**script), partial(self._document, owner=owner), self._workshop.max_chars)
        return replace(order, script=script)

    async def _recited(self, body: Given, kept: Kept) -> Order:
        """A document is said in the languages that it names, where the voice knows them and nobody wants another."""
        document = chosen(await anyio.to_thread.run_sync(kept.document), body.chapters)
        check_length(document, self._workshop.max_chars)
        order = replace(body.order(document.text), title=kept.called(document))
        check(order)
        own, others = await cast(order, document, self._workshop)
        return replace(own, parts=await anyio.to_thread.run_sync(parts, document, others))

    async def flow(
        self, order: Order, record: RunRecord, *, source: Source | None = None, resume: bool = False
    ) -> Flow:
        """Raises InvalidRequest and its kind before anything has begun. `resume`: where its last event left it."""
        received = await self._received(order)
        cast: Sequence[Engine] = ()
        if order.script is not None:
            find = partial(self._document, owner=record.owner)
            stage = await staged(Script(**order.script), self._workshop, order, find=find)
            cast = stage.engines
            if order.text is None:  # else all that it says is known
                source = stage.source
                if not stage.certain:
                    received = []  # what comes next depends on what its models said, which is not known any more
                    if resume and await self._log.lines(record.id, 0, 1):
                        source = None
        return await self._workshop.prepare(
            replace(order, title=_title(order)),
            run=record.id,
            log=self._log,
            owner=record.owner,
            url=CLIP,
            events=f"/api/v1/runs/{record.id}/events",
            source=source,
            resume=resume,
            cast=cast,
            received=received,
        )

    async def _document(self, id_: str, owner: str) -> Document:
        kept = await self._documents.get(id_, owner)
        return await anyio.to_thread.run_sync(kept.document)

    async def _received(self, order: Order) -> list[Event]:
        """What the run had said that this one repeats; nothing once it is erased."""
        if order.retry_of is None:
            return []
        try:
            return await past(self._log, order.retry_of, Chunk, Cued, PassageCut, Skipped, Complete)
        except UnknownRun:
            return []


def ordered(record: RunRecord) -> Order:
    """What a run was asked for. Raises NotHeld where nobody knows any more."""
    try:
        return Order.of((record.request or {})["order"])
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise NotHeld(
            "What this run was asked for is damaged, or was written by another version of the service; ask for it anew."
        ) from error


def _title(order: Order) -> str:
    fields = {name: getattr(order, name) for name in ("title", "script", "text")}
    return title({**fields, "messages": [asdict(message) for message in order.messages[-1:]]})


def _script(given: str | Mapping[str, Any], own: Path | None) -> dict[str, Any]:
    return asdict(parsed(given, own=own) if isinstance(given, str) else checked(given, own=own))
