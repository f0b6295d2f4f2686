"""Formulas in LaTeX, read as a teacher would read them out: "x squared over 2"."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pipeline.ground.languages import usual
from pipeline.text.spoken.formulas.chemistry import ELEMENTS, SPECIES
from pipeline.text.spoken.formulas.notation import plain
from pipeline.text.spoken.formulas.operators import ALIASES, OPERATORS, SYMBOLS

_LONGEST, _DEEPEST = 400, 8  # characters; braces within braces

_FORMULA = re.compile(r"[\\^_={}]|(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_PROSE = re.compile(r"[^\W\d_]{4}|\s(?:and|or|is|to|of|in|the|for|at|by|per|und|ist|et|ou|est)\s")
_EQUATION = re.compile(r"[\w)}]\s*(?:[=^+<>]|\s[-*/]\s)\s*[\w({+-]")
"""Letters that stand together are factors in it: E = mc^2."""
_INDEXED = re.compile(r"[^\W\d_)\]][_^](?:[\d{+-]|[^\W\d_](?!\w))")
"""A molecule, CO_2; but no name, USER_ID."""
_BELOW = re.compile(r"_\{[^{}]*\}")
_NUMBER = re.compile(r"[-+\u2212]?\d(?:[\d\s.,:+*/=<>\u00d7\u00f7\u2212-]*\d)?[%\u00b0]?")
_LIST = re.compile(r"[\[(][-+\u2212]?\d[\d\s.,+\u2212-]*[\])]")
"""A point or an interval: (0, 1]."""
_NAME = re.compile("(?:[A-Z][a-z]?){2,4}")
"""Of a line, a triangle, a molecule: AB, NaCl."""
_LETTERING = re.compile(
    r"\\(?:mathrm|mathbf|mathit|mathsf|mathtt|bm|text|textbf|textit|textrm|textsf|texttt|operatorname)\*?\s*\{([^{}]*)\}"
)
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|'{1,3}|\d+(?:[.,]\d+)*|[^\s]", re.DOTALL)
_SILENT = frozenset(
    "displaystyle textstyle quad qquad mathbb mathcal mathfrak mathscr boldsymbol pmb ce mathrm mathbf mathit mathsf "
    "mathtt bm text textbf textit textrm textsf texttt operatorname langle rangle lbrace rbrace lbrack rbrack vec "
    "underline overrightarrow underbrace overbrace cancel bcancel xcancel mathring nonumber notag hline boxed at "
    "blacksquare square Box qed checkmark".split()
)
_BIG = frozenset("sum prod int iint iiint oint bigcup bigcap".split())
_FRACTIONS = {"frac": "/", "dfrac": "/", "tfrac": "/", "cfrac": "/", "binom": "binom"}
"""What stands one above the other, and what is said between them."""
_ACCENTS = {"hat": ["hat"], "bar": ["bar"], "tilde": ["tilde"], "dot": ["dot"], "ddot": ["dot", "dot"]}
_BEFORE = "( , ; = < > le ge ne approx in pm + * / times div to rightarrow Rightarrow mapsto".split()
"""What stands before a minus that takes nothing away."""
_FOR = frozenset("lim limsup liminf min max sup inf argmin argmax at".split())


def is_formula(text: str) -> bool:
    """Whether what stands between two dollar signs is one, and no price: that has no sign behind it."""
    if _NUMBER.fullmatch(text) or _LIST.fullmatch(text) or _NAME.fullmatch(text) or text in ELEMENTS:
        return True
    if not _FORMULA.search(text):
        return False
    if "\\" in text or not _WORD.search(text):
        return True
    whole = text[-1].isalnum() or text[-1] in ")}!" or text[-2:] in ("^+", "^-")
    prose = _PROSE.search(SPECIES.sub("", _BELOW.sub("", text)))
    return whole and not prose and bool(_EQUATION.search(text) or _INDEXED.search(text))


@lru_cache(maxsize=256)
def read_formula(formula: str, language: str) -> str | None:
    """In words; None for one too long to be followed by ear. A language without words of its own gets symbols that
    voices know (≤, ×)."""
    if len(formula) > _LONGEST:
        return None
    words = OPERATORS.get(usual(language), SYMBOLS)
    said = " ".join(_group(deque(_tokens(plain(formula))), words, 0))
    return re.sub(r" (?=[,.;:)²³])|(?<=[($]) ", "", said).strip()


def _tokens(formula: str) -> Iterator[str]:
    """Commands, numbers, single characters; words that stand as text are one token each, behind a quotation mark."""
    at = 0
    for found in _LETTERING.finditer(formula):
        yield from _TOKEN.findall(formula[at : found.start()])
        yield '"' + found[1].replace("$", "").strip()
        at = found.end()
    yield from _TOKEN.findall(formula[at:])


def _group(tokens: deque[str], words: Mapping[str, str], depth: int) -> list[str]:
    """Up to the brace that closes the group."""
    out: list[str] = []
    big = ""  # behind a sum or an integral, what stands below and above are its bounds; how the lower one is said
    while tokens and (token := tokens.popleft()) != "}":
        if big and token == "_":
            bound = _argument(tokens, words, depth)
            two = tokens and tokens[0] == "^"
            if big == "from" and not two and words["="] not in bound:
                big = "over"
            out += (words["from" if big == "for" and two else big], *bound)
        elif big and token == "^" and big != "base":
            out += (words["to"], *_argument(tokens, words, depth))
        elif token == "-" and words["negative"] and _begins(out, words):
            out.append(words["negative"])
        else:
            out += _said(token, tokens, words, depth)
            name = token[1:]
            big = "from" if name in _BIG else "for" if name in _FOR else "base" if name == "log" else ""
    return [word for word in out if word]


def _begins(out: list[str], words: Mapping[str, str]) -> bool:
    """Whether a number or a term begins here."""
    return not out or out[-1] in [words.get(name, name) for name in _BEFORE]


def _said(token: str, tokens: deque[str], words: Mapping[str, str], depth: int) -> list[str]:
    """What one token says, with the arguments it takes."""
    if depth > _DEEPEST or not token:
        return []
    if token[0] == '"':
        return [token[1:]]
    if token == "{":
        return _group(tokens, words, depth + 1)
    if token == "^":
        return _power(_argument(tokens, words, depth), words)
    if token == "_":
        return [words["sub"], *_argument(tokens, words, depth)]
    if token[0] != "\\" or len(token) == 1:
        return [words.get(token, token)] if token not in "|[]" else []
    name = token[1:].rstrip("*")
    if not name.isalpha():  # \% and \$ are said, \, and \! are spaces
        return [words.get(name, name)] if name in "%$#" else []
    return _command(ALIASES.get(name, name), tokens, words, depth)


def _command(name: str, tokens: deque[str], words: Mapping[str, str], depth: int) -> list[str]:
    if name in _FRACTIONS:
        upper = _argument(tokens, words, depth)
        return [*upper, words[_FRACTIONS[name]], *_argument(tokens, words, depth)]
    if name in ("sqrt", "abs", "norm"):
        return [words[name], *_argument(tokens, words, depth)]
    if name in _ACCENTS:
        return [*_argument(tokens, words, depth), *(words[accent] for accent in _ACCENTS[name])]
    if name in ("overset", "stackrel", "underset"):
        beside = _argument(tokens, words, depth)
        return [*_argument(tokens, words, depth), *beside]
    if name == "root":
        degree = _argument(tokens, words, depth)
        return [*_argument(tokens, words, depth), words["^"], "1", words["/"], *degree]
    return [words.get(name, name)] if name not in _SILENT else []


def _power(power: list[str], words: Mapping[str, str]) -> list[str]:
    """What is set high: most of it is a power, but not a star, an index in brackets, a charge."""
    if power == ["2"]:
        return [words["squared"]]
    if power == ["3"]:
        return [words["cubed"]]
    if power in (["T"], [words["top"]]):
        return [words["top"]]
    if power == [words["times"]] or power == [words["*"]]:
        return [words["star"]]
    high = "".join(power[:1])
    if high in (words["circ"], words["'"], words["''"], words["star"], words["dagger"]) and len(power) == 1:
        return power
    if high == "(" or (power and power[-1] in (words["+"], words["-"])):
        return power
    return [words["^"], *power, words["powered"]]


def _argument(tokens: deque[str], words: Mapping[str, str], depth: int) -> list[str]:
    """The group or the single token that comes next."""
    token = tokens.popleft() if tokens else "}"
    return _said(token, tokens, words, depth + 1) if token != "}" else []
