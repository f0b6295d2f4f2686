"""Formulas in LaTeX, read as a teacher would read them out: "x squared over 2"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.languages import usual
from pipeline.text.spoken.operators import ALIASES, OPERATORS, SYMBOLS

_LONGEST, _DEEPEST = 400, 8  # characters; braces within braces

_FORMULA = re.compile(r"[\\^_={}]|(?<![^\W\d_])[^\W\d_](?![^\W\d_])")
_WORD = re.compile(r"[^\W\d_]{2,}")
_EQUATION = re.compile(r"(?!.*[^\W\d_]{4})(?!.*\s[^\W\d_]{2,}\s)[^=^]*[\w)}]\s*[=^]\s*[\w({+-](?:.*[\w)}!])?\Z")
"""Letters that stand together are factors in it: E = mc^2."""
_LETTERING = re.compile(r"\\(?:ce|mathrm|mathbf|mathit|mathsf|text|textbf|textit|textrm|operatorname)\s*\{([^{}]*)\}")
_BARE = re.compile(r"(\\[dtc]?frac\s*(?:\{[^{}]*\})?)\s*(\d)")
"""A single digit of a fraction, without braces: \\frac12."""
_ROOT = re.compile(r"\\sqrt\s*\[([^\[\]]*)\]")
_LAYOUT = re.compile(
    r"\\begin\{array\}\{[^{}]{0,40}\}|\\(?:begin|end|color|textcolor)\{[^{}]{0,20}\}|(?:\\\\\s*)+\Z|(?<!\\)&"
)
_BAR = re.compile(r"\\(?:left|right|[bB]igg?[lrm]?)\s*\||\\[lr]?vert(?![A-Za-z])")
_NORM = re.compile(r"\\\||\|\|")
_GIVEN = re.compile(r"([(\[][^()|\[\]]*)\|(?=[^()|\[\]]*[)\]])")
"""The bar of a condition: P(A|B)."""
_SUCH = re.compile(r"(\\\{(?:(?!\\\}).){1,200}?)(?:\\mid(?![A-Za-z])|(?<=\s)\|(?=\s))")
"""The bar of a set: {x | x > 0}."""
_ABSOLUTE = re.compile(r"(\A\s*|\\[A-Za-z]+\s*|[^A-Za-z\s]\s*)\|([^|()]*(?:\([^()|]*\)[^|()]*)*)\|")
_BEST = re.compile(r"\\arg\s*\\(max|min)(?![A-Za-z])")
_LINE_END = re.compile(r"\\\\(?:\[[^\]]{0,9}\])?")
_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\d+(?:[.,]\d+)*|[^\s]", re.DOTALL)
_SILENT = frozenset(
    "left right middle big Big bigg Bigg displaystyle textstyle limits nolimits quad qquad mathbb mathcal mathfrak "
    "boldsymbol lVert rVert Vert langle rangle vec underline overrightarrow label nonumber tag hline boxed".split()
)
_BIG = frozenset("sum prod int iint oint bigcup bigcap".split())
_FRACTIONS = {"frac": "/", "dfrac": "/", "tfrac": "/", "cfrac": "/", "binom": "binom"}
"""What stands one above the other, and what is said between them."""
_ACCENTS = frozenset("hat bar tilde dot".split())
_FOR = frozenset("lim min max".split())


def is_formula(text: str) -> bool:
    """Whether what stands between two dollar signs is one, and no price."""
    if not _FORMULA.search(text):
        return False
    return "\\" in text or not _WORD.search(text) or _EQUATION.match(text) is not None


def read_formula(formula: str, language: str) -> str | None:
    """In words; None for one too long to be followed by ear. A language without words of its own gets symbols that
    voices know (≤, ×)."""
    if len(formula) > _LONGEST:
        return None
    words = OPERATORS.get(usual(language), SYMBOLS)
    for _ in "ab":  # above the line, then below it
        formula = _BARE.sub(r"\1{\2}", formula)
    formula = formula.replace("\u2212", "-").replace("{,}", ",").replace(":=", "=")
    formula = _BEST.sub(r"\\operatorname{arg \1}", _NORM.sub("", _BAR.sub("|", formula)))
    formula = _SUCH.sub(r"\1\\suchthat ", _GIVEN.sub(r"\1\\mid ", formula))
    formula = _ABSOLUTE.sub(r"\1\\abs{\2}", formula)
    formula = _ROOT.sub(r"\\root{\1}", formula)
    formula = _LINE_END.sub(",", _LAYOUT.sub(" ", formula).rstrip())
    said = " ".join(_group(_tokens(formula), words, 0))
    return re.sub(r" (?=[,.;:)²³])|(?<=[($]) ", "", said).strip()


def _tokens(formula: str) -> Iterator[str]:
    """Commands, numbers, single characters; words that stand as text are one token each."""
    at = 0
    for found in _LETTERING.finditer(formula):
        yield from _TOKEN.findall(formula[at : found.start()])
        yield found[1].strip()
        at = found.end()
    yield from _TOKEN.findall(formula[at:])


def _group(tokens: Iterator[str], words: Mapping[str, str], depth: int) -> list[str]:
    """Up to the brace that closes the group."""
    out: list[str] = []
    big = ""  # behind a sum or an integral, what stands below and above are its bounds; how the lower one is said
    for token in tokens:
        if token == "}":
            break
        if big and (token == "_" or (token == "^" and big != "base")):
            out += (words[big if token == "_" else "to"], *_argument(tokens, words, depth))
        else:
            out += _said(token, tokens, words, depth)
            name = token[1:]
            big = "from" if name in _BIG else "for" if name in _FOR else "base" if name == "log" else ""
    return [word for word in out if word]


def _said(token: str, tokens: Iterator[str], words: Mapping[str, str], depth: int) -> list[str]:
    """What one token says, with the arguments it takes."""
    if depth > _DEEPEST or not token:
        return []
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
    name = ALIASES.get(name, name)
    if name in _FRACTIONS:
        upper = _argument(tokens, words, depth)
        return [*upper, words[_FRACTIONS[name]], *_argument(tokens, words, depth)]
    if name in ("sqrt", "abs"):
        return [words[name], *_argument(tokens, words, depth)]
    if name in _ACCENTS:
        return [*_argument(tokens, words, depth), words[name]]
    if name == "root":
        degree = _argument(tokens, words, depth)
        return [*_argument(tokens, words, depth), words["^"], "1", words["/"], *degree]
    return [words.get(name, name)] if name not in _SILENT else []


def _power(power: list[str], words: Mapping[str, str]) -> list[str]:
    if power == ["2"]:
        return [words["squared"]]
    if power == ["3"]:
        return [words["cubed"]]
    if power in ([words["circ"]], [words["'"]], [words["top"]]):
        return power
    if power == ["T"]:
        return [words["top"]]
    return [words["^"], *power]


def _argument(tokens: Iterator[str], words: Mapping[str, str], depth: int) -> list[str]:
    """The group or the single token that comes next."""
    token = next(tokens, "}")
    return _said(token, tokens, words, depth + 1) if token != "}" else []
