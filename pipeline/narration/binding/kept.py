"""An EPUB's own pages, with its pictures and styles, and with an element round all that is spoken of them."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from urllib.parse import quote

import anyio.to_thread

from pipeline.errors import EmptyText, UnreadableDocument
from pipeline.narration.binding.css import styled
from pipeline.narration.binding.files import bind
from pipeline.narration.binding.guide import write_matter
from pipeline.narration.binding.layout import OWN, VOICE, Layout, Lit, Said, laid_out, sound_of
from pipeline.narration.binding.markup import written, xml
from pipeline.narration.binding.package import label, language, right_to_left, xhtml
from pipeline.narration.binding.pictures import fit
from pipeline.narration.binding.spans import Letters, Part, marked, parts, places
from pipeline.narration.binding.tidy import Follow, Tidied, Tidy
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.ebook.package import inside
from pipeline.narration.readers.text.letters import MARKUP, decoded
from pipeline.narration.recital import Book

_PAGE = "aloud-page"
_OUTSIDE = re.compile(r"(?:https?://[\w.-]+(?::\d+)?(?:[/?#][\w./?#&=%+~:;,@!$*()'-]*)?|mailto:[\w.+-]+@[\w.-]+)")
"""Addresses that a reader may choose to follow."""


async def keep(book: Book, file: zipfile.ZipFile, sound: Path) -> bool:
    """Writes all of the book but its first two files. False, with nothing written, for a document that has no pages of
    its own, or whose file has changed since. `sound`: where one may be put for a while."""
    layout = await anyio.to_thread.run_sync(laid_out, book)
    if layout is None:
        return False
    await anyio.to_thread.run_sync(_write, book, layout, file)
    if not layout.lit:
        raise EmptyText("There was nothing to speak in it.")
    for number in sorted({lit.chapter for lit in layout.lit}):
        await bind(book, sound, chapter=number)
        await anyio.to_thread.run_sync(file.write, sound, f"EPUB/{sound_of(number)}", zipfile.ZIP_STORED)
    await anyio.to_thread.run_sync(write_matter, book, layout, file)
    return True


# ---- what the book had ----------------------------------------------------------------------------------------------


def _write(book: Book, layout: Layout, file: zipfile.ZipFile) -> None:
    assert book.document.origin is not None
    with Archive(book.document.origin) as archive:
        _write_files(layout, archive, file)
    with Archive(book.document.origin) as archive:
        for sheet in layout.sheets:
            tidied = Tidy(decoded(archive.read(sheet.item.name), MARKUP), lambda kind, address: "").page
            layout.pages[sheet.item.name] = tidied.ids
    with Archive(book.document.origin) as archive:
        for number, sheet in enumerate(layout.sheets):
            page = Tidy(decoded(archive.read(sheet.item.name), MARKUP), _follow(layout, sheet.item.name)).page
            file.writestr(f"EPUB/{OWN}/{sheet.item.name}", _page(book, layout, number, page))


def _write_files(layout: Layout, archive: Archive, file: zipfile.ZipFile) -> None:
    """Pictures and fonts, then styles, which name them; what is too large, or is not what it says, stays behind."""
    styles = []
    for item in layout.package.items.values():
        if item.name in layout.files or item.name not in archive or item.name in layout.package.hidden:
            continue
        if item.media_type == "text/css":
            styles.append(item)
            continue
        try:
            data = archive.read(item.name) if fit(item.media_type) else b""
        except UnreadableDocument:
            continue
        if fit(item.media_type, data):
            layout.files[item.name] = item.media_type
            file.writestr(f"EPUB/{OWN}/{item.name}", data, zipfile.ZIP_STORED)
    layout.files |= {item.name: item.media_type for item in styles}
    for item in styles:
        try:
            text = archive.read(item.name).decode("utf-8-sig", "replace")
        except UnreadableDocument:
            text = ""
        file.writestr(f"EPUB/{OWN}/{item.name}", styled(text, partial(_to, layout, item.name)))


def _to(layout: Layout, here: str, address: str) -> str:
    """Where a file of the book is, from another; "" for what is not there."""
    name, _ = inside(posixpath.dirname(here), address)
    return _from(here, name) if name in layout.files else ""


def _from(here: str, name: str) -> str:
    return quote(posixpath.relpath(name, posixpath.dirname(here) or "."))


def _follow(layout: Layout, here: str) -> Follow:
    def follow(kind: str, address: str) -> str:
        if kind != "a":
            there = _to(layout, here, address)
            name, _ = inside(posixpath.dirname(here), address)
            return there if there and (layout.files[name] == "text/css") == (kind == "link") else ""
        if _OUTSIDE.fullmatch(address):
            return address
        name, fragment = (here, address[1:]) if address.startswith("#") else inside(posixpath.dirname(here), address)
        if name not in layout.pages:
            return ""
        layout.led_to.add(name)
        known = fragment in layout.pages[name]
        return ("" if name == here and known else _from(here, name)) + (f"#{quote(fragment)}" if known else "")

    return follow


# ---- a page ---------------------------------------------------------------------------------------------------------


def _page(book: Book, layout: Layout, number: int, page: Tidied) -> str:
    document, name = book.document, layout.sheets[number].item.name
    layout.held[name] = page.held
    around = {"id": _PAGE} | page.around
    layout.ids[name] = around["id"]
    tongue = around.pop("lang", "") or language(document)
    around.pop("xml:lang", "")
    facing = around.pop("dir", "") or ("rtl" if right_to_left(document) else "")
    body = marked(page.tokens, _light(layout, number, page))
    head = [f"<title>{label(page.title) or label(document.title) or '-'}</title>"]
    looks = [*page.styles, _from(f"{OWN}/{name}", f"{VOICE}/lit.css")]
    if page.style.strip():
        own = styled(page.style, partial(_to, layout, name))
        head.append(f'<style type="text/css">{xml(own)}</style>')
    head += [f'<link rel="stylesheet" type="text/css"{written({"href": one})}/>' for one in looks]
    return xhtml(tongue, facing, "".join(head), f"<body{written(around)}>{body}</body>")


def _light(layout: Layout, number: int, page: Tidied) -> list[tuple[str, Part]]:
    """What is lit on the page, by the names of the elements."""
    index = {token.source: at for at, token in enumerate(page.tokens) if token.source}
    found: list[tuple[str, Part]] = []
    begin = "aloud"
    while any(name.startswith(f"{begin}-") for name in page.ids):
        begin += "-again"  # the book had a voice before
    for said in layout.said[number]:
        for part in parts(page.tokens, [*_letters(layout, said, page, index)], index):
            before = layout.lit[-1].begins if layout.lit and layout.lit[-1].chapter == said.chapter else None
            begins = said.spot.lit(part.place - said.begins, before, layout.seconds[said.chapter])
            if begins is None:
                continue
            name = f"{begin}-{len(found) + 1}"
            found.append((name, part))
            layout.lit.append(Lit(number, name, said.chapter, begins))
    return found


def _letters(layout: Layout, said: Said, page: Tidied, index: Mapping[int, int]) -> Iterator[Letters]:
    for source, begins, ends, start, end in said.origins:
        if source in index:
            data = page.tokens[index[source]].written
            one, two = places(data, layout.text[begins:ends], (start - begins, end - begins))
            yield Letters(source, one, two, start)
