"""Errors as answers: a status for each kind, and one shape, {"error": {"code", "message", "details"}}."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from pipeline.errors import (
    AloudError,
    EngineError,
    InvalidRequest,
    NotHeld,
    NotInstalled,
    SourceError,
    StoreError,
    StoreFull,
    TextTooLong,
    UnknownRun,
    UnknownSession,
    UnknownTemplate,
)

logger = logging.getLogger("aloud.api")


class Malformed(AloudError):
    code = "malformed"


class Unauthorized(AloudError):
    code = "unauthorized"


class NotFound(AloudError):
    code = "not_found"


class NotAllowed(AloudError):
    code = "method_not_allowed"


class TooSlow(AloudError):
    code = "too_slow"


class Busy(AloudError):
    code = "busy"
    retryable = True


class Conflict(AloudError):
    code = "conflict"


class TooLarge(AloudError):
    code = "too_large"


class NotTheSame(AloudError):
    code = "precondition_failed"


class NoSuchRange(AloudError):
    """`details["size"]` of what there is, in bytes."""

    code = "range_not_satisfiable"


class TooMany(AloudError):
    """`retry_after` in seconds."""

    code = "too_many_requests"
    retryable = True

    def __init__(self, message: str, *, retry_after: float, **details: Any) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class Draining(AloudError):
    code = "draining"
    retryable = True


STATUS: Mapping[type[AloudError], int] = {
    Malformed: 400,
    Unauthorized: 401,
    UnknownRun: 404,
    UnknownSession: 404,
    UnknownTemplate: 404,
    NotFound: 404,
    NotAllowed: 405,
    TooSlow: 408,
    Conflict: 409,
    NotHeld: 410,
    NotTheSame: 412,
    TextTooLong: 413,
    TooLarge: 413,
    NoSuchRange: 416,
    InvalidRequest: 422,
    NotInstalled: 422,
    TooMany: 429,
    Draining: 503,
    Busy: 503,
    StoreError: 503,
    EngineError: 503,
    SourceError: 503,
    AloudError: 500,
}
"""A kind that is not named here answers as the nearest kind above it."""

_OF_STATUS = {400: Malformed, 401: Unauthorized, 404: NotFound, 405: NotAllowed, 408: TooSlow, 413: TooLarge, 503: Busy}
RETRY_AFTER = 5
"""Seconds, where nobody knows better."""


def status(error: AloudError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def headers(error: AloudError) -> dict[str, str]:
    code = status(error)
    if isinstance(error, NoSuchRange):
        return {"Content-Range": f"bytes */{error.details['size']}"}
    if code in (429, 503):
        after = getattr(error, "retry_after", None)
        return {"Retry-After": str(max(1, math.ceil(RETRY_AFTER if after is None else after)))}
    return {"WWW-Authenticate": "Bearer"} if code == 401 else {}


def body(error: AloudError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": error.message, "details": error.details}}


def answer(error: AloudError, path: str = "") -> JSONResponse:
    """In the shape that callers of this address know."""
    shape = openai_body if path.startswith("/v1/") else body
    return JSONResponse(shape(error), status(error), headers(error))


def openai_body(error: AloudError) -> dict[str, Any]:
    code = status(error)
    kind = _OPENAI.get(code, "invalid_request_error" if code < 500 else "server_error")
    fields = error.details.get("fields") or [{"field": _PARAMS.get(error.code)}]
    return {"error": {"message": error.message, "type": kind, "param": fields[0]["field"], "code": error.code}}


_OPENAI = {401: "authentication_error", 429: "rate_limit_error"}
_PARAMS = {"unknown_voice": "voice", "empty_text": "input", "text_too_long": "input"}
"""What is wrong with a request as a whole, there is wrong with one of its fields."""


def from_validation(error: RequestValidationError) -> AloudError:
    """What the caller wrote stays out of it: a text may be private, and as long as a book."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Malformed(
            f"The body is not valid JSON: {faults[0]['ctx']['error']} at character {faults[0]['loc'][-1]}."
        )
    if isinstance(error.body, bytes):  # nobody said that it is JSON
        return Malformed("The body is taken for JSON only with the header Content-Type: application/json.")
    return from_faults([{**fault, "loc": fault["loc"][1:] or fault["loc"]} for fault in faults])


def from_faults(faults: Sequence[Mapping[str, Any]]) -> InvalidRequest:
    details = [{"field": _field(fault["loc"]), "message": _said(fault)} for fault in faults[:20]]
    first = details[0]
    where = f"{first['field']}: " if first["field"] else ""
    return InvalidRequest(f"{where}{first['message']}.", fields=details)


def _field(parts: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in parts if part not in _KINDS)


_KINDS = {"constrained-str", "list[constrained-str]", "dict[str,any]"}
"""What pydantic puts behind a field's name where it may hold several kinds of value."""
_FAULTS = {
    "extra_forbidden": "there is no such field; /docs lists those that there are",
    "model_attributes_type": "it must be a JSON object",
    "dict_type": "it must be a JSON object",
    "union_tag_invalid": "its `type` must be one of {expected_tags}",
    "union_tag_not_found": "it must have a field `type`",
}
"""What pydantic says in words of Python's."""


def _said(fault: Mapping[str, Any]) -> str:
    if plain := _FAULTS.get(fault["type"]):
        return plain.format_map(fault.get("ctx", {}))
    said = str(fault["msg"]).removeprefix("Value error, ").rstrip(".")
    if said.startswith("Expected UploadFile"):
        return "it must be a file, with its name"
    return said[:1].lower() + said[1:]


def from_http(error: HTTPException) -> AloudError:
    kind = _OF_STATUS.get(error.status_code, AloudError)
    phrase = HTTPStatus(error.status_code).phrase
    said = error.detail if error.detail not in (phrase, _UNREADABLE) else _PLAIN.get(error.status_code, phrase)
    return kind(said)


_UNREADABLE = "There was an error parsing the body"
_PLAIN = {
    400: "The body cannot be read: it is not valid UTF-8, or nested too deeply.",
    404: "There is nothing at this address; /docs lists what there is.",
    405: "This address does not take that method; /docs lists which it takes.",
}


def _taken(request: Request) -> list[str]:
    """The methods that its address takes; a route by itself knows only its own."""
    return [
        method
        for method in ("GET", "HEAD", "POST", "DELETE")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]


def install(app: FastAPI) -> None:
    @app.exception_handler(AloudError)
    async def known(request: Request, error: AloudError) -> Response:
        if status(error) >= 500 and not isinstance(error, Draining):
            # These come in crowds, and are no defect; what a provider says may quote the text.
            trace = None if isinstance(error, Busy | StoreFull | SourceError) else error
            logger.error("%s %s: %s", request.method, request.url.path, error.code, exc_info=trace)
        return answer(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return answer(from_validation(error), request.url.path)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if isinstance(cause := error.__cause__, OSError):  # FastAPI says of it, too, that the body cannot be read
            return await known(request, StoreError(f"What came could not be kept: {cause.strerror or cause}."))
        found = answer(from_http(error), request.url.path)
        found.status_code = error.status_code
        found.headers.update(error.headers or {})
        if error.status_code == 405:
            found.headers["Allow"] = ", ".join(_taken(request))
        return found


async def unexpected(request: Request, error: Exception) -> Response:
    """What nobody reckoned with; the server logs it, and lets go of the connection, of which the client is told."""
    found = answer(
        AloudError("Something broke here that should not have; the service's log says what."), request.url.path
    )
    found.headers["Connection"] = "close"
    return found
