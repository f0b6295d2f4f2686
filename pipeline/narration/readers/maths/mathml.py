"""A page's formulas as TeX: what they are said to be, or else what they are drawn from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from pipeline.narration.readers.maths.tex import ACCENTS, binom, braced, frac, matrix, root, row, text

_TOKENS = frozenset("mi mn mo mtext ms".split())
"""What alone holds text."""
_SILENT = frozenset("mphantom annotation-xml mspace".split())
_NOTHING = re.compile(r"alternative text|not available|(?:math|equation|formula|image)\W*$", re.IGNORECASE)
"""What programs write where nobody has said anything."""
_NONE = re.compile(r"0+(?:\.0+)?(?:[a-z]{2}|%)?")
"""The thickness of no line."""
_BEFORE = "\0"
"""It parts what stands behind a letter from what stands before it."""
_INVISIBLE = re.compile("[\u200b\u2061-\u2064]")


class Formula:
    """Fed with its elements, one after the other."""

    def __init__(self) -> None:
        self._told = ""
        """In words, or as TeX."""
        self._open: list[tuple[str, Mapping[str, str], list[str]]] = [("", {}, [])]
        """Elements, and what is in them."""

    def tex(self) -> str:
        return self._told or "".join(self._open[0][2]).replace(_BEFORE, "")

    def begin(self, tag: str, given: Mapping[str, str]) -> None:
        if tag == "math" and not _NOTHING.match(given.get("alttext", "")):
            self._told = given.get("alttext", "").strip()
        self._open.append((tag, given, []))

    def say(self, data: str) -> None:
        tag, _, parts = self._open[-1]
        if tag in _TOKENS or tag == "annotation":
            parts.append(data)

    def end(self) -> None:
        tag, given, parts = self._open.pop()
        if tag == "annotation":
            if "tex" in given.get("encoding", "").lower():
                self._told = self._told or "".join(parts)
        elif tag not in _SILENT:
            self._open[-1][2].append(_written(tag, given, parts))


def _written(tag: str, given: Mapping[str, str], parts: Sequence[str]) -> str:
    if tag in _TOKENS:
        said = _INVISIBLE.sub("", " ".join("".join(parts).split()))
        return text("\u2212" if said == "-" else said, word=tag != "mo")
    if tag == "mfrac" and _NONE.fullmatch(given.get("linethickness", "")):
        return binom(*_several(parts, 2))
    if tag == "mfenced":
        inside = ", ".join(parts)
        return f"{text(given.get('open', '('))}{inside}{text(given.get('close', ')'))}"
    if tag in ("mover", "munderover") and len(parts) > 1 and (accent := ACCENTS.get(parts[-1].strip())):
        return f"{accent}{{{parts[0]}}}"
    return _MADE.get(tag, "".join)(parts)


def _several(parts: Sequence[str], count: int) -> list[str]:
    """As many as there should be."""
    return [*parts, *[""] * count][:count]


def _low(parts: Sequence[str]) -> str:
    base, low, high = _several(parts, 3)
    return f"{base}{braced('_', low)}{braced('^', high)}"


def _high(parts: Sequence[str]) -> str:
    base, high = _several(parts, 2)
    return f"{base}{braced('^', high)}"


def _around(parts: Sequence[str]) -> str:
    """What stands low and high behind a letter, and before it: an atom's numbers, which are said as such."""
    base, *rest = parts or [""]
    at = rest.index(_BEFORE) if _BEFORE in rest else len(rest)
    behind = "".join(map(braced, "_^" * at, rest[:at]))
    return " ".join(filter(None, (*reversed(rest[at + 1 :]), base + behind)))


def _first(parts: Sequence[str]) -> str:
    """Of several that are the same in other forms."""
    return "".join(parts[:1])


_MADE: Mapping[str, Callable[[Sequence[str]], str]] = {
    "mfrac": lambda parts: frac(*_several(parts, 2)),
    "msqrt": lambda parts: root("".join(parts)),
    "mroot": lambda parts: root(*_several(parts, 2)),
    "msub": _low,
    "munder": _low,
    "msubsup": _low,
    "munderover": _low,
    "msup": _high,
    "mover": _high,
    "mmultiscripts": _around,
    "mprescripts": lambda _: _BEFORE,
    "semantics": _first,
    "maction": _first,
    "mtr": row,
    "mlabeledtr": lambda parts: row(parts[1:]),
    "mtable": matrix,
}
