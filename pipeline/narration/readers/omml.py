"""Word's formulas as TeX."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from pipeline.narration.readers.xml import attribute, bare
from pipeline.text.spoken.operators import SYMBOLS

_WRITTEN = {
    "f": r"\frac{%(num)s}{%(den)s}",
    "sSup": "%(e)s^{%(sup)s}",
    "sSub": "%(e)s_{%(sub)s}",
    "sSubSup": "%(e)s_{%(sub)s}^{%(sup)s}",
    "sPre": "{}_{%(sub)s}^{%(sup)s}%(e)s",
    "func": "%(fName)s %(e)s",
    "limLow": "%(e)s_{%(lim)s}",
    "limUpp": "%(e)s^{%(lim)s}",
    "bar": r"\overline{%(e)s}",
}
_NAMES = frozenset(
    "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh lim log ln exp max min sup inf det".split()
)
_SIGNS = {
    sign: f"\\{name} "
    for name, sign in reversed([*SYMBOLS.items()])
    if name.isalpha() and len(sign) == 1 and sign > "\xb3"
}
_OVER = {"\u0302": r"\hat", "\u20d7": r"\vec", "\u0305": r"\bar", "\u0304": r"\bar", "\u0307": r"\dot"}
_OVER |= {"\u0308": r"\ddot", "\u0303": r"\tilde"}


def tex(formula: Element) -> str:
    """Of an element of it, and all that is in there."""
    tag = bare(formula.tag)
    if tag == "t":
        return _text(formula.text or "")
    parts = [(bare(child.tag), tex(child)) for child in formula if not bare(child.tag).endswith("Pr")]
    given = {bare(child.tag): attribute(child, "val") for child in formula.findall(f"./{{*}}{tag}Pr/*")}
    if tag == "m":
        return r"\begin{matrix}" + r"\\".join(part for _, part in parts) + r"\end{matrix}"
    if tag in ("mr", "eqArr"):
        return ("&" if tag == "mr" else r" \\ ").join(part for _, part in parts)
    if tag == "d":
        return _bracketed(given, [part for _, part in parts])
    named = dict.fromkeys(("num", "den", "e", "sub", "sup", "fName", "lim", "deg"), "") | dict(parts)
    if tag == "f" and given.get("type") == "noBar":
        return rf"\binom{{{named['num']}}}{{{named['den']}}}"
    if tag == "nary":
        large = given.get("chr", "\u222b")
        limits = "".join(f"{mark}{{{named[name]}}}" for mark, name in (("_", "sub"), ("^", "sup")) if named[name])
        return f"{_text(large).strip()}{limits} {named['e']}"
    if tag == "rad":
        return rf"\sqrt[{named['deg']}]{{{named['e']}}}" if named["deg"] else rf"\sqrt{{{named['e']}}}"
    if tag == "acc" and given.get("chr", "\u0302") in _OVER:
        return f"{_OVER[given.get('chr', chr(0x302))]}{{{named['e']}}}"
    return _WRITTEN[tag] % named if tag in _WRITTEN else "".join(part for _, part in parts)


def _bracketed(given: Mapping[str, str], parts: list[str]) -> str:
    said = ", ".join(parts)
    if said.startswith(r"\binom"):
        return said
    begin, end = (_text(given.get(name, usual)) for name, usual in (("begChr", "("), ("endChr", ")")))
    return f"{begin}{said}{end}"


def _text(text: str) -> str:
    if text.strip() in _NAMES:
        return f"\\{text.strip()} "
    return "".join(f"\\{char}" if char in "{}%$&#_" else _SIGNS.get(char, char) for char in text)
