"""The lines of marked-up text: headings, lists, quotes, tables, fences. Reads one passage after the other into atoms.

What is open at a passage's end (a fence, thinking, a table, an item) is remembered, and nothing else.
"""

from __future__ import annotations

import re

from pipeline.text.halftag import open_tag
from pipeline.text.spoken.marks.atoms import Atom
from pipeline.text.spoken.marks.data import Data, begins_data
from pipeline.text.spoken.marks.emphasis import settle
from pipeline.text.spoken.marks.inline import DISPLAYED, Inline
from pipeline.text.spoken.marks.latex import ENVIRONMENT, ITEM, SECTION, environment
from pipeline.text.spoken.marks.lines import (
    BLOCK,
    BULLET,
    CONTENTS,
    DEFINITION,
    DISPLAY,
    DISPLAY_END,
    ENVIRONMENT_END,
    FENCE,
    FENCED_FORMULA_END,
    FOOTNOTE,
    HEADING,
    LONE,
    MEANING,
    NUMBER,
    PROMPT,
    QUOTE,
    TASK,
    UNDERLINE,
    heading_end,
    is_rule,
    line_at,
)
from pipeline.text.spoken.marks.place import Fence, Place
from pipeline.text.spoken.marks.raw import begins_raw, rows, separator
from pipeline.text.spoken.marks.remarks import read_head
from pipeline.text.spoken.marks.sheet import Sheet
from pipeline.text.spoken.marks.stretches import read_stretch
from pipeline.text.spoken.marks.tables import Table, begins_table, read_closed, read_row, ruled
from pipeline.text.spoken.phrases import programming_language


class Markdown:
    """One passage's text; `atoms()` reads it, and leaves `place` for the next one."""

    def __init__(self, text: str, place: Place, *, last: bool) -> None:
        self.text = text
        self.place = place
        self._last = last
        self._sheet = Sheet(text)
        self._inline = Inline(self._sheet, last=last)
        self._paragraph = 0  # where the paragraph that is being read ends
        self._lone = False  # the line is bold from end to end: a heading in all but name

    def atoms(self) -> list[Atom]:
        """Every character of the text is in one of them, in order."""
        at, place, sheet = 0, self.place, self._sheet
        for kind in (*place.closing, *place.groups):
            sheet.enter(0, kind, known=True)
        self._inline.commands.resume(place.groups)
        while at < len(self.text):
            if stretch := read_stretch(self.text, at, place, last=self._last):
                at = sheet.put(stretch)
            elif place.fresh:
                at = self._line_start(at)
            else:
                at = self._line_rest(at)
        if place.closing:
            self._close(keep=not (self._last or place.fresh))
        place.groups = self._inline.commands.open
        return settle(self.text, sheet.atoms)

    # ---- lines

    def _line_start(self, at: int) -> int:
        """Marks at the beginning of a line, and lines that are nothing but marks."""
        text, place = self.text, self.place
        if not self._goes_on(at):
            self._close()
        line, after = line_at(text, at)
        before, place.separator = place.separator, separator(line)
        if not line.strip():
            place.table = None
            return self._sheet.flush(after)
        if (end := self._row(at, line, after)) >= 0:
            return end
        place.table = None
        if is_rule(line) or UNDERLINE.match(text, at) or CONTENTS.match(text, at):
            return self._sheet.pause(self._sheet.mark(at, after, "rules"), ".")
        if DISPLAY.match(text, at):
            place.display = DISPLAY_END
            return self._sheet.mark(at, at + len(line) - len(line.lstrip()) + 2, "maths")
        if begins_data(text, at):
            place.data = Data()
            return at
        place.raw = rows(before, text, at) or begins_raw(text, at)
        if place.raw:
            place.separator = ""
            return at
        if mark := ENVIRONMENT.match(text, at):
            return self._environment(mark, after)
        if head := read_head(text, at):
            return self._remark(at, *head)
        return self._markers(at, after)

    def _remark(self, at: int, after: int, title: tuple[int, int], name: str) -> int:
        """The line above a remark: its title is said, or else what it is."""
        sheet, (begin, end) = self._sheet, title
        if 0 <= begin < end:
            sheet.mark(at, begin, "quotes")
            sheet.mark(read_closed(sheet, self._inline, begin, end), after, "quotes")
        elif name:
            sheet.put(Atom("say", at, after, "quotes", name))
        else:
            sheet.mark(at, after, "quotes")
        return sheet.pause(after, ".")

    def _environment(self, mark: re.Match[str], after: int) -> int:
        """A line of LaTeX that begins or ends a list, a formula, a listing."""
        name, begins = mark[2], mark[1] == "begin"
        kind = environment(name) if begins else ""
        if kind == "code":
            self.place.fence = Fence(f"\\end{{{name}}}", "")
            return self._sheet.mark(mark.start(), after, "code")
        if kind == "maths":
            self.place.display = ENVIRONMENT_END
        else:
            self.place.fresh = mark.end() >= after
        return self._sheet.mark(*mark.span(), kind or "escapes")

    def _markers(self, at: int, after: int) -> int:
        """Quotes, bullets, numbers, heading marks and fences, which may stand behind one another."""
        text, place, sheet = self.text, self.place, self._sheet
        words = -1  # where they begin behind a number, which is said
        while True:
            if fence := FENCE.match(text, at):
                return self._fence(fence)
            if quote := QUOTE.match(text, at):
                at = self._begin("quotes", quote)
            elif (heading := HEADING.match(text, at)) and "headings" not in place.closing:
                at = self._begin("headings", heading)
            elif (section := SECTION.match(text, at)) and self._inline.commands.group(section.end(), after, ""):
                at = self._begin("headings", section)
                break
            elif item := ITEM.match(text, at) or BULLET.match(text, at):
                at = self._begin("lists", item)
            elif (number := NUMBER.match(text, at)) and "lists" not in place.closing:
                self._open("lists", at, known=True)
                words = number.end()
                if task := TASK.match(text, number.end()):
                    at = self._task(task, sheet.flush(number.end()))
                break
            elif task := TASK.match(text, at):
                self._open("lists", at)
                at = self._task(task, at)
            elif rest := MEANING.match(text, at) or PROMPT.match(text, at):
                sheet.pause(at, ",")
                at = sheet.mark(at, rest.end(), "lists" if rest.re is MEANING else "code")
                break
            else:
                break
        if DEFINITION.match(text, at):
            sheet.bury(at, after, "links")
            place.hidden = self._inline.hidden()
            return after
        if note := FOOTNOTE.match(text, at):
            at = self._begin("footnotes", note)
        place.fresh = False
        self._lone = bool(LONE.match(text, max(at, words)))
        return at

    def _fence(self, fence: re.Match[str]) -> int:
        """Behind it, code begins, or a formula."""
        self._close()
        if fence[2].strip() == "math":
            self.place.display = FENCED_FORMULA_END
            return self._sheet.mark(*fence.span(), "maths")
        self.place.fence = Fence(fence[1], programming_language(fence[2]))
        return self._sheet.mark(*fence.span(), "code")

    def _task(self, task: re.Match[str], at: int) -> int:
        """The box before something to be done, checked or not."""
        return self._sheet.mark(at, task.end(), "lists", "done" if task[1] in "xX" else "open")

    def _line_rest(self, at: int) -> int:
        """What the line says, and with it the lines that go on with the same paragraph."""
        place, sheet = self.place, self._sheet
        if place.table is not None:  # a row that was cut in the middle
            line, after = line_at(self.text, at)
            read_row(sheet, self._inline, at, line, None)
            place.fresh = after > at + len(line)
            return sheet.flush(after)
        if at >= self._paragraph:
            self._paragraph = self._paragraph_end(at)
        end = self._paragraph
        if "headings" in place.closing:
            end = heading_end(self.text, at, end)
        at = self._inline.read(at, end)
        if hidden := self._inline.hidden():
            if hidden is DISPLAYED:
                place.display = hidden.closer
            else:
                place.hidden = hidden
            return at
        if at < self._paragraph and "headings" in place.closing:
            at = sheet.mark(at, self._paragraph, "headings")
        if self._lone:
            sheet.pause(at, ".", later=True)
            self._lone = False
        if at < len(self.text):
            if not self._goes_on(at + 1):
                self._close()
            at = sheet.flush(at + 1)
            place.fresh = True
        return at

    def _goes_on(self, at: int) -> bool:
        """Whether the line from `at` on goes on with a quote that is open."""
        quote = QUOTE.match(self.text, at) if "quotes" in self.place.closing else None
        return quote is not None and not BLOCK.match(self.text, quote.end())

    def _paragraph_end(self, at: int) -> int:
        """The newline after which another block begins, or the end."""
        text = self.text
        end = text.find("\n", at)
        if not ("headings" in self.place.closing or self._lone or self.place.separator):
            while 0 <= end < len(text) - 1 and self._paragraph_goes_on(at, end + 1):
                end = text.find("\n", end + 1)
        return end if end >= 0 else len(text)

    def _paragraph_goes_on(self, begin: int, at: int) -> bool:
        """Whether the line from `at` on belongs to the paragraph that begins at `begin`."""
        line, _ = line_at(self.text, at)
        if "|" not in line and not BLOCK.match(self.text, at):
            return True
        return line.strip() != "" and open_tag(self.text, begin, at) >= 0

    def _row(self, at: int, line: str, after: int) -> int:
        """Reads the line as a table's row; -1 if it is none."""
        place, bare = self.place, line.strip()
        if "|" not in bare:
            return -1
        if place.table is None:
            if not begins_table(bare, line_at(self.text, after)[0].strip()):
                return -1
            self._close()
            place.table = Table()
        if ruled(bare):
            self._sheet.mark(at, after, "tables")
        else:
            read_row(self._sheet, self._inline, at, line, place.table)
        place.fresh = after > at + len(line)
        return self._sheet.flush(after)

    # ---- what ends with its line

    def _begin(self, kind: str, mark: re.Match[str]) -> int:
        self._open(kind, mark.start())
        return self._sheet.mark(*mark.span(), kind)

    def _open(self, kind: str, at: int, *, known: bool = False) -> None:
        if kind not in self.place.closing:
            if kind == "lists" and self.text[self.text.rfind("\n", 0, max(0, at - 1)) + 1 : at].strip():
                self._sheet.pause(at, ",", later=True)  # behind the line that leads to them
            self.place.closing.append(kind)
            self._sheet.enter(at, kind, known=known)

    def _close(self, *, keep: bool = False) -> None:
        """Ends headings, items, quotes; the voice falls. With `keep` they go on in the next passage."""
        sheet, kinds = self._sheet, self.place.closing
        if not keep and kinds:
            sheet.pause(sheet.begin, ".")
        for kind in reversed(kinds):
            sheet.leave(sheet.begin, kind)
        if not keep:
            kinds.clear()
