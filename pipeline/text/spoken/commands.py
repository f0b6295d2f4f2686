"""Commands of LaTeX inside a line, and the groups in braces that they open, which may be cut over passages."""

from __future__ import annotations

from pipeline.text.spoken.latex import group_end, lettering, silent
from pipeline.text.spoken.maths import is_formula
from pipeline.text.spoken.sheet import Sheet

_DEEPEST = 8
"""Groups that are open at once."""


class Commands:
    """Reads them onto a sheet. Each method returns where reading goes on."""

    def __init__(self, sheet: Sheet, *, last: bool) -> None:
        """`last`: no passage follows."""
        self._sheet = sheet
        self._last = last
        self._groups: dict[int, str] = {}  # a brace that closes lettering -> its kind
        self.open: list[str] = []
        """Kinds of the groups that the passage leaves open."""

    def resume(self, kinds: list[str]) -> None:
        """Groups of an earlier passage go on, outermost first. No line's end is within one."""
        at, text = 0, self._sheet.text
        while kinds and (close := group_end(text, at, len(text))) >= 0:
            self._groups[close] = kinds.pop()
            at = close + 1
        if "\n" not in text[at:]:
            self.open += kinds

    def group(self, begin: int, limit: int, kind: str) -> bool:
        """Whether the group that begins there is closed within its line, or in a passage to come; it is remembered.
        Without a `kind` it is no more than its braces, which are not said."""
        text = self._sheet.text
        close = group_end(text, begin, limit)
        if close >= 0:
            self._groups[close] = kind
        elif self._last or len(self.open) >= _DEEPEST or text.find("\n", begin) >= 0:
            return False
        else:
            self.open.append(kind)
        return True

    def read(self, at: int) -> int:
        """The command at `at`; there, if none is known."""
        sheet = self._sheet
        text = sheet.text
        if found := lettering(text, at):
            begin, kind = found
            close = group_end(text, begin, sheet.limit)
            if close >= 0 and (kind == "inline_code" or (kind == "maths" and is_formula(text[begin:close]))):
                return sheet.thing(at, close + 1, kind, (begin, close))
            if kind == "maths":  # a result in a box, of words
                return sheet.mark(at, begin, "escapes") if self.group(begin, sheet.limit, "") else at
            return sheet.mark(sheet.enter(at, kind), begin, kind) if self.group(begin, sheet.limit, kind) else at
        end = silent(text, at, sheet.limit)
        tied = end > at > sheet.begin and text[at - 1] == "~"
        if tied and text[at - 2 : at - 1] == text[end : end + 1] == ".":
            end += 1  # Fig.~\ref{f}. leaves one stop
        return sheet.mark(at - tied, end, "escapes")

    def close(self, at: int) -> int:
        """A brace that closes a group."""
        sheet, kind = self._sheet, self._groups.pop(at, None)
        if kind is None:
            return at + 1
        end = sheet.mark(at, at + 1, kind or "escapes")
        return sheet.leave(end, kind) if kind else end
