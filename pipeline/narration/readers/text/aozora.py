"""Books as Aozora Bunko gives them away: readings and a typesetter's remarks among the words, facts around them."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.narration.document import LeftOut
from pipeline.narration.readers.text.frame import Framed

_LEGEND = re.compile(r"^-{20,}\n【テキスト中に現れる記号について】\n.*?^-{20,}\n", re.MULTILINE | re.DOTALL)
"""Says what the marks mean; over it stand the title and, last, the author."""
_SOURCE = re.compile(r"^底本：.*\Z", re.MULTILINE | re.DOTALL)
_NOTE = r"［＃(?:[^［］\n]|［[^［］\n]{1,200}］){1,200}］"
"""What a typesetter is told; a character that the file's encoding lacks may be described within."""
_LACKING = re.compile(rf"※{_NOTE}")
"""Such a character."""
_PLACE = re.compile(r"(?<![\d-])([12])-(\d{1,2})-(\d{1,2})(?![\d-])|U\+([0-9A-F]{4,5})")
"""Where it is in the standard of Japan, or of the world."""
_SIGN = r"[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff]"
_LACKED = re.compile(
    rf"(?:｜[^｜《》\n]{{0,40}}?|{_SIGN}{{0,9}})※{_NOTE}(?:{_SIGN}|※{_NOTE}){{0,9}}《([^《》\n]{{1,60}})》"
)
"""A word with one, and how all of it is read."""
_READING = re.compile(r"《([^《》\n]{1,60})》")
_HEADING = re.compile(
    r"^(?:［＃[^［］\n]{1,200}］|[ \u3000])*?(?:([^ \u3000\n［][^\n［]{0,60})［＃「\1」は(?:同行|窓)?[大中小]見出し］"
    r"|［＃(?:ここから)?([大中小]見出し)］\s*([^\s［][^\n［]{0,60})\s*［＃(?:ここで)?\2終わり］)[ \u3000]*$",
    re.MULTILINE,
)
_REMARK = re.compile(rf"{_NOTE}|｜")


def unmarked(book: Framed, name: str) -> Framed:
    """The words alone, and which lines are headings; a book from elsewhere as it is. `name`: of the file."""
    legend = _LEGEND.search(book.text)
    if legend is None:
        return book
    source = _SOURCE.search(book.text, legend.end())
    around = [found[0].strip() for found in (legend, source) if found]
    above = book.text[: legend.start()].strip()
    text = _LACKED.sub(r"\1", book.text[legend.end() : source.start() if source else None])
    readings = _READING.findall(text)
    text = _LACKING.sub(_character, _READING.sub("", text))
    headings = list[str]()

    def heading(found: re.Match[str]) -> str:
        headings.append((found[1] or found[3]).rstrip())
        return headings[-1]

    text = _REMARK.sub("", _HEADING.sub(heading, text))
    left_out = [LeftOut("front matter", said, name) for said in around]
    left_out += [LeftOut("reading", said, name) for said in readings]
    return replace(
        book,
        text=f"{above}\n\n" + text.replace("\n", "\n\n"),  # each line is a paragraph
        title=book.title or above.partition("\n")[0].strip(),
        author=book.author or above.rpartition("\n")[2].strip() * ("\n" in above),
        language=book.language or "ja",
        left_out=(*book.left_out, *left_out),
        headings=frozenset(headings),
    )


def _character(found: re.Match[str]) -> str:
    """Nothing for one that no standard has."""
    place = _PLACE.search(found[0])
    if place is None:
        return ""
    if place[4]:
        said = chr(int(place[4], 16))
        return said if said.isprintable() else ""
    row, cell = (160 + min(int(place[at]), 95) for at in (2, 3))  # there are 94 of each
    return (b"\x8f" * (place[1] == "2") + bytes((row, cell))).decode("euc_jis_2004", "ignore")
