"""What each language says of its words: which dots belong to a word, and which words begin a sentence."""

from __future__ import annotations

import tomllib
import warnings
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import category, normalize

from pipeline.ground.languages import usual
from pipeline.text.sentences.marks import siamese

with warnings.catch_warnings():  # its patterns are written in a way that newer Pythons warn of
    warnings.simplefilter("ignore")
    from pysbd.languages import LANGUAGE_CODES

_DATA = Path(__file__).with_name("words.toml")
ROMAN = frozenset("ivxlcdm")
_VOWELS = frozenset("aeiouyæøœıəɛɔаеиоуыэюяієғәөұүъαεηιουωაეიოუ")
_VOWELLESS = frozenset({"cs", "sk", "hr", "sl", "sr", "en", "cy"})
"""Languages in which a word can do without a vowel: prst, vlk, krk; in Welsh, cwm; in English, src and html."""
_NEVER_BEFORE_CAPITAL = frozenset({"ru", "bg", "uk", "kk"})
"""Languages for which pysbd never ends a sentence at an abbreviation."""
_RELATIVES = {
    "no": "nb", "nn": "nb", "fo": "da", "bs": "hr", "mk": "bg", "gl": "es", "af": "nl", "lb": "de",
    "ne": "hi", "sa": "hi", "as": "bn", "grc": "el", "hyw": "hy", "gd": "ga",
}  # fmt: skip
"""A near relative, for a language without words of its own."""
_CONSONANTS = 4
"""More than an abbreviation in Thai or Lao has, which is made of nothing else."""
_GREEK = "\u0370"
"""The first letter of the scripts that are not the Latin one."""


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


_CAUTION = (Kind.LISTED, Kind.SHORT, Kind.CLOSING, Kind.NEVER, Kind.NUMBERED, Kind.TITLE)
"""What lists say of words, the more cautious later."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words, in lower case and without their last dot."""

    language: str
    kinds: dict[str, Kind]
    borrowed: dict[str, Kind]
    """English ones, which count where they are written with a capital letter."""
    ordinary: frozenset[str]
    starters: frozenset[str]
    orders: frozenset[str]
    subjects: frozenset[str]
    links: frozenset[str]
    months: frozenset[str]
    letters: frozenset[str]
    saying: frozenset[str]
    counts: frozenset[str]
    units: frozenset[str]
    adverbial: frozenset[str]
    tails: tuple[str, ...]
    ordinal: str

    def kind(self, token: str) -> Kind:
        """What `token`, the text between the last space and a dot, is."""
        token = composed(token)
        word = token.lower()
        kind = self.kinds.get(word)
        if kind is None and self._is_foreign(word):
            kind = _elsewhere().kinds.get(word)
        if kind is None and token[:1].isupper() and len(token) > 1 and not (token.isalpha() and token.isupper()):
            kind = self.borrowed.get(word)  # but PT is a party in Portugal
        if kind is None:
            return self._by_shape(token, word)
        if kind is Kind.LISTED:
            return Kind.PLAIN if len(word) > 1 and token.isalpha() and token.isupper() else Kind.SHORT
        if kind in (Kind.SHORT, Kind.TITLE) and token in self.ordinary:
            return Kind.PLAIN  # he sat, where Sat. is a day
        if kind is Kind.NEVER and len(token) > 1 and token.isalpha() and token.isupper():
            return Kind.SHORT  # CF is a disease, cf. is not
        if len(token) == 1 and token.isupper() and kind in (Kind.SHORT, Kind.NEVER, Kind.CLOSING):
            return Kind.INITIAL
        return kind

    def known(self, word: str) -> Kind | None:
        """What the lists say of a word in small letters."""
        kind = self.kinds.get(word)
        return Kind.SHORT if kind is Kind.LISTED else kind

    def _by_shape(self, token: str, word: str) -> Kind:
        """A word that no list knows."""
        if "\u0b80" <= word[:1] <= "\u0d7f" and _letters(word) == 1:
            return Kind.INITIAL  # in the south of India a letter with its vowel
        if len(word) == 1:
            return Kind.INITIAL if word.isalpha() and not "가" <= word <= "힣" else Kind.PLAIN  # a whole word in Korean
        if siamese(word[:1]) and len(word) <= _CONSONANTS and all(map(siamese, word)):
            return Kind.SHORT  # ดร.
        first, _, second = word.rpartition("-")
        kind = self.known(second)
        if kind in (Kind.TITLE, Kind.NEVER) or (kind is not None and first.endswith(".")):
            return kind  # Lt.-Gov., ev.-luth., Mon.-Fri.
        if kind is not None and first.isdigit():
            return Kind.SHORT  # a 10-yr. Treasury
        if "." in word:
            return self._dotted(word)
        if self.tails and word.endswith(self.tails):
            return Kind.NUMBERED
        if word in self.ordinary:
            return Kind.PLAIN
        if len(word) <= 5 and word.isalpha() and not token.isupper() and word != word.upper() and not has_vowel(word):
            named = self.language == "en" and token.istitle() and len(set(word)) == len(word)  # Spc., but Mmm.
            return Kind.PLAIN if self.language in _VOWELLESS and not named else Kind.SHORT
        return Kind.PLAIN

    def _dotted(self, word: str) -> Kind:
        """The same of a word with dots in it."""
        head, _, last = word.rpartition(".")
        parts = head.split(".")
        kind = self.known(last)
        if kind is not None and all(part in self.kinds for part in parts):
            return kind  # Prof.Dr., куб.м
        if not head:
            return Kind.PLAIN  # .env
        short = _letters(last.lstrip("-")) in (1, 2, 3) and all(len(p) <= 2 or _letters(p) in (1, 2) for p in parts)
        return Kind.SHORT if short else Kind.PLAIN  # e.V., J.-P.

    def starts(self, word: str) -> bool:
        """Whether this word alone tells that a sentence begins."""
        word = composed(word).lower().replace("’", "'")
        if self._is_foreign(word):
            return word in _elsewhere().starters
        return word in self.starters or word.partition("'")[0] in self.starters or word in self.orders

    def _is_foreign(self, word: str) -> bool:
        """English is what a text is taken for whose language nobody told; one in Greek letters is none."""
        return word >= _GREEK and word[0].isalpha() and self.language == "en"

    def is_subject(self, word: str) -> bool:
        """Whether this word, in small letters, begins a sentence by somebody who writes no capitals: it, i'm."""
        word = word.replace("’", "'").partition("'")[0]
        return word in self.subjects or (bool(self.subjects) and word == "i")


class Elsewhere(NamedTuple):
    """Words in other scripts, of all languages."""

    kinds: dict[str, Kind]
    starters: frozenset[str]


def words(language: str) -> Words:
    """The words of a language; the safe common ones for a language that is not known."""
    code = usual(language)
    known = code in LANGUAGE_CODES or code in _data()
    return _load(code if known and code != "any" else _RELATIVES.get(code, ""))


@cache
def _data() -> dict[str, dict[str, str]]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


@cache
def _load(code: str) -> Words:
    common, english = _data()["any"], _data()["en"]
    own = _data().get(code, english)
    keys = ("starters", "orders", "subjects", "links", "months", "letters", "saying", "counts")
    sets = {key: _set(own, key) for key in keys}
    for key in ("starters", "orders", "months", "letters", "saying"):
        sets[key] |= _set(english, key)  # there is English in texts of every language
    ordinary = _set(english if _is_english(code) else own, "words") | _set(common, "words")
    table = {word: kind for word, kind in _table(code).items() if word not in ordinary}
    known = _kinds(own) if code else {}  # of a language that is not known small English ones are words, and Kan. a name
    lent = {Kind.TITLE, Kind.NEVER, Kind.CLOSING} | ({Kind.SHORT} if code else set())
    return Words(
        language=code,
        kinds=table | _kinds(common) | known,
        borrowed={word: kind for word, kind in _kinds(english).items() if kind in lent or "." in word},
        ordinary=ordinary,
        units=_set(common, "units"),
        adverbial=_set(common, "adverbial") | _set(own, "adverbial"),
        tails=tuple(own.get("tails", "").split()),
        ordinal=own.get("ordinal", ""),
        **sets,
    )


@cache
def _elsewhere() -> Elsewhere:
    kinds: dict[str, Kind] = {}
    starters: set[str] = set()
    for code in sorted({*LANGUAGE_CODES, *_data()} - {"any"}):
        if max(_set(_data().get(code, {}), "starters"), default=_GREEK) < _GREEK:
            continue
        own = _load(code)
        starters.update(word for word in own.starters if word >= _GREEK)
        for word, kind in own.kinds.items():
            if word >= _GREEK:
                kinds[word] = max(kind, kinds.get(word, kind), key=_CAUTION.index)
    return Elsewhere(kinds, frozenset(starters))


def _set(data: dict[str, str], key: str) -> frozenset[str]:
    return frozenset(data.get(key, "").split())


def _kinds(data: dict[str, str]) -> dict[str, Kind]:
    """What the data say of each word; of two things the more cautious."""
    return {word: kind for kind in _CAUTION for word in data.get(kind.name.lower(), "").split()}


def _table(code: str) -> dict[str, Kind]:
    """pysbd's own abbreviations. Many entries of its long lists are ordinary words, so only those that look like an
    abbreviation are held to be one before a capital letter."""
    if code not in LANGUAGE_CODES:
        return {}
    found: dict[str, Kind] = {}
    for entry in LANGUAGE_CODES[code].Abbreviation.ABBREVIATIONS:
        word = "".join(entry.lower().split()).rstrip(".")
        if code in _NEVER_BEFORE_CAPITAL:
            found[word] = Kind.NEVER
        elif "." in word or not has_vowel(word) or not has_vowel(word[-1]):
            found[word] = Kind.LISTED
    return found


def _is_english(code: str) -> bool:
    """Whether pysbd lends this language the English table."""
    return code in LANGUAGE_CODES and LANGUAGE_CODES[code].Abbreviation is LANGUAGE_CODES["en"].Abbreviation


def _letters(word: str) -> int:
    """How many letters a word has, their signs aside; 0 if it is not made of letters."""
    letters = sum(map(str.isalpha, word))
    return letters if letters == len(word) or all(c.isalpha() or category(c)[0] == "M" for c in word) else 0


def composed(word: str) -> str:
    """As the data are written: with each letter and its accents in one character."""
    return word if word.isascii() else normalize("NFC", word)


def has_vowel(word: str) -> bool:
    return not _VOWELS.isdisjoint(normalize("NFD", word))
