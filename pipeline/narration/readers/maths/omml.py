"""Word's formulas as TeX."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from pipeline.narration.readers.maths.tex import ACCENTS, binom, braced, frac, matrix, root, row, text
from pipeline.narration.readers.xml import attribute, bare

_PARTS = ("num", "den", "e", "sub", "sup", "fName", "lim", "deg")


def tex(formula: Element) -> str:
    """Of an element of it, and all that is in there."""
    tag = bare(formula.tag)
    if tag == "t":
        return text(formula.text or "")
    parts = [(bare(child.tag), tex(child)) for child in formula if not bare(child.tag).endswith("Pr")]
    given = {bare(child.tag): attribute(child, "val") for child in formula.findall(f"./{{*}}{tag}Pr/*")}
    return _written(tag, given, dict.fromkeys(_PARTS, "") | dict(parts), [part for _, part in parts])


def _written(tag: str, given: Mapping[str, str], named: Mapping[str, str], parts: list[str]) -> str:
    limits = braced("_", named["sub"] or named["lim"]) + braced("^", named["sup"])
    match tag:
        case "f":
            return (binom if given.get("type") == "noBar" else frac)(named["num"], named["den"])
        case "sSup" | "sSub" | "sSubSup" | "limLow":
            return named["e"] + limits
        case "limUpp":
            return named["e"] + braced("^", named["lim"])
        case "sPre":
            return " ".join(filter(None, (named["sup"], named["sub"], named["e"])))  # an atom's numbers
        case "nary":
            return f"{text(given.get('chr', chr(0x222B))).strip()}{limits} {named['e']}"
        case "rad":
            return root(named["e"], named["deg"])
        case "d" if not "".join(parts).startswith(r"\binom"):
            begin, end = text(given.get("begChr", "(")), text(given.get("endChr", ")"))
            return f"{begin}{', '.join(parts)}{end}"
        case "acc" if accent := ACCENTS.get(given.get("chr", "\u0302")):
            return f"{accent}{{{named['e']}}}"
        case "bar":
            return rf"\overline{{{named['e']}}}"
        case "m":
            return matrix(parts)
        case "mr":
            return row(parts)
        case "func":
            return f"{named['fName']} {named['e']}"
        case "eqArr":
            return r" \\ ".join(parts)
        case _:
            return "".join(parts)
