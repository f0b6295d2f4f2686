"""HTML and XHTML, however broken, as Markdown: what is read aloud, in order, and the places that links lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from pipeline.narration.document import Document, LeftOut
from pipeline.narration.escapes import escaped
from pipeline.narration.markdown import by_headings
from pipeline.narration.plain import decoded

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt figcaption figure footer form header hr "
    "li main nav ol p pre section summary table tbody tfoot thead tr ul h1 h2 h3 h4 h5 h6 title".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_UNSPOKEN = frozenset("script style template noscript svg math object iframe audio video canvas select rp".split())
_BESIDE = {"nav": "navigation", "rt": "reading"}
"""Elements that are no part of the text, with the reason."""
_ROLES = {
    "pagebreak": "page number",
    "doc-pagebreak": "page number",
    "noteref": "note mark",
    "doc-noteref": "note mark",
    "footnote": "note",
    "footnotes": "note",
    "endnote": "note",
    "endnotes": "note",
    "rearnote": "note",
    "rearnotes": "note",
    "doc-footnote": "note",
    "doc-endnote": "note",
    "doc-endnotes": "note",
    "toc": "table of contents",
    "doc-toc": "table of contents",
    "page-list": "page number",
    "landmarks": "navigation",
    "index": "index",
    "doc-index": "index",
    "copyright-page": "front matter",
}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"\s+")
_STATED = re.compile(rb"""<meta[^>]{0,200}charset=["']?([\w-]{2,20})|<\?xml[^>]{0,200}encoding=["']([\w-]{2,20})""")


def read(path: Path) -> Document:
    page = Page.of(path.read_bytes())
    chapters, headed = by_headings(page.text, page.title or path.stem)
    return Document(
        page.title or headed or path.stem,
        chapters,
        author=page.author,
        language=page.language,
        left_out=tuple(page.left_out),
    )


@dataclass(slots=True)
class _Open:
    """An element that has begun."""

    tag: str
    unsaid: str = ""
    """The reason, when nothing in it is said."""
    mark: str = ""
    """What is written at its end."""
    number: int = 0
    """Of the last item, in a numbered list."""


@dataclass(slots=True)
class Page:
    """One HTML file."""

    text: str = ""
    title: str = ""
    author: str = ""
    language: str = ""
    anchors: dict[str, int] = field(default_factory=dict)
    """Where in `text` each id stands."""
    left_out: list[LeftOut] = field(default_factory=list)

    @classmethod
    def of(cls, data: bytes) -> Page:
        """Raises UnreadableDocument for what is no text."""
        stated = _STATED.search(data[:2048])
        name = next((group for group in stated.groups() if group), b"").decode().lower() if stated else ""
        if name in ("iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii"):
            data = data.decode("cp1252", "replace").encode()  # as browsers take all of these
        elif name in ("shift_jis", "euc-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr", "koi8-r") or re.match(
            "(?:windows-125|iso-8859-)[0-9]", name
        ):
            data = data.decode(name, "replace").encode()
        parser = _Parser()
        parser.feed(decoded(data))
        parser.close()
        return parser.page()


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._page = Page()
        self._out: list[str] = []
        self._size = 0
        self._open: list[_Open] = []
        self._unsaid: list[str] = []
        """What the element that is not said holds."""
        self._gap = 0
        """Newlines that are due before the next word; 1 is only a space in a paragraph."""
        self._space = False
        self._begin = ""
        """What the next line begins with."""
        self._waiting: list[str] = []
        """Ids whose place is the next word."""
        self._verbatim = 0
        self._cells = 0
        """Of the row, so far."""
        self._lines = 0
        """Elements that stay on one line and are open: headings, cells."""

    def page(self) -> Page:
        self._place_anchors()
        self._end_unsaid(self._reason())
        self._page.text = "".join(self._out) + ("\n\n" if self._out else "")
        return self._page

    # ---- what the parser finds

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if name := given.get("id") or (given.get("name") if tag == "a" else ""):
            self._waiting.append(name)
        if tag == "meta" and given.get("name", "").lower() == "author":
            self._page.author = given.get("content", "").strip()[:200]
        if tag == "html":
            self._page.language = given.get("lang") or given.get("xml:lang") or ""
        if tag in _BLOCKS:
            self._close_paragraph(tag)
            self._break(_gap(tag))
        if tag in _VOID:
            self._void(tag, given)
            return
        if len(self._open) > 2000:
            return  # nobody nests like this; what is in there is read all the same
        entry = _Open(tag, unsaid=self._reason_for(tag, given))
        if entry.unsaid and not self._reason():
            self._unsaid = []
        self._open.append(entry)
        if not self._reason():
            self._begin_element(tag, entry)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not any(entry.tag == tag for entry in self._open[-60:]):
            return
        while self._open:
            entry = self._open[-1]
            reason = self._reason()
            self._open.pop()
            if reason and not self._reason():
                self._end_unsaid(reason)
            elif not reason:
                self._end_element(entry)
            if entry.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if reason := self._reason():
            if reason == "title":
                self._page.title = (self._page.title + data)[:300]
            elif reason != "markup":
                self._unsaid.append(data)
            return
        if self._verbatim:
            self._write(data, space=False)
            return
        bare = _SPACE.sub(" ", data.replace("\u00ad", ""))
        if bare.strip():
            self._space = self._space or bare[0] == " "
            said = escaped(bare.strip())
            self._write(said.replace("|", "\\|") if self._cells else said, space=self._space)
        self._space = bare[-1:] == " " if bare.strip() else self._space or bool(bare)

    # ---- elements

    def _reason_for(self, tag: str, given: dict[str, str]) -> str:
        if tag == "title":
            return "title"
        if tag in _UNSPOKEN:
            return "markup"
        if "hidden" in given or given.get("aria-hidden") == "true":
            return "hidden"
        if tag in _BESIDE and "toc" not in given.get("epub:type", ""):
            return _BESIDE[tag]
        roles = [*given.get("epub:type", "").split(), *given.get("role", "").split()]
        if tag in ("body", "html"):
            return ""
        if tag == "a" and given.get("href", "").startswith("#") and any(e.tag == "sup" for e in self._open[-3:]):
            return "note mark"
        return next((_ROLES[role] for role in roles if role in _ROLES), "")

    def _begin_element(self, tag: str, entry: _Open) -> None:
        if tag in _HEADINGS:
            self._begin = "#" * _HEADINGS[tag] + " "
            self._lines += 1
        elif tag == "li":
            self._begin = self._item()
        elif tag == "pre":
            self._write("```\n", space=False)
            self._verbatim += 1
        elif tag == "tr":
            self._cells = 0
        elif tag in ("td", "th"):
            self._write("|", space=True)
            self._space = True
            self._cells += 1
            self._lines += 1

    def _item(self) -> str:
        around = next((entry for entry in reversed(self._open) if entry.tag in ("ul", "ol")), None)
        if around is None or around.tag == "ul":
            return "- "
        around.number += 1
        return f"{around.number}. "

    def _end_element(self, entry: _Open) -> None:
        tag = entry.tag
        if tag == "pre":
            self._verbatim -= 1
            self._put("\n```")
        elif tag in ("td", "th"):
            self._lines -= 1
        elif tag == "tr" and self._cells:
            self._write("|", space=True)
            self._cells = 0
        elif tag in _HEADINGS:
            self._begin = ""
            self._lines -= 1
        if tag in _BLOCKS:
            self._break(_gap(tag))

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._break(1)
        elif tag == "hr":
            self._break(2)
        elif tag == "img" and not self._reason() and given.get("alt", "").strip():
            self._page.left_out.append(LeftOut("image", given["alt"].strip()[:500]))

    def _close_paragraph(self, tag: str) -> None:
        """A block ends the paragraph, or the item, that nobody closed."""
        if self._open and (self._open[-1].tag == "p" or self._open[-1].tag == tag == "li"):
            self.handle_endtag(self._open[-1].tag)

    def _reason(self) -> str:
        return next((entry.unsaid for entry in self._open if entry.unsaid), "")

    def _end_unsaid(self, reason: str) -> None:
        text = " ".join("".join(self._unsaid).split())
        self._unsaid = []
        if text and reason not in ("", "markup", "title"):
            self._page.left_out.append(LeftOut(reason, text))

    # ---- writing

    def _break(self, newlines: int) -> None:
        if self._lines > 0:
            self._space = True
        elif not self._verbatim:
            self._gap = max(self._gap, newlines)
            self._space = False

    def _write(self, text: str, *, space: bool) -> None:
        if self._out and self._gap:
            self._put("\n" * self._gap)
        elif self._out and space:
            self._put(" ")
        self._gap = 0
        self._place_anchors()
        if self._begin:
            self._put(self._begin)
            self._begin = ""
        self._put(text)
        self._space = False

    def _put(self, text: str) -> None:
        self._out.append(text)
        self._size += len(text)

    def _place_anchors(self) -> None:
        for name in self._waiting:
            self._page.anchors.setdefault(name, self._size)
        self._waiting.clear()


def _gap(tag: str) -> int:
    """Newlines around a block."""
    return 1 if tag in ("li", "tr", "td", "th", "dt", "dd") else 2
