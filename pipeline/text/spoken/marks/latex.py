"""LaTeX outside of formulas: sections, items and lettering are said, what is meant for the printer alone is not."""

from __future__ import annotations

import re

from pipeline.text.spoken.formulas.maths import is_formula
from pipeline.text.spoken.marks.sheet import Sheet

_DEEPEST = 8
"""Groups that are open at once."""
_LONGEST = 500
"""Characters of a group."""
_BRACE = re.compile(r"[{}\n]")
_NAMES = {
    "emphasis": "textbf textit textsl emph underline textsc textrm textsf textmd textup",
    "inline_code": "texttt",
    "maths": "boxed",
}
_LETTERING = {f"\\{name}{{": kind for kind, names in _NAMES.items() for name in names.split()}
"""How a word set in other letters begins -> its kind."""
SECTION = re.compile(r"[ \t]*\\(?:part|chapter|(?:sub){0,2}section|title)\*?(?:\[[^\]\n]{0,200}\])?\{")
ITEM = re.compile(r"[ \t]*\\item(?![A-Za-z])[ \t]*")
ENVIRONMENT = re.compile(r"[ \t]*\\(begin|end)\{([A-Za-z]{1,20}\*?)\}(?:\[[^\]\n]{0,40}\]|\{[^}\n]{0,40}\}){0,3}[ \t]*")

_WITH_ARGUMENTS = """cite citep citet citeauthor citeyear parencite autocite textcite footcite nocite ref eqref pageref
autoref cref Cref label footnote usepackage documentclass includegraphics bibliography bibliographystyle vspace hspace
newcommand input include pagestyle thispagestyle author date"""
_ALONE = """maketitle tableofcontents noindent centering newpage clearpage pagebreak linebreak newline bigskip medskip
smallskip par appendix printbibliography hfill vfill hline toprule midrule bottomrule"""
_SILENT = re.compile(
    rf"\\(?:(?:{'|'.join(_WITH_ARGUMENTS.split())})\*?(?:\[[^\]\n]{{0,200}}\]){{0,2}}(?:\{{[^{{}}\n]{{0,300}}\}}){{1,2}}"
    rf"|(?:{'|'.join(_ALONE.split())})(?![A-Za-z]))"
)
"""What says nothing: a source, a label, an order to the printer."""

_FORMULAS = frozenset("equation align gather multline displaymath eqnarray math".split())
_CODE = frozenset("verbatim lstlisting minted tabular tabularx array tikzpicture".split())


class Commands:
    """Those inside a line, and the groups in braces that they open, which may be cut over passages. Reads them onto a
    sheet; each method returns where reading goes on."""

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
        while kinds and (close := _group_end(text, at, len(text))) >= 0:
            self._groups[close] = kinds.pop()
            at = close + 1
        if "\n" not in text[at:]:
            self.open += kinds

    def group(self, begin: int, limit: int, kind: str) -> bool:
        """Whether the group that begins there is closed within its line, or in a passage to come; it is remembered.
        Without a `kind` it is no more than its braces, which are not said."""
        text = self._sheet.text
        close = _group_end(text, begin, limit)
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
        if found := _lettering(text, at):
            begin, kind = found
            close = _group_end(text, begin, sheet.limit)
            if close >= 0 and (kind == "inline_code" or (kind == "maths" and is_formula(text[begin:close]))):
                return sheet.thing(at, close + 1, kind, (begin, close))
            if kind == "maths":  # a result in a box, of words
                return sheet.mark(at, begin, "escapes") if self.group(begin, sheet.limit, "") else at
            return sheet.mark(sheet.enter(at, kind), begin, kind) if self.group(begin, sheet.limit, kind) else at
        end = _silent(text, at, sheet.limit)
        tied = end > at > sheet.begin and text[at - 1] == "~"
        return sheet.mark(at - tied, end, "escapes")

    def close(self, at: int) -> int:
        """A brace that closes a group."""
        sheet, kind = self._sheet, self._groups.pop(at, None)
        if kind is None:
            return at + 1
        end = sheet.mark(at, at + 1, kind or "escapes")
        return sheet.leave(end, kind) if kind else end


def environment(name: str) -> str:
    """What stands in it: "maths", "code", or "" for text."""
    bare = name.rstrip("*")
    return "maths" if bare in _FORMULAS else "code" if bare in _CODE else ""


def _lettering(text: str, at: int) -> tuple[int, str] | None:
    """Where words begin that a command at `at` sets in other letters, and what it makes of them."""
    begin = text.find("{", at, at + 12) + 1
    kind = _LETTERING.get(text[at:begin])
    return None if kind is None else (begin, kind)


def _silent(text: str, at: int, end: int) -> int:
    """Where a command ends that begins at `at` and says nothing; `at` if none does."""
    found = _SILENT.match(text, at, end)
    if found is None or (text[at - 1 : at].isalnum() and found[0][-1] != "}"):  # a path, C:\\par
        return at
    return found.end()


def _group_end(text: str, begin: int, end: int) -> int:
    """The brace that closes the group which begins at `begin`, within its line and before `end`; -1 if none does."""
    depth = 1
    for found in _BRACE.finditer(text, begin, min(end, begin + _LONGEST)):
        if found[0] == "\n":
            break
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.start()
    return -1
