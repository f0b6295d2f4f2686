"""EPUB 3 with media overlays: a book that lights up what it says, for reading apps."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from html import escape
from importlib.resources import files
from pathlib import Path
from uuid import UUID

import anyio.to_thread

from pipeline.errors import AloudError
from pipeline.narration.binding.files import bind
from pipeline.narration.binding.leaf import Leaf, leaf
from pipeline.narration.binding.spots import spots
from pipeline.narration.document import Chapter, Document
from pipeline.narration.recital import Book, Spoken, told

SOUND = "mp3"
"""Every reading app plays it."""
_TAIL = 1152
"""Samples of silence that such a file leaves out at its end."""
ACTIVE = "-epub-media-overlay-active"
_RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi")
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_CONTAINER = (
    f'{_HEAD}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A chapter that is in the book."""

    name: str
    title: str
    seconds: float
    """Of its sound; 0 when it has none."""


async def voiced(book: Book, target: Path, *, narrator: str = "") -> Path:
    """Writes the book, made of `SOUND`, with its text: whole or not at all. Raises StoreError."""
    with told(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".voiced-", dir=target.parent) as folder:
            made, sound = Path(folder) / "book.epub", Path(folder) / f"chapter.{SOUND}"
            bound: list[_Bound] = []
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
                file.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
                file.writestr("META-INF/container.xml", _CONTAINER)
                for number, portions in _chapters(book):
                    if any(spoken.finished.samples for spoken in portions):
                        await bind(book, sound, chapter=number)
                    bound.append(await anyio.to_thread.run_sync(_add, file, book, number, portions, sound))
                    sound.unlink(missing_ok=True)
                if not any(chapter.seconds for chapter in bound):
                    raise AloudError("There was nothing to speak in it.")
                for name, text in _matter(book.document, bound, narrator):
                    file.writestr(f"EPUB/{name}", text)
            os.replace(made, target)
    return target


def _chapters(book: Book) -> Iterator[tuple[int, list[Spoken]]]:
    portions: list[Spoken] = []
    for spoken in book.spoken():
        if portions and spoken.portion.chapter != portions[-1].portion.chapter:
            yield portions[-1].portion.chapter, portions
            portions = []
        portions.append(spoken)
    if portions:
        yield portions[-1].portion.chapter, portions


def _add(file: zipfile.ZipFile, book: Book, number: int, portions: Sequence[Spoken], sound: Path) -> _Bound:
    """A chapter's page, sound and overlay."""
    chapter = book.document.chapters[number]
    found = spots(((spoken, spoken.finished.events()) for spoken in portions), book.sample_rate)
    page = leaf("".join(spoken.portion.text for spoken in portions), found, chapter.languages)
    bound = _Bound(f"c{number + 1:04}", chapter.title, found.seconds - _TAIL / book.sample_rate if page.lit else 0.0)
    file.writestr(f"EPUB/{bound.name}.xhtml", _page(book.document, chapter, page.body))
    if bound.seconds:
        file.writestr(f"EPUB/{bound.name}.smil", _overlay(bound, page))
        file.write(sound, f"EPUB/{bound.name}.{SOUND}", zipfile.ZIP_STORED)
    return bound


def _page(document: Document, chapter: Chapter, body: str) -> str:
    return _html(document, chapter.title, f'<section id="chapter" epub:type="chapter">\n{body}</section>')


def _html(document: Document, title: str, body: str) -> str:
    language = escape(_language(document))
    aside = ' dir="rtl"' if _right_to_left(document) else ""
    return (
        f'{_HEAD}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{language}" xml:lang="{language}"{aside}>\n<head><title>{_xml(title)}</title>'
        f'<link rel="stylesheet" type="text/css" href="style.css"/></head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _overlay(bound: _Bound, page: Leaf) -> str:
    """Each element is lit until the next one is: the sound is heard without a gap."""
    pars: list[str] = []
    for lit, ends in zip(page.lit, [*(lit.begins for lit in page.lit[1:]), bound.seconds], strict=True):
        begins = lit.begins if pars else 0.0
        pars.append(
            f'<par id="p-{lit.id}"><text src="{bound.name}.xhtml#{lit.id}"/>'
            f'<audio src="{bound.name}.{SOUND}" clipBegin="{clock(begins)}" clipEnd="{clock(ends)}"/></par>\n'
        )
    return (
        f'{_HEAD}<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">\n'
        f'<body><seq id="all" epub:textref="{bound.name}.xhtml#chapter" epub:type="chapter">\n'
        f"{''.join(pars)}</seq></body>\n</smil>\n"
    )


def _matter(document: Document, bound: Sequence[_Bound], narrator: str) -> Iterator[tuple[str, str | bytes]]:
    """All files of the book that are no chapters."""
    entries = "".join(f'<li><a href="{c.name}.xhtml">{_xml(c.title) or "-"}</a></li>\n' for c in bound)
    toc = f'<nav epub:type="toc" id="toc"><h1>{_xml(document.title)}</h1><ol>\n{entries}</ol></nav>'
    yield "nav.xhtml", _html(document, document.title, toc)
    yield "style.css", files("pipeline.narration.binding").joinpath("voiced.css").read_text("utf-8")
    if document.cover:
        yield _cover(document)[0], document.cover
    yield "package.opf", _package(document, bound, narrator)


def _package(document: Document, bound: Sequence[_Bound], narrator: str) -> str:
    spoken = [chapter for chapter in bound if chapter.seconds]
    items = ['<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>']
    items.append('<item id="style" href="style.css" media-type="text/css"/>')
    if document.cover:
        name, kind = _cover(document)
        items.append(f'<item id="cover" href="{name}" media-type="{kind}" properties="cover-image"/>')
    for chapter in bound:
        overlay = f' media-overlay="o-{chapter.name}"' if chapter.seconds else ""
        items.append(
            f'<item id="{chapter.name}" href="{chapter.name}.xhtml" media-type="application/xhtml+xml"{overlay}/>'
        )
    for chapter in spoken:
        items.append(f'<item id="o-{chapter.name}" href="{chapter.name}.smil" media-type="application/smil+xml"/>')
        items.append(f'<item id="a-{chapter.name}" href="{chapter.name}.{SOUND}" media-type="audio/mpeg"/>')
    refs = "".join(f'<itemref idref="{chapter.name}"/>' for chapter in bound)
    turn = ' page-progression-direction="rtl"' if _right_to_left(document) else ""
    inner = "\n".join([*_facts(document, spoken, narrator), "</metadata>", "<manifest>", *items, "</manifest>"])
    return (
        f'{_HEAD}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{escape(_language(document))}">\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{inner}\n'
        f"<spine{turn}>{refs}</spine>\n</package>\n"
    )


def _facts(document: Document, spoken: Sequence[_Bound], narrator: str) -> Iterator[str]:
    yield f'<dc:identifier id="id">urn:uuid:{_identity(document)}</dc:identifier>'
    yield f"<dc:title>{_xml(document.title)}</dc:title>"
    yield f"<dc:language>{_xml(_language(document))}</dc:language>"
    if document.author:
        yield f"<dc:creator>{_xml(document.author)}</dc:creator>"
    facts = [("dcterms:modified", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))]
    facts += [("schema:accessMode", mode) for mode in ("textual", "auditory")]
    facts += [("schema:accessModeSufficient", mode) for mode in ("textual", "auditory")]
    facts += [("schema:accessibilityFeature", "synchronizedAudioText"), ("schema:accessibilityHazard", "none")]
    facts += [("media:active-class", ACTIVE), ("media:duration", clock(sum(_rounded(c.seconds) for c in spoken)))]
    facts += [("media:narrator", narrator)] if narrator else []
    for name, value in facts:
        yield f'<meta property="{name}">{_xml(value)}</meta>'
    for chapter in spoken:
        yield f'<meta property="media:duration" refines="#o-{chapter.name}">{clock(chapter.seconds)}</meta>'


def _identity(document: Document) -> UUID:
    """The same text has the same."""
    told = blake2b(digest_size=16)
    for part in (document.title, document.author, *(chapter.text for chapter in document.chapters)):
        told.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return UUID(bytes=told.digest(), version=5)


def _cover(document: Document) -> tuple[str, str]:
    return ("cover.png", "image/png") if document.cover.startswith(b"\x89PNG") else ("cover.jpg", "image/jpeg")


def _language(document: Document) -> str:
    return document.language.replace("_", "-") or "und"


def _right_to_left(document: Document) -> bool:
    return _language(document).lower().partition("-")[0] in _RIGHT_TO_LEFT


def _rounded(seconds: float) -> float:
    return round(seconds, 3)


def clock(seconds: float) -> str:
    """As SMIL has it: hours, minutes, seconds."""
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"


def _xml(text: str) -> str:
    return escape(" ".join(text.split()), quote=False)
