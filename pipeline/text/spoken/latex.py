"""LaTeX outside of formulas: sections, items and lettering are said, what is meant for the printer alone is not."""

from __future__ import annotations

import re

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


def environment(name: str) -> str:
    """What stands in it: "maths", "code", or "" for text."""
    bare = name.rstrip("*")
    return "maths" if bare in _FORMULAS else "code" if bare in _CODE else ""


def lettering(text: str, at: int) -> tuple[int, str] | None:
    """Where words begin that a command at `at` sets in other letters, and what it makes of them."""
    begin = text.find("{", at, at + 12) + 1
    kind = _LETTERING.get(text[at:begin])
    return None if kind is None else (begin, kind)


def silent(text: str, at: int, end: int) -> int:
    """Where a command ends that begins at `at` and says nothing; `at` if none does."""
    found = _SILENT.match(text, at, end)
    if found is None or (text[at - 1 : at].isalnum() and found[0][-1] != "}"):  # a path, C:\\par
        return at
    return found.end()


def group_end(text: str, begin: int, end: int) -> int:
    """The brace that closes the group which begins at `begin`, within its line and before `end`; -1 if none does."""
    depth = 1
    for found in _BRACE.finditer(text, begin, min(end, begin + _LONGEST)):
        if found[0] == "\n":
            break
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.start()
    return -1
