"""Finding a voice in an engine's list by the names and languages that people write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from pipeline.errors import UnknownVoice
from pipeline.ground.languages import home, uniform, usual
from pipeline.types import Voice, VoiceInfo

_VARIANT = re.compile("[+#(]")
FEW = 20
"""Names that are all told, where another was asked for."""


def pick(engine: str, voices: Sequence[VoiceInfo], name: str) -> str:
    """The voice's name as the engine writes it. Raises UnknownVoice."""
    if found := find(voices, name):
        return found
    raise unknown(engine, name, [voice.name for voice in voices])


def pick_language(engine: str, voices: Sequence[VoiceInfo], language: str) -> str:
    """The first voice for a language. Raises UnknownVoice."""
    if found := speaking(voices, language):
        return found
    raise unspoken(engine, voices, language)


def chosen(engine: str, voices: Sequence[VoiceInfo], voice: Voice) -> str:
    """The voice that is asked for by its name, else by its language; "" where it has neither. Raises UnknownVoice."""
    if voice.name:
        return pick(engine, voices, voice.name)
    return pick_language(engine, voices, voice.language) if voice.language else ""


def base(name: str) -> str:
    """A name without the variant, the speaker or the other voices that stand behind it: `en-us` of `en-us+f3`."""
    return _VARIANT.split(name)[0].strip()


def languages(voices: Iterable[VoiceInfo]) -> list[str]:
    """All that are told of; none means that any may be tried."""
    return sorted({code for voice in voices for code in voice.languages})


def find(voices: Sequence[VoiceInfo], name: str) -> str:
    """As `pick`, but "" where there is none."""
    wanted = uniform(name)
    for voice in voices:
        if wanted in (uniform(voice.name), uniform(voice.name).rpartition("/")[2]):
            return voice.name
    return next((voice.name for voice in voices if wanted in map(uniform, voice.languages)), "")


def speaking(voices: Sequence[VoiceInfo], language: str) -> str:
    """The first voice for a language, else for the language in another region, or by another code; "" if there is none.

    Of several regions, the engine's own voice comes first (it is the first of all), then the language's home: de-DE."""
    spoken = [(uniform(code), voice) for voice in voices for code in voice.languages]
    code, own = uniform(language), usual(language)
    while code:
        if found := [one for one in spoken if f"{one[0]}-".startswith(f"{code}-")]:
            return _best(found, code, voices[0])
        code = code.rpartition("-")[0]
    found = [one for one in spoken if own and usual(one[0]) == own]
    return _best(found, own, voices[0]) if found else ""


def _best(spoken: list[tuple[str, VoiceInfo]], code: str, own: VoiceInfo) -> str:
    """The name of the voice whose language suits the code best, out of some that suit it."""
    return min(spoken, key=lambda one: (one[0] != code, one[1] is not own, one[0] != home(code)))[1].name


def unspoken(engine: str, voices: Sequence[VoiceInfo], language: str) -> UnknownVoice:
    """The refusal of a language, with those that there are."""
    known = languages(voices)
    refusal = unknown(engine, language, known, "voice for the language")
    refusal.details["languages"] = known
    return refusal


def unknown(engine: str, asked: str, known: Iterable[str], what: str = "voice") -> UnknownVoice:
    known = list(known)
    whole = asked[:100].lower()
    strange = [part for part in map(base, whole.split("+")) if part not in known]
    near = next(filter(None, (difflib.get_close_matches(part, known, 5, 0.5) for part in (*strange, whole))), [])
    told = [f"{engine} has no {what} '{asked[:100]}'."]
    if len(known) > FEW:  # whoever reads this may be at a terminal, or at the other end of a service
        told += [f"Near it: {', '.join(near)}."] * bool(near) + [f"The list of voices has all {len(known)}."]
    elif known:
        told.append(f"There is: {', '.join(known)}.")
    return UnknownVoice(" ".join(told), near=near)
