"""HTML's elements one after the other, become Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipeline.narration.budget import Budget
from pipeline.narration.document import LeftOut, Stretch
from pipeline.narration.escapes import BREAK, escaped, is_break
from pipeline.narration.unsaid import SILENT, leads_to_a_note, reason
from pipeline.narration.writing import Writing

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt figcaption figure footer form header hr "
    "li main nav ol p pre section summary table tbody tfoot thead tr ul h1 h2 h3 h4 h5 h6 title".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TIGHT = frozenset("li tr td th dt dd".split())
"""Blocks that stand on a line of their own, with no line between them."""
_SPACE = re.compile(r"\s+")
_DEEPEST = 2000
_RAISED = str.maketrans("0123456789+-", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b")
_POWER = re.compile(r"[-+]?\d{1,4}")
_RAISES = re.compile(r"(?:\d|(?:^|[^^\W\d_])[^\W\d_]{1,2}|\))$")
"""What may have an exponent: a number, a letter, a unit. Behind a word, a number that is set high leads to a note."""


@dataclass(slots=True)
class Page:
    """One HTML file."""

    text: str = ""
    title: str = ""
    author: str = ""
    language: str = ""
    anchors: dict[str, int] = field(default_factory=dict)
    """Where in `text` each id stands."""
    languages: tuple[Stretch, ...] = ()
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """An element that has begun."""

    tag: str
    line: int
    """Of the file."""
    unsaid: str = ""
    """The reason, when nothing in it is said, its own or that of an element around it."""
    language: str = ""
    number: int = 0
    """Of the last item, in a numbered list."""
    place: int = -1
    """Where its text began, of a link within the book, or a paragraph."""
    raised: bool = False
    """A link that is set high, or holds what is."""


class Markup(HTMLParser):
    def __init__(self, text: str) -> None:
        """Raises UnreadableDocument for what would take for ever."""
        super().__init__(convert_charrefs=True)
        self._budget = Budget(len(text))
        self._page = Page()
        self._writing = Writing()
        self._open: list[_Open] = []
        self._unsaid: list[str] = []
        """What the element that is not said holds."""
        self._verbatim = 0
        self._cells = 0
        """Of the row, so far."""
        self._lines = 0
        """Elements that stay on one line and are open: headings, cells."""
        self.feed(text)
        self.close()

    def page(self) -> Page:
        while self._open:
            self._close()
        page = self._page
        page.text, page.anchors, page.languages = self._writing.text(), self._writing.anchors, self._writing.languages()
        return page

    # ---- what the parser finds

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._budget.check()
        given = {name: value or "" for name, value in attrs}
        if name := given.get("id") or (given.get("name") if tag == "a" else ""):
            self._writing.anchor(name)
        language = given.get("lang") or given.get("xml:lang") or ""
        if tag == "meta" and given.get("name", "").lower() == "author":
            self._page.author = given.get("content", "").strip()[:200]
        if tag in ("html", "body"):
            self._page.language = self._page.language or language
        if tag in _BLOCKS:
            self._close_paragraph(tag)
            self._break(tag)
        if tag in _VOID:
            self._void(tag, given)
            return
        if len(self._open) > _DEEPEST:
            return  # nobody nests like this; what is in there is read all the same
        said = not self._reason()
        entry = _Open(tag, self.getpos()[0], unsaid=self._reason() or self._reason_for(tag, given))
        entry.language = language or (self._open[-1].language if self._open else "")
        if entry.unsaid and said:
            self._unsaid = []
        self._open.append(entry)
        if said and not entry.unsaid:
            self._begin(tag, entry, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_comment(self, data: str) -> None:
        self._budget.check()

    def handle_endtag(self, tag: str) -> None:
        self._budget.check()
        if tag in _VOID or not any(entry.tag == tag for entry in self._open[-60:]):
            return
        while self._close().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._budget.check()
        if why := self._reason():
            if why == "title":
                self._page.title = (self._page.title + data)[:300]
            elif why != "silent":
                self._unsaid.append(data)
            return
        writing, language = self._writing, self._open[-1].language if self._open else ""
        if self._verbatim:
            writing.write(data, language)
            return
        bare = _SPACE.sub(" ", data.replace("\u00ad", ""))
        said = bare.strip()
        if not said:
            writing.spaced = writing.spaced or bool(bare)
            return
        if self._open and self._open[-1].tag == "sup" and _POWER.fullmatch(said) and not self._linked():
            if not _RAISES.search(writing.tail()):
                self._leave_out("note mark", said, self._open[-1].line)
                return
            said = said.translate(_RAISED)
        else:
            said = escaped(said)
        space = writing.spaced or bare[0] == " "
        writing.write(said.replace("|", "\\|") if self._cells else said, language, space=space)
        writing.spaced = bare[-1] == " "

    # ---- elements

    def _reason_for(self, tag: str, given: dict[str, str]) -> str:
        if tag == "title" and not any(entry.tag == "svg" for entry in self._open):
            return "title"
        return "silent" if tag in SILENT else reason(tag, given)

    def _begin(self, tag: str, entry: _Open, given: dict[str, str]) -> None:
        writing = self._writing
        if tag in _HEADINGS:
            writing.begin = "#" * _HEADINGS[tag] + " "
            self._lines += 1
        elif tag == "a" and "#" in given.get("href", ""):
            entry.place = writing.place()
            entry.raised = any(around.tag == "sup" for around in self._open[-4:])
        elif tag == "sup" and (link := self._linked()):
            link.raised = True
        elif tag in ("p", "div", "center"):
            entry.place = writing.place()
        elif tag == "ol":
            entry.number = int(given["start"]) - 1 if given.get("start", "").isdecimal() else 0
        elif tag == "li":
            writing.begin = self._item()
        elif tag == "pre":
            writing.write("```\n")
            self._verbatim += 1
        elif tag == "tr":
            self._cells = 0
        elif tag in ("td", "th"):
            writing.write("|", space=True)
            writing.spaced = True
            self._cells += 1
            self._lines += 1

    def _item(self) -> str:
        around = next((entry for entry in reversed(self._open) if entry.tag in ("ul", "ol")), None)
        if around is None or around.tag == "ul":
            return "- "
        around.number += 1
        return f"{around.number}. "

    def _close(self) -> _Open:
        """The innermost element ends."""
        why = self._reason()
        entry = self._open.pop()
        if why and not self._reason():
            self._leave_out(why, "".join(self._unsaid), entry.line)
            self._unsaid = []
        elif not why:
            self._end(entry)
        return entry

    def _end(self, entry: _Open) -> None:
        tag, writing = entry.tag, self._writing
        if tag == "pre":
            self._verbatim -= 1
            writing.put("\n```")
        elif tag in ("td", "th"):
            self._lines -= 1
        elif tag == "tr" and self._cells:
            writing.write("|", space=True)
            self._cells = 0
        elif tag in _HEADINGS:
            writing.begin = ""
            self._lines -= 1
        elif tag == "a" and entry.place >= 0:
            self._end_link(entry)
        elif entry.place >= 0 and is_break(writing.since(entry.place, 4)):
            writing.take_back(entry.place)
            writing.gap(2)
            writing.write(BREAK)
        if tag in _BLOCKS:
            self._break(tag)

    def _linked(self) -> _Open | None:
        """The link within the book that is open here."""
        return next((entry for entry in reversed(self._open[-4:]) if entry.tag == "a" and entry.place >= 0), None)

    def _end_link(self, entry: _Open) -> None:
        """The mark of a note is not said."""
        writing = self._writing
        text = writing.since(entry.place, 4)
        if leads_to_a_note(text, writing.tail(entry.place), raised=entry.raised):
            writing.take_back(entry.place)
            self._leave_out("note mark", text, entry.line)

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._writing_break(1)
        elif tag == "img" and not self._reason():
            self._leave_out("image", given.get("alt", "")[:500], self.getpos()[0])

    def _close_paragraph(self, tag: str) -> None:
        """A block ends the paragraph, or the item, that nobody closed."""
        if self._open and (self._open[-1].tag == "p" or self._open[-1].tag == tag == "li"):
            self._close()

    def _reason(self) -> str:
        """Why what comes next is not said; "" when it is."""
        return self._open[-1].unsaid if self._open else ""

    def _leave_out(self, why: str, text: str, line: int) -> None:
        if why not in ("silent", "title") and (bare := " ".join(text.split())):
            self._page.left_out.append(LeftOut(why, bare, f"line {line}"))

    def _break(self, tag: str) -> None:
        self._writing_break(1 if tag in _TIGHT else 2)

    def _writing_break(self, newlines: int) -> None:
        if self._reason():
            self._unsaid.append(" ")
        elif self._lines > 0:
            self._writing.spaced = True
        elif not self._verbatim:
            self._writing.gap(newlines)
