"""A script on its way to be spoken: with whatever its steps need, checked before the first of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import anyio.to_thread

from pipeline import sources
from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.errors import InvalidScript, UnknownVoice
from pipeline.narration.casting import cast, parts
from pipeline.narration.document import Document
from pipeline.narration.scripts.script import Played, Script, Step, placed, speakers
from pipeline.narration.scripts.telling import Find, ScriptSource
from pipeline.ports import Engine, Source
from pipeline.types import Clip, Cue, Voice

__all__ = ["Stage", "staged", "steps"]


@dataclass(frozen=True, slots=True)
class Stage:
    source: ScriptSource
    engines: tuple[Engine, ...]
    """Those whose voices the cast has."""
    certain: bool
    """It says the same each time: no model is asked."""


async def staged(
    script: Script,
    workshop: Workshop,
    order: Order,
    *,
    find: Find | None = None,
    sounds: Mapping[Played, Clip] | None = None,
    model: Source | None = None,
) -> Stage:
    """A script with its voices found. Raises UnknownVoice and its kind, UnknownProvider, and InvalidScript for
    documents where nobody can `find` them, and for `sounds` where none were brought. `model`: asked by steps that name
    none, in place of the order's."""
    kinds = {step["type"] for step in steps(script.steps)}
    if sounds is None and "sound" in kinds:
        raise InvalidScript("The script has a step of the type sound, and there is no folder to look for its file.")
    if find is None and "document" in kinds:
        raise InvalidScript("The script has a step of the type document, and there is no folder to look for it.")
    _check_models(script, [] if model else workshop.providers(order))
    _, usual = await workshop.voice(order)
    orders = _orders(script, order)
    voices: dict[str, Voice] = {}
    engines: dict[str, Engine] = {}
    for name, how in orders.items():
        engine, voices[name] = await _voice(script, name, how, workshop)
        engines[engine.name] = engine
    for name in order.voices.values():
        engine, _ = await workshop.voice(replace(order, voice=name))
        engines[engine.name] = engine

    async def recite(document: Document, speaker: str, speed: float | None) -> list[tuple[str, Cue]]:
        how = orders.get(speaker, order)
        own, others = await cast(how if speed is None else replace(how, speed=speed), document, workshop)
        first = None if own == replace(order, voices={}) else (await workshop.voice(own))[1]
        voice = {language: (await workshop.voice(how))[1] for language, how in others.items()}
        found = await anyio.to_thread.run_sync(parts, document, others)
        text = document.text
        ends = [*(part.start for part in found[1:]), len(text)]
        cues = [Cue("", voice.get(part.language, first), part.pause, chapter=part.chapter) for part in found]
        return [(text[start:end], cue) for start, end, cue in zip([0, *ends], ends, cues, strict=False)]

    def ask(names: Sequence[str]) -> Source:
        return model if model and not names else workshop.source(names or workshop.providers(order))

    source = ScriptSource(script, voices, usual, ask, find, recite, sounds or {}, workshop.templates)
    return Stage(source, tuple(engines.values()), certain="llm_chat" not in kinds)


def _check_models(script: Script, usual: Sequence[str]) -> None:
    """Whether there are those that its steps ask; `usual`: by whoever names none."""
    default = script.config.get("default_llm_provider")
    for step in steps(script.steps):
        if step["type"] == "llm_chat":
            named = step.get("config", {}).get("provider") or default
            for name in [named] if named else usual:
                sources.where(name)


def _orders(script: Script, order: Order) -> dict[str, Order]:
    """Of everybody whom steps name, how he speaks. A language without a voice finds one of its own."""
    entries = {name: {**({"voice": ""} if "language" in entry else {}), **entry} for name, entry in script.cast.items()}
    for name, _ in speakers(script.steps, script.cast, script.config):
        entries.setdefault(name, {"voice": name})
    return {name: replace(order, voices={}, **entry) for name, entry in entries.items()}


async def _voice(script: Script, name: str, order: Order, workshop: Workshop) -> tuple[Engine, Voice]:
    """Raises UnknownVoice, which says where the script names him."""
    try:
        return await workshop.voice(order)
    except UnknownVoice as error:
        if script.cast and name not in script.cast:
            there = f"{error.message} Nor is that one of the cast: {', '.join(islice(script.cast, 10))}."
            error = UnknownVoice(there, **error.details)
        raise script.located(name, error) from error


def steps(outer: Sequence[Step]) -> Iterator[Step]:
    """These, and those within them."""
    return (step for _, step in placed(outer))
