"""What machines are told of the service: OpenAPI, from which clients are generated, with the events of a run."""

from __future__ import annotations

import dataclasses
from functools import cache, reduce
from operator import or_
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_type_hints

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field, RootModel, create_model

from pipeline.events import AnyEvent, Event
from pipeline.types import Word

_PLACE = "#/components/schemas/"
_DATA = {"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": f"{_PLACE}Event"}}
EVENTS = {
    "itemSchema": {
        "type": "object",
        "properties": {"id": {"type": "string"}, "data": _DATA, "retry": {"type": "integer"}},
        "required": ["data"],
    }
}
"""What a stream of events is made of."""


def by_name(route: APIRoute) -> str:
    """What an operation is called, also in generated clients."""
    return route.name


def described(app: FastAPI) -> dict[str, Any]:
    page = app.openapi()
    if "Event" not in page["components"]["schemas"]:
        event = any_event().model_json_schema(ref_template=f"{_PLACE}{{model}}")
        page["components"]["schemas"] |= {**event.pop("$defs"), "Event": event}
    return page


@cache
def any_event() -> type[BaseModel]:
    kinds = reduce(or_, map(_shown, get_args(AnyEvent)))

    class Event(RootModel[Annotated[kinds, Field(discriminator="type")]]):  # type: ignore[valid-type]
        """What happened in a run."""

    return Event


def _shown(event: type[Event]) -> type[BaseModel]:
    """As it is on the wire: a field that does not apply is left out, and `path` is for those on this machine alone."""
    hints = get_type_hints(event)
    fields: dict[str, Any] = {"type": (Literal[event.type], ...)}
    for field in dataclasses.fields(event):
        if field.name == "path":
            continue
        hint, about = hints[field.name], Field(alias=field.name.rstrip("_"))
        if NoneType in get_args(hint):
            hint = reduce(or_, (kind for kind in get_args(hint) if kind is not NoneType))
            about = Field(alias=field.name.rstrip("_"), default_factory=lambda: None)
        fields[field.name] = (list[_word()] if field.name == "words" else hint, about)  # type: ignore[misc]
    name = "".join(part.title() for part in event.type.split("_"))
    return create_model(f"{name}Event", __doc__=event.__doc__, **fields)


@cache
def _word() -> type[BaseModel]:
    fields: dict[str, Any] = {name: (hint, ...) for name, hint in get_type_hints(Word).items()}
    return create_model("Word", __doc__=Word.__doc__, **fields)
