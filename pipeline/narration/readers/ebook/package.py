"""What an EPUB says of itself: its files, the order of its pages, who wrote it, and whether it may be read at all."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from pipeline.errors import UnreadableDocument
from pipeline.narration.document import UNREADABLE, LeftOut
from pipeline.narration.readers.archive import Archive
from pipeline.narration.readers.xml import bare, parsed

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways of hiding fonts, which hide no text."""
_PAGES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")
"""Kinds of files that are pages."""
_BOOK = "application/oebps-package+xml"
_NCX = "application/x-dtbncx+xml"
"""The kind of EPUB 2's table of contents."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the book, as its manifest has it."""

    name: str
    media_type: str
    properties: tuple[str, ...] = ()
    linear: bool = True


@dataclass(frozen=True, slots=True)
class Package:
    """The file that names all others."""

    facts: dict[str, list[str]]
    items: dict[str, Item]
    spine: list[Item]
    others: list[LeftOut]
    """What the spine names besides: pictures, other files, and what is not in the book."""
    toc: list[Item]
    """The table of contents: EPUB 3's, then EPUB 2's."""
    guide: dict[str, str]
    """Kinds of pages by their names."""
    cover: str
    """The name of a picture, or ""."""
    hidden: frozenset[str]
    """Names of files that only some programs can read: fonts."""
    turn: str
    """The direction in which its pages are turned, where it says so."""

    def fact(self, name: str) -> str:
        return next(iter(self.facts.get(name, ())), "")

    @classmethod
    def of(cls, archive: Archive) -> Package:
        """Raises UnreadableDocument, also for a book that is protected."""
        hidden = _hidden(archive)
        name = _named(archive)
        root = parsed(archive.read(name), name)
        folder = posixpath.dirname(name)
        items = {e.get("id", ""): _item(e, folder) for e in root.iterfind(".//{*}item")}
        spine = root.find(".//{*}spine")
        if spine is None:
            raise UnreadableDocument(f"{name} has no spine: nobody can tell the order of its pages.")
        pages, others = _ordered(spine, items)
        return cls(
            facts=_facts(root),
            items=items,
            spine=pages,
            others=others,
            toc=_tables(spine, items),
            guide=_guide(root, folder),
            cover=_cover(root, items),
            hidden=hidden,
            turn=spine.get("page-progression-direction", ""),
        )


def inside(folder: str, address: str) -> tuple[str, str]:
    """The name and the fragment of an address within the book; "" for one that leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    if parts.scheme or parts.netloc or not parts.path:
        return "", ""
    return posixpath.normpath(posixpath.join(folder, unquote(parts.path))), unquote(parts.fragment)


def _hidden(archive: Archive) -> frozenset[str]:
    """Raises UnreadableDocument when more than fonts is hidden."""
    if "META-INF/rights.xml" in archive or "META-INF/sinf.xml" in archive:
        raise UnreadableDocument("it is protected (DRM): only the shop's own program can open it.")
    if _ENCRYPTION not in archive:
        return frozenset()
    root = parsed(archive.read(_ENCRYPTION), _ENCRYPTION)
    if any(e.get("Algorithm", "") not in _FONTS for e in root.iterfind(".//{*}EncryptionMethod")):
        raise UnreadableDocument("it is protected (DRM): its text is encrypted, and only the shop can open it.")
    return frozenset(inside("", e.get("URI", ""))[0] for e in root.iterfind(".//{*}CipherReference"))


def _named(archive: Archive) -> str:
    """The package's file."""
    container = parsed(archive.read(_CONTAINER), _CONTAINER)
    named = [e for e in container.iterfind(".//{*}rootfile") if e.get("full-path")]
    if not named:
        raise UnreadableDocument(f"it is no EPUB: {_CONTAINER} names no book.")
    book = next((e for e in named if e.get("media-type") == _BOOK), named[0])  # others may be the same as PDF
    return book.get("full-path", "")


def _item(element: Element, folder: str) -> Item:
    name, _ = inside(folder, element.get("href", ""))
    return Item(name, element.get("media-type", ""), tuple(element.get("properties", "").split()))


def _facts(root: Element) -> dict[str, list[str]]:
    facts: dict[str, list[str]] = {}
    for element in root.iter():
        if "dc/elements" in element.tag and (text := " ".join("".join(element.itertext()).split())):
            facts.setdefault(bare(element.tag), []).append(text[:300])
    if authors := _authors(root):
        facts["creator"] = authors
    return facts


def _authors(root: Element) -> list[str]:
    """Of its makers those who wrote it, not those who translated or drew it; as EPUB 2 says that, or EPUB 3."""
    roles = {e.get("refines", ""): e.text for e in root.iterfind(".//{*}meta[@property='role']")}
    found = []
    for element in root.iterfind(".//{*}creator"):
        role = next((value for key, value in element.attrib.items() if bare(key) == "role"), None)
        if (role or roles.get(f"#{element.get('id')}") or "aut") == "aut":
            found.append(" ".join("".join(element.itertext()).split())[:300])
    return [name for name in found if name]


def _ordered(spine: Element, items: dict[str, Item]) -> tuple[list[Item], list[LeftOut]]:
    """The pages, and what is none."""
    pages, others = list[Item](), list[LeftOut]()
    for element in spine:
        name = element.get("idref", "")[:200]
        item = items.get(name)
        if item is None:
            why = f"the order of its pages names {name}, which its list of files lacks"
            others.append(LeftOut(UNREADABLE, name, why))
        elif item.media_type in _PAGES:
            pages.append(replace(item, linear=element.get("linear", "yes") != "no"))
        elif item.media_type.startswith("image/"):
            others.append(LeftOut("image", item.name, item.name))
        else:
            others.append(LeftOut(UNREADABLE, item.name, f"{item.name}: it is {item.media_type}, and no page"))
    return pages, others


def _tables(spine: Element, items: dict[str, Item]) -> list[Item]:
    named = items.get(spine.get("toc", ""))
    navs = [item for item in items.values() if "nav" in item.properties]
    return navs + ([named] if named else [item for item in items.values() if item.media_type == _NCX])


def _guide(root: Element, folder: str) -> dict[str, str]:
    guide = {}
    for element in root.iterfind(".//{*}reference"):
        name, fragment = inside(folder, element.get("href", ""))
        if not fragment:  # it says nothing of the whole page
            guide[name] = element.get("type", "")
    return guide


def _cover(root: Element, items: dict[str, Item]) -> str:
    for item in items.values():
        if "cover-image" in item.properties:
            return item.name
    wanted = next((e.get("content", "") for e in root.iterfind(".//{*}meta[@name='cover']")), "")
    return items[wanted].name if wanted in items and items[wanted].media_type.startswith("image/") else ""
