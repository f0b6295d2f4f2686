"""What an OpenDocument text says by its styles: titles, what is set high or hidden, and how lists are counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from pipeline.narration.readers.office.numbering import Level
from pipeline.narration.readers.xml import attribute, bare

_KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LONGEST = 50
"""Characters around a number."""
_RAISED = re.compile(r"super|[1-9]")
_DIGITS = re.compile(r"[1-9]\d{0,5}")
_LEVELS = 9


class Styles:
    def __init__(self, roots: Iterable[Element]) -> None:
        """`roots`: of the files that define some."""
        self.lists: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        """Of headings; empty where none has a number."""
        self._bases: dict[str, str] = {}
        """Of the styles that programs make as they go: which one they are made from."""
        self._raised: set[str] = set()
        self._hidden: set[str] = set()
        for root in roots:
            for part in root:
                made = bare(part.tag) == "automatic-styles"
                for style in part if bare(part.tag) in ("styles", "automatic-styles") else ():
                    self._take(style, made)

    def base(self, element: Element) -> str:
        name = attribute(element, "style-name")
        return self._bases.get(name, name)

    def raises(self, span: Element) -> bool:
        return attribute(span, "style-name") in self._raised

    def hides(self, element: Element) -> bool:
        return attribute(element, "display") == "none" or attribute(element, "style-name") in self._hidden

    def _take(self, style: Element, made: bool) -> None:
        tag, name = bare(style.tag), attribute(style, "name")
        if tag == "list-style":
            self.lists[name] = _levels(style)
        elif tag == "outline-style":
            levels = _levels(style)
            self.outline = levels if any(level.text for level in levels.values()) else {}
        elif tag == "style":
            if made and (parent := attribute(style, "parent-style-name")):
                self._bases[name] = parent
            looks = style.find("{*}text-properties")
            if looks is not None and _RAISED.match(attribute(looks, "text-position")):
                self._raised.add(name)
            if looks is not None and attribute(looks, "display") == "none":
                self._hidden.add(name)


def _levels(style: Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for level in style:
        at = _number(attribute(level, "level")) - 1
        if at >= _LEVELS:
            continue
        if "number" not in bare(level.tag) and "outline" not in bare(level.tag):
            shown = attribute(level, "bullet-char").strip() or "image" in bare(level.tag)
            found[at] = Level(1, "bullet" if shown else "none", "")
            continue
        kind, first = attribute(level, "num-format"), at + 2 - min(at + 1, _number(attribute(level, "display-levels")))
        number = ".".join(f"%{place}" for place in range(first, at + 2))
        around = attribute(level, "num-prefix")[:_LONGEST], attribute(level, "num-suffix")[:_LONGEST]
        text = number.join(around) if kind else ""
        found[at] = Level(_number(attribute(level, "start-value")), _KINDS.get(kind, "decimal"), text)
    return found


def _number(text: str) -> int:
    return int(text) if _DIGITS.fullmatch(text) else 1
