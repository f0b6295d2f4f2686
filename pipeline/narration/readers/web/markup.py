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
from pipeline.narration.readers.web.elements import (
    BLOCKS,
    HEADINGS,
    TIGHT,
    VOID,
    Nesting,
    Open,
    Page,
    id_of,
    language_of,
)
from pipeline.narration.readers.web.listing import LISTS, Listing
from pipeline.narration.readers.web.notes import Notes
from pipeline.narration.readers.web.rows import Rows
from pipeline.narration.readers.web.typed import Typed
from pipeline.narration.readers.web.writing import Writing

_SPACE = re.compile(r"\s+")
_COUNTED = re.compile(r"(?:[^\W\d_]+ )?(?:\d{1,4}|[IVXLC]{1,8})")
"""A number of a chapter that stands on a line of its own, within the heading."""
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
        self._open = Nesting()
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
        self._leave_unsaid(BESIDE, self.getpos()[0])
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
        self._page.note(tag, given)
        if name := id_of(tag, given):
            self._writing.anchor(name)
            if self._reason() or reason(tag, given):
                self._page.unsaid.add(name)
        if tag in BLOCKS:
            self._close_paragraph(tag)
            self._break(tag)
        if tag in VOID:
            self._void(tag, given)
        elif len(self._open) <= _DEEPEST:  # nobody nests more; what is in there is read all the same
            self._enter(tag, given)

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
            self._hold(data, why)
        elif self._typed:
            self._typed.write(data, self._open.language, self._sources)
        else:
            self._say(data)

    # ---- words

    def _hold(self, data: str, why: str) -> None:
        if why == "title":
            self._page.title = (self._page.title + data)[:300]
        elif why != "silent":
            self._unsaid.append(data)
        if self._formula:
            self._formula.say(data)

    def _say(self, data: str) -> None:
        writing, bare = self._writing, _SPACE.sub(" ", data.replace("\u00ad", ""))
        if not bare.strip():
            writing.spaced = writing.spaced or bool(bare)
        elif (said := self._as_said(bare.strip())) is not None:
            self._listing.say(len(said), self._open[-6:])
            said = said.replace("|", "\\|") if self._rows.cells else said
            writing.write(said, self._open.language, space=writing.spaced or bare[0] == " ", source=self._sources)
            writing.spaced = bare[-1] == " "

    def _as_said(self, text: str) -> str | None:
        """As it stands in Markdown; None for the mark of a note."""
        if self._open and self._open[-1].tag == "sup" and not self._open.linked():
            if raised := power(text, self._writing.tail()):
                return raised
            if leads_to_a_note(text, "", raised=not text.isalpha()):
                self._leave_out("note mark", text, self._open[-1].line)
                return None
            return escaped(text)
        return escaped(text) if self._open.around("code", "samp", "kbd") else between(text)

    # ---- elements

    def _enter(self, tag: str, given: dict[str, str]) -> None:
        line, around = self.getpos()[0], self._reason()
        if around == BESIDE and self._core in (tag, given.get("role")) and not is_comment(given):
            self._leave_unsaid(BESIDE, line)
            around = ""
        why = "title" if tag == "title" and not self._open.around("svg") else reason(tag, given)
        entry = Open(tag, line, why or around, language_of(given) or self._open.language, before=self._listing.count)
        entry.place = self._writing.place() if tag in BLOCKS else None
        self._open.append(entry)
        if tag == "math" and not around and why == "formula":
            self._formula = Formula()
        if self._formula:
            self._formula.begin(tag, given)
        if not entry.unsaid:
            self._begin(tag, entry, given)
            if (name := id_of(tag, given)) and name in self._notes.ids:
                self._notes.silence(self._open)
        if entry.unsaid and not around:
            self._unsaid = []

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
        elif tag == "sup" and (link := self._open.linked()):
            link.raised = True
        elif tag == "ol":
            entry.count_from(given.get("start", ""))
        elif tag == "li":
            around = self._open.around("ul", "ol")
            writing.begin = around.item(given.get("value", "")) if around else "- "
        elif tag == "pre":
            self._typed.begin(named="class" in given)
        elif tag in ("code", "samp", "kbd"):
            self._typed.hold_code()
        elif tag == "table":
            entry.layout = given.get("role") in ("presentation", "none")
        elif tag in ("tr", "td", "th"):
            self._lines += self._rows.begin(entry, self._open.around("table"))

    def _close(self) -> Open:
        """The innermost element ends."""
        why, entry = self._reason(), self._open.pop()
        if self._formula:
            self._formula.end()
        if why and not self._reason():
            if said := in_text(self._formula.tex() if self._formula else ""):
                said = said.replace("|", r"\vert ") if self._rows.cells else said
                self._writing.write(said, self._open.language, space=self._writing.spaced)
                self._unsaid = []
            else:
                self._leave_unsaid(why, entry.line)
            self._formula = None
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
            self._rows.end(self._open.around("table"))
        elif tag in HEADINGS:
            self._end_heading(entry)
        elif tag == "a" and entry.place:
            mark = self._notes.mark(entry, entry.place, heading=self._open.around(*HEADINGS) is not None)
            self._leave_out(*mark, entry.line)
        elif tag in ("p", "div", "center") and entry.place and is_break(writing.since(entry.place, 4)):
            writing.take_back(entry.place)
            writing.gap(2)
            writing.write(BREAK)
        elif tag == "p":
            self._listing.end_heading(entry.place, said=self._listing.count[2] - entry.before[2])
        if tag in BLOCKS:
            self._break(tag)

    def _end_heading(self, entry: Open) -> None:
        """What its pictures show stands for words where it has none."""
        writing = self._writing
        if entry.place and not writing.untouched(entry.place):
            self._leave_out("image", entry.pictured, entry.line)
        elif entry.pictured:
            writing.write(escaped(entry.pictured), entry.language)
        writing.begin = ""
        self._lines -= 1
        self._listing.end_heading(entry.place)
        self._notes.end_heading(entry.place)

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
            self._writing.write(shown, self._open.language)
        else:
            self._leave_out("image", shown, self.getpos()[0])

    def _close_paragraph(self, tag: str) -> None:
        """And the item, the cell or the row, where nobody has closed them."""
        while self._open and self._open[-1].ended_by(tag):
            self._close()

    def _reason(self) -> str:
        """Why what comes next is not said; "" when it is."""
        return self._open[-1].unsaid if self._open else BESIDE if self._core else ""

    def _leave_unsaid(self, why: str, line: int) -> None:
        """All that was held back."""
        self._leave_out(why, "".join(self._unsaid), line)
        self._unsaid = []

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
