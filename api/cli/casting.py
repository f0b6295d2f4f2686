"""Whose voice reads what of a document: one for each language, as far as voices are named or known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.assembly import Workshop
from pipeline.errors import InvalidRequest
from pipeline.narration import Document
from pipeline.narration.tongues import known, spoken_by, tongues
from pipeline.order import Order

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def by_language(named: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The voice of all that no other is named for, and those of single languages: `anna`, `fr=celine`. Raises
    InvalidRequest."""
    usual, voices = "", dict[str, str]()
    for name in named:
        language, sign, voice = name.partition("=")
        if not sign:
            if usual:
                raise InvalidRequest(
                    f"--voice {usual} and --voice {name}: of two, say which language: --voice en={usual}."
                )
            usual = name
        elif not _LANGUAGE.fullmatch(language) or not voice:
            raise InvalidRequest(f"--voice {name}: write a voice, or a language and a voice, like fr=NAME.")
        else:
            voices[language.lower().replace("_", "-")] = voice
    return usual, voices


async def cast(
    order: Order, document: Document, voices: Mapping[str, str], workshop: Workshop
) -> tuple[Order, dict[str, Order]]:
    """How the document is said, and how its parts in other languages are. Raises UnknownVoice for any that is named."""
    for voice in voices.values():
        await workshop.voice(replace(order, voice=voice))
    found = [language for language in tongues(document) if _LANGUAGE.fullmatch(language)]
    own = order.language or (found[0] if document.language and found else next(iter(voices), ""))
    engine, _ = await workshop.voice(order)
    spoken = set() if order.voice or order.language else await spoken_by(engine)

    def told(language: str) -> Order | None:
        if name := known(language, voices):
            return replace(order, voice=voices[name], language=language)
        near = language.partition("-")[0]
        return replace(order, language=language) if near in spoken else None

    others = {language: how for language in found if not _same(language, own, voices) and (how := told(language))}
    return told(own) or order, others


def _same(one: str, two: str, voices: Mapping[str, str]) -> bool:
    """Whether both are spoken by one voice: kinds of one language are, unless voices are named for them."""
    return one.partition("-")[0] == two.lower().partition("-")[0] and known(one, voices) == known(two, voices)
