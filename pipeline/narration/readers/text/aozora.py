"""Books as Aozora Bunko gives them away: readings and a typesetter's remarks among the words, facts around them."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.narration.document import LeftOut
from pipeline.narration.readers.text.frame import Framed

_LEGEND = re.compile(r"^-{20,}\n【テキスト中に現れる記号について】\n.*?^-{20,}\n", re.MULTILINE | re.DOTALL)
"""Says what the marks mean; over it stand the title and, last, the author."""
_SOURCE = re.compile(r"^底本：.*\Z", re.MULTILINE | re.DOTALL)
_MISSING = re.compile(r"※［＃[^［］\n]{1,200}］《([^《》\n]{1,60})》")
"""A character that the file's encoding lacks, and how it is read."""
_READING = re.compile(r"《([^《》\n]{1,60})》")
_HEADING = re.compile(
    r"^(?:［＃[^［］\n]{1,200}］|[ \u3000])*([^ \u3000\n［][^\n［]{0,60})"
    r"［＃「\1」は(?:同行|窓)?[大中小]見出し］[ \u3000]*$",
    re.MULTILINE,
)
_REMARK = re.compile(r"［＃[^［］\n]{1,200}］|｜")


def unmarked(book: Framed, name: str) -> Framed:
    """The words alone, and which lines are headings; a book from elsewhere as it is. `name`: of the file."""
    legend = _LEGEND.search(book.text)
    if legend is None:
        return book
    source = _SOURCE.search(book.text, legend.end())
    around = [found[0].strip() for found in (legend, source) if found]
    above = book.text[: legend.start()].strip()
    text = _MISSING.sub(r"\1", book.text[legend.end() : source.start() if source else None])
    readings = _READING.findall(text)
    headings = list[str]()

    def heading(found: re.Match[str]) -> str:
        headings.append(found[1].rstrip())
        return headings[-1]

    text = _REMARK.sub("", _HEADING.sub(heading, _READING.sub("", text)))
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
