"""Whose voice reads what of a document: one for each language, as far as voices are named or known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from pipeline.assembly.order import LANGUAGE, Order, Part
from pipeline.assembly.workshop import Workshop
from pipeline.errors import UnknownVoice
from pipeline.ground.languages import uniform, usual
from pipeline.narration.document import Document
from pipeline.narration.escapes import unescaped
from pipeline.narration.silences import silence
from pipeline.narration.tongues import by_language, known, spoken_by, tongues


async def cast(order: Order, document: Document, workshop: Workshop) -> tuple[Order, dict[str, Order]]:
    """How the document is said, and how its parts in other languages are. Raises UnknownVoice for any that is named."""
    voices = {uniform(language): voice for language, voice in order.voices.items()}
    order = replace(order, voices={})
    for voice in voices.values():
        await workshop.voice(replace(order, voice=voice))
    found = [language for language in tongues(document) if LANGUAGE.fullmatch(language)]
    own = order.language or (found[0] if document.language and found else _guessed(order, voices, found))
    engine, _ = await workshop.voice(order)
    spoken = set() if order.voice or order.language else await spoken_by(engine)
    if spoken and own and usual(own) not in spoken:
        with suppress(UnknownVoice):  # else whoever is there reads it, as well as he can
            engine, _ = await workshop.voice(replace(order, language=own))
            spoken = await spoken_by(engine)

    def told(language: str) -> Order | None:
        if name := known(language, voices):
            return replace(order, voice=voices[name], language=language)
        return replace(order, language=language) if usual(language) in spoken else None

    others = {language: how for language in found if not _same(language, own, voices) and (how := told(language))}
    return told(own) or order, others


def _guessed(order: Order, voices: Mapping[str, str], found: Sequence[str]) -> str:
    """The language of a document that does not tell it: the first that a voice is named for. But one that it marks its
    parts with is not its own, and where a voice is named for everything else, that one reads it."""
    elsewhere = {known(language, voices) for language in found}
    return "" if order.voice else next((language for language in voices if language not in elsewhere), "")


def _same(one: str, two: str, voices: Mapping[str, str]) -> bool:
    """Whether both are spoken by one voice: kinds of one language are, unless voices are named for them."""
    return usual(one) == usual(two) and known(one, voices) == known(two, voices)


def parts(document: Document, others: Mapping[str, Order]) -> tuple[Part, ...]:
    """Of all its chapters' texts, one after the other: where each begins, and where one of the `others` takes over."""
    found, at, before = list[Part](), 0, ""
    for chapter in document.chapters:
        title, begun = unescaped(chapter.title), False
        for text, language in by_language(chapter, others):
            if text.strip():
                pause = silence(before, last=not begun) if found else 0.0
                how = (others[language].voice, language) if language else ("", "")
                found.append(Part(at, "" if begun else title, pause, *how))
                before, begun = text, True
            at += len(text)
    return tuple(found)
