"""Templates filled with what a caller gives: what a model is asked, and how its answer is to be spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import anyio.to_thread

from api.bodies import Manner, Narrate
from api.documents import is_id
from pipeline import prompts
from pipeline.errors import InvalidRequest
from pipeline.order import Order
from pipeline.types import Message

if TYPE_CHECKING:
    from api.runs import Runs


async def filled(runs: Runs, name: str, values: Mapping[str, Any], body: Manner) -> Order:
    """Raises UnknownTemplate, InvalidVariable; InvalidRequest for a template whose answer is no text."""
    template = await anyio.to_thread.run_sync(prompts.find, name, runs.settings.templates)
    if template.output == "json":
        raise InvalidRequest(f"What the template {name} gives is data; there is nothing in it to speak.")
    if body.language and "language" in template.variables:
        values = {"language": body.language, **values}
    asked = template.fill(values)
    order = body.order(messages=[Message("user", asked.prompt)])
    return replace(order, system=body.system or asked.system, narrated=template.output == "script")


async def narration(runs: Runs, body: Narrate, owner: str) -> dict[str, Any]:
    """The values, with the text of the document that is named. Raises NotFound when its owner does not have it."""
    if not is_id(body.document):
        return body.values
    kept = await runs.documents.get(body.document, owner)
    return {"title": kept.title, **body.values, "document": kept.text}
