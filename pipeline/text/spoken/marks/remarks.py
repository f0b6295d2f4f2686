"""Lines by which tools for documents set something apart, a remark or a tab: !!! note, :::tip[Title], .. warning::"""

from __future__ import annotations

import re

_NAMES = frozenset(
    """note info tip hint warning caution danger important success question failure bug example quote abstract summary
    error attention todo""".split()
)
"""Of remarks. Other names, such as columns, are not for readers."""
HEADS = r"[!?]{3}\+?[ \t]+[a-z]|:{3}|\.\.[ \t]+(?:[\w-]{1,30}::|_[^\n:]{1,80}:)|\{%|\{\{[<%]|\{:[ \t]*[.#\w]"
"""How such lines begin."""
_LOOKS = r"(?:[ \t]*[.#][\w-]+|[ \t]+[\w-]{1,30}=(?:\"[^\"\n]*\"|[^\s\"{}.#]+))*\}?(?:[ \t]*\{[^{}\n]*\})?"
_NAME = r"(?P<name>[a-z][\w-]{0,30})"
_UNSAID = "image figure toctree include contents index code code-block raw module".split()
_FORMS = tuple(
    re.compile(rf"[ \t]*(?:{form})[ \t]*(?:\n|\Z)")
    for form in (
        rf"[!?]{{3}}\+?[ \t]+{_NAME}(?:[ \t]+[a-z-]{{1,30}}){{0,3}}[ \t]+\"(?P<title>[^\"\n]{{0,200}})\"",
        rf"[!?]{{3}}\+?[ \t]+(?P<name>{'|'.join(_NAMES)})(?:[ \t]+[a-z-]{{1,30}}){{0,3}}",
        r"={3}[!+]?[ \t]+\"(?P<title>[^\"\n]{1,200})\"",
        r":{3,}[ \t]*image[ \t][^\n]*alt-text=\"(?P<title>[^\"\n]*)\"[^\n]*",
        rf":{{3,}}[ \t]*{_NAME}[ \t]*\[(?P<title>[^\]\n]{{0,200}})\][^\n]*",
        rf":{{3,}}[ \t]*\{{?{_NAME}\}}?[ \t]+(?P<title>(?!:|[^\n]*[={{}}])[^\n]{{1,200}}?)",
        rf":{{3,}}[ \t]*(?:\{{\.?(?:callout-)?)?{_NAME}?{_LOOKS}[ \t]*:*",
        rf"\.\.[ \t]+(?:_[^\n:]{{1,80}}:|(?:{'|'.join(_UNSAID)})::[^\n]*)",
        r"\{%[^{}\n]{0,500}%\}|\{\{(?:<[^{}\n]{0,500}>|%[^{}\n]{0,500}%)\}\}|\{:[^{}\n]{0,200}\}",
    )
)
_HEAD = re.compile(rf"[ \t]*(?:{HEADS}|={{3}})")
_LEAD = re.compile(rf"[ \t]*\.\.[ \t]+(?P<name>{'|'.join(_NAMES)})::(?:[ \t]+|(?=\n)|\Z)")
"""What leads to a remark on the same line: .. note:: Take care."""


def read_head(text: str, at: int) -> tuple[int, tuple[int, int], str] | None:
    """Where the line at `at` ends, if it is one of them (or what leads to a remark on it), where its title stands, and
    what is said where it has none."""
    if not _HEAD.match(text, at):  # most lines
        return None
    found = next((found for form in (_LEAD, *_FORMS) if (found := form.match(text, at))), None)
    if found is None:
        return None
    groups = found.groupdict()
    title = found.span("title") if groups.get("title") else (-1, -1)
    name = groups.get("name") or ""
    return found.end(), title, name.capitalize() if name in _NAMES else ""
