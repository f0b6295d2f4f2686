"""HTML's elements one after the other, become Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection
from html.parser import HTMLParser

from pipeline.narration.document import LeftOut
from pipeline.narration.escapes import BREAK, escaped, is_break
from pipeline.narration.readers.maths.formulas import between, in_text
from pipeline.narration.readers.maths.mathml import Formula
from pipeline.narration.readers.powers import power
from pipeline.narration.readers.unsaid import BESIDE, CONTENTS, NOTE, is_comment, leads_to_a_note, reason
from pipeline.narration.readers.web.budget import Budget
from pipeline.narration.readers.web.elements import BLOCKS, ENDED, HEADINGS, TIGHT, VOID, Open, Page
from pipeline.narration.readers.web.listing import LISTS, Listing
from pipeline.narration.readers.web.notes import Notes
from pipeline.narration.readers.web.rows import Rows
from pipeline.narration.readers.web.typed import Typed
from pipeline.narration.readers.web.writing import Writing

_SPACE = re.compile(r"\s+")
_COUNTED = re.compile(r"(?:[^\W\d_]+ )?(?:\d{1,4}|[IVXLC]{1,8})")
"""A number of a chapter that stands on a line of its own, within the heading."""
_NUMBER = re.compile(r"\d{1,9}")
_DEEPEST = 2000


class Markup(HTMLParser):
    def __init__(self, text: str, notes: Collection[str] = (), core: str = "") -> None:
        """`notes`: ids to which marks of notes lead from elsewhere. `core`: the tag or the role of what alone is to be
        read, where that is not all. Raises UnreadableDocument for what would take for ever."""
        super().__init__(convert_charrefs=True)
        self._budget = Budget(text)
        self._core = core
        self._page = Page()
        self._writing = Writing()
        self._open: list[Open] = []
        self._unsaid: list[str] = []
        """What the element that is not said holds."""
        self._typed = Typed(self._writing)
        self._sources = 0
        """Pieces of text, said or not."""
        self._listing = Listing(self._writing)
        self._rows = Rows(self._writing)
        self._notes = Notes(self._writing, notes)
        self._lines = 0
        """Elements that stay on one line and are open: headings, cells."""
        self._formula: Formula | None = None
        self.feed(text)
        self.close()

    def page(self) -> Page:
        while self._open:
            self._close()
        if self._core:
            self._leave_out(BESIDE, "".join(self._unsaid), self.getpos()[0])
        self._take_heading(self.getpos()[0])
        page, writing = self._page, self._writing
        page.title = " ".join(page.title.split())
        page.marked = self._notes.marked
        page.text, page.anchors = writing.text(), writing.anchors
        page.languages, page.origins = writing.languages(), writing.origins()
        return page

    # ---- what the parser finds

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._budget.check(self, len(self.get_starttag_text() or ""))
        given = {name: value or "" for name, value in attrs}
        name = given.get("id") or (given.get("name") if tag == "a" else "") or ""
        if name:
            self._writing.anchor(name)
            if self._reason() or reason(tag, given):
                self._page.unsaid.add(name)
        language = given.get("lang") or given.get("xml:lang") or ""
        if tag == "meta" and given.get("name", "").lower() == "author":
            author = " ".join(given.get("content", "").split())[:200]
            self._page.author = ", ".join(filter(None, (self._page.author, author)))[:1000]
        if tag in ("html", "body"):
            self._page.language = self._page.language or language
        if tag in BLOCKS:
            self._close_paragraph(tag)
            self._break(tag)
        if tag in VOID:
            self._void(tag, given)
            return
        if len(self._open) > _DEEPEST:
            return  # nobody nests like this; what is in there is read all the same
        line = self.getpos()[0]
        core = self._reason() == BESIDE and self._core in (tag, given.get("role")) and not is_comment(given)
        if core:
            self._leave_out(BESIDE, "".join(self._unsaid), line)
            self._unsaid = []
        said = core or not self._reason()
        why = "title" if tag == "title" and not self._around("svg") else reason(tag, given)
        entry = Open(tag, line, unsaid=why or ("" if core else self._reason()))
        entry.language = language or (self._language())
        if entry.unsaid and said:
            self._unsaid = []
        entry.place, entry.before = self._writing.place() if tag in BLOCKS else None, self._listing.count
        self._open.append(entry)
        if tag == "math" and said and why == "formula":
            self._formula = Formula()
        if self._formula:
            self._formula.begin(tag, given)
        if said and not entry.unsaid:
            self._begin(tag, entry, given)
            if name in self._notes.ids and self._notes.silence(self._open):
                self._unsaid = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_comment(self, data: str) -> None:
        self._budget.check(self, len(data))

    def handle_endtag(self, tag: str) -> None:
        self._budget.check(self, 0)
        if tag in VOID or not any(entry.tag == tag for entry in self._open[-60:]):
            return
        while self._close().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._budget.check(self, len(data))
        self._sources += 1
        if why := self._reason():
            if why == "title":
                self._page.title = (self._page.title + data)[:300]
            elif why != "silent":
                self._unsaid.append(data)
            if self._formula:
                self._formula.say(data)
            return
        writing, language = self._writing, self._language()
        if self._typed:
            self._typed.write(data, language, self._sources)
            return
        bare = _SPACE.sub(" ", data.replace("\u00ad", ""))
        said = bare.strip()
        if not said:
            writing.spaced = writing.spaced or bool(bare)
            return
        if self._open and self._open[-1].tag == "sup" and not self._linked():
            raised = power(said, writing.tail())
            if not raised and leads_to_a_note(said, "", raised=not said.isalpha()):
                self._leave_out("note mark", said, self._open[-1].line)
                return
            said = raised or escaped(said)
        else:
            said = escaped(said) if self._around("code", "samp", "kbd") else between(said)
        self._listing.say(len(said), self._open[-6:])
        said = said.replace("|", "\\|") if self._rows.cells else said
        writing.write(said, language, space=writing.spaced or bare[0] == " ", source=self._sources)
        writing.spaced = bare[-1] == " "

    # ---- elements

    def _begin(self, tag: str, entry: Open, given: dict[str, str]) -> None:
        writing = self._writing
        if tag in HEADINGS:
            self._take_heading(entry.line)
            entry.place = writing.place()
            writing.begin = "#" * HEADINGS[tag] + " "
            self._lines += 1
        elif tag == "a" and (address := self._listing.leads(given.get("href", ""))):
            entry.leads = address
            entry.place = writing.place() if "#" in entry.leads else None  # it may be the mark of a note
            entry.raised = any(around.tag == "sup" for around in self._open[-4:])
        elif tag == "sup" and (link := self._linked()):
            link.raised = True
        elif tag == "ol":
            start = given.get("start", "")
            entry.number = int(start) - 1 if _NUMBER.fullmatch(start) else 0
        elif tag == "li":
            writing.begin = self._item(given.get("value", ""))
        elif tag == "pre":
            self._typed.begin(named="class" in given)
        elif tag in ("code", "samp", "kbd"):
            self._typed.hold_code()
        elif tag == "table":
            entry.layout = given.get("role") in ("presentation", "none")
        elif tag in ("tr", "td", "th"):
            self._lines += self._rows.begin(entry, self._around("table"))

    def _item(self, value: str) -> str:
        if (around := self._around("ul", "ol")) is None or around.tag == "ul":
            return "- "
        around.number = int(value) if _NUMBER.fullmatch(value) else around.number + 1
        return f"{around.number}. "

    def _around(self, *tags: str) -> Open | None:
        """The innermost of such elements."""
        return next((entry for entry in reversed(self._open) if entry.tag in tags), None)

    def _close(self) -> Open:
        """The innermost element ends."""
        why, entry = self._reason(), self._open.pop()
        if self._formula:
            self._formula.end()
        if why and not self._reason():
            if said := in_text(self._formula.tex() if self._formula else ""):
                said = said.replace("|", r"\vert ") if self._rows.cells else said
                self._writing.write(said, self._language(), space=self._writing.spaced)
            else:
                self._leave_out(why, "".join(self._unsaid), entry.line)
            self._unsaid, self._formula = [], None
        elif not why:
            self._end(entry)
        return entry

    def _end(self, entry: Open) -> None:
        tag, writing = entry.tag, self._writing
        if tag in LISTS and (begins := self._listing.found(entry)):
            self._leave_out(CONTENTS, writing.since(begins), entry.line)
            writing.take_back(begins)
        if tag == "pre":
            self._typed.end(entry.place)
        elif tag in ("td", "th") and not entry.layout:
            self._lines -= 1
        elif tag == "tr":
            self._rows.end(self._around("table"))
        elif tag in HEADINGS:
            if entry.place and not writing.untouched(entry.place):
                self._leave_out("image", entry.pictured, entry.line)
            elif entry.pictured:
                writing.write(escaped(entry.pictured), entry.language)
            writing.begin = ""
            self._lines -= 1
            self._listing.end_heading(entry.place)
            self._notes.end_heading(entry.place)
        elif tag == "a" and entry.place:
            mark = self._notes.mark(entry, entry.place, heading=self._around(*HEADINGS) is not None)
            self._leave_out(*mark, entry.line)
        elif tag in ("p", "div", "center") and entry.place and is_break(writing.since(entry.place, 4)):
            writing.take_back(entry.place)
            writing.gap(2)
            writing.write(BREAK)
        elif tag == "p":
            self._listing.end_heading(entry.place, said=self._listing.count[2] - entry.before[2])
        if tag in BLOCKS:
            self._break(tag)

    def _linked(self) -> Open | None:
        """The link within the book that is open here."""
        return next((entry for entry in reversed(self._open[-4:]) if entry.tag == "a" and entry.place), None)

    def _void(self, tag: str, given: dict[str, str]) -> None:
        if tag == "br":
            self._break(tag)
        elif tag == "img" and not self._reason():
            self._picture(" ".join(given.get("alt", "").split())[:500])

    def _picture(self, shown: str) -> None:
        """A heading may be one, and so may the first letter of a paragraph."""
        if heading := next((entry for entry in self._open if entry.tag in HEADINGS), None):
            heading.pictured = f"{heading.pictured} {shown}".strip()
        elif len(shown) == 1 and shown.isupper() and not self._writing.tail():
            self._writing.write(shown, self._language())
        else:
            self._leave_out("image", shown, self.getpos()[0])

    def _language(self) -> str:
        return self._open[-1].language if self._open else ""

    def _close_paragraph(self, tag: str) -> None:
        """A block ends the paragraph, the item, the cell or the row that nobody closed."""
        while self._open and (self._open[-1].tag == "p" or self._open[-1].tag in ENDED.get(tag, ())):
            self._close()

    def _reason(self) -> str:
        """Why what comes next is not said; "" when it is."""
        return self._open[-1].unsaid if self._open else BESIDE if self._core else ""

    def _leave_out(self, why: str, text: str, line: int) -> None:
        if why not in ("silent", "title") and (bare := " ".join(text.split())):
            self._page.left_out.append(LeftOut(why, bare, f"line {line}"))
            if why == NOTE:
                self._notes.left_out()

    def _take_heading(self, line: int) -> None:
        """That which nothing but notes was under."""
        if text := self._notes.take_heading():
            self._leave_out(NOTE, text, line)
            self._page.unsaid |= self._writing.ends()

    def _break(self, tag: str) -> None:
        if self._reason():
            self._unsaid.append(" ")
        elif self._lines > 0:
            if not self._rows.cells and _COUNTED.fullmatch(self._writing.last()):
                self._writing.put(".")
            self._writing.spaced = True
        elif not self._typed:
            self._writing.gap(1 if tag in TIGHT else 2)
