"""Molecules and reactions, as TeX and its \\ce write them: CO2 is one word, and becomes something."""

from __future__ import annotations

import re

_ELEMENTS = (
    "Ac Ag Al Am Ar As At Au Ba Be Bi Br Ca Cd Ce Cl Co Cr Cs Cu Eu Fe Ga Gd Ge He Hf Hg In Ir Kr La Li Mg Mn Mo Na "
    "Nb Nd Ne Ni Np Os Pb Pd Po Pr Pt Pu Ra Rb Rh Rn Ru Sb Sc Se Si Sm Sn Sr Ta Tb Te Th Ti Tl Xe Yb Zn Zr "
    "B C F H I K N O P S U V W Y"
)
ELEMENTS = frozenset(_ELEMENTS.split())
_ATOM = rf"(?:{'|'.join(_ELEMENTS.split())})(?![a-z])(?:_(?:\d|\{{\d{{1,3}}\}}))?"
_ATOMS = rf"(?:{_ATOM}|\((?:{_ATOM}){{1,6}}\)_(?:\d|\{{\d{{1,2}}\}}))"
SPECIES = re.compile(rf"(?<![A-Za-z\\]){_ATOMS}{{2,20}}(?![a-z])")
_SINGLE = re.compile(rf"(?<![A-Za-z\\]){_ATOMS}{{1,20}}(?![a-z])")
"""The same, of one element alone."""
_INDEX = re.compile(r"_\{?(\d+)\}?")
_SYMBOL = re.compile(r"(?<![A-Za-z\\])[A-Z]_(?:[01]|\{[01]\})(?!\d)")
"""A quantity of physics, U_0, P_1: no molecule has none of an atom, nor says that it has one."""

_CHARGE = r"\^(?:\d?[+-]|\{\d{0,2}[+-]\})"
_BETWEEN = r"[\d\s+=.,]|\\(?:x?(?:long)?rightarrow|to|rightleftharpoons|cdot)(?![A-Za-z])"
_CHEMICAL = re.compile(rf"(?=[^\\]*[A-Z][a-z])(?:{_ATOMS}|{_CHARGE}|{_BETWEEN}){{1,99}}")
"""Elements and nothing else, NaCl, Ca^{2+}; one of them has two letters, so that they are no factors: PV = IR."""
_UPRIGHT = re.compile(r"\\(?:mathrm|text|textrm)\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_WORD = re.compile(r"(?<![\\A-Za-z{])[A-Za-z][A-Za-z0-9]+")
_INDEXED = re.compile(rf"(\\text\{{[^{{}}]*?(?:{_ATOM}|\)))\}}_(?:(\d)|\{{(\d{{1,3}})\}})")
"""\\text{CO}_2"""
_JOINT = re.compile(r"(?<=[A-Za-z0-9)])\}\\text\{(?=[A-Z(])")
_BECOMES = re.compile(r"\\(?:x?(?:long)?rightarrow|to)(?![A-Za-z])")

_REACTION = re.compile(r"\\ce\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_NOTATION = (
    (re.compile(r"<(?:=|-{2,})>{1,2}|<<=>"), r" \\rightleftharpoons "),
    (re.compile(r"<->"), r" \\leftrightarrow "),
    (re.compile(r"-+>(?:\[([^\]]*)\])?(?:\[[^\]]*\])?"), r" \\yields \1 "),
    (re.compile(r"<-+"), r" \\leftarrow "),
    (re.compile(r"\s[v^](?=\s|\Z)"), " "),  # it falls out, it escapes
    (re.compile(r"\^\{?(\d+)\}?(?:_\{?(\d+)\}?)?(?=[A-Z])"), r"\1 \2 "),
    (re.compile(r"(?<=[A-Za-z0-9)\]}])\^?\{?(\d{0,2}[+-])\}?(?=[\s(,]|\Z)"), r"^{\1}"),
    (_INDEX, r"\1"),
    (re.compile(r"(?<![\\A-Za-z])[A-Za-z(\[][A-Za-z0-9()\[\]]*"), r"\\text{\g<0>}"),
)
"""How \\ce writes a reaction, and how other formulas do."""


def molecules(formula: str) -> str:
    """The formula with each molecule as one word of text, and with arrows that say what becomes of them."""
    bare = _UPRIGHT.sub(_upright, _REACTION.sub(_reaction, formula))
    if _CHEMICAL.fullmatch(bare):
        return _BECOMES.sub(r"\\yields", _SINGLE.sub(_name, bare))
    if "_" not in bare or _SYMBOL.search(bare):
        return bare
    spelt = SPECIES.sub(_word, _JOINT.sub("", _INDEXED.sub(r"\1\2\3}", bare)))
    if spelt == bare or not _BECOMES.search(spelt):
        return spelt
    return _BECOMES.sub(r"\\yields", _SINGLE.sub(_word, spelt))


def _reaction(found: re.Match[str]) -> str:
    reaction = found[1]
    for written, meant in _NOTATION:
        reaction = written.sub(meant, reaction)
    return reaction


def _upright(found: re.Match[str]) -> str:
    """What is set upright is text; with marks in it, its words are."""
    inner = found[1]
    if not any(mark in inner for mark in "\\_^{"):
        return f"\\text{{{inner}}}"
    return _BECOMES.sub(r"\\yields", _WORD.sub(r"\\text{\g<0>}", _SINGLE.sub(_word, inner)))


def _word(found: re.Match[str]) -> str:
    return _name(found) if "_" in found[0] else found[0]


def _name(found: re.Match[str]) -> str:
    return "\\text{" + re.sub("[_{}]", "", found[0]) + "}"
