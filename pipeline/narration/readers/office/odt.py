"""ODT: headings, lists with their numbers, tables; what was deleted, noted or commented is not read aloud."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from html import escape
from pathlib import Path
from xml.etree.ElementTree import Element

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Document, LeftOut
from pipeline.narration.escapes import unescaped
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.office.numbering import counted
from pipeline.narration.readers.office.odt_styles import Styles
from pipeline.narration.readers.text.headings import is_heading
from pipeline.narration.readers.text.markdown import called, headings
from pipeline.narration.readers.unsaid import CONTENTS, NOTE
from pipeline.narration.readers.web.markup import Markup
from pipeline.narration.readers.xml import attribute, bare, parsed

_BESIDE = {
    "tracked-changes": "deleted",
    "annotation": "comment",
    "ruby-text": "reading",
    "note-citation": "note mark",
    "note-body": NOTE,
    "alphabetical-index": "index",
    **dict.fromkeys(("table-of-content", "illustration-index", "table-index", "object-index", "user-index"), CONTENTS),
}
"""What is not read aloud, and why."""
_SILENT = frozenset("table-of-content-source index-title-template covered-table-cell forms desc title".split())
_MANIFEST = "META-INF/manifest.xml"
_DEEPEST = 100
"""Elements within one another; each of them takes several calls."""
_ASIDE = frozenset("note annotation change-info ruby-text".split())
_APART = frozenset("p h s tab line-break".split())
_DUBLIN = "{http://purl.org/dc/"
"""Who wrote a comment, and when."""
_SIGNS = {"s": " ", "tab": " ", "line-break": "<br/>"}
_ITEM = re.compile(r"(\d{1,9})[.)]")
_HEADED = re.compile("Heading_20_([1-6])")
_INDEXED = re.compile(".*-(?:content|index)")


def read(path: Path) -> Document:
    with Archive(path) as archive:
        if _MANIFEST in archive and b"encryption-data" in archive.read(_MANIFEST):
            raise UnreadableDocument("it is encrypted; save it without a password first.")
        if "content.xml" not in archive:
            raise UnreadableDocument("it is no OpenDocument text: it has no content.xml.")
        root = parsed(archive.read("content.xml"), "content.xml", deepest=_DEEPEST)
        names = [name for name in ("styles.xml", "meta.xml") if name in archive]
        others = {name: parsed(archive.read(name), name) for name in names}
        formulas = _formulas(archive, root)
    body = root.find("{*}body/{*}text")
    if body is None:
        raise UnreadableDocument("it is an OpenDocument of another kind: it holds no text.")
    facts = {bare(e.tag): _text(e)[:300] for e in others.get("meta.xml", root).iterfind("{*}meta/*")}
    styles = Styles([others["styles.xml"], root] if "styles.xml" in others else [root])
    html = _Html(styles, formulas)
    page = Markup(html.of(body)).page()
    text = page.text
    if not headings(text):  # styles are not for everybody
        blocks = text.split("\n\n")
        text = "\n\n".join(f"# {block}" if is_heading(unescaped(block)) else block for block in blocks)
    return Document(
        *called(path, facts.get("title") or html.title, text),
        author=facts.get("initial-creator") or facts.get("creator", ""),
        language=facts.get("language", ""),
        left_out=(*html.left_out, *(LeftOut(gap.reason, gap.text) for gap in page.left_out)),
    )


def _formulas(archive: Archive, root: Element) -> dict[str, Element]:
    """Of the objects in the text those that are formulas, by their addresses."""
    found: dict[str, Element] = {}
    for held in root.iterfind(".//{*}object"):
        name = posixpath.normpath(posixpath.join(attribute(held, "href"), "content.xml"))
        if name in archive:
            with suppress(UnreadableDocument):  # it is told of as what cannot be said
                inside = parsed(archive.read(name), name, deepest=_DEEPEST)
                found |= {attribute(held, "href"): inside} if bare(inside.tag) == "math" else {}
    return found


class _Html:
    """The text as HTML, of which there is a reader."""

    def __init__(self, styles: Styles, formulas: Mapping[str, Element]) -> None:
        self.title = ""
        """As the text has it at its head."""
        self.left_out: list[LeftOut] = []
        self._styles, self._formulas = styles, formulas
        self._out: list[str] = []
        self._headings: dict[int, int] = {}
        """How far they are counted, by level."""
        self._lists: dict[str, dict[int, int]] = {}
        """The same of lists, by their names and their styles: so a later list says which one it goes on with."""
        self._cells = 0
        """That are open."""
        self._add: dict[str, Callable[[Element], None]] = {
            "p": self._paragraph,
            "h": self._heading,
            "list": self._list,
            "span": self._span,
            "table": self._table,
            "table-row": lambda row: self._within("tr" if self._cells == 0 else "", row),
            "table-cell": self._cell,
            "table-header-rows": self._head,
            "frame": self._frame,
        }
        self._named = "td"
        """What cells are: those of a table's head are others."""

    def of(self, body: Element) -> str:
        self._inside(body)
        return "".join(self._out)

    def _inside(self, element: Element) -> None:
        self._out.append(escape(element.text or ""))
        for child in element:
            self._one(child)
            self._out.append(escape(child.tail or ""))

    def _one(self, element: Element) -> None:
        tag = bare(element.tag)
        if tag in _SILENT:
            return
        if why := "hidden" if self._styles.hides(element) else _BESIDE.get(tag, ""):
            index = element.find("{*}index-body") if _INDEXED.fullmatch(tag) else None
            if text := _text(element if index is None else index):
                self.left_out.append(LeftOut(why, text))
        elif tag in _SIGNS:
            self._out.append(_SIGNS[tag])
        else:
            self._add.get(tag, self._inside)(element)

    def _within(self, tag: str, element: Element, mark: str = "") -> None:
        self._out.append(f"<{tag}>" if tag else " ")
        self._out.append(f"{escape(mark)} " if mark else "")
        self._inside(element)
        self._out.append(f"</{tag}>" if tag else " ")

    def _paragraph(self, element: Element, mark: str = "") -> None:
        """It may look like a heading: some programs go by that alone."""
        looks = self._styles.base(element)
        headed = _HEADED.fullmatch(looks)
        titled = looks == "Title" and not self.title
        if titled:
            self.title = _text(element)[:200]
        self._within(f"h{headed[1]}" if headed else "h1" if titled else "p", element, mark)

    def _heading(self, element: Element, mark: str = "") -> None:
        level = attribute(element, "outline-level")
        at = int(level) - 1 if re.fullmatch("[1-9]", level) else 0
        if not mark and self._styles.outline and attribute(element, "is-list-header") != "true":
            mark = counted(self._styles.outline, self._headings, at).strip("-")
        self._within(f"h{min(at + 1, 6)}", element, mark)

    def _span(self, element: Element) -> None:
        self._within("sup", element) if self._styles.raises(element) else self._inside(element)

    def _frame(self, frame: Element) -> None:
        """A picture, a formula, or a box with text in it."""
        shown = next((_text(child) for child in frame if bare(child.tag) in ("title", "desc") and _text(child)), "")
        if (held := frame.find("{*}object")) is not None and attribute(held, "href") in self._formulas:
            self._formula(self._formulas[attribute(held, "href")])
            return
        if held is not None:
            self.left_out.append(LeftOut("embedded", shown or attribute(held, "href")))
        elif frame.find("{*}text-box") is None:
            self._out.append(f'<img alt="{escape(shown)}"/>')
        self._inside(frame)

    def _formula(self, element: Element) -> None:
        tag, facts = bare(element.tag), "".join(f' {bare(k)}="{escape(v)}"' for k, v in element.attrib.items())
        self._out.append(f"<{tag}{facts}>{escape(element.text or '')}")
        for child in element:
            self._formula(child)
        self._out.append(f"</{tag}>")

    # ---- tables

    def _table(self, table: Element) -> None:
        """One within a cell is that cell's text."""
        self._within("" if self._cells else "table", table)

    def _head(self, rows: Element) -> None:
        self._named = "th"
        self._inside(rows)
        self._named = "td"

    def _cell(self, cell: Element) -> None:
        tag = "" if self._cells else self._named
        self._cells += 1
        self._within(tag, cell)
        self._cells -= 1

    # ---- lists

    def _list(self, element: Element, style: str = "", depth: int = 0, counts: dict[int, int] | None = None) -> None:
        """`counts`: how far the list around it is counted, by level."""
        style = attribute(element, "style-name") or style
        if counts is None:
            goes_on = attribute(element, "continue-numbering") == "true"
            known = self._lists.get(attribute(element, "continue-list") or (style if goes_on else ""))
            counts = {} if known is None else known
            self._lists |= {name: counts for name in (style, attribute(element, "id")) if name}
        around = ""
        for item in element:
            mark = self._mark(item, style, depth, counts)
            number = _ITEM.fullmatch(mark)
            wanted = "ol" if number else "ul" if mark == "-" else ""
            if wanted != around:
                self._out.append((f"</{around}>" if around else "") + (f"<{wanted}>" if wanted else ""))
                around = wanted
            self._out.append(f'<li value="{number[1]}">' if number else "<li>" if wanted else "")
            mark = "" if wanted else mark
            for place, child in enumerate(item):
                if bare(child.tag) == "list":
                    self._list(child, style, depth + 1, counts)
                elif bare(child.tag) == "p" and wanted and not place:
                    self._within("", child)
                elif bare(child.tag) in ("p", "h"):
                    (self._heading if bare(child.tag) == "h" else self._paragraph)(child, mark)
                    mark = ""
                else:
                    self._one(child)
            self._out.append("</li>" if wanted else "")
        self._out.append(f"</{around}>" if around else "")

    def _mark(self, item: Element, style: str, depth: int, counts: dict[int, int]) -> str:
        """What stands before an item; "" for one that only holds others, or goes on with the one before."""
        if bare(item.tag) != "list-item" or not any(bare(child.tag) in ("p", "h") for child in item):
            return ""
        start = attribute(item, "start-value")
        if re.fullmatch(r"\d{1,6}", start):
            counts[depth] = int(start) - 1
        return counted(self._styles.lists.get(style, {}), counts, depth)


def _text(element: Element) -> str:
    """As one line, without what is noted in it, and by whom."""
    return " ".join("".join(_pieces(element)).split())


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        tag = bare(child.tag)
        if tag not in _ASIDE and not child.tag.startswith(_DUBLIN):
            yield from _pieces(child)
        yield f" {child.tail or ''}" if tag in _APART else child.tail or ""
