"""A drawing that stands in a stranger's page (SVG): its shapes and letters as they were, without what does anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipeline.narration.binding.markup import ID, written, xml
from pipeline.narration.binding.pictures import ABROAD

_SHAPES = {
    name.lower(): name
    for name in (
        "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath image title desc "
        "marker mask pattern clipPath linearGradient radialGradient stop filter feBlend feColorMatrix feComposite "
        "feFlood feGaussianBlur feMerge feMergeNode feMorphology feOffset feTurbulence"
    ).split()
}
"""As they are written; the parser gives names in lower case."""
_THROUGH = frozenset("a switch".split())
"""What only holds others."""
_NAME = re.compile(r"[A-Za-z][\w-]*")
_WRITTEN = re.compile(r"(?<![\w:-])([A-Za-z][\w:-]*+)\s*+=")
_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DEEPEST = 200


def address(given: Mapping[str, str]) -> str:
    """Where an element of a drawing leads."""
    return given.get("xlink:href") or given.get("href", "")


class Drawing:
    """Fed with what a parser finds from `<svg>` on; `over` when that has ended."""

    def __init__(self, follow: Callable[[str], str], ids: set[str]) -> None:
        """`follow`: where the address of a picture leads within the finished book; "" for nowhere. `ids`: of the page
        so far, which gets those of the drawing."""
        self.over = False
        self.pictures: list[Mapping[str, str]] = []
        """What its pictures say of themselves."""
        self._follow = follow
        self._ids = ids
        self._open: list[tuple[str, str]] = []
        """Elements by their names, and as they are written: "" where they are left out, "-" where only what they hold
        is kept."""
        self._parts: list[str] = []
        self._drawn = False

    @property
    def here(self) -> str:
        """The element that is open."""
        return self._open[-1][0] if self._open else ""

    @property
    def foreign(self) -> bool:
        """What is open is no part of the drawing."""
        return any(name == "foreignobject" for name, _ in self._open)

    @property
    def markup(self) -> str:
        """The drawing; "" of one that only shows pictures, or nothing."""
        return "".join(self._parts) if self._drawn else ""

    def begin(self, tag: str, given: Mapping[str, str], raw: str) -> None:
        """`raw`: the tag as it stands in the page."""
        if len(self._open) >= _DEEPEST:
            return
        gone = bool(self._open) and not self._open[-1][1]
        shown = "" if gone else "-" if tag in _THROUGH else _SHAPES.get(tag, "")
        if shown == "image":
            self.pictures.append(given)
            shown = shown if self._follow(address(given)) else ""
        self._open.append((tag, shown))
        if shown not in ("", "-"):
            self._drawn = self._drawn or tag not in ("svg", "g", "defs", "image", "title", "desc")
            self._parts.append(f"<{shown}{written(self._kept(tag, given, raw))}>")

    def end(self, tag: str) -> bool:
        """Whether that was one of its own."""
        if all(name != tag for name, _ in self._open):
            return False
        while self._close() != tag:
            pass
        return True

    def text(self, data: str) -> None:
        if self._open and self._open[-1][1]:
            self._parts.append(xml(data))

    def finish(self) -> None:
        """End what nobody closed."""
        while self._open:
            self._close()

    def _close(self) -> str:
        tag, shown = self._open.pop()
        if shown not in ("", "-"):
            self._parts.append(f"</{shown}>")
        self.over = not self._open
        return tag

    def _kept(self, tag: str, given: Mapping[str, str], raw: str) -> dict[str, str]:
        as_written = {name.lower(): name for name in _WRITTEN.findall(raw)}
        kept: dict[str, str] = {}
        for name, value in given.items():
            if not _NAME.fullmatch(name) or name.startswith(("on", "xmlns")) or name in ("href", "id", "src"):
                continue
            if not ABROAD.search(value) and "\\" not in value:  # which could hide such a thing
                kept[as_written.get(name, name)] = value
        if ID.fullmatch(name := given.get("id", "")) and name not in self._ids:
            self._ids.add(name)
            kept["id"] = name
        if there := self._follow(address(given)) if tag == "image" else address(given):
            kept |= {"xlink:href": there} if tag == "image" or there.startswith("#") else {}
        return ({"xmlns": _SVG, "xmlns:xlink": _LINK} if len(self._open) == 1 else {}) | kept
