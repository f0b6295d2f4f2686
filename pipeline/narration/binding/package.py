"""What an EPUB with a voice says of itself, whoever made its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import pairwise
from pathlib import PurePosixPath
from uuid import UUID

from pipeline.narration.binding.markup import written, xml
from pipeline.narration.binding.tidy import LANGUAGE
from pipeline.narration.document import Document
from pipeline.narration.recital import Book

TAIL = 1152
"""Samples of silence that a file of `SOUND` leaves out at its end."""
ACTIVE = "-epub-media-overlay-active"
_RIGHT_TO_LEFT = ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi")
XHTML = "application/xhtml+xml"
_KINDS = {".xhtml": XHTML, ".smil": "application/smil+xml", ".css": "text/css", ".mp3": "audio/mpeg"}
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
CONTAINER = (
    f'{_HEAD}<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is lit, and the sound that is heard with it."""

    text: str
    """Addresses, from the overlay's place."""
    sound: str
    begins: float
    ends: float


def turns(begins: Sequence[float], end: float) -> Iterator[tuple[float, float]]:
    """From when to when each of a sound's elements is lit: until the next one is, so that all of it is heard."""
    return pairwise([0.0, *begins[1:], end])


def xhtml(tongue: str, facing: str, head: str, body: str) -> str:
    """A page. `tongue`: its language. `facing`: the direction of its text; "" for the usual one."""
    root = {"lang": tongue, "xml:lang": tongue} | ({"dir": facing} if facing else {})
    return (
        f'{_HEAD}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
        f"{written(root)}>\n<head>{head}</head>\n{body}\n</html>\n"
    )


def overlay(page: str, heard: Sequence[Heard]) -> str:
    """`page`: its address."""
    pars = "".join(
        f'<par id="p-{number}"><text{written({"src": one.text})}/>'
        f'<audio src="{one.sound}" clipBegin="{clock(one.begins)}" clipEnd="{clock(one.ends)}"/></par>\n'
        for number, one in enumerate(heard, 1)
    )
    return (
        f'{_HEAD}<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" version="3.0">\n'
        f'<body><seq id="all"{written({"epub:textref": page})} epub:type="chapter">\n{pars}</seq></body>\n</smil>\n'
    )


def item(name: str, path: str, kind: str = "", *, properties: str = "", overlay: str = "") -> str:
    """A file in the list of them. `kind`: by its ending, if not given. `overlay`: the name of that of a page."""
    facts = {"id": name, "href": path, "media-type": kind or _KINDS[PurePosixPath(path).suffix]}
    facts |= {"properties": properties, "media-overlay": overlay}
    return f"<item{written({fact: value for fact, value in facts.items() if value})}/>"


def package(book: Book, items: Iterable[str], spine: str, overlays: Mapping[str, float], turn: str = "") -> str:
    """`items`: all files but the contents. `overlays`: seconds of each, by its id. `turn`: of pages, if it is known."""
    document = book.document
    turn = turn if turn in ("ltr", "rtl") else "rtl" if right_to_left(document) else ""
    direction = f' page-progression-direction="{turn}"' if turn else ""
    items = [item("nav", "nav.xhtml", properties="nav"), *items]
    inner = "\n".join([*_facts(book, overlays), "</metadata>", "<manifest>", *items, "</manifest>"])
    return (
        f'{_HEAD}<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        f'xml:lang="{language(document)}">\n<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n{inner}\n'
        f"<spine{direction}>{spine}</spine>\n</package>\n"
    )


def _facts(book: Book, overlays: Mapping[str, float]) -> Iterator[str]:
    document = book.document
    yield f'<dc:identifier id="id">urn:uuid:{_identity(document)}</dc:identifier>'
    yield f"<dc:title>{label(document.title)}</dc:title>"
    yield f"<dc:language>{label(language(document))}</dc:language>"
    if document.author:
        yield f"<dc:creator>{label(document.author)}</dc:creator>"
    facts = [("dcterms:modified", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))]
    facts += [("schema:accessMode", mode) for mode in ("textual", "auditory")]
    facts += [("schema:accessModeSufficient", mode) for mode in ("textual", "auditory")]
    facts += [("schema:accessibilityFeature", "synchronizedAudioText"), ("schema:accessibilityHazard", "none")]
    whole = sum(round(seconds, 3) for seconds in overlays.values())
    facts += [("media:active-class", ACTIVE), ("media:duration", clock(whole))]
    facts += [("media:narrator", book.order.voice)] if book.order.voice else []
    for name, value in facts:
        yield f'<meta property="{name}">{label(value)}</meta>'
    for name, seconds in overlays.items():
        yield f'<meta property="media:duration" refines="#{name}">{clock(seconds)}</meta>'


def _identity(document: Document) -> UUID:
    """The same text has the same."""
    told = blake2b(digest_size=16)
    for part in (document.title, document.author, *(chapter.text for chapter in document.chapters)):
        told.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return UUID(bytes=told.digest(), version=5)


def language(document: Document) -> str:
    named = document.language.replace("_", "-")
    return named if LANGUAGE.fullmatch(named) else "und"


def right_to_left(document: Document) -> bool:
    return language(document).lower().partition("-")[0] in _RIGHT_TO_LEFT


def clock(seconds: float) -> str:
    """As SMIL has it: hours, minutes, seconds."""
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"


def label(text: str) -> str:
    """On one line."""
    return xml(" ".join(text.split()))
