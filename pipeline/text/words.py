"""What each language says of its words: which dots belong to a word, and which words begin a sentence."""

from __future__ import annotations

import tomllib
import warnings
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

with warnings.catch_warnings():  # its patterns are written in a way that newer Pythons warn of
    warnings.simplefilter("ignore")
    from pysbd.languages import LANGUAGE_CODES

_DATA = Path(__file__).with_name("words.toml")
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿąęěůűőıăаеёиоуыэюяіїєғәөұүъαεηιουωάέήίόύώϊϋΐΰ")
_VOWELLESS = frozenset({"cs", "sk", "hr", "sl", "sr", "bs", "mk"})
"""Languages in which a word can do without a vowel: prst, vlk, krk."""
_NEVER_BEFORE_CAPITAL = frozenset({"ru", "bg", "uk", "kk"})
_RELATED = {
    "no": "nb",
    "nn": "nb",
    "sl": "hr",
    "sr": "hr",
    "bs": "hr",
    "et": "fi",
    "lv": "hr",
    "is": "da",
    "fo": "da",
    "be": "uk",
    "mk": "bg",
    "ca": "es",
    "gl": "es",
    "af": "nl",
    "lb": "de",
}
"""A near relative, for a language without data of its own."""


class Kind(Enum):
    """What a dot behind a word may be."""

    PLAIN = "an ordinary word: the dot is a full stop"
    TITLE = "before a name: never a full stop"
    NUMBERED = "before a number"
    NEVER = "never a full stop"
    CLOSING = "a full stop before any capital letter"
    SHORT = "a full stop before a starter"
    LISTED = "in a long list of abbreviations: short, unless written in capital letters"
    INITIAL = "one letter: a full stop before a starter only, unless the word before takes a letter"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words, in lower case and without their last dot."""

    language: str
    kinds: dict[str, Kind]
    starters: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    months: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    saying: frozenset[str] = frozenset()
    ordinal: str = ""
    ordinary: frozenset[str] = frozenset()
    vowels: bool = True

    def kind(self, token: str) -> Kind:
        """What `token`, the text between the last space and a dot, is."""
        word = token.lower()
        kind = self.kinds.get(word)
        if kind is Kind.LISTED:
            return Kind.PLAIN if len(word) > 1 and token.isalpha() and token.isupper() else Kind.SHORT
        if kind is not None:
            return kind
        if len(word) == 1:
            return Kind.INITIAL if word.isalpha() else Kind.PLAIN
        head, dot, last = word.rpartition(".")
        if dot:
            if last in self.kinds and len(last) > 1:
                return self.kinds[last]
            return (
                Kind.SHORT if len(last) <= 3 and last.isalpha() and len(head) <= 8 and "/" not in head else Kind.PLAIN
            )
        if (
            self.vowels
            and len(word) <= 5
            and word.isalpha()
            and not token.isupper()
            and _cased(token)
            and not _VOWELS & set(word)
        ):
            return Kind.SHORT
        return Kind.PLAIN

    def starts(self, word: str) -> bool:
        """Whether a sentence may be told to begin by this word alone."""
        word = word.lower().replace("’", "'")
        return word in self.starters or word.partition("'")[0] in self.starters


def _cased(token: str) -> bool:
    return token.lower() != token.upper()


def words(language: str) -> Words:
    """The words of a language; the safe common ones for a language that is not known."""
    code = language.replace("_", "-").partition("-")[0].lower()
    return _load(code if code in LANGUAGE_CODES or code in _data() else _RELATED.get(code, ""))


@cache
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _load(code: str) -> Words:
    own, common = _data().get(code, {}), _data()["any"]
    plain = own if code == "en" or not _is_english(code) else _data()["en"]
    ordinary = frozenset(plain.get("words", "").split())
    kinds = {word: kind for word, kind in _table(code).items() if word not in ordinary}
    for source in (common, own):
        for kind in (Kind.SHORT, Kind.CLOSING, Kind.NEVER, Kind.NUMBERED, Kind.TITLE):
            for word in source.get(kind.name.lower(), "").split():
                if source is own or word not in ordinary:
                    kinds[word] = kind
    return Words(
        language=code,
        kinds=kinds,
        starters=frozenset(
            (own.get("starters", "") + " " + _pysbd_starters(code) if own else _data()["en"]["starters"]).split()
        ),
        subjects=frozenset(own.get("subjects", "").split()),
        months=frozenset(own.get("months", "").split()),
        letters=frozenset(own.get("letters", "").split()),
        saying=frozenset(own.get("saying", "").split()),
        ordinal=own.get("ordinal", ""),
        ordinary=ordinary,
        vowels=code not in _VOWELLESS,
    )


def _table(code: str) -> dict[str, Kind]:
    """pysbd's own abbreviations. Many entries of its long lists are ordinary words, so only those that look like an
    abbreviation are held to be one before a capital letter."""
    if code not in LANGUAGE_CODES:
        return {}
    table = LANGUAGE_CODES[code].Abbreviation
    found: dict[str, Kind] = {}
    for entry in table.ABBREVIATIONS:
        word = "".join(entry.lower().split()).rstrip(".")
        if code in _NEVER_BEFORE_CAPITAL:
            found[word] = Kind.NEVER
        elif "." in word or not _VOWELS & set(word) or word[-1] not in _VOWELS:
            found[word] = Kind.LISTED
    return found


def _is_english(code: str) -> bool:
    """Whether pysbd lends this language the English table."""
    return code in LANGUAGE_CODES and LANGUAGE_CODES[code].Abbreviation is LANGUAGE_CODES["en"].Abbreviation


def _pysbd_starters(code: str) -> str:
    replacer = getattr(LANGUAGE_CODES.get(code), "AbbreviationReplacer", None)
    return " ".join(getattr(replacer, "SENTENCE_STARTERS", ())).lower() if code in {"en", "da", "de"} else ""
