"""HTML as it turns up in prose: which words in angle brackets are tags, and what hides its contents."""

from __future__ import annotations

import re

from pipeline.unheard import CALLS, THOUGHTS, mentioned

__all__ = ["BLOCKS", "TAG", "TOKEN", "alternative", "hidden", "stray"]

_NAMES = (
    "a abbr acronym address area article aside audio b base bdi bdo big blockquote body br button canvas caption "
    "center cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption "
    "figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins "
    "kbd label legend li link main map mark menu meta meter nav noscript object ol optgroup option output p param "
    "picture pre progress q rp rt ruby s samp script section select slot small source span strike strong style "
    "sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video "
    "wbr "
    "speak break emphasis prosody phoneme say-as voice"  # of SSML, which models write when they are to be heard
)
_BARE = (
    "allowfullscreen async autofocus autoplay checked controls default defer disabled download hidden ismap loop "
    "multiple muted nomodule novalidate open playsinline readonly required reversed selected"
)
# A name alone, as in "a <b and c> d", makes no tag: it must have a value or be one of the few that never have.
_ATTRIBUTE = (
    rf"\s+(?:[A-Za-z_:@][\w:.@-]*\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+)|(?:{'|'.join(_BARE.split())})(?=[\s/>]))"
)
TAG = re.compile(
    rf"</?({'|'.join(sorted(_NAMES.split(), key=len, reverse=True))})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE
)

BLOCKS = (
    dict.fromkeys(
        "address article aside blockquote caption dd details div dl dt figcaption figure footer form".split(), "."
    )
    | dict.fromkeys("h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tr ul".split(), ".")
    | dict.fromkeys(("td", "th", "option"), ",")
    | {"br": " ", "break": ","}
)
"""Tags that part what they stand between, and the pause that does it."""

_CLOSERS = {
    **{name: (re.compile(f"</{name}>", re.IGNORECASE), "thinking") for name in THOUGHTS},
    **{name: (re.compile(f"</{name}>", re.IGNORECASE), "html") for name in ("script", "style", "svg", *CALLS)},
}
_STRAY = re.compile(f"</(?:{'|'.join(THOUGHTS)})>", re.IGNORECASE)
TOKEN = re.compile(
    r"<\|(?:im_start|start_header_id|start|channel)\|>(?:assistant|user|system|tool|final)?|<\|[A-Za-z0-9_]{1,40}\|>"
    r"|<!DOCTYPE [^<>]{0,200}>|<\?xml [^<>]{0,200}\?>",
    re.IGNORECASE,
)
"""What parts a model's turns, <|im_end|>, where a server lets it through, or begins a file."""
_COMMENT = (re.compile("-->"), "html")
_NEAR = 80
"""Characters before a tag that tell whether it is spoken of."""
_HIDING = re.compile(rf"<(?:!--|({'|'.join(_CLOSERS)})(?:\s[^<>]{{0,500}})?>)", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def hidden(text: str, at: int) -> tuple[re.Pattern[str], str] | None:
    """What ends the hidden stretch that begins at `at` (thinking, a tool's call, a script), and its kind."""
    found = _HIDING.match(text, at)
    if found is None:
        return None
    if not found[1]:
        return _COMMENT
    return None if _mentioned(found) else _CLOSERS[found[1].lower()]


def stray(text: str, at: int) -> int:
    """Where thoughts' end that stands at `at` ends, whose beginning was never marked; `at` where there is none."""
    found = _STRAY.match(text, at)
    return at if found is None or _mentioned(found) else found.end()


def _mentioned(tag: re.Match[str]) -> bool:
    text = tag.string
    return mentioned(text[max(0, tag.start() - _NEAR) : tag.start()], text[tag.end() : tag.end() + 1])


def alternative(tag: re.Match[str]) -> tuple[int, int] | None:
    """Where an image's words for those who do not see it stand."""
    if tag[1].lower() != "img":
        return None
    found = _ALTERNATIVE.search(tag.string, tag.start(), tag.end())
    return found.span(found.lastindex or 0) if found else None
