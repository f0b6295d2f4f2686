"""The many ways in which TeX writes one thing, brought down to one before a formula is read out."""

from __future__ import annotations

import re

from pipeline.text.spoken.formulas.chemistry import molecules

_UNSAID = re.compile(
    r"\\(?:no)?limits(?![A-Za-z])|\\(?:tag|label|(?:eq)?ref|[hv]space|[hv]?phantom|(?:text)?color)\*?\s*\{[^{}]*\}"
)
"""What says nothing: where bounds stand, a formula's number, room that is left free, colours."""
_SIZE = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*\.?")
"""How large a bracket is; with a dot there is none."""
_EVALUATED = re.compile(
    r"\\left\s*\.(.*?)\\right\s*\|(?=\s*_)|(?:\\(?:right|[bB]igg?r?)\s*)?\|(?=\s*_\{[^{}]*=)"
    r"|(?:\\(?:right|[bB]igg?r?)\s*)?\](?=\s*_(?:\{[^{}]*\}|\S)\s*\^)"
)
"""The bar behind which stands where a formula is looked at, f(x)|_{x=0}, or the bracket, [x]_0^1."""
_NORM = re.compile(r"(?<![A-Za-z)}])\|\|([^|]{1,200})\|\||\\(?:\||[lr]?Vert(?![A-Za-z]))")
_LENGTH = re.compile("‖([^‖]{1,200})‖")
_STATE = re.compile(r"\|(?=(?:(?!\\langle)[^|]){0,60}\\rangle)|(\\langle(?:(?!\\rangle)[^|]){0,60})\|")
_GIVEN = re.compile(r"([(\[][^()|\[\]]*)(?:\||\\mid(?![A-Za-z]))(?=[^()|\[\]]*[)\]])")
"""The bar of a condition: P(A|B)."""
_SUCH = re.compile(r"(\\\{(?:(?!\\\}).){1,200}?)(?:\\mid(?![A-Za-z])|(?<=\s)\|(?=\s))")
"""The bar of a set: {x | x > 0}."""
_ABSOLUTE = re.compile(r"(\A\s*|\\[A-Za-z]+\s*|[^A-Za-z\s|]\s*)\|([^|()]*(?:\([^()|]*\)[^|()]*)*)\|")
_BARE = re.compile(r"(\\[dtc]?frac\s*(?:\{[^{}]*\})?)\s*(\d)")
"""A single digit of a fraction, without braces: \\frac12."""
_SET_ASIDE = re.compile(r"([_^])(?:\{\\(max|min|sup|inf)\}|\\(max|min|sup|inf)(?![A-Za-z]))")
"""An index that is a name: R_{\\max}."""
_NAMED = re.compile(r"_\{((?!abc|uvw)(?=\w*[aeiou])[A-Za-z][a-ik-z]{2,}|in)\}")
"""The same, written as if each letter were one of its own: V_{out}; a_{ijk} has three."""
_MIXED = re.compile(r"(?<=\d)\s*(?=\\[dt]?frac\s*\{\d+\}\s*\{\d+\})")
"""Between a number and its fraction: 2\\frac{1}{2}."""
_LAYER = re.compile(r"\^\{\[([^\[\]{}]*)\]\}")
_CHOICE = re.compile(r"\{([^{}]*)\\choose(?![A-Za-z])([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\[([^\[\]]*)\]")
_BEST = re.compile(r"(?:\\operatorname\*?\s*\{\s*arg|\\arg)(?:\\[,;!]|\s)*\\?(max|min)(?![A-Za-z])\s*\}?")
_BELOW = re.compile(r"\\underset\s*\{([^{}]*)\}\s*\{(\\[A-Za-z]+)\}")
"""Bounds that stand below a word: \\underset{x}{\\min}."""
_CLAIMED = re.compile(r"\\(?:overset|stackrel)\s*\{[!?]\}")
_COMPOSED = re.compile(r"(?<=[A-Za-z)}])\s*\\circ(?![A-Za-z])(?!\s*\})")
"""A ring that is no degree: f \\circ g."""
_ORDINAL = re.compile(r"(?:(\d+)\^\{?(?:\\\w+\{)?(st|nd|rd|th)|([A-Za-z)])\^\{?(?:\\\w+\{)?(th))\}{1,2}")
"""Not e^{st}, which has a product there."""
_INTO = re.compile(r"(:[^:=]{1,40}?)\\(?:to|(?:long)?rightarrow)(?![A-Za-z])")
"""From where to where a function leads: f: A \\to B."""
_INVERSE = re.compile(r"\\(sin|cos|tan|cot|sec|csc)\s*\^\s*\{\s*-\s*1\s*\}")
_BOUNDS = r"([^,()\[\]]{1,40}),([^,()\[\]]{1,40})"
_INTERVAL = re.compile(rf"(?<=\\in)\s*[\[(]{_BOUNDS}[\])]|\[{_BOUNDS}\)|\({_BOUNDS}\]")
"""From one number to another: x \\in [0, 1], or (0, 1]."""
_ROWS = re.compile(r"\\begin\{(?:[pbvBV]?(?:small)?matrix\*?|array|cases)\}")
_ENVIRONMENT = re.compile(r"\\begin\{array\}\{[^{}]{0,40}\}|\\(?:begin|end)\{[^{}]{0,20}\}|(?:\\\\\s*)+\Z")
_CELL_END = re.compile(r"(?<!\\)&")
_LINE_END = re.compile(r"\\\\(?:\[[^\]]{0,9}\])?")


def plain(formula: str) -> str:
    """The formula with each thing written in one way only."""
    formula = formula.replace("\u2212", "-").replace("{,}", ",").replace(":=", "=").replace("~", " ")
    formula = molecules(_UNSAID.sub("", formula))
    for _ in "ab":  # above the line, then below it
        formula = _BARE.sub(r"\1{\2}", formula)
    formula = _NAMED.sub(r"_{\\text{\1}}", _SET_ASIDE.sub(r"\1{\\text{\2\3}}", formula))
    formula = _LAYER.sub(r"^{(\1)}", _MIXED.sub(r"\\and ", formula))
    formula = _BELOW.sub(r"\2_{\1}", _CLAIMED.sub("", _BEST.sub(r"\\arg\1 ", formula)))
    formula = re.sub(r"\\not\s*=", r"\\ne ", re.sub(r"\\not\s*\\in(?![A-Za-z])", r"\\notin ", formula))
    formula = _COMPOSED.sub(r"\\compose ", _INTO.sub(r"\1\\into ", _ORDINAL.sub(_ordinal, formula)))
    formula = _INTERVAL.sub(_interval, _bars(_INVERSE.sub(r"\\arc\1 ", formula)))
    return _lines(_ROOT.sub(r"\\root{\1}", _CHOICE.sub(r"\\binom{\1}{\2}", formula)))


def _interval(found: re.Match[str]) -> str:
    begin, end = filter(None, found.groups())
    return f" {begin} \\upto {end} "


def _ordinal(found: re.Match[str]) -> str:
    number, letter = found[1] or found[3], found[2] or found[4]
    return f")\\text{{{letter}}}" if number == ")" else f"\\text{{{number}{letter}}}"


def _bars(formula: str) -> str:
    """Which bars are those of a value, of a length, of a condition, of a state."""
    formula = _SIZE.sub("", _EVALUATED.sub(r"\1\\at ", formula))
    formula = re.sub(r"\\[lr]?vert(?![A-Za-z])", "|", formula)
    formula = _LENGTH.sub(r"\\norm{\1}", _NORM.sub(lambda found: f"‖{found[1]}‖" if found[1] else "‖", formula))
    formula = _STATE.sub(r"\1 ", formula.replace("‖", " "))
    formula = _SUCH.sub(r"\1\\suchthat ", _GIVEN.sub(r"\1\\given ", formula))
    for _ in "abc":  # each of |a||b||c|
        formula = _ABSOLUTE.sub(r"\1\\abs{\2}", formula)
    return formula


def _lines(formula: str) -> str:
    """Lines have a pause between them; so have the numbers of a matrix, and its rows a longer one."""
    rows = _ROWS.search(formula) is not None
    formula = _CELL_END.sub("," if rows else " ", _ENVIRONMENT.sub(" ", formula))
    return _LINE_END.sub(";" if rows else ",", formula).rstrip()
