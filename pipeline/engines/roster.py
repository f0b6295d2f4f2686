"""Finding a voice in an engine's list by the names and languages that people write."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from pipeline.errors import UnknownVoice
from pipeline.types import VoiceInfo


def pick(engine: str, voices: Sequence[VoiceInfo], name: str) -> str:
    """The voice's name as the engine writes it. Raises UnknownVoice."""
    if found := find(voices, name):
        return found
    raise unknown(engine, name, [voice.name for voice in voices])


def pick_language(engine: str, voices: Sequence[VoiceInfo], language: str) -> str:
    """The first voice for a language. Raises UnknownVoice."""
    if found := speaking(voices, language):
        return found
    known = {code for voice in voices for code in voice.languages}
    raise unknown(engine, language, known, "voice for the language")


def find(voices: Sequence[VoiceInfo], name: str) -> str:
    """As `pick`, but "" where there is none."""
    wanted = _plain(name)
    for voice in voices:
        if wanted in (_plain(voice.name), _plain(voice.name).rpartition("/")[2]):
            return voice.name
    return next((voice.name for voice in voices if wanted in map(_plain, voice.languages)), "")


def speaking(voices: Sequence[VoiceInfo], language: str) -> str:
    """The first voice for a language, else for the language in another region; "" if there is none."""
    code = _plain(language)
    while code:
        for fits in (code.__eq__, lambda spoken, code=code: spoken.startswith(code + "-")):
            for voice in voices:
                if any(map(fits, map(_plain, voice.languages))):
                    return voice.name
        code = code.rpartition("-")[0]
    return ""


def unknown(engine: str, asked: str, known: Iterable[str], what: str = "voice") -> UnknownVoice:
    near = difflib.get_close_matches(asked[:100].lower(), list(known), n=5, cutoff=0.5)
    hint = f" Near it: {', '.join(near)}." if near else ""
    return UnknownVoice(
        f"{engine} has no {what} '{asked[:100]}'.{hint} All: `aloud voices --engine {engine}`.", near=near
    )


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-")
