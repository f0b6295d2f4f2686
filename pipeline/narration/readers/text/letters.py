"""Files as text, in whatever they say that they are written, else as UTF-8."""

from __future__ import annotations

import codecs
import re

from pipeline.errors import UnreadableDocument

MARKUP = re.compile(
    rb"""<meta[^>]{0,200}charset=["']?([\w-]{2,20})|<\?xml[^>]{0,200}encoding=["']([\w-]{2,20})""", re.IGNORECASE
)
"""How HTML says it ..."""
FRAME = re.compile(rb"^Character set encoding: (?:ISO )?([\w-]{2,20})", re.MULTILINE)
"""... and those who give books away as plain text."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WESTERN = ("iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "ascii")
"""Browsers take all of these for one."""
_OTHERS = re.compile(r"shift_jis|euc-jp|gb2312|gbk|gb18030|big5|euc-kr|koi8-r|windows-125\d|iso-8859-\d{1,2}")


def decoded(data: bytes, stated: re.Pattern[bytes] | None = None) -> str:
    """Text with lines that end in newlines alone. `stated`: how its beginning may say in which encoding it is. Raises
    UnreadableDocument for what is no text."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    found = stated.search(data[:2048]) if stated and not name else None
    said = next((group for group in found.groups() if group), b"").decode().lower() if found else ""
    if said in _WESTERN or _OTHERS.fullmatch(said):
        text = data.decode("cp1252" if said in _WESTERN else said, "replace")
    else:
        text = _strictly(data, name or "utf-8")
    if "\0" in text:
        raise UnreadableDocument("it holds zero bytes: it is no text.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _strictly(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"it is not UTF-8: byte {error.start + 1:,} belongs to no character. Convert it first, for example with: "
            "iconv -f windows-1252 -t utf-8"
        ) from error
