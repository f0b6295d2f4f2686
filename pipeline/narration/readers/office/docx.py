"""DOCX: paragraphs, headings by their styles, lists, tables; what was deleted, noted or commented is not read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from xml.etree.ElementTree import Element

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Document, LeftOut
from pipeline.narration.escapes import BREAK, escaped, is_break, unescaped
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.maths.formulas import between
from pipeline.narration.readers.maths.omml import tex
from pipeline.narration.readers.office.numbering import Numbering
from pipeline.narration.readers.powers import power
from pipeline.narration.readers.text.headings import is_heading
from pipeline.narration.readers.text.markdown import called
from pipeline.narration.readers.unsaid import leads_to_a_note
from pipeline.narration.readers.xml import attribute, bare, parsed

_LISTED = -1
"""Instead of a level: it stands in the table of contents."""
_ANCESTORS = 20
"""Styles that one may be made from, one after the other; Word takes fewer."""
_HEADING = re.compile("heading ([1-6])")
_ITEM = re.compile(r"(?:-|\d+\.) ")
_NUMBER = re.compile(r"(\d{1,9})[.)]")
_T = TypeVar("_T")
_SIGNS = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
_UNSAID = frozenset("del moveFrom Fallback instrText delText pPr rPr".split())
"""What was deleted or moved away, alternatives for older programs, and how all of it looks."""
_OLE = b"\xd0\xcf\x11\xe0"


def read(path: Path) -> Document:
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise UnreadableDocument("it is encrypted, or in Word's old format; save it as .docx without a password.")
    with Archive(path) as archive:
        if "word/document.xml" not in archive:
            raise UnreadableDocument("it is no DOCX: it has no word/document.xml.")
        styles = _Styles(archive)
        facts = _facts(archive)
        root = parsed(archive.read("word/document.xml"), "word/document.xml")
        left_out = _notes(archive)
    body = next(root.iterfind("{*}body"), root)
    blocks, marks = list[str](), list[str]()
    for element in _blocks(body):
        if bare(element.tag) == "tbl":
            blocks.append(_table(element, marks))
        elif styles.levels.get(_value(element, "pStyle")) == _LISTED:
            left_out += [LeftOut("table of contents", line) for line in [_text(element).strip()] if line]
        else:
            blocks.append(_paragraph(element, styles, marks))
    if not any(block.startswith("#") for block in blocks):  # styles are not for everybody
        blocks = [f"# {block}" if is_heading(unescaped(block)) else block for block in blocks]
    text = "".join(_apart(blocks))
    left_out += [LeftOut("note mark", mark) for mark in marks]
    deleted = root.iterfind(".//{*}delText")
    left_out += [LeftOut("deleted", gone) for e in deleted if (gone := (e.text or "").strip())]
    left_out += [LeftOut("hidden", gone) for e in root.iter() if _hidden(e) and (gone := _text(e).strip())]
    titled = next((_text(element).strip() for element in _blocks(body) if _value(element, "pStyle") == "Title"), "")
    return Document(
        *called(path, facts.get("title") or " ".join(titled.split())[:200], text),
        author=facts.get("creator", ""),
        language=facts.get("language", ""),
        left_out=tuple(left_out),
    )


def _blocks(body: Element, *tags: str) -> list[Element]:
    """Paragraphs and tables in order, or what is asked for, also those inside of content controls."""
    found: list[Element] = []
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if bare(element.tag) in (tags or ("p", "tbl")):
            found.append(element)
        elif bare(element.tag) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            waiting.extend(reversed(element))
    return found


def _apart(blocks: list[str]) -> list[str]:
    """Items of one list stand on lines that follow one another; all else stands apart."""
    out: list[str] = []
    for block, after in pairwise([*filter(None, blocks), ""]):
        out += [block, "\n" if _ITEM.match(block) and _ITEM.match(after) else "\n\n"]
    return out


def _paragraph(element: Element, styles: _Styles, marks: list[str]) -> str:
    mark = styles.mark(element)
    said = _text(element, marks).strip()
    text = BREAK if is_break(said) else between(said)
    if not text:
        return ""
    if level := styles.levels.get(_value(element, "pStyle"), 0) or _outline(element):
        return " ".join(filter(None, ("#" * level, escaped(mark.strip("-")), *text.split())))
    if number := _NUMBER.fullmatch(mark):
        return f"{number[1]}. {text}"
    return f"{mark} {text}" if mark == "-" else f"{escaped(mark)} {text}".strip()


def _table(element: Element, marks: list[str]) -> str:
    """Its own rows; a table within one of its cells is that cell's text."""
    rows = []
    for row in _blocks(element, "tr"):
        cells = [" ".join(_text(cell, marks).split()) for cell in _blocks(row, "tc")]
        if any(cells):
            rows.append("| " + " | ".join(between(cell).replace("|", "\\|") for cell in cells) + " |")
            if len(rows) == 1 and row.find(".//{*}tblHeader") is not None:
                rows.append("|" + "---|" * len(cells))
    return "\n".join(rows)


def _text(element: Element, marks: list[str] | None = None) -> str:
    """What is said of it. `marks`: takes those of notes, which are not said."""
    out: list[str] = []
    waiting = [element]
    while waiting:
        here = waiting.pop()
        tag = bare(here.tag)
        if tag == "r" and _value(here, "vertAlign") == "superscript":
            out.append(_raised(here, "".join(out[-4:]), [] if marks is None else marks))
        elif tag == "t":
            out.append(here.text or "")
        elif tag == "oMath":
            out.append(rf"\({tex(here)}\)")
        elif tag in _SIGNS:
            out.append(_SIGNS[tag])
        elif tag not in _UNSAID:
            waiting.extend(child for child in reversed(here) if not _hidden(child))
            if tag == "p" and here is not element:
                out.append(" ")
    return "".join(out)


def _raised(run: Element, before: str, marks: list[str]) -> str:
    """What is said of what is set high: powers, and words, but not the mark of a note."""
    text = "".join(part.text or "" for part in run if bare(part.tag) == "t")
    if said := power(text, before):
        return said
    if leads_to_a_note(text, "", raised=not text.isalpha()):
        marks.append(text)
        return ""
    return text


def _hidden(run: Element) -> bool:
    mark = _find(run, "vanish") if bare(run.tag) == "r" else None
    return mark is not None and attribute(mark, "val") not in ("0", "false", "off")


def _notes(archive: Archive) -> list[LeftOut]:
    return [
        LeftOut("note", text, name)
        for name in ("footnotes", "endnotes")
        for note in _part(archive, name)
        if (text := _text(note).strip())
    ]


class _Styles:
    """What paragraphs are by the names of their styles; those that are made from others are as these."""

    def __init__(self, archive: Archive) -> None:
        self.levels = {"Title": 1} | {f"Heading{level}": level for level in range(1, 7)}
        """Of headings."""
        self.levels |= {"TOCHeading": _LISTED} | {f"TOC{level}": _LISTED for level in range(1, 10)}
        self._lists: dict[str, tuple[str, str]] = {}
        """The list that they are items of, and the level in it."""
        self._numbering = Numbering(_part(archive, "numbering"))
        parents: dict[str, str] = {}
        for style in _part(archive, "styles"):
            if bare(style.tag) == "style" and (name := attribute(style, "styleId")):
                self._add(name, style)
                parents[name] = _value(style, "basedOn")
        _inherit(self.levels, parents)
        _inherit(self._lists, parents)

    def _add(self, name: str, style: Element) -> None:
        title = _value(style, "name").lower()
        if heading := _HEADING.fullmatch(title):
            self.levels[name] = int(heading[1])
        elif title == "title":
            self.levels[name] = 1
        elif title.startswith("toc "):
            self.levels[name] = _LISTED
        elif level := _outline(style):
            self.levels[name] = level
        if (listed := _find(style, "numPr")) is not None:
            self._lists[name] = _value(listed, "numId"), _value(listed, "ilvl")

    def mark(self, element: Element) -> str:
        """What stands before a paragraph as the item of a list; it is counted with that."""
        own = _find(element, "numPr")
        name, place = self._lists.get(_value(element, "pStyle"), ("", ""))
        if own is not None:
            name, place = _value(own, "numId") or name, _value(own, "ilvl") or place
        return self._numbering.mark(name, place or "0") if name else ""


def _inherit(kinds: dict[str, _T], parents: Mapping[str, str]) -> None:
    for name in parents:
        seen, above = {name}, parents[name]
        while name not in kinds and above and above not in seen and len(seen) < _ANCESTORS:
            seen.add(above)
            if above in kinds:
                kinds[name] = kinds[above]
            above = parents.get(above, "")


def _part(archive: Archive, name: str) -> Iterable[Element]:
    """The elements of a file of it; none where it is not there."""
    path = f"word/{name}.xml"
    return parsed(archive.read(path), path) if path in archive else ()


def _outline(element: Element) -> int:
    value = _value(element, "outlineLvl")
    return int(value) + 1 if re.fullmatch("[0-5]", value) else 0


def _facts(archive: Archive) -> dict[str, str]:
    if "docProps/core.xml" not in archive:
        return {}
    root = parsed(archive.read("docProps/core.xml"), "docProps/core.xml")
    return {bare(element.tag): " ".join((element.text or "").split())[:300] for element in root}


def _find(element: Element, tag: str) -> Element | None:
    properties = next((child for child in element if bare(child.tag) in ("pPr", "rPr")), element)
    return next((child for child in properties if bare(child.tag) == tag), None)


def _value(element: Element, tag: str) -> str:
    found = _find(element, tag)
    if found is None:
        found = element.find(f"{{*}}{tag}")
    return attribute(found, "val") if found is not None else ""
