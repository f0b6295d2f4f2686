"""A stranger's page as a page of an EPUB 3: its words, its structure, its looks, and nothing that does anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from html.parser import HTMLParser

from pipeline.narration.binding.drawing import Drawing, address
from pipeline.narration.binding.markup import ID, written, xml
from pipeline.narration.readers.web.budget import Budget
from pipeline.narration.readers.web.elements import BLOCKS, VOID, id_of, language_of

_KEPT = BLOCKS - {"body", "center", "form", "title"} | frozenset(
    "a abbr b bdi bdo cite code col colgroup data del dfn em i ins kbd mark q rp rt ruby s samp small span strong sub "
    "sup td th time u var".split()
)
_INSTEAD = {"center": "div", "form": "div", "acronym": "abbr", "strike": "s", "tt": "code", "dir": "ul", "menu": "ul"}
"""What HTML no longer has, and what is written in its place; of all others, only what they hold is kept."""
_GONE = frozenset(
    "script style template object applet iframe audio video canvas noscript select textarea button embed annotation "
    "annotation-xml".split()
)
"""With all that they hold; of a formula its source, which is no part of what is shown."""
_EVERYWHERE = frozenset("class role title aria-label".split())
_OWN = {
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "col": ("span",),
    "colgroup": ("span",),
    "ol": ("start",),
    "li": ("value",),
    "img": ("width", "height"),
}
_APART = BLOCKS | {"td", "th"}
"""What no element within a line goes around."""
_COUNT = re.compile(r"[1-9]\d{0,4}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_ALIGNED = frozenset("p div h1 h2 h3 h4 h5 h6 td th center".split())
_FORMULA = re.compile(r"m[a-z]+|semantics|none")
_DIRECTIONS = ("left", "right", "center", "justify")
_ACTIVE = ("url(", "expression", "import", "javascript", "\\", "<", "behavior")
_DEEPEST = 500
Follow = Callable[[str, str], str]
"""Where an address of an "a", an "img" or a "link" leads within the finished book; "" for nowhere."""


@dataclass(slots=True)
class Token:
    """A piece of the page: markup as it is written, or text with its number among the page's pieces, from 1."""

    written: str
    source: int = 0
    depth: int = 0
    """By which it goes down, or up."""
    block: bool = False


@dataclass(slots=True)
class Tidied:
    tokens: list[Token] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    title: str = ""
    styles: list[str] = field(default_factory=list)
    """Addresses of style sheets within the book."""
    style: str = ""
    """Of the page alone."""
    around: dict[str, str] = field(default_factory=dict)
    """Attributes of the body."""
    held: set[str] = field(default_factory=set)
    """Kinds of what is no HTML in it: "mathml", "svg"."""


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    shown: str
    gone: bool


class Tidy(HTMLParser):
    """Its pieces of text are those that `readers.web.markup` counts. Raises UnreadableDocument for what would take for
    ever."""

    def __init__(self, text: str, follow: Follow) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Tidied()
        self._follow = follow
        self._budget = Budget(text)
        self._open: list[_Open] = []
        self._sources = 0
        self._drawing: Drawing | None = None
        """That is open."""
        self.feed(text)
        self.close()
        self._end_drawing()
        while self._open:
            self._end()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._budget.check(self, len(self.get_starttag_text() or ""))
        given = {name: value or "" for name, value in attrs}
        if self._drawing is not None and tag in BLOCKS - {"title"} and not self._drawing.foreign:
            self._end_drawing()  # which nobody closed
        if self._drawing is None and tag == "svg" and not self._gone():
            self._drawing = Drawing(partial(self._follow, "img"), self.page.ids)
        if self._drawing is not None:
            self._drawing.begin(tag, given, self.get_starttag_text() or "")
            return
        if tag in ("html", "body"):
            self.handle_endtag("head")  # where nobody closed it
            self.page.around |= self._attributes(tag, given if tag == "body" else given | {"id": ""})
            return
        if tag in BLOCKS:
            self._close_before(tag)
        if tag == "link" and "stylesheet" in given.get("rel", "").lower().split():
            self._add_style(given)
        elif tag in VOID:
            self._void(tag, given)
        elif len(self._open) < _DEEPEST:
            self._begin(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._budget.check(self, 0)
        if self._drawing is not None and self._drawing.end(tag):
            if self._drawing.over:
                self._end_drawing()
            return
        if not any(entry.tag == tag for entry in self._open[-60:]):
            return
        self._end_drawing()
        while self._open and self._end() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._budget.check(self, len(data))
        self._sources += 1
        here = self._drawing.here if self._drawing else self._open[-1].tag if self._open else ""
        if self._drawing is not None and here != "style":
            self._drawing.text(data)
        elif here == "title" and any(entry.tag == "head" for entry in self._open):
            self.page.title += data
        elif here == "style":
            self.page.style += unescape(data).replace("<![CDATA[", "").replace("]]>", "")
        elif not self._gone() and (self.page.tokens or data.strip()):
            self.page.tokens.append(Token(data, self._sources))

    def handle_comment(self, data: str) -> None:
        self._budget.check(self, len(data))

    def _end_drawing(self) -> None:
        """It is one piece of the page, or pictures where it is no more than these."""
        drawing, self._drawing = self._drawing, None
        if drawing is None:
            return
        drawing.finish()
        if drawing.markup:
            self.page.held.add("svg")
            self._write(drawing.markup, 0, "svg")
            return
        for given in drawing.pictures:
            self._picture(address(given), given)

    # ---- elements

    def _gone(self) -> bool:
        return bool(self._open) and self._open[-1].gone

    def _formula(self) -> bool:
        return any(entry.shown == "math" for entry in self._open)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        gone = self._gone() or tag in _GONE or tag in ("head", "title")
        if gone:
            shown = ""
        elif tag == "math" or self._formula() and _FORMULA.fullmatch(tag):
            shown = tag
            self.page.held.add("mathml")
        else:
            shown = tag if tag in _KEPT else _INSTEAD.get(tag, "")
        self._open.append(_Open(tag, shown, gone))
        if shown:
            self._write(f"<{shown}{written(self._attributes(tag, given))}>", 1, shown)

    def _end(self) -> str:
        entry = self._open.pop()
        if entry.shown:
            self._write(f"</{entry.shown}>", -1, entry.shown)
        return entry.tag

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if self._gone():
            return
        if tag == "img":
            self._picture(given.get("src", ""), given)
        elif tag in ("br", "hr", "wbr", "col"):
            self._write(f"<{tag}{written(self._attributes(tag, given))}/>", 0, tag)

    def _picture(self, address: str, given: Mapping[str, str]) -> None:
        """One that the book has; of another what stands for it."""
        alone = given.get("alt", "")
        if there := self._follow("img", address):
            attributes = {"src": there, "alt": alone, **self._attributes("img", given)}
            self._write(f"<img{written(attributes)}/>", 0, "img")
        elif alone:
            self._write(f"<span>{xml(alone)}</span>", 0, "span")

    def _add_style(self, given: dict[str, str]) -> None:
        alternate = "alternate" in given.get("rel", "").lower().split()
        if not alternate and (there := self._follow("link", given.get("href", ""))):
            self.page.styles.append(there)

    def _close_before(self, tag: str) -> None:
        """A block ends the paragraph, or the item, that nobody closed."""
        inner = self._open[-1].tag if self._open else ""
        if inner == "p" or inner == tag and tag in ("li", "tr", "td", "th", "dt", "dd"):
            self._end()

    def _write(self, markup: str, depth: int, tag: str) -> None:
        self.page.tokens.append(Token(markup, depth=depth, block=tag in _APART))

    def _attributes(self, tag: str, given: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in given.items() if name in _EVERYWHERE and value.strip()}
        kept |= {name: given[name] for name in _OWN.get(tag, ()) if _COUNT.fullmatch(given.get(name, ""))}
        if kinds := " ".join(kind for kind in given.get("epub:type", "").split() if ":" not in kind):
            kept["epub:type"] = kinds
        if given.get("dir", "").lower() in ("ltr", "rtl", "auto"):
            kept["dir"] = given["dir"].lower()
        if LANGUAGE.fullmatch(language := language_of(given).replace("_", "-")):
            kept["lang"] = kept["xml:lang"] = language
        if tag == "math":
            kept |= {name: given[name] for name in ("alttext", "display") if given.get(name)}
            kept["xmlns"] = "http://www.w3.org/1998/Math/MathML"
        if ID.fullmatch(name := id_of(tag, given)) and name not in self.page.ids:
            self.page.ids.add(name)
            kept["id"] = name
        if tag == "a" and (there := self._follow("a", given.get("href", ""))):
            kept["href"] = there
        if looks := _looks(tag, given):
            kept["style"] = looks
        return kept


def _looks(tag: str, given: Mapping[str, str]) -> str:
    """Its style, and what HTML used to say of that by itself; "" for one that does or fetches anything."""
    looks, side = given.get("style", "").strip().rstrip(";"), given.get("align", "").lower()
    if tag not in _ALIGNED or side not in _DIRECTIONS:
        side = "center" if tag == "center" else ""
    looks = f"text-align: {side}; {looks}".rstrip("; ") if side else looks
    return "" if any(word in looks.lower() for word in _ACTIVE) else looks
