"""Encodings: what a page or a free book says of its own, as browsers take it; UTF-16 with and without a mark."""

from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration import read
from pipeline.narration.readers.text.letters import MARKUP, decoded


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("gb2312", "gbk", "朱镕基说囧。"),
        ("GBK", "gb18030", "朱镕基说囧。"),
        ("Shift_JIS", "cp932", "①番の髙橋さん"),
        ("x-sjis", "cp932", "①番の髙橋さん"),
        ("iso-2022-jp", "iso2022_jp", "吾輩は猫である。"),
        ("euc-jp", "euc_jp", "吾輩は猫である。"),
        ("euc-kr", "cp949", "똠방각하"),
        ("ks_c_5601-1987", "cp949", "똠방각하"),
        ("big5", "big5hkscs", "你好，𨋢"),
        ("windows-1251", "cp1251", "Он пришёл домой — «да»."),
        ("koi8-u", "koi8_u", "Їжак і ґава."),
        ("windows-1255", "cp1255", "שלום"),
        ("iso-8859-8-i", "iso8859_8", "שלום"),
        ("iso-8859-9", "cp1254", "İstanbul’da şişe"),
        ("tis-620", "cp874", "ภาษาไทย"),
        ("iso-8859-1", "cp1252", "“Señor” – 5 €"),
    ],
)
def test_what_a_page_says_of_its_encoding_means_what_it_means_to_browsers(label: str, encoding: str, text: str) -> None:
    page = f'<meta charset="{label}"><p>{text}</p>'
    assert decoded(page.encode(encoding), MARKUP) == page


@pytest.mark.parametrize("label", ["iso-8859-12", "iso-8859-99", "windows-1259", "x-nobody"])
def test_what_no_browser_knows_is_taken_for_utf_8(label: str) -> None:
    page = f'<meta charset="{label}"><p>Grüße.</p>'
    assert decoded(page.encode(), MARKUP) == page


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("text", ["Он пришёл.\n\nДа.\n", "吾輩は 猫\nである。", "　一つ\n　二つ\n", "Plain words."])
def test_utf_16_is_known_with_and_without_its_mark(encoding: str, text: str) -> None:
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("data", [b"\0\1\2\3", b"PK\3\4\0\0a", b"\x7fELF\2\1\1\0\0\0", b"a\0b", "Да".encode("cp1251")])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        decoded(data)


def test_text_may_come_with_a_mark_and_with_carriage_returns(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes("Grüße.\r\n\r\nEnde.".encode("utf-16"))
    assert read(tmp_path / "b.txt").chapters[0].text == "Grüße.\n\nEnde.\n\n"


def test_a_free_book_may_say_in_which_encoding_it_is(tmp_path: Path) -> None:
    head = "Character set encoding: ISO-8859-1\n\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\n"
    (tmp_path / "b.txt").write_bytes(f"{head}Grüße.".encode("latin-1"))
    assert read(tmp_path / "b.txt").chapters[0].text == "Grüße.\n\n"
