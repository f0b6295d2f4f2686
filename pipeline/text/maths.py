"""Formulas in LaTeX, read as a teacher would read them out: "x squared over 2"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

__all__ = ["read_formula"]

_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:[.,]\d+)*|[A-Za-z]+(?=\})|[^\s]", re.DOTALL)
_LONGEST, _DEEPEST = 400, 8

_ENGLISH = {
    "+": "plus", "-": "minus", "=": "equals", "<": "is less than", ">": "is greater than", "*": "times", "/": "over",
    "!": "factorial", "pm": "plus or minus", "mp": "minus or plus", "times": "times", "cdot": "times",
    "div": "divided by", "ast": "times", "le": "is at most", "leq": "is at most", "ge": "is at least",
    "geq": "is at least",
    "lt": "is less than", "gt": "is greater than", "neq": "is not equal to", "ne": "is not equal to",
    "approx": "is about", "sim": "is like", "equiv": "is equivalent to", "propto": "is proportional to",
    "ll": "is much less than", "gg": "is much greater than", "infty": "infinity", "sum": "the sum",
    "prod": "the product",     "int": "the integral", "lim": "the limit", "partial": "partial", "nabla": "nabla",
    "to": "to", "rightarrow": "to",
    "Rightarrow": "implies", "implies": "implies", "iff": "if and only if", "leftrightarrow": "if and only if",
    "mapsto": "maps to", "in": "in", "notin": "not in", "subset": "is a subset of", "subseteq": "is a subset of",
    "cup": "union", "cap": "intersected with", "forall": "for all", "exists": "there is", "land": "and", "lor": "or",
    "neg": "not", "emptyset": "the empty set", "ldots": "and so on", "dots": "and so on", "cdots": "and so on",
    "sqrt": "the square root of", "root": "the root of", "over": "over", "squared": "squared", "cubed": "cubed",
    "power": "to the power of", "sub": "sub", "from": "from", "prime": "prime", "degree": "degrees", "circ": "degrees",
    "percent": "percent",
}  # fmt: skip
_GERMAN = {
    "+": "plus", "-": "minus", "=": "gleich", "<": "kleiner als", ">": "größer als", "*": "mal", "/": "durch",
    "!": "Fakultät", "pm": "plus minus", "times": "mal", "cdot": "mal", "div": "geteilt durch", "leq": "kleiner gleich",
    "le": "kleiner gleich", "geq": "größer gleich", "ge": "größer gleich", "neq": "ungleich", "ne": "ungleich",
    "approx": "ungefähr", "infty": "unendlich", "sum": "Summe", "prod": "Produkt", "int": "Integral", "lim": "Limes",
    "to": "gegen", "in": "in", "sqrt": "Wurzel aus", "root": "Wurzel aus", "over": "durch", "squared": "hoch zwei",
    "cubed": "hoch drei", "power": "hoch", "sub": "Index", "from": "von", "prime": "Strich", "degree": "Grad",
    "circ": "Grad", "percent": "Prozent", "dots": "und so weiter", "ldots": "und so weiter", "cdots": "und so weiter",
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "de": {**_ENGLISH, **_GERMAN}}
_SILENT = frozenset(
    "left right big Big bigg Bigg displaystyle textstyle limits nolimits quad qquad mathrm mathbf mathit mathbb "
    "mathcal "
    "mathsf boldsymbol text textbf textit operatorname bar hat vec tilde overline underline begin end label nonumber "
    "tag hline cases aligned align equation".split()
)
_LETTERING = frozenset("mathrm mathbf mathit text textbf textit operatorname".split())
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[^{}]{0,20}\}|&|\\\\")


def read_formula(formula: str, language: str) -> str:
    """In words; "" for one that is too long to be followed by ear. Languages without a table hear it in English."""
    if len(formula) > _LONGEST:
        return ""
    words = _WORDS.get(re.split("[-_]", language.lower(), maxsplit=1)[0], _ENGLISH)
    tokens = _tokens(_ENVIRONMENT.sub(" ", formula))
    return re.sub(r" (?=[,.;:)])|(?<=\() ", "", " ".join(_read(tokens, words, 0))).strip()


def _tokens(formula: str) -> Iterator[str]:
    lettering = re.compile(rf"\\(?:{'|'.join(_LETTERING)})\s*\{{([^{{}}]*)\}}")
    at = 0
    for found in lettering.finditer(formula):
        yield from _TOKEN.findall(formula[at : found.start()])
        yield found[1].strip()
        at = found.end()
    yield from _TOKEN.findall(formula[at:])


def _read(tokens: Iterator[str], words: Mapping[str, str], depth: int) -> list[str]:
    """Up to the brace that closes the group we are in."""
    out: list[str] = []
    for token in tokens:
        if token == "}":
            break
        out += _one(token, tokens, words, depth)
    return out


def _one(token: str, tokens: Iterator[str], words: Mapping[str, str], depth: int) -> list[str]:
    if depth > _DEEPEST:
        return []
    if token == "{":
        return _read(tokens, words, depth + 1)
    if token == "^":
        power = _argument(tokens, words, depth)
        short = {"2": "squared", "3": "cubed"}.get(" ".join(power))
        if short:
            return [words[short]]
        return power if power in ([words["circ"]], [words["prime"]]) else [words["power"], *power]
    if token == "_":
        return [words["sub"], *_argument(tokens, words, depth)]
    if token == "'":
        return [words["prime"]]
    name = token.lstrip("\\").rstrip("*") if len(token) > 1 and token[0] == "\\" else token
    if name in ("frac", "dfrac", "tfrac"):
        upper = _argument(tokens, words, depth)
        return [*upper, words["over"], *_argument(tokens, words, depth)]
    if name == "sqrt":
        return [words["sqrt"], *_argument(tokens, words, depth)]
    if token != name and name in ("%", "$", "#", "&", "_", "{", "}"):
        return [words["percent"]] if name == "%" else []
    if token != name and (name in _SILENT or not name.isalnum()):
        return []
    return [words.get(name, name)] if name != "|" else []


def _argument(tokens: Iterator[str], words: Mapping[str, str], depth: int) -> list[str]:
    token = next(tokens, "")
    return _one(token, tokens, words, depth + 1) if token and token != "}" else []
