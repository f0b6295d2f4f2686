"""FictionBook 2, also packed (.fb2.zip): its sections give the chapters, and its notes are not read aloud."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from html import escape
from pathlib import Path
from xml.etree.ElementTree import Element

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Document, LeftOut, as_cover
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.text.markdown import called
from pipeline.narration.readers.unsaid import NOTE
from pipeline.narration.readers.web.markup import Markup
from pipeline.narration.readers.xml import attribute, bare, parsed

_TAGS = {
    **{"section": "section", "annotation": "div", "poem": "div", "cite": "blockquote", "epigraph": "blockquote"},
    **dict.fromkeys(("p", "subtitle", "stanza", "text-author", "date"), "p"),
    **{"emphasis": "em", "strong": "strong", "style": "span", "strikethrough": "s", "a": "a"},
    **{tag: tag for tag in ("table", "tr", "td", "th", "sub", "sup", "code")},
}
"""What its elements are in HTML."""
_NAMES = ("first-name", "middle-name", "last-name")


def read(path: Path) -> Document:
    root = parsed(_unpacked(path), "its text")
    if bare(root.tag) != "FictionBook":
        raise UnreadableDocument(f"it is no FictionBook, but {bare(root.tag)[:80]}.")
    about = root.find("{*}description/{*}title-info")
    about = Element("none") if about is None else about
    bodies = root.findall("{*}body")
    notes = [body for body in bodies[1:] if body.get("name")]
    page = Markup(_Html(notes).of([body for body in bodies if body not in notes])).page()
    left_out = [LeftOut(gap.reason, gap.text, path.name) for gap in page.left_out]
    beside = [("front matter", about.findall("{*}annotation")), *((NOTE, list(body)) for body in notes)]
    left_out += [LeftOut(why, text, path.name) for why, parts in beside for text in map(_line, parts) if text]
    return Document(
        *called(path, _line(about.find("{*}book-title")), page.text, page.languages),
        author=", ".join(filter(None, map(_author, about.findall("{*}author")[:5]))),
        language=_line(about.find("{*}lang")),
        cover=_cover(root, about, left_out),
        left_out=tuple(left_out),
    )


def _unpacked(path: Path) -> bytes:
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return path.read_bytes()
    with Archive(path) as archive:
        found = [name for name in archive.names() if name.lower().endswith(".fb2")]
        if len(found) != 1:
            raise UnreadableDocument(f"it holds {len(found)} files that end in .fb2, where one is expected.")
        return archive.read(found[0])


class _Html:
    """The text as HTML, of which there is a reader."""

    def __init__(self, notes: list[Element]) -> None:
        self._notes = {element.get("id") for body in notes for element in body.iter()} - {None}
        self._out: list[str] = []

    def of(self, bodies: list[Element]) -> str:
        for body in bodies:
            self._add(body, 0, heads=True)
        return "".join(self._out)

    def _add(self, element: Element, depth: int, *, heads: bool = False) -> None:
        """`depth`: of sections. `heads`: a title in it is a chapter's."""
        self._say(element.text)
        for child in element:
            tag = bare(child.tag)
            if tag == "title":
                self._title(child, f"h{min(depth + 1, 6)}" if heads else "p")
            elif tag == "v":
                self._add(child, depth)
                self._out.append("<br/>")
            elif tag == "image":
                self._out.append(f'<img alt="{escape(child.get("alt", ""))}"/>')
            elif tag in _TAGS:
                self._out.append(f"<{_TAGS[tag]}{''.join(self._attributes(child))}>")
                self._add(child, depth + (tag == "section"), heads=tag == "section")
                self._out.append(f"</{_TAGS[tag]}>")
            else:
                self._add(child, depth)
            self._say(child.tail)

    def _title(self, title: Element, tag: str) -> None:
        self._out.append(f"<{tag}>")
        for line in title:
            self._add(line, 0)
            self._out.append("<br/>")
        self._out.append(f"</{tag}>")

    def _attributes(self, element: Element) -> Iterator[str]:
        if language := attribute(element, "lang"):
            yield f' lang="{escape(language)}"'
        if bare(element.tag) == "a" and (address := attribute(element, "href")):
            marks = element.get("type") == "note" or address.removeprefix("#") in self._notes
            yield f' href="{escape(address)}"' + (' epub:type="noteref"' if marks else "")

    def _say(self, text: str | None) -> None:
        self._out.append(escape(text or ""))


def _line(element: Element | None) -> str:
    return "" if element is None else " ".join(" ".join(element.itertext()).split())


def _author(author: Element) -> str:
    names = " ".join(filter(None, (_line(author.find(f"{{*}}{name}")) for name in _NAMES)))
    return (names or _line(author.find("{*}nickname")))[:300]


def _cover(root: Element, about: Element, left_out: list[LeftOut]) -> bytes:
    shown = about.find("{*}coverpage/{*}image")
    name = "" if shown is None else attribute(shown, "href").removeprefix("#")
    if not name:
        return b""
    data = next((e.text or "" for e in root.iterfind("{*}binary") if e.get("id") == name), "")
    try:
        image = base64.b64decode(data)
    except (binascii.Error, ValueError):
        image = b""
    return as_cover(image, name, left_out)
