"""What a run knew when it was broken off, from its events."""

from pipeline.events import Chunk, PassageCut, Skipped
from pipeline.recall import recall
from pipeline.text import Speakable
from pipeline.types import Passage


def test_a_fence_that_was_open_is_still_described_where_it_ends() -> None:
    text, speakable = "Look:\n```py\na = 1\n", Speakable()
    past = [
        Chunk(content=text, start=0, end=len(text)),
        PassageCut(index=0, text="Look:\n", spoken="Look:", start=0, end=6, omitted=(), reason="size"),
        Skipped(start=6, end=len(text), reason="code"),
    ]
    then = recall(past, speakable)
    assert (then.handed_out, then.index, [passage.spoken for passage in then.unspoken]) == (len(text), 1, ["Look:"])
    rest = "b = 2\n```\n"
    passage = Passage(1, rest, len(text), len(text) + len(rest))
    assert speakable.say(passage).spoken == "code, 2 lines of Python"
