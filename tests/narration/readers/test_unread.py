"""Pages of an EPUB that cannot be read: they are told of, and the rest is read."""

import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration import read
from tests.narration.books import epub, novel, without

Wrong = Callable[[Path], Path]


def damaged(path: Path, name: str = "c2.xhtml") -> Path:
    with zipfile.ZipFile(path) as file:
        info = file.getinfo(f"OEBPS/{name}")
    data = bytearray(path.read_bytes())
    begins = info.header_offset + 30 + len(info.filename)
    data[begins : begins + info.compress_size] = bytes(info.compress_size)
    path.write_bytes(data)
    return path


def western(path: Path) -> Path:
    """Two members have the name; the last one counts."""
    with zipfile.ZipFile(path, "a") as file, warnings.catch_warnings(action="ignore"):
        file.writestr("OEBPS/c2.xhtml", "<p>Br\u00e9ad and wine.</p>".encode("latin-1"))
    return path


UNREAD: dict[str, tuple[Wrong, str]] = {
    "missing": (without, "it lacks OEBPS/c2.xhtml"),
    "damaged": (damaged, "OEBPS/c2.xhtml in it is damaged"),
    "no UTF-8": (western, "OEBPS/c2.xhtml: it is not UTF-8"),
}


@pytest.mark.parametrize(("wrong", "why"), UNREAD.values(), ids=UNREAD)
def test_a_page_that_cannot_be_read_is_told_of_and_the_rest_is_read(tmp_path: Path, wrong: Wrong, why: str) -> None:
    document = read(wrong(novel(tmp_path / "b.epub", chapters=3)))
    assert [chapter.title for chapter in document.chapters] == ["Chapter 1", "Chapter 3"]
    assert [(gap.reason, gap.text) for gap in document.unread] == [("unreadable", "OEBPS/c2.xhtml")]
    assert document.unread[0].where.startswith('"Chapter 2": ')
    assert why in document.unread[0].where


def test_a_book_of_which_nothing_can_be_read_is_refused_and_says_why(tmp_path: Path) -> None:
    pages = {"a.xhtml": "<p>x</p>", "b.xhtml": "<p>y</p>", "c.xhtml": ""}
    with pytest.raises(UnreadableDocument, match="nothing of it can be read: it lacks OEBPS/a.xhtml") as told:
        read(without(without(epub(tmp_path / "b.epub", pages), "a.xhtml"), "b.xhtml"))
    assert told.value.message.endswith("1 more of its pages cannot be read either.")


def test_a_book_whose_order_names_pages_that_do_not_exist_says_so(tmp_path: Path) -> None:
    """As AbiWord's do."""
    spine = {"a.xhtml": '/><itemref idref="b.xhtml.xhtml"'}
    path = epub(tmp_path / "b.epub", {"a.xhtml": ""}, spine=spine)
    said = "nothing of it can be read: the order of its pages names b.xhtml.xhtml, which its list of files lacks."
    with pytest.raises(UnreadableDocument, match=re.escape(said)):
        read(path)


def test_a_page_that_was_made_to_harm_refuses_the_book(tmp_path: Path) -> None:
    pages = {"a.xhtml": "<p>Some words.</p>", "b.xhtml": "<p>" + "ha " * (7 << 20)}
    with pytest.raises(UnreadableDocument, match="unpack"):
        read(epub(tmp_path / "b.epub", pages))


def test_a_damaged_cover_leaves_the_book(tmp_path: Path) -> None:
    manifest = '<item id="cv" href="cover.jpg" media-type="image/jpeg" properties="cover-image"/>'
    image = {"OEBPS/cover.jpg": b"\xff\xd8\xff\xe0" + bytes(range(256))}
    path = damaged(epub(tmp_path / "b.epub", {"a.xhtml": "<p>x y</p>"}, manifest=manifest, more=image), "cover.jpg")
    document = read(path)
    assert (document.cover, document.unread) == (b"", ())
    assert [gap.where for gap in document.left_out] == ["OEBPS/cover.jpg in it is damaged and cannot be unpacked"]
