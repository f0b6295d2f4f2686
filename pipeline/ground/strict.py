"""JSON as others write it, taken at its word: each name once, and no numbers that JSON does not have."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

_NAMES = 20_000
"""In one object; no list of words is that long, and to refuse each that is strange takes a while."""
_SHOWN = 80
"""Characters of what is wrong."""


class Unclear(ValueError):
    """It is JSON, more or less, and does not say what is meant; the message is a sentence."""


def loads(text: str | bytes) -> Any:
    """Raises Unclear, json.JSONDecodeError, UnicodeDecodeError, RecursionError."""
    return _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > _NAMES:
        raise Unclear(f"An object has {len(pairs):,} names; the most that are taken are {_NAMES:,}.")
    found: dict[str, Any] = dict(pairs)
    if len(found) < len(pairs):
        found.clear()
        for name, value in pairs:
            if name in found:
                raise Unclear(f"{_shown(name)} is there twice in the same object.")
            found[name] = value
    return found


def _finite(number: str) -> float:
    found = float(number)
    return found if math.isfinite(found) else _refuse(number)


def _whole(number: str) -> int:
    _finite(number)  # hundreds of digits are more than can be reckoned with
    return int(number)


def _refuse(number: str) -> NoReturn:
    raise Unclear(f"{_shown(number)} is no number that can be taken.")


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
