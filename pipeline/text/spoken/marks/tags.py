"""HTML as it turns up in prose: which words in angle brackets are tags, and what hides its contents."""

from __future__ import annotations

import re

from pipeline.ground.unheard import STRAY, Frame, mentioned, opened

_NAMES = (
    "a abbr acronym address area article aside audio b base bdi bdo big blockquote body br button canvas caption "
    "center cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption "
    "figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins "
    "kbd label legend li link main map mark menu meta meter nav noscript object ol optgroup option output p param "
    "picture pre progress q rp rt ruby s samp script section select slot small source span strike strong style "
    "sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video "
    "wbr "
    "answer final_answer response solution "  # behind what a model thought
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
    | {"break": ","}
)
"""Tags that part what they stand between, and the pause that does it."""
STRUCK = frozenset({"del", "strike"})
"""Tags round words that were taken back. With <s> whole texts begin, where a server lets a model's marks through."""

TOKEN = re.compile(
    r"<\|(?:start|channel|constrain)\|>(?:assistant|system|developer|tool|user|final|analysis|commentary)?"
    r"(?: to=[\w.-]{1,60})?(?: ?(?:json|code|text))?(?=<\|)"
    r"|(?:<\|(?:im_start|start_header_id|start|channel|turn)\|?>|<start_of_turn>)"
    r"(?:assistant|user|system|tool|model|final|analysis|commentary)?"
    r"|<[|\uff5c][A-Za-z0-9_\u2581]{1,40}[|\uff5c]>|<(?:turn|channel)\|>|<(?:end_of_turn|bos|eos|pad)>"
    r"|<!DOCTYPE [^<>]{0,200}>|<\?xml [^<>]{0,200}\?>",
    re.IGNORECASE,
)
"""What parts a model's turns, <|im_end|>, where a server lets it through, or begins a file."""
_COMMENT = Frame("html", re.compile("-->"))
_SCRIPTS = {
    name: Frame("html", re.compile(f"</{name}>", re.IGNORECASE)) for name in ("script", "style", "svg", "rt", "rp")
}
"""What is no text; and how what stands before it is read, which would be said twice."""
_ANY = re.compile(r"<([a-z][\w:]{0,30})(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_NEAR = 80
"""Characters before a tag that tell whether it is spoken of."""
_ALTERNATIVE = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def hidden(text: str, at: int) -> Frame | None:
    """What begins at `at` and is not heard: thinking, a tool's call, a script, a comment."""
    if text.startswith("<!--", at):
        return _COMMENT
    if tag := _ANY.match(text, at):
        begun = opened(f"<{tag[1]}>", 0)
        end, found = tag.end(), begun[1] if begun else _SCRIPTS.get(tag[1].lower())
    else:
        end, found = opened(text, at) or (at, None)
    return None if found is None or _mentioned(text, at, end) else found


def stray(text: str, at: int) -> int:
    """Where thoughts' end that stands at `at` ends, whose beginning was never marked; `at` where there is none."""
    found = STRAY.match(text, at)
    return at if found is None or _mentioned(text, at, found.end()) else found.end()


def _mentioned(text: str, start: int, end: int) -> bool:
    return mentioned(text[max(0, start - _NEAR) : start], text[end : end + 1])


def alternative(tag: re.Match[str]) -> tuple[int, int] | None:
    """Where an image's words for those who do not see it stand."""
    if tag[1].lower() != "img":
        return None
    found = _ALTERNATIVE.search(tag.string, tag.start(), tag.end())
    return found.span(found.lastindex or 0) if found else None
