"""Lines of a dialogue, such as `ANNA: Hello.`, also as models and other scripts write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

_REMARK = r"[(\[（][^()\[\]（）\n]{0,80}[)\]）]"
_SPEAKER = re.compile(
    rf"[ \t]*(?:\*\*)?([^\W\d][\w .'-]{{0,39}}?)(?:\*\*)?[ \t]*+(?:{_REMARK})?(?:\*\*)?[ \t]*+"
    r"(?::(?:\*\*)?(?:[ \t]+|(?=[^\W\d]))|：(?:\*\*)?[ \t]*)(?=\S)"
)
"""Also in bold type, and with a remark on how it is said, which is not."""


def spoken_by(line: str) -> tuple[str, str]:
    """The speaker whom a line of dialogue names, or "", and what he says."""
    found = _SPEAKER.match(line)
    return (found[1], line[found.end() :]) if found else ("", line)


def strangers(text: str, cast: Collection[str], voices: Collection[str] = ()) -> Iterator[str]:
    """What is wrong with the names in these lines. Where nothing says that it is one, it may be a word: "Note: ...";
    but where nobody is in the cast, somebody was forgotten. `voices`: whom else the script names, who speak, too."""
    names = {_bare(name): name for name in cast}
    for speaker in dict.fromkeys(spoken_by(line)[0] for line in text.splitlines()):
        if not speaker or speaker in cast or speaker in voices:
            continue
        near = names.get(_bare(speaker))
        if near or speaker.isupper() or not cast:
            yield f"lets {speaker} speak, who is not in the cast" + (f"; is it {near}?" if near else "")


def _bare(name: str) -> str:
    """Without what small and capital letters, and marks on them, tell."""
    return "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(char))
