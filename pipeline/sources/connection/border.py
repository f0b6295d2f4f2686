"""The border: whatever a provider's library raises becomes one of our errors, in words without a secret in them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol
from urllib.request import getproxies

import anyio
import httpx
import httpx2

from pipeline.errors import (
    SourceBusy,
    SourceError,
    SourceFailed,
    SourceRefused,
    SourceTimeout,
    SourceTruncated,
    SourceUnreachable,
)
from pipeline.sources.connection.connections import Connections, Place
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.wire import FOR_EVER, Wire

UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What the libraries raise over an answer that is not shaped as they expect."""
_BAD = (httpx.InvalidURL, httpx2.InvalidURL)
FAILURES: tuple[type[Exception], ...] = (SourceError, httpx.HTTPError, httpx2.HTTPError, *_BAD, OSError, *UNREADABLE)
"""Beside the root of each library's own errors."""

_LOOK = 3.0
"""Seconds that a provider has to say which models it has."""
_SECRET = re.compile(
    r"(?i)\b(?:sk|xai|pk|key|gsk|rk)-[\w*.-]{6,}|\bAIza[\w*-]{8,}|\bbearer\s+\S+|(?<=://)[^/\s@]+@|\?\S*(?:key|token)=\S+"
)
_BUSY = re.compile(r"(?i)overload|rate.?limit|too many requests|capacity|\b(?:429|503|529)\b")
_LOADING = re.compile(r"(?i): loading model|\bis (?:currently |still )?(?:being loaded|loading)")
"""As llama.cpp and Hugging Face tell it."""
_PAUSE = re.compile(r"(?ia)\b(?:retry|try again) (?:in|after) ((?:\d[\d.]* ?(?:ms|h|m|s)[a-z]*,? ?)+)")
_LENGTH = re.compile(r"(?ia)([\d.]+) ?(ms|h|m|s)")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
"""Seconds."""
_LASTING = re.compile(r"(?i)authentication|permission|not_found|invalid_request|billing|\b(?:400|401|403|404)\b")


class Provider(Protocol):
    name: str
    place: Place
    secrets: Sequence[str]
    errors: tuple[type[Exception], ...]
    """The roots of its library's own errors."""


async def listed(provider: Provider, ask: Callable[[Wire], Awaitable[list[str]]]) -> list[str]:
    """What `ask` finds out, within a short time. Raises SourceError."""
    async with Connections() as connections:
        wire = Wire(provider.name, Patience(_LOOK, _LOOK), connections)
        try:
            with anyio.fail_after(_LOOK):
                return await ask(wire)
        except (*FAILURES, *provider.errors) as error:
            raise understood(error, wire, provider) from None


def understood(error: Exception, wire: Wire, provider: Provider) -> SourceError:
    """What went wrong, in our own words."""
    name, place, secrets = provider.name, provider.place, provider.secrets
    if isinstance(error, SourceError):
        return error
    if wire.fault is not None:
        return wire.fault
    if wire.status is not None and wire.status >= 300:
        return _refusal(error, wire, provider, quoted(_said(error), secrets))
    if isinstance(error, httpx.TimeoutException | httpx2.TimeoutException) or "Timeout" in type(error).__name__:
        if wire.status is None and "Connect" in _kinds(error):
            return _unreachable(f"{name} does not answer at", place)
        return SourceTimeout(f"{name} took too long to answer.")
    if wire.status is None and "SSLCertVerification" in _kinds(error):
        return SourceRefused(
            f"The certificate of {name} at {place.url} is not trusted here. SSL_CERT_FILE may name a file with the "
            "authority that signed it."
        )
    if wire.status is None:
        return _unreachable(f"{name} cannot be reached at", place)
    if isinstance(error, httpx.HTTPError | httpx2.HTTPError | OSError) or "Connection" in type(error).__name__:
        return SourceTruncated(f"The connection to {name} broke in the middle of its answer.")
    if isinstance(error, UNREADABLE):
        return SourceTruncated(f"{name} sent something that cannot be read ({type(error).__name__}).", once=True)
    return _within(error, name, _said(error), secrets)


def quoted(said: str, secrets: Iterable[str]) -> str:
    """The provider's own words, in short, behind ours; "" where there are none."""
    return f" It says: {_cleaned(said, secrets)}" if said else ""


def _unreachable(told: str, place: Place) -> SourceUnreachable:
    what = "this machine online" if place.url.startswith("https:") else "it running"
    way = " through the proxy that the environment names" if place.far and getproxies() else ""
    other = f" {place.setting} may name another." if place.setting else ""
    return SourceUnreachable(f"{told} {place.url}{way}. Is {what}, and the address right?{other}")


def _refusal(error: Exception, wire: Wire, provider: Provider, told: str) -> SourceError:
    status, name = wire.status or 0, provider.name
    if status < 400:
        return SourceRefused(f"{name} sends us on to where nothing is ({status}); check its address.{told}")
    if status == 429 and "quota" in _shape(error, "code"):  # more than a pause is wanted
        return SourceRefused(f"{name} has no quota left for the key (429).{told}")
    if status in (429, 503, 529):
        loading = status == 503 and bool(_LOADING.search(told))
        what = "allows no more requests for now" if status == 429 else "is overloaded"
        what = "is loading its model" if loading else what
        pause = _pause(_shape(error, "message")) if wire.retry_after is None else wire.retry_after
        when = f" It may be asked again in {pause:,.0f} s." if pause else ""
        details = {"loading": True} if loading else {}
        return SourceBusy(f"{name} {what} ({status}).{when}{told}", retry_after=pause, **details)
    if status >= 500:
        return SourceFailed(f"{name} failed on its own side ({status}).{told}")
    if status == 408:
        return SourceTimeout(f"{name} took too long to answer (408).{told}")
    what = {
        401: "does not accept the key; check it",
        402: "wants its bill paid",
        403: "does not permit this to the key",
        404: f"has no such model, or {provider.place.url} is not its address",
        413: "finds the request too large",
    }.get(status, "does not accept the request")
    return SourceRefused(f"{name} {what} ({status}).{told}")


def _pause(said: str) -> float | None:
    """Seconds to wait, which Gemini tells in words alone: "Please retry in 1m4.5s."."""
    found = _PAUSE.search(said)
    if found is None:
        return None
    try:
        seconds = sum(float(many) * _UNITS[unit.lower()] for many, unit in _LENGTH.findall(found[1]))
    except ValueError:
        return None
    return min(seconds, FOR_EVER)


def _within(error: Exception, name: str, said: str, secrets: Iterable[str]) -> SourceError:
    """An error that came in the middle of an answer that had begun well."""
    kind = f"{_shape(error, 'type')} {_shape(error, 'code')} {said}"
    message = f"{name} broke off with an error of its own.{quoted(said or type(error).__name__, secrets)}"
    if _BUSY.search(kind):
        return SourceBusy(message, retry_after=_pause(said))
    return SourceRefused(message) if _LASTING.search(kind) else SourceFailed(message)


def _body(error: Exception) -> Any:
    body = _first(getattr(error, "body", None))  # Gemini's is a list
    return (
        _first(body.get("error") or body.get("errors") or body) if isinstance(body, Mapping) else body
    )  # Cloudflare's


def _first(body: Any) -> Any:
    return body[0] if isinstance(body, list) and body else body


def _shape(error: Exception, *fields: str) -> str:
    """What the body of an error says under the first of these names that it has."""
    body = _body(error)
    if isinstance(body, Mapping):
        return str(next(filter(None, map(body.get, fields)), ""))
    return body if isinstance(body, str) and "message" in fields else ""


def _said(error: Exception) -> str:
    """The provider's own words, or ""."""
    said: Any = _shape(error, "message", "detail") or getattr(error, "error", None) or ""
    body = _body(error)
    meant = body.get("metadata") if isinstance(body, Mapping) else None
    if isinstance(meant, Mapping) and _is_text(meant.get("raw")):  # OpenRouter's own are: Provider returned error
        return f"{said}: {meant['raw']}"
    return said if _is_text(said) else ""


def _is_text(said: object) -> bool:
    """And no web page."""
    return isinstance(said, str) and not said.lstrip().startswith("<")


def _cleaned(text: str, secrets: Iterable[str]) -> str:
    """One short line without keys and without what may be a key."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "...")
    text = _SECRET.sub("...", " ".join(text.split()))
    return text if len(text) <= 200 else text[:199] + "…"


def _kinds(error: BaseException) -> str:
    """The names of an error and of those before it, which are its reasons."""
    before = error.__cause__ or error.__context__
    return type(error).__name__ + (f" {_kinds(before)}" if before else "")
