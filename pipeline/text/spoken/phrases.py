"""The few words that speech adds of its own, in the listener's language: "code, 12 lines of Python"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipeline.ground.languages import usual

_DATA = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_WORDS: Mapping[str, Mapping[str, str]] = _DATA["words"]
_RELATIVES = {"bs": "hr", "ms": "id"}
"""A near relative, for a language without words of its own."""
_LANGUAGES = {short: name for name, shorts in _DATA["programming"].items() for short in shorts}
_PLAIN = {"", "text", "txt", "plain", "plaintext", "none", "output", "code"}
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[+#-]){0,23}")


def phrase(kind: str, language: str) -> str:
    """The word for a kind of thing; English where the language has none."""
    return _words(language)[kind]


def speaks(language: str) -> bool:
    """Whether the language has words of its own here."""
    return _own(language) in _WORDS


def code_phrase(lines: int | None, name: str, language: str) -> str:
    """What is said in place of code; `lines` is None while nobody knows how many there will be."""
    words = _words(language)
    if lines is None:
        return words["in"].format(name=name) if name else words["code"]
    count = words["line" if lines == 1 else "lines"].format(n=lines)
    return f"{words['code']}, {words['of'].format(lines=count, name=name) if name else count}"


def programming_language(info: str) -> str:
    """The name of the language in a fence's opening line; "" where it names none."""
    word = re.split(r"[\s{,:}]", info.lstrip(" \t{."), maxsplit=1)[0]
    if word.lower() in _PLAIN:
        return ""
    found = _LANGUAGES.get(word.lower())
    if found is None and _NAME.fullmatch(word):
        found = word[0].upper() + word[1:]
    return found or ""


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(_own(language), _WORDS["en"])


def _own(language: str) -> str:
    return _RELATIVES.get(usual(language), usual(language))
