"""The parts of formulas, whatever format they are found in, as TeX."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.text.spoken.formulas.operators import SYMBOLS

ACCENTS: Mapping[str, str] = {
    **dict.fromkeys(("\u0302", "^", "\u02c6"), r"\hat"),
    **dict.fromkeys(("\u20d7", "\u2192", r"\rightarrow"), r"\vec"),
    **dict.fromkeys(("\u0305", "\u0304", "\u00af", "\u203e", "\u2015"), r"\bar"),
    **dict.fromkeys(("\u0303", "~", "\u02dc"), r"\tilde"),
    **dict.fromkeys(("\u0307", "\u02d9"), r"\dot"),
    "\u0308": r"\ddot",
}
"""By the sign over a letter."""
_NAMES = frozenset(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh lim log ln exp max min sup inf det".split()
)
_SIGNS = {
    sign: f"\\{name} "
    for name, sign in reversed([*SYMBOLS.items()])
    if name.isalpha() and len(sign) == 1 and sign > "\xb3"
} | {
    **{"|": r"\vert ", "\u2223": r"\mid ", "\\": r"\backslash ", "\xb1": r"\pm ", "\u223c": r"\sim "},
    **{"\xb7": r"\cdot ", "\u22c5": r"\cdot ", "\u2218": r"\circ ", "\u2032": "'", "\u2033": "''"},
    **{"\u230a": r"\lfloor ", "\u230b": r"\rfloor ", "\u2308": r"\lceil ", "\u2309": r"\rceil "},
}
"""What is said by its name, and in no table's cell ends it."""
_ALIGNED = re.compile(r"&(?=[=<>]|\\(?:le|ge|ne|approx|equiv|in|subset|subseteq|Rightarrow|iff)\b)")


def text(said: str, *, word: bool = False) -> str:
    """What stands in one. `word`: where it has several letters."""
    if said.strip() in _NAMES:
        return f"\\{said.strip()} "
    known = "".join(f"\\{char}" if char in "{}%$&#_" else _SIGNS.get(char, char) for char in said)
    return rf"\text{{{known}}}" if word and sum(char.isalpha() for char in said) > 1 else known


def braced(mark: str, part: str) -> str:
    """What stands low (`_`) or high (`^`), if anything does."""
    return f"{mark}{{{part}}}" if part else ""


def frac(above: str, below: str) -> str:
    return rf"\frac{{{above}}}{{{below}}}"


def binom(above: str, below: str) -> str:
    return rf"\binom{{{above}}}{{{below}}}"


def root(of: str, degree: str = "") -> str:
    return rf"\sqrt[{degree}]{{{of}}}" if degree else rf"\sqrt{{{of}}}"


def row(cells: Sequence[str]) -> str:
    """Of a matrix, or a line of several that are set under one another by their signs: these part nothing."""
    return _ALIGNED.sub("", "&".join(filter(None, cells)))


def matrix(rows: Sequence[str]) -> str:
    return r"\begin{matrix}" + r"\\".join(filter(None, rows)) + r"\end{matrix}"
