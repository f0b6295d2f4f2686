"""Files that were made to harm: refused within a second, with a sentence, in little memory."""

import contextlib
import os
import random
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration.readers import read
from pipeline.narration.readers.web import budget
from tests.narration.books import CONTAINER, docx, epub, fb2, novel, odt, paragraph, pdf

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
    """100,000 members, every one of them there."""
    name, count = folder / "b.epub", 100_000
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
    listed = b"".join(entry + b"%06d" % number for number in range(count))
    body = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 6, 0) + b"000000"
    second = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(listed), len(body))
    there = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body) + len(listed), 1)
    name.write_bytes(body + listed + second + there + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 60, 0, 0))
    return name


def locked_zip(folder: Path) -> Path:
    """A member that says that it is encrypted."""
    path = novel(folder / "b.epub", chapters=1)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1
    path.write_bytes(data)
    return path


def protected(folder: Path) -> Path:
    method = '<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
    data = f'<encryption><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">{method}</EncryptedData></encryption>'
    return epub(folder / "b.epub", {"a.xhtml": "<p>Some words.</p>"}, more={"META-INF/encryption.xml": data})


def quadratic(folder: Path) -> Path:
    body = '<!DOCTYPE x [<!ENTITY a "' + "a" * 50_000 + '">]><container>' + "&a;" * 50_000 + "</container>"
    return zipped(folder / "b.epub", {"META-INF/container.xml": body})


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
    "quadratic blow-up": quadratic,
    "encrypted PDF": locked,
    "encrypted EPUB": locked_zip,
    "protected EPUB": protected,
    "EPUB that names no book": lambda f: zipped(f / "b.epub", {"META-INF/container.xml": "<container/>"}),
    "EPUB without a spine": lambda f: zipped(
        f / "b.epub", {"META-INF/container.xml": CONTAINER, "OEBPS/content.opf": "<package/>"}
    ),
    "DOCX without words": lambda f: zipped(f / "b.docx", {"word/styles.xml": "<a/>"}),
    "ODT that is a table": lambda f: zipped(f / "b.odt", {"content.xml": "<a><body><spreadsheet/></body></a>"}),
    "ODT without words": lambda f: zipped(f / "b.odt", {"styles.xml": "<a/>"}),
    "encrypted ODT": lambda f: zipped(f / "b.odt", {"content.xml": "?", "META-INF/manifest.xml": "<encryption-data/>"}),
    "ODT nested without end": lambda f: odt(f / "b.odt", "<text:section>" * 150 + "a" + "</text:section>" * 150),
    "zip bomb as ODT": lambda f: zipped(f / "b.odt", {"content.xml": b"<w>" + b"ha " * (20 << 20) + b"</w>"}),
    "zip bomb as FB2": lambda f: zipped(f / "b.fb2.zip", {"b.fb2": b"<w>" + b"ha " * (20 << 20) + b"</w>"}),
    "billion laughs in FB2": lambda f: written(f, "b.fb2", LAUGHS.encode()),
    "FB2 nested without end": lambda f: fb2(f / "b.fb2", "<section>" * 100_000 + "</section>" * 100_000),
    "two FB2 in one": lambda f: zipped(f / "b.fb2.zip", {"a.fb2": "<a/>", "b.fb2": "<a/>"}),
    "FB2 of another kind": lambda f: written(f, "b.fb2", b"<html/>"),
    "FB2 without an end": lambda f: truncated(f, lambda g: fb2(g / "b.fb2", "<p>Some words.</p>" * 500)),
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
    "noise as PDF": lambda f: written(f, "b.pdf", b"%PDF-1.7\n" + random.Random(1).randbytes(4096)),
    "noise as EPUB": lambda f: written(f, "b.epub", b"PK\x03\x04" + random.Random(1).randbytes(4096)),
    "a blank DOCX": lambda f: docx(f / "b.docx", ""),
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
        took, peak = time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert took < 1.0
    assert peak < 64 << 20
    assert refused.value.message.endswith((".", "utf-8")) and "\n" not in refused.value.message
    assert "root:" not in refused.value.message, "of a file from elsewhere"
    assert sorted(tmp_path.rglob("*")) == before


def test_all_of_them_together_take_little_memory(tmp_path: Path) -> None:
    """Of the whole process, whoever takes it: measured from outside."""
    paths = []
    for number, make in enumerate(CASES.values()):
        (tmp_path / str(number)).mkdir()
        paths.append(make(tmp_path / str(number)))
    program = (
        "import resource, sys; from pathlib import Path; from pipeline.errors import UnreadableDocument\n"
        "from pipeline.narration.readers import read\n"
        "from pipeline.narration.readers.ebook import epub, fb2\n"
        "from pipeline.narration.readers.office import docx, odt\n"
        "from pipeline.narration.readers.paper import pdf\n"
        "from pipeline.narration.readers.web import html\n"
        "def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = most()\n"
        "for path in sys.argv[1:]:\n"
        "    try: read(Path(path))\n"
        "    except UnreadableDocument: continue\n"
        "    sys.exit(f'{path} was read')\n"
        "print(most() - before)"
    )
    command = [sys.executable, "-c", program, *map(str, paths)]
    done = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64 << 10, "KiB"


@pytest.mark.parametrize("piece", ["<", "<p>a"])
def test_no_page_takes_all_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    monkeypatch.setattr(budget, "MOST", 1000)
    page = tmp_path / "a.html"
    page.write_text("<p>" + 400 * piece)
    assert read(page).chapters
    page.write_text("<p>" + 1000 * piece)
    with pytest.raises(UnreadableDocument, match=r"more than 1,000 tags and pieces of text\.$"):
        read(page)


@pytest.mark.parametrize("piece", ["<!--", "<a x=", '<a x="', "</", "<?", "<![CDATA["])
def test_no_page_takes_for_ever(tmp_path: Path, piece: str) -> None:
    """Some versions of Python's parser need the square of its length for what is left open."""
    text = "Some words. " + piece * 100_000
    (tmp_path / "b.html").write_text(text)
    begun = time.thread_time()
    with contextlib.suppress(UnreadableDocument):
        read(tmp_path / "b.html")
    assert time.thread_time() - begun < 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("b.md", "Some words. " + "<!--" * 100_000),
        ("b.md", "Some words.\n\n[^1]: " + "a\n" * 300_000),
        ("b.md", "Some words." + " " * 300_000 + "{#a} b"),
        ("b.md", "+++\n" * 100_000 + "Some words."),
        ("b.md", "# " + "[" * 100_000 + "\n\nSome words."),
        ("b.md", "# " + "[](" * 40_000 + "\n\nSome words."),
        ("b.html", "<p>Some words." + "<article " * 30_000),
        ("b.html", "<p>Some words.</p>" + "</span>" * 60_000),
        ("b.html", "<p>Some words." + "<div><a href='#a'>a</a>" * 1_900),
        ("b.html", "<p>Some words." + "<h2>Contents</h2><ul>" + "<li><a href='#a'>a</a>" * 5_000),
        ("b.txt", "Some words.\n\n" + "chapter " * 100_000),
        ("b.txt", "Some words.\n\n" + "Contents\n" * 10_000 + "a" * 101),
        ("b.txt", "Some words.\n\n" + "Contents\n\n" * 40_000),
        ("b.txt", "Some words.\n\n" + f"CHAPTER I. {'-' * 90}!!\n\n" * 3_000),
    ],
    ids=lambda given: given[:24].strip() + " ..." + given[-8:],
)
def test_what_is_looked_for_in_a_text_is_soon_found_or_not(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    begun = time.thread_time()
    with contextlib.suppress(UnreadableDocument):
        assert "Some words." in read(tmp_path / name).chapters[0].text
    assert time.thread_time() - begun < 1


def test_styles_made_of_styles_made_of_styles_are_soon_known(tmp_path: Path) -> None:
    chain = "".join(f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{n + 1}"/></w:style>' for n in range(8000))
    path = docx(
        tmp_path / "b.docx", paragraph("Some words."), more={"word/styles.xml": f"<w:styles W_NS>{chain}</w:styles>"}
    )
    begun = time.thread_time()
    assert read(path).chapters[0].text == "Some words.\n\n"
    assert time.thread_time() - begun < 1
