"""What stands in angle brackets: tags, thinking, addresses, raised characters."""

from __future__ import annotations

import re

from pipeline.ground.unheard import Frame
from pipeline.text.halftag import open_tag
from pipeline.text.spoken.marks.addresses import EMBEDDED
from pipeline.text.spoken.marks.ahead import Ahead
from pipeline.text.spoken.marks.atoms import Atom
from pipeline.text.spoken.marks.lines import ITEM
from pipeline.text.spoken.marks.sheet import Sheet
from pipeline.text.spoken.marks.tags import BLOCKS, STRUCK, TAG, TOKEN, alternative
from pipeline.text.spoken.signs import is_step, raised

_AUTOLINK = re.compile(r"<(?:https?://[^\s<>]+|[\w.+-]{1,64}@[\w.-]{1,255})>")
_FILE = re.compile(f"<{EMBEDDED}>?")
_ELEMENT = re.compile(
    r"<(/?)([A-Za-z][\w:.-]{0,40})"
    r"((?:\s+[\w:.-]{1,40}=(?:\"[^\"<>]*\"|'[^'<>]*'|\{[^{}]{0,500}(?:\{[^{}]{0,500}\}[^{}]{0,500}){0,9}\}))*)\s*/?>"
)
"""A tag of no known name, or a blank to be filled in: Dear <name>."""
_REST = Frame("html", re.compile(r">|\n[ \t]*\n"))
"""What the passages to come still have of a tag."""
_LINE_END = re.compile(r"[ \t]*(?:\n|\Z)")
_LONGEST = 2_000
"""Characters of a tag, and of what it encloses."""
_FAR = 40
"""Characters behind it within which a word begins."""


class Angles:
    """Reads them onto a sheet. Each method returns where reading goes on."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._ahead = Ahead(sheet.text)
        self._pointed = -1  # the bracket that closes an address
        self._taken: set[int] = set()  # where tags stand that end words which were taken back

    def open(self, at: int) -> int:
        sheet, text = self._sheet, self._sheet.text
        if token := TOKEN.match(text, at, sheet.limit):
            return sheet.pause(sheet.mark(at, token.end(), "html"), " ")
        if high := raised(text, at, sheet.limit):
            end, power = high
            return sheet.put(Atom("power", at, end, "html", "", power)) if power else sheet.thing(at, end, "footnotes")
        limit = min(sheet.limit, at + _LONGEST)
        if tag := TAG.match(text, at, limit):
            return self._tag(tag)
        if file := _FILE.match(text, at, sheet.limit):
            return sheet.bury(at, file.end(), "urls")
        if address := _AUTOLINK.match(text, at, limit):
            self._pointed = address.end() - 1
            return sheet.mark(at, at + 1, "html")
        if (element := _ELEMENT.match(text, at, limit)) and self._is_tag(element):
            end = sheet.thing(at, element.end(), "html")
            return sheet.pause(end, " ") if text[end : end + 1].isalnum() else end  # <a>one</a><b>two</b>
        if text.find("<", at + 1) < 0 <= open_tag(text, at, len(text)) and not _REST.closer.search(text, at):
            sheet.hidden = _REST
            return at
        return at + 1

    def _is_tag(self, element: re.Match[str]) -> bool:
        """Whether it has values, is closed, or clings to what it encloses; a name alone may be meant to be read."""
        (at, end), text = element.span(), self._sheet.text
        if element[1]:
            return self._begins_line(at) or not text[at - 1].isspace()
        close = text.find(f"</{element[2]}>", end, end + _LONGEST)
        clings = close >= 0 and text[close - 1] not in " \t"
        if element[3] or (clings and text.find(element[0], end, close) < 0):
            return True
        return self._begins_line(at) and (text[end : end + 1].isalnum() or _LINE_END.match(text, end) is not None)

    def _begins_line(self, at: int) -> bool:
        text = self._sheet.text
        while at and text[at - 1] in " \t":
            at -= 1
        return at == 0 or text[at - 1] == "\n"

    def close(self, at: int) -> int:
        sheet = self._sheet
        if is_step(sheet.text, at):
            return sheet.pause(sheet.mark(at, at + 1, "arrows"), ",")
        return sheet.mark(at, at + 1, "html") if at == self._pointed else at + 1

    def _tag(self, tag: re.Match[str]) -> int:
        sheet, (at, end) = self._sheet, tag.span()
        if picture := alternative(tag):
            sheet.mark(sheet.enter(at, "images"), picture[0], "html")
            sheet.flush(picture[1])
            sheet.leave(sheet.mark(picture[1], end, "html"), "images")
            return sheet.pause(end, ".", later=True) if _LINE_END.match(sheet.text, end) else end
        name = tag[1].lower()
        if name in STRUCK:
            return self._struck(at, end, f"</{tag[1]}>")
        sheet.thing(at, end, "html")
        if name == "br":
            return self._line(end)
        if pause := BLOCKS.get(name):
            sheet.pause(end, pause)
        return end

    def _struck(self, at: int, end: int, closer: str) -> int:
        """A tag that takes words back, or the one that ends them."""
        sheet = self._sheet
        if at in self._taken:
            return sheet.leave(sheet.thing(at, end, "html"), "strikethrough")
        close = self._ahead.find(closer, end, sheet.limit) if sheet.text[at + 1] != "/" else -1
        if close >= 0 and close not in self._taken:
            self._taken.add(close)
            sheet.enter(at, "strikethrough")
        return sheet.thing(at, end, "html")

    def _line(self, at: int) -> int:
        """A line that begins in the midst of one, as in a cell: an item, or what goes on with a small letter."""
        sheet = self._sheet
        if item := ITEM.match(sheet.text, at, sheet.limit):
            return sheet.mark(sheet.pause(at, ","), item.end(), "lists")
        goes_on = sheet.text[at : at + _FAR].lstrip()[:1].islower()
        return sheet.pause(at, " " if goes_on else ",")
