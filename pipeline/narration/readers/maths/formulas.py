"""Formulas of a page that are given as TeX, too, and are read as such."""

from __future__ import annotations

import re

from pipeline.narration.escapes import escaped

_TEX = re.compile(r"[\\^_{}=<>+]|\b[^\W\d_]!")
_LONGEST = 900
"""Characters: what is longer nobody could follow by ear, and it is only said to be a formula. Of that, so many are
enough, and more would not be taken for one."""
_DELIMITED = re.compile(
    r"\\\(((?:(?!\\\().){1,20000}?)\\\)|\\\[((?:(?!\\\[).){1,20000}?)\\\]"
    r"|(?<!\$)\$\$(\w{1,20}|(?=[^$]*[\\^_{}=<>])[^$]{1,20000})\$\$(?!\$)",
    re.DOTALL,
)
"""As pages have them that leave it to a script to draw them; but what is dear is $$, too."""
_STYLE = re.compile(r"\{?\\displaystyle\s*|^\{\\textstyle\s*")


def between(text: str) -> str:
    """Text as it stands in Markdown, and the formulas in it."""
    out, at = list[str](), 0
    for found in _DELIMITED.finditer(text):
        out += [escaped(text[at : found.start()]), in_text(found[1] or found[2] or found[3])]
        at = found.end()
    return "".join([*out, escaped(text[at:])])


def in_text(formula: str) -> str:
    """As it stands in Markdown; "" for none. Some say in words what theirs is."""
    bare = " ".join(formula.split()).strip("$ ")
    if not _TEX.search(bare):
        return escaped(bare)
    styled = _STYLE.match(bare)
    if styled:
        bare = bare[styled.end() :].removesuffix("}" if styled[0].startswith("{") else "").strip()
    bare = bare[:_LONGEST].rstrip("\\") if len(bare) > _LONGEST else bare
    return f"${bare}$"
