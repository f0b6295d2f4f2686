"""What is said of a script while it is being written."""

import time
from collections.abc import AsyncGenerator
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prompts import Narrated, Narration
from pipeline.types import Message, Request, Usage

SCRIPT = """\
Sure! Here is the narration script:

---

**[Upbeat intro music fades in]**

# Episode 1: The Sea

**NARRATOR:** Welcome to the *show*. (pause) Today we talk about the sea (about 3 km deep).

Narrator (softly): It is **very** deep. *sighs* And old. [Sound of waves] Listen.

- First point
- Second point, with `code` and [a link](https://x.y/z).

(A long quiet stretch follows, and the light goes)

2*3 is 6, snake_case stays. The host said: no.

*End of script*
"""
SAID = """\
Episode 1: The Sea.

Welcome to the show. Today we talk about the sea (about 3 km deep).

It is very deep. And old. Listen.

First point.
Second point, with code and a link.

2*3 is 6, snake_case stays. The host said: no."""


def said(text: str, *, size: int = 0) -> str:
    narration = Narration()
    pieces = [text[at : at + size] for at in range(0, len(text), size)] if size else [text]
    return "".join(narration.feed(piece) for piece in pieces) + narration.finish()


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 50])
def test_directions_names_and_marks_are_gone_and_words_stay(size: int) -> None:
    assert said(SCRIPT, size=size) == SAID


@pytest.mark.parametrize(
    ("script", "spoken"),
    [
        ("Hello (laughs), you.", "Hello, you."),
        ("Hello (my friend), you.", "Hello (my friend), you."),
        ("(lacht leise) Guten Tag.", "Guten Tag."),
        ("Erzähler: Es war einmal.", "Es war einmal."),
        ("**Sprecher:** (eindringlich) Halt! (Er blieb stehen.)", "Halt! (Er blieb stehen.)"),
        ("Narrator: (He was late.) It rained.", "(He was late.) It rained."),
        ("Voici le script :\n\nBonjour.", "Bonjour."),
        ("Host 1: Hi.\nHost 2: Hello.", "Hi.\nHello."),
        ("Hosts: many of them.", "Hosts: many of them."),
        ("As noted [12], yes.", "As noted, yes."),
        ("An open (bracket stays", "An open (bracket stays"),
        ("```\nAll of it.\n```", "All of it."),
        ("Here is the thing: it works.", "Here is the thing: it works."),
        ("She said *so* twice, **loudly**.", "She said so twice, loudly."),
        ("2 * 3 and a_b_c", "2 * 3 and a_b_c"),
        ("One.\n\n\n\nTwo.", "One.\n\nTwo."),
        ("", ""),
        ("[Music]", ""),
    ],
)
def test_what_is_a_direction_and_what_is_not(script: str, spoken: str) -> None:
    assert said(script) == said(script, size=1) == spoken


def test_plain_words_wait_for_nothing() -> None:
    narration = Narration()
    assert [narration.feed(token) for token in ("The", " sea", " is", " deep", ".")] == [
        "",
        "The sea",
        " is",
        " deep",
        ".",
    ]


def test_a_first_sentence_that_begins_like_a_preamble_is_not_held_back_for_long() -> None:
    narration, text = Narration(), "Great rivers have many names, and this one has more than most of them do, in fact. "
    seen = [narration.feed(char) for char in text]
    assert len("".join(seen[:62])) >= 60


pieces = st.sampled_from(
    ["word", " ", "\n", "\n\n", "(", ")", "[", "]", "*", "**", "_", "`", "```", "# ", "- ", "---", "pause", "Narrator",
     ": ", "Sure, here is it:", "Great. ", "Here is ", ":", "a", "3", ".", "> ", "](x)", "x" * 230, " " * 250]
)  # fmt: skip


@given(st.lists(pieces, max_size=40).map("".join), st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_the_cutting_of_tokens_changes_nothing(text: str, sizes: list[int]) -> None:
    narration, rest, out = Narration(), text, ""
    for size in cycle(sizes):
        out, rest = out + narration.feed(rest[:size]), rest[size:]
        if not rest:
            break
    assert out + narration.finish() == said(text)


@given(st.lists(st.sampled_from("The sea, is 3.50 deep; and? wide! “so” — it’s".split()), min_size=1).map(" ".join))
def test_plain_text_passes_unchanged(text: str) -> None:
    assert said(text) == text


@pytest.mark.parametrize("shape", ["(", "[", "*", "*a ", "_", "`", "\n", "# ", "(a) ", "word ", "Narrator ", " "])
def test_hostile_text_costs_no_more_than_its_length(shape: str) -> None:
    begun = time.process_time()
    said(shape * (200_000 // len(shape)))
    assert time.process_time() - begun < 10


class Model:
    name, model, streaming = "model", "tiny", True

    def __init__(self) -> None:
        self.closed = False

    async def tokens(self, request: Request) -> AsyncGenerator[str | Usage, None]:
        try:
            for token in ("# Title\n", "One (pau", "se) two", " [Mu"):
                yield token
            yield Usage(1, 2)
        finally:
            self.closed = True


async def test_a_source_of_scripts_says_what_is_to_be_said() -> None:
    model = Model()
    narrated = Narrated(model)
    items = [item async for item in narrated.tokens(Request((Message("user", "go"),)))]
    assert "".join(item for item in items if isinstance(item, str)) == "Title.\nOne two [Mu"
    assert Usage(1, 2) in items and model.closed
    assert (narrated.name, narrated.model, narrated.streaming) == ("model", "tiny", True)
