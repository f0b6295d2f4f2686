"""What machines are told of the service: OpenAPI, from which clients are generated, with the events of a run."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Mapping
from functools import cache, reduce
from itertools import pairwise
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
TEXT: dict[str, Any] = {"schema": {"type": "string"}}
BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
"""Generated clients give nothing back of an answer without a schema."""
EVENTS = {
    "itemSchema": {
        "type": "object",
        "properties": {"id": {"type": "string"}, "data": _DATA, "retry": {"type": "integer"}},
        "required": ["data"],
    }
}
"""What a stream of events is made of."""
WORDS = {
    "description": "Here `at` counts from the beginning of the joined audio.",
    "type": "array",
    "items": {"$ref": f"{_PLACE}Word"},
}
"""What captions are as JSON."""


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
        """What happened in a run; `start` and `end` count code points of the source text."""

    return Event


def _shown(event: type[Event]) -> type[BaseModel]:
    """As it is on the wire: a field that does not apply is left out, and `path` is for those on this machine alone."""
    hints, told = get_type_hints(event), _told(event)
    fields: dict[str, Any] = {"type": (Literal[event.type], ...)}
    for field in dataclasses.fields(event):
        if field.name == "path":
            continue
        hint = hints[field.name]
        said: dict[str, Any] = {"alias": field.name.rstrip("_"), "description": told.get(field.name)}
        if NoneType in get_args(hint):
            hint = reduce(or_, (kind for kind in get_args(hint) if kind is not NoneType))
            said["default_factory"] = lambda: None
        fields[field.name] = (list[_word()] if field.name == "words" else hint, Field(**said))  # type: ignore[misc]
    name = "".join(part.title() for part in event.type.split("_"))
    return create_model(f"{name}Event", __doc__=event.__doc__, **fields)


def _told(event: type[Event]) -> Mapping[str, str]:
    """What the source says below its fields, and below those of the kinds above it."""
    found: dict[str, str] = {}
    for kind in (kind for kind in reversed(event.__mro__) if issubclass(kind, Event)):
        for field, said in pairwise(ast.parse(inspect.getsource(kind)).body[0].body):  # type: ignore[attr-defined]
            if isinstance(field, ast.AnnAssign) and isinstance(said, ast.Expr):
                found[ast.unparse(field.target)] = inspect.cleandoc(ast.literal_eval(said.value))
    return found


@cache
def _word() -> type[BaseModel]:
    fields: dict[str, Any] = {name: (hint, ...) for name, hint in get_type_hints(Word).items()}
    return create_model("Word", __doc__=Word.__doc__, **fields)
