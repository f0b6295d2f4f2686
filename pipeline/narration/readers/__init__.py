"""Readers of documents, one for each format; where they come from is a file on this machine, or a public address."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath
from typing import Protocol

from pipeline.errors import UnreadableDocument
from pipeline.ground.tables import loaded
from pipeline.narration.document import Document


class Reader(Protocol):
    """Reads one format. It opens nothing but the file it was given, and holds a bounded part of it in memory."""

    def __call__(self, path: Path) -> Document:
        """Raises UnreadableDocument, which says why."""
        ...


READERS: dict[str, str] = {
    "txt": "pipeline.narration.readers.text.plain:read",
    "md": "pipeline.narration.readers.text.markdown:read",
    "html": "pipeline.narration.readers.web.html:read",
    "epub": "pipeline.narration.readers.ebook.epub:read",
    "docx": "pipeline.narration.readers.office.docx:read",
    "odt": "pipeline.narration.readers.office.odt:read",
    "fb2": "pipeline.narration.readers.ebook.fb2:read",
    "pdf": "pipeline.narration.readers.paper.pdf:read",
}
"""By the ending of a file's name."""

_ALSO = {"text": "txt", "srt": "txt", "vtt": "txt", "markdown": "md", "htm": "html", "xhtml": "html"}
_ALSO |= {"fb2.zip": "fb2", "fbz": "fb2"}
_INSTEAD = {
    **dict.fromkeys(("doc", "rtf", "pages", "wps"), "docx"),
    **dict.fromkeys(("mobi", "azw", "azw3", "kfx", "lit", "djvu"), "epub"),
    **dict.fromkeys(("rst", "org", "tex", "adoc", "ipynb", "textile"), "md"),
    **dict.fromkeys(("mhtml", "mht", "webarchive", "url"), "html"),
}
"""What other kinds can be saved as, by programs that know them."""
MEDIA_TYPES = {
    "text/plain": "txt",
    "text/markdown": "md",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/epub+zip": "epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/x-fictionbook+xml": "fb2",
    "application/x-zip-compressed-fb2": "fb2",
    "application/fb2+zip": "fb2",
    "application/pdf": "pdf",
}
_LARGEST = {"txt": 20 << 20, "md": 20 << 20, "html": 20 << 20, "epub": 500 << 20, "docx": 100 << 20, "pdf": 200 << 20}
_LARGEST |= {"odt": 100 << 20, "fb2": 50 << 20}
"""Bytes of a file."""


def read(path: Path, kind: str = "") -> Document:
    """A document, by the ending of its name or by `kind`, a key of READERS. Raises UnreadableDocument."""
    try:
        kind = kind or reader(parts(path.name)[1])
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is no file" if path.exists() else "does not exist"
            raise UnreadableDocument(f"{path} {what}: give a file.")
        size = path.stat().st_size
        if size == 0:
            raise UnreadableDocument(f"{path} is empty: it has 0 bytes.")
        if size > _LARGEST[kind]:
            most = _LARGEST[kind] >> 20
            raise UnreadableDocument(f"{path} has {size >> 20:,} MiB; the most for .{kind} is {most}. Split it first.")
        load: Reader = loaded(READERS[kind])
        document = load(path)
    except OSError as error:
        raise UnreadableDocument(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnreadableDocument as error:
        raise error if str(path) in error.message else UnreadableDocument(f"{path}: {error.message}") from error
    if not any(chapter.text.strip() for chapter in document.chapters):
        raise UnreadableDocument(f"{path} holds no text that could be spoken.")
    gaps = (gap if gap.where else replace(gap, where=path.name) for gap in document.left_out)
    return replace(document, left_out=tuple(gaps))


def parts(name: str) -> tuple[str, str]:
    """Of a file's name: what it is called, and its ending, which may be `.fb2.zip`."""
    stem, ending = PurePath(name).stem, PurePath(name).suffix
    if stem.lower().endswith(".fb2") and ending.lower() == ".zip":
        return stem[:-4], f"{stem[-4:]}{ending}"
    return stem, ending


def reader(ending: str) -> str:
    """The key of READERS for the ending of a name. Raises UnreadableDocument for a format that is not known."""
    ending = ending.lower().removeprefix(".")
    kind = _ALSO.get(ending, ending)
    if kind not in READERS:
        what = f"of the kind .{ending}" if ending else "whose name has no ending"
        other = f" Save it as .{instead(ending)} first." if instead(ending) else ""
        raise UnreadableDocument(f"There is no reader for files {what}; there is: {', '.join(READERS)}.{other}")
    return kind


def instead(ending: str) -> str:
    """What documents of a kind that there is no reader for can be saved as; "" where that is not known."""
    return _INSTEAD.get(ending.lower().removeprefix("."), "")
