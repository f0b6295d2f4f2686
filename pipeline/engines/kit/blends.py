"""Several voices as one: "af_bella+af_sky" is half of each, "af_bella(2)+af_sky(1)" two thirds of the first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.engines.kit.roster import find, pick
from pipeline.errors import UnknownVoice
from pipeline.types import VoiceInfo

_PART = re.compile(r"\s*([^()\s]+)\s*\(\s*(\d{1,6}(?:\.\d{1,6})?)\s*\)\s*")


def shares(engine: str, voices: Sequence[VoiceInfo], name: str) -> dict[str, float]:
    """The voices that are named, as the engine writes them, each with its share of 1. Raises UnknownVoice."""
    if found := find(voices, name):
        return {found: 1.0}
    weights: dict[str, float] = {}
    for said in name.split("+"):
        part = _PART.fullmatch(said)
        voice = pick(engine, voices, part[1] if part else said)
        weights[voice] = weights.get(voice, 0.0) + (float(part[2]) if part else 1.0)
    whole = sum(weights.values())
    if not whole:
        pick(engine, (), name)  # nothing of anybody is no voice
    return {voice: weight / whole for voice, weight in weights.items()}


def known(engine: str, voices: Sequence[VoiceInfo], name: str) -> bool:
    """Whether all the voices that are named are there."""
    try:
        return bool(shares(engine, voices, name))
    except UnknownVoice:
        return False
