"""Files that were made to harm: refused within a second, with a sentence, in little memory."""

import os
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration import read
from tests.narration.books import CONTAINER, docx, epub, novel, paragraph, pdf

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<container><rootfile full-path='&b;'/></container>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><container><rootfile full-path="&f;"/>'
    "</container>"
)


def zipped(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def bomb(folder: Path) -> Path:
    return zipped(folder / "b.docx", {"word/document.xml": b"<w>" + b"ha " * (20 << 20) + b"</w>"})


def crowd(folder: Path) -> Path:
    """A list of members that says there are 100,000, as the real one would end."""
    path = novel(folder / "b.epub", chapters=1)
    data = bytearray(path.read_bytes())
    data[-14:-10] = (65535).to_bytes(2, "little") * 2
    path.write_bytes(data)
    return path


def truncated(folder: Path, make: Callable[[Path], Path]) -> Path:
    path = make(folder)
    os.truncate(path, path.stat().st_size // 2)
    return path


def sparse(folder: Path, name: str) -> Path:
    path = folder / name
    path.touch()
    os.truncate(path, 1 << 30)
    return path


def deep(folder: Path) -> Path:
    nested = "<a>" * 100_000 + "</a>" * 100_000
    return zipped(folder / "b.epub", {"META-INF/container.xml": nested})


def locked(folder: Path) -> Path:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(pdf(folder / "open.pdf", [["Some words."]])))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(folder / "b.pdf")
    return folder / "b.pdf"


def written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def made(folder: Path) -> Path:
    (folder / "b.epub").mkdir()
    return folder / "b.epub"


CASES: dict[str, Callable[[Path], Path]] = {
    "zip bomb": bomb,
    "100,000 members": crowd,
    "names that lead out": lambda f: zipped(f / "b.epub", {"../../evil": "x", "META-INF/container.xml": CONTAINER}),
    "absolute names": lambda f: zipped(f / "b.docx", {"/etc/evil": "x", "word/document.xml": "<a/>"}),
    "billion laughs": lambda f: zipped(f / "b.epub", {"META-INF/container.xml": LAUGHS}),
    "billion laughs in UTF-16": lambda f: zipped(
        f / "b.epub", {"META-INF/container.xml": LAUGHS.replace("1.0'", "1.0' encoding='utf-16'").encode("utf-16")}
    ),
    "external entity": lambda f: zipped(f / "b.docx", {"word/document.xml": OUTSIDE}),
    "nested without end": deep,
    "encrypted PDF": locked,
    "encrypted DOCX": lambda f: written(f, "b.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)),
    "truncated EPUB": lambda f: truncated(f, lambda g: novel(g / "b.epub", each=100)),
    "truncated DOCX": lambda f: truncated(f, lambda g: docx(g / "b.docx", paragraph("Hello. " * 500))),
    "0 bytes": lambda f: written(f, "b.pdf", b""),
    "a folder": made,
    "nothing at all": lambda f: f / "b.txt",
    "1 GB of text": lambda f: sparse(f, "b.txt"),
    "1 GB of HTML": lambda f: sparse(f, "b.html"),
    "no text": lambda f: written(f, "b.txt", b"\x00\x01\x02\x03"),
    "latin-1": lambda f: written(f, "b.md", "Grüße".encode("latin-1")),
    "another format": lambda f: written(f, "b.mobi", b"BOOKMOBI"),
    "noise as PDF": lambda f: written(f, "b.pdf", b"%PDF-1.7\n" + os.urandom(4096)),
    "noise as EPUB": lambda f: written(f, "b.epub", b"PK\x03\x04" + os.urandom(4096)),
    "nothing to say": lambda f: epub(f / "b.epub", {"a.xhtml": "<p> </p>"}),
    "pictures only": lambda f: pdf(f / "b.pdf", [[]]),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_at_once_with_a_sentence(tmp_path: Path, name: str) -> None:
    path = CASES[name](tmp_path)
    before = sorted(tmp_path.rglob("*"))
    tracemalloc.start()
    begun = time.process_time()
    try:
        with pytest.raises(UnreadableDocument) as refused:
            read(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - begun < 1.0
    assert peak < 64 << 20
    assert refused.value.message.endswith((".", "utf-8"))
    assert sorted(tmp_path.rglob("*")) == before


def test_no_file_from_elsewhere_is_in_the_message(tmp_path: Path) -> None:
    path = zipped(tmp_path / "b.epub", {"META-INF/container.xml": OUTSIDE})
    with pytest.raises(UnreadableDocument) as refused:
        read(path)
    assert "root:" not in refused.value.message
