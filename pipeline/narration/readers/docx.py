"""DOCX: paragraphs, headings by their styles, lists, tables; what was deleted, noted or commented is not read aloud."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree.ElementTree import Element

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import Document, LeftOut, as_text
from pipeline.narration.escapes import escaped, paragraph, unescaped
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.headings import is_heading
from pipeline.narration.readers.markdown import by_headings
from pipeline.narration.readers.powers import power
from pipeline.narration.readers.unsaid import leads_to_a_note
from pipeline.narration.readers.xml import bare, parsed

_LISTED = -1
"""Instead of a level: it stands in the table of contents."""
_ANCESTORS = 20
"""Styles that one may be made from, one after the other; Word takes fewer."""
_HEADING = re.compile("heading ([1-6])")
_OLE = b"\xd0\xcf\x11\xe0"


def read(path: Path) -> Document:
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            raise UnreadableDocument("it is encrypted, or in Word's old format; save it as .docx without a password.")
    with Archive(path) as archive:
        if "word/document.xml" not in archive:
            raise UnreadableDocument("it is no DOCX: it has no word/document.xml.")
        levels = _levels(archive)
        facts = _facts(archive)
        root = parsed(archive.read("word/document.xml"), "word/document.xml")
        left_out = _notes(archive)
    body = next(root.iterfind("{*}body"), root)
    blocks, marks = list[str](), list[str]()
    for element in _blocks(body):
        if bare(element.tag) == "tbl":
            blocks.append(_table(element, marks))
        elif levels.get(_value(element, "pStyle")) == _LISTED:
            left_out += [LeftOut("table of contents", line) for line in [_text(element).strip()] if line]
        else:
            blocks.append(_paragraph(element, levels, marks))
    if not any(block.startswith("#") for block in blocks):  # styles are not for everybody
        blocks = [f"# {block}" if is_heading(unescaped(block)) else block for block in blocks]
    text = "".join(_apart(blocks))
    left_out += [LeftOut("note mark", mark) for mark in marks]
    deleted = root.iterfind(".//{*}delText")
    left_out += [LeftOut("deleted", gone) for e in deleted if (gone := (e.text or "").strip())]
    left_out += [LeftOut("hidden", gone) for e in root.iter() if _hidden(e) and (gone := _text(e).strip())]
    titled = next((_text(element).strip() for element in _blocks(body) if _value(element, "pStyle") == "Title"), "")
    title = facts.get("title") or " ".join(titled.split())[:200]
    chapters, headed = by_headings(text, title or as_text(path.stem))
    return Document(
        title or headed or as_text(path.stem),
        chapters,
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
    out = []
    blocks = [block for block in blocks if block]
    for block, after in zip(blocks, [*blocks[1:], ""], strict=True):
        out += [block, "\n" if block.startswith("- ") and after.startswith("- ") else "\n\n"]
    return out


def _paragraph(element: Element, levels: dict[str, int], marks: list[str]) -> str:
    text = paragraph(_text(element, marks).strip())
    if not text:
        return ""
    style = _value(element, "pStyle")
    level = levels.get(style, 0) or _outline(element)
    if level:
        return "#" * level + " " + " ".join(text.split())
    return f"- {text}" if _find(element, "numPr") is not None else text


def _table(element: Element, marks: list[str]) -> str:
    """Its own rows; a table within one of its cells is that cell's text."""
    rows = []
    for row in _blocks(element, "tr"):
        cells = [" ".join(_text(cell, marks).split()) for cell in _blocks(row, "tc")]
        if any(cells):
            rows.append("| " + " | ".join(escaped(cell).replace("|", "\\|") for cell in cells) + " |")
            if len(rows) == 1 and row.find(".//{*}tblHeader") is not None:
                rows.append("|" + "---|" * len(cells))
    return "\n".join(rows)


def _text(element: Element, marks: list[str] | None = None) -> str:
    """What is said of it: not what was deleted, moved away or hidden, nor alternatives for older programs. `marks`:
    takes those of notes, which are not said either."""
    out: list[str] = []
    waiting = [element]
    while waiting:
        here = waiting.pop()
        tag = bare(here.tag)
        if tag == "r" and _value(here, "vertAlign") == "superscript":
            out.append(_raised(here, "".join(out[-4:]), [] if marks is None else marks))
        elif tag == "t":
            out.append(here.text or "")
        elif tag in ("br", "cr"):
            out.append("\n")
        elif tag in ("tab", "ptab"):
            out.append(" ")
        elif tag == "noBreakHyphen":
            out.append("-")
        elif tag in ("del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr"):
            continue
        else:
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
    return mark is not None and _attribute(mark, "val") not in ("0", "false", "off")


def _notes(archive: Archive) -> list[LeftOut]:
    found = []
    for name in ("footnotes", "endnotes"):
        if f"word/{name}.xml" in archive:
            notes = parsed(archive.read(f"word/{name}.xml"), f"word/{name}.xml")
            found += [LeftOut("note", text, name) for note in notes if (text := _text(note).strip())]
    return found


def _levels(archive: Archive) -> dict[str, int]:
    """Heading levels by the names of styles; those that are made from others are headings as they are."""
    levels = {"Title": 1} | {f"Heading{level}": level for level in range(1, 7)}
    levels |= {"TOCHeading": _LISTED} | {f"TOC{level}": _LISTED for level in range(1, 10)}
    if "word/styles.xml" not in archive:
        return levels
    parents: dict[str, str] = {}
    for style in parsed(archive.read("word/styles.xml"), "word/styles.xml").iterfind("{*}style"):
        if not (name := _attribute(style, "styleId")):
            continue
        title = _value(style, "name").lower()
        if heading := _HEADING.fullmatch(title):
            levels[name] = int(heading[1])
        elif title == "title":
            levels[name] = 1
        elif title.startswith("toc "):
            levels[name] = _LISTED
        elif level := _outline(style):
            levels[name] = level
        parents[name] = _value(style, "basedOn")
    for name in parents:
        seen, above = {name}, parents[name]
        while name not in levels and above and above not in seen and len(seen) < _ANCESTORS:
            seen.add(above)
            if above in levels:
                levels[name] = levels[above]
            above = parents.get(above, "")
    return levels


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
    return _attribute(found, "val") if found is not None else ""


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if bare(key) == name), "")
