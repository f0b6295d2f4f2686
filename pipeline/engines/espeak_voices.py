"""The voices of eSpeak NG by the names people use: "en-us", "en-gb", "gmw/en-US", "en-us+f3", "German", "de-AT"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.engines.espeak_library import Spec
from pipeline.engines.kit.roster import unknown
from pipeline.errors import UnknownVoice
from pipeline.ground.languages import uniform, usual
from pipeline.types import VoiceInfo

DEFAULT = "en-us"
GENDERS = {1: "male", 2: "female"}


class Voices:
    def __init__(self, specs: Iterable[Spec], data: Path) -> None:
        self._variants = {file.name.lower(): file.name for file in (data / "voices" / "!v").iterdir()}
        self._specs: dict[str, Spec] = {}
        self._aliases: dict[str, Spec] = {}
        for spec in specs:
            if not _readable(spec, data):
                continue
            code = spec.languages[0][1]
            self._specs[_tail(spec) if code in self._specs else code] = spec
        for alias in (_tail, lambda spec: spec.identifier.lower(), lambda spec: spec.title.lower()):
            for spec in self._specs.values():
                self._aliases.setdefault(alias(spec), spec)

    def infos(self) -> list[VoiceInfo]:
        return [
            VoiceInfo(name, tuple(code for _, code in spec.languages), GENDERS.get(spec.gender, ""))
            for name, spec in self._specs.items()
        ]

    def knows(self, name: str) -> bool:
        try:
            return bool(self._named(name))
        except UnknownVoice:
            return False

    def find(self, name: str, language: str) -> str:
        """The library's identifier of a voice by its name or, without one, by language. Raises UnknownVoice."""
        return self._named(name) if name else self._speaking(language).identifier

    def _named(self, name: str) -> str:
        base, plus, variant = name.strip().lower().partition("+")
        code = base.replace("_", "-")
        spec = self._specs.get(code) or self._aliases.get(base) or self._aliases.get(code) or self._best(code)
        if spec is None:
            raise unknown("espeak", name, [*self._specs, *self._aliases])
        if not plus:
            return spec.identifier
        if variant not in self._variants:
            raise unknown("espeak", variant, self._variants, "variant")
        return f"{spec.identifier}+{self._variants[variant]}"

    def _speaking(self, language: str) -> Spec:
        code = uniform(language)
        own = self._specs[DEFAULT]
        if code in (spoken for _, spoken in own.languages):
            return own
        spec = self._specs.get(code)
        while spec is None and code:
            spec = self._best(code)
            code = code.rpartition("-")[0]
        spec = spec or self._best(usual(language))
        if spec is None:
            raise unknown("espeak", language, self._specs, "voice for the language")
        return spec

    def _best(self, code: str) -> Spec | None:
        """The voice to which the code matters most."""
        ranked = [(rank, spec) for spec in self._specs.values() for rank, spoken in spec.languages if spoken == code]
        return min(ranked, key=lambda pair: pair[0], default=(0, None))[1]


def _tail(spec: Spec) -> str:
    return spec.identifier.rpartition("/")[2].lower()


def _readable(spec: Spec, data: Path) -> bool:
    """Some voices are listed but lack their dictionary: they would say the alphabet, or nothing."""
    definition = (data / "lang" / spec.identifier).read_text(encoding="utf-8", errors="replace")
    named = re.search(r"^dictionary\s+(\S+)", definition, re.MULTILINE)
    name = named[1] if named else _tail(spec).partition("-")[0]
    return bool(spec.languages) and (data / f"{name}_dict").is_file()
