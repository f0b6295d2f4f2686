"""What a step of a script gives, and where later ones use it: as {id.field}."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile
from typing import Any, Self

from pipeline.errors import InvalidScript

LONGEST = 1_000_000
"""Characters that one result may have, and of results in one step."""
REFERENCE = re.compile(r"\{([A-Za-z_]\w{0,63})\.(\w{1,64})\}")
_NEARLY = re.compile(
    r"(?<![\w^}\\])(?:\{\{[ \t]*\w{1,64}\b[^{}\n]{0,99}\}\}|\{[ \t]*\w{1,64}(?:[ \t]*[.\[][^{}\n]{0,99})?[ \t]*\})"
)
"""What may have been meant as one; in {TeX}, braces stand behind letters, signs and braces."""
_NAME = re.compile(r"\w+")
RESULTS: Mapping[str, tuple[str, ...]] = {
    "speak": ("text",),
    "llm_chat": ("response", "streamed", "chunks", "message", "provider", "model"),
    "document": ("text", "title", "author"),
    "pause": (),
    "sound": (),
    "dialogue": ("text",),
    "each": ("item", "number"),
}
"""What later steps may use of each, as {id.field}; of `each` only the steps within it."""


@dataclass(frozen=True, slots=True)
class Results:
    """What one step gives to others."""

    kind: str
    names: Collection[str]
    lacking: Mapping[str, int]
    """Names that only some items of an `each` have: the number of the first without it."""

    @classmethod
    def of(cls, step: Mapping[str, Any]) -> Self:
        kind = step["type"]
        items = step["inputs"]["items"] if kind == "each" else ()
        parted = [_parts(item) for item in items] if isinstance(items, list) else []
        names = dict.fromkeys([*RESULTS[kind], *chain.from_iterable(parted)])
        lacking = {
            name: next((number for number, item in enumerate(parted, 1) if name not in item), 0)
            for name in names.keys() - RESULTS[kind]
        }
        return cls(kind, names, {name: number for name, number in lacking.items() if number})

    def wrong(self, name: str) -> str:
        """Why that is none of them; "" where it is one."""
        if name in self.lacking:
            return f", which item {self.lacking[name]} lacks"
        if name in self.names:
            return ""
        return f"; a step of the type {self.kind} has {', '.join(self.names) or 'no results'}"


def misused(text: str, known: Mapping[str, Results]) -> Iterator[str]:
    """What is wrong with the results of earlier steps that a text uses. `known`: what those give, by their names; the
    steps around this one come first, the innermost before the others."""
    for name, result in REFERENCE.findall(text):
        if name not in known:
            yield f"uses {{{name}.{result}}}, and no step {name!r} comes before it"
        elif wrong := known[name].wrong(result):
            yield f"uses {{{name}.{result}}}{wrong}"
    for found in _NEARLY.finditer(text):
        if not REFERENCE.fullmatch(found[0]) and (right := _meant(_NAME.findall(found[0]), known)):
            yield f"has {found[0]}, which would be said as it is; write {right}"


def _meant(names: Sequence[str], known: Mapping[str, Results]) -> str:
    """A result of the step that is called so, or one that is called so of a step around this one; "" for none."""
    name, last = names[0], names[-1]
    if name in known:
        there = known[name].names
        return next((f"{{{name}.{result}}}" for result in ([last] if last in there else there)), "")
    around = takewhile(lambda step: known[step].kind == "each", known)
    return next((f"{{{step}.{name}}}" for step in around if not known[step].wrong(name)), "")


def given(item: Any, number: int) -> dict[str, Any]:
    """What the steps within an `each` may use of one item."""
    return {"item": item, "number": number, **_parts(item)}


def _parts(item: Any) -> Mapping[str, Any]:
    """Of an item by their names; of a list by their numbers."""
    if isinstance(item, list):
        return {str(number): part for number, part in enumerate(item, 1)}
    return item if isinstance(item, dict) else {}


def filled(value: Any, results: Mapping[str, Mapping[str, Any]]) -> Any:
    """With the results of earlier steps in place of {id.field}; what is filled in is not read again. Raises
    InvalidScript for more than any step may say: texts that repeat texts grow by leaps."""
    room = LONGEST

    def written(found: re.Match[str]) -> str:
        nonlocal room
        value = results.get(found[1], {}).get(found[2], found[0])
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        room -= len(text)
        if room < 0:
            raise InvalidScript(f"A step of the script fills in more than {LONGEST:,} characters of others' results.")
        return text

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return REFERENCE.sub(written, value)
        if isinstance(value, dict):
            return {name: fill(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [fill(inner) for inner in value]
        return value

    return fill(value)
