"""Files as text, in whatever they say that they are written, else as UTF-8."""

from __future__ import annotations

import codecs
import re
from unicodedata import category

from pipeline.errors import UnreadableDocument

MARKUP = re.compile(
    rb"""<meta[^>]{0,200}charset=["']?([\w-]{2,20})|<\?xml[^>]{0,200}encoding=["']([\w-]{2,20})""", re.IGNORECASE
)
"""How HTML says it ..."""
FRAME = re.compile(rb"^Character set encoding: (?:ISO )?([\w-]{2,20})", re.MULTILINE)
"""... and those who give books away as plain text."""
_LEGEND = "【テキスト中に現れる記号について】".encode("cp932")
"""As Japan's free books begin, which say nothing of it."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LABELS = {
    "cp1252": "iso-8859-1 latin1 latin-1 us-ascii ascii",
    "cp1254": "iso-8859-9 latin5",
    "cp874": "tis-620 iso-8859-11 windows-874",
    "cp932": "shift_jis shift-jis sjis x-sjis windows-31j ms_kanji",
    "cp949": "euc-kr korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    "gb18030": "gb2312 gbk x-gbk gb_2312-80 chinese",
    "big5hkscs": "big5 big5-hkscs cn-big5 x-x-big5",
    "iso-8859-8": "iso-8859-8-i logical",
    "mac_roman": "macintosh",
    "mac_cyrillic": "x-mac-cyrillic x-mac-ukrainian",
}
"""What a page's word for its encoding means to browsers, where that is more than it says."""
_MEANT = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_OTHERS = re.compile(
    r"euc-jp|iso-2022-jp|gb18030|koi8-[ru]|(?:windows-|cp)125[0-8]|ibm866|cp866|iso-8859-(?:[2-8]|1[03-6])"
)
_ODD = frozenset({"Cc", "Cn", "Co", "Cs"})
"""Categories of characters that a text has none of, but for white space."""


def decoded(data: bytes, stated: re.Pattern[bytes] | None = None) -> str:
    """Text with lines that end in newlines alone. `stated`: how its beginning may say in which encoding it is. Raises
    UnreadableDocument for what is no text."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    found = stated.search(data[:2048]) if stated and not name else None
    said = next((group for group in found.groups() if group), b"").decode().lower() if found else ""
    said = "shift_jis" if _LEGEND in data[:2048] else said
    if said in _MEANT or _OTHERS.fullmatch(said):
        text = data.decode(_MEANT.get(said, said), "replace")
    else:
        text = _strictly(data, name or _wide(data) or "utf-8")
    if "\0" in text:
        raise UnreadableDocument("it holds zero bytes: it is no text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"it is not UTF-8: byte {error.start + 1:,} belongs to no character. Convert it first, for example with: "
            "iconv -f windows-1252 -t utf-8; Russian is often windows-1251, Japanese shift_jis, Chinese gb18030."
        ) from error


def _wide(data: bytes) -> str:
    """UTF-16 that has no mark in front. One half of its white space is zero, but the other half of 一: taken the wrong
    way round, it holds what is no character, as the end of each line is then."""
    zeros = {"utf-16-le": data[1::2].count(0), "utf-16-be": data[::2].count(0)}
    for name in sorted(filter(zeros.__getitem__, zeros), key=zeros.__getitem__, reverse=True):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if all(char.isspace() or category(char) not in _ODD for char in text):
            return name
    return ""
