"""What can be said in more than one way, or left out: the kinds, the choices, and the defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Policy:
    default: str
    values: Mapping[str, str]
    """Each choice, and what it does."""


POLICIES: Mapping[str, Policy] = {
    "emphasis": Policy(
        "speak", {"speak": "the words, without the marks", "skip": "nothing, as for *stage directions*"}
    ),
    "strikethrough": Policy(
        "skip", {"speak": "the words, without the marks", "skip": "nothing, but what is done: [x] ~~buy milk~~"}
    ),
    "headings": Policy(
        "speak", {"speak": "the words, and a pause", "describe": '"heading" before them', "skip": "nothing"}
    ),
    "lists": Policy(
        "speak",
        {
            "speak": "the items, each with a pause; numbers are said",
            "describe": '"item" before each',
            "skip": "nothing",
        },
    ),
    "quotes": Policy("speak", {"speak": "the words", "describe": '"quote" before them', "skip": "nothing"}),
    "links": Policy(
        "speak", {"speak": "the title, not the address", "describe": '"link" before it', "skip": "nothing"}
    ),
    "images": Policy(
        "speak", {"speak": "the words that stand for the image", "describe": '"image" before them', "skip": "nothing"}
    ),
    "tables": Policy(
        "speak",
        {"speak": "row by row, with the columns' names", "describe": "the columns' names only", "skip": "nothing"},
    ),
    "code": Policy("describe", {"speak": "as it stands", "describe": '"code, 12 lines of Python"', "skip": "nothing"}),
    "inline_code": Policy(
        "speak", {"speak": "as it stands, without the marks", "describe": '"code"', "skip": "nothing"}
    ),
    "maths": Policy("speak", {"speak": '"x squared"', "describe": '"formula"', "skip": "nothing"}),
    "html": Policy("skip", {"speak": "the tags as they stand", "skip": "no tags, only what stands between them"}),
    "urls": Policy("describe", {"speak": "the whole address", "describe": "the host only", "skip": "nothing"}),
    "emails": Policy("speak", {"speak": "as it stands", "describe": '"e-mail address"', "skip": "nothing"}),
    "identifiers": Policy(
        "describe",
        {"speak": "as they stand", "describe": "the first characters of a hash, a UUID, a key", "skip": "nothing"},
    ),
    "emoji": Policy("skip", {"speak": "left to the voice", "describe": '"party popper"', "skip": "nothing"}),
    "footnotes": Policy(
        "speak",
        {"speak": "the notes, not the marks", "describe": '"footnote 1" for marks too', "skip": "neither"},
    ),
    "thinking": Policy("skip", {"speak": "as it stands", "describe": '"thinking"', "skip": "nothing"}),
}


def with_defaults(chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """The defaults with `chosen` over them. Raises InvalidRequest for a kind or a choice that there is not."""
    for kind, value in (chosen or {}).items():
        if kind not in POLICIES:
            raise InvalidRequest(
                f"Nothing speakable is called {kind!r}; there are {', '.join(POLICIES)}.", field="speakable"
            )
        if not isinstance(value, str) or value not in POLICIES[kind].values:
            raise InvalidRequest(
                f"The policy for {kind} cannot be {value!r}; choose {' or '.join(POLICIES[kind].values)}.",
                field="speakable",
            )
    return {kind: policy.default for kind, policy in POLICIES.items()} | dict(chosen or {})
