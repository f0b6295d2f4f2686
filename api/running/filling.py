"""Templates filled with what a caller gives: what a model is asked, and how its answer is to be spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from api.forms.bodies import Answered, Asking, Manner, Narrate
from api.forms.shown import short
from api.running.documents import is_id
from pipeline import prompts
from pipeline.assembly.asking import Answer
from pipeline.assembly.order import Order
from pipeline.errors import InvalidRequest, SourceTruncated
from pipeline.narration.choice import check_length, chosen
from pipeline.types import Message

if TYPE_CHECKING:
    from api.running.runs import Runs


async def filled(runs: Runs, name: str, values: Mapping[str, Any], body: Manner) -> Order:
    """Raises UnknownTemplate, InvalidVariable; InvalidRequest for a template whose answer is no text."""
    template = await _template(runs, name)
    if template.output == "json":
        raise InvalidRequest(f"What the template {name} gives is data, and not spoken: POST /api/v1/templates/{name}.")
    if body.language and "language" in template.variables:
        values = {"language": body.language, **values}
    return replace(_order(template, values, body), narrated=template.output == "script")


async def answered(runs: Runs, name: str, body: Answered, owner: str) -> dict[str, Any]:
    """The data that a model answers. Raises UnknownTemplate, InvalidVariable, TooMany, SourceError; InvalidRequest for
    a template whose answer is spoken."""
    template = await _template(runs, name)
    if template.output != "json":
        raise InvalidRequest(f"What the template {name} gives is spoken: POST /api/v1/stream/templates/{name}.")
    order = _order(template, body.values, body)
    runs.welcome()
    runs.allowance.begin(owner)
    try:
        runs.allowance.take(owner, 0)
        answer = await runs.workshop.ask(order)
        runs.allowance.add(owner, len(answer.text))
    finally:
        runs.allowance.end(owner)
    return {
        "answer": _read(template, answer),
        "provider": answer.provider,
        "model": answer.model,
        "total_tokens": answer.total_tokens,
    }


def _read(template: prompts.Template, answer: Answer) -> Any:
    try:
        return template.read(answer.text)
    except SourceTruncated as error:
        if answer.stopped:
            raise SourceTruncated(f"{error.message} It was cut off, and may want more `max_tokens`.") from None
        raise


async def _template(runs: Runs, name: str) -> prompts.Template:
    return await anyio.to_thread.run_sync(prompts.find, name, runs.settings.templates)


def _order(template: prompts.Template, values: Mapping[str, Any], body: Asking) -> Order:
    asked = template.fill(values)
    order = body.order(messages=[Message("user", asked.prompt)])
    return replace(order, system=body.system or asked.system, title=_title(template, values))


def _title(template: prompts.Template, values: Mapping[str, Any]) -> str:
    """What it is about, rather than how a model is asked."""
    about = next((values[name] for name, variable in template.variables.items() if variable.required), "")
    return short(str(values.get("title") or f"{template.name.replace('_', ' ').capitalize()}: {about}"))


async def narration(runs: Runs, body: Narrate, owner: str) -> dict[str, Any]:
    """The values, with the text of the document that is named. Raises NotFound when its owner does not have it,
    InvalidRequest for chapters that it does not have, TextTooLong."""
    values = {name: value for name, value in body.values.items() if name != "chapters"}
    if not is_id(body.document):
        if body.chapters:
            raise InvalidRequest("chapters: only a document that was brought has them; leave them out.")
        return values
    kept = await runs.documents.get(body.document, owner)
    document = chosen(await anyio.to_thread.run_sync(kept.document), body.chapters)
    check_length(document, runs.settings.max_chars)
    return {"title": kept.called(document), **values, "document": document.text}
