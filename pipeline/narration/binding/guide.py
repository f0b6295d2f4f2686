"""What leads through an EPUB that has its own pages: its list of files, their order, the contents, and the overlays."""

from __future__ import annotations

import posixpath
import zipfile
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from urllib.parse import quote

from pipeline.narration.binding.layout import OWN, VOICE, Layout, overlay_of, sound_of
from pipeline.narration.binding.markup import written
from pipeline.narration.binding.package import (
    ACTIVE,
    XHTML,
    Heard,
    item,
    label,
    language,
    overlay,
    package,
    turns,
    xhtml,
)
from pipeline.narration.readers.ebook.contents import Entry
from pipeline.narration.recital import Book

_LIT = f".{ACTIVE} {{ background-color: #fe9; color: #000; }}\n"
_ASIDE = ' linear="no"'


def write_matter(book: Book, layout: Layout, file: zipfile.ZipFile) -> None:
    heard = _heard(layout)
    for number, those in heard.items():
        name = layout.sheets[number].item.name
        page = f"../{OWN}/{quote(name)}#{layout.ids[name]}"
        file.writestr(f"EPUB/{overlay_of(number)}", overlay(page, those))
    file.writestr(f"EPUB/{VOICE}/lit.css", _LIT)
    file.writestr("EPUB/nav.xhtml", _nav(book, layout))
    lengths = {f"o{number}": sum(one.ends - one.begins for one in those) for number, those in heard.items()}
    spine = "".join(
        f'<itemref idref="p{number}"{"" if sheet.item.linear or sheet.item.name not in layout.led_to else _ASIDE}/>'
        for number, sheet in enumerate(layout.sheets)
    )
    file.writestr("EPUB/package.opf", package(book, _items(layout, heard), spine, lengths, layout.package.turn))


def _heard(layout: Layout) -> dict[int, list[Heard]]:
    """Of each page."""
    found: dict[int, list[Heard]] = {}
    for chapter, group in groupby(layout.lit, key=lambda lit: lit.chapter):
        those, sound = [*group], posixpath.basename(sound_of(chapter))
        times = turns([lit.begins for lit in those], layout.seconds[chapter])
        for lit, (begins, ends) in zip(those, times, strict=True):
            text = f"../{OWN}/{quote(layout.sheets[lit.page].item.name)}#{lit.id}"
            found.setdefault(lit.page, []).append(Heard(text, sound, begins, ends))
    return found


def _items(layout: Layout, heard: Mapping[int, Sequence[Heard]]) -> Iterator[str]:
    yield item("lit", f"{VOICE}/lit.css")
    for number, sheet in enumerate(layout.sheets):
        held, lit = " ".join(sorted(layout.held[sheet.item.name])), f"o{number}" if number in heard else ""
        yield item(f"p{number}", f"{OWN}/{quote(sheet.item.name)}", XHTML, properties=held, overlay=lit)
    for number, (path, kind) in enumerate(layout.files.items()):
        cover = "cover-image" if path == layout.package.cover else ""
        yield item(f"f{number}", f"{OWN}/{quote(path)}", kind, properties=cover)
    for number in heard:
        yield item(f"o{number}", overlay_of(number))
    for number in sorted({lit.chapter for lit in layout.lit}):
        yield item(f"a{number}", sound_of(number))


def _nav(book: Book, layout: Layout) -> str:
    title = label(book.document.title) or "-"
    known = any(entry.name in layout.pages for entry in layout.entries)
    lines = _lines(layout, layout.entries if known else [*_by_chapters(book, layout)])
    body = f'<body><nav epub:type="toc" id="toc"><h1>{title}</h1>{lines}</nav></body>'
    return xhtml(language(book.document), "", f"<title>{title}</title>", body)


def _lines(layout: Layout, entries: Sequence[Entry]) -> str:
    """A list of those that stand highest, each with a list of what is below it; what neither leads anywhere nor stands
    above anything is left out."""
    lines, at = "", 0
    while at < len(entries):
        entry, below = entries[at], at + 1
        while below < len(entries) and entries[below].depth > entry.depth:
            below += 1
        title, inner = label(entry.title) or "-", _lines(layout, entries[at + 1 : below])
        if entry.name in layout.pages:
            lines += f"<li><a{written({'href': _entry(layout, entry)})}>{title}</a>{inner}</li>\n"
        elif inner:
            lines += f"<li><span>{title}</span>{inner}</li>\n"
        at = below
    return f"<ol>\n{lines}</ol>" if lines else ""


def _entry(layout: Layout, entry: Entry) -> str:
    fragment = f"#{quote(entry.fragment)}" if entry.fragment in layout.pages[entry.name] else ""
    return f"{OWN}/{quote(entry.name)}{fragment}"


def _by_chapters(book: Book, layout: Layout) -> Iterator[Entry]:
    begins, at = [sheet.start for sheet in layout.sheets], 0
    for chapter in book.document.chapters:
        yield Entry(chapter.title, layout.sheets[bisect_right(begins, at) - 1].item.name, "")
        at += len(chapter.text)
