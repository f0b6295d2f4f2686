"""What a run knew when it was broken off, from its events."""

from pipeline.events import Chunk, Failed, PassageCut, Skipped
from pipeline.recall import recall, repeatable
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


def cut(index: int, text: str, start: int) -> PassageCut:
    end = start + len(text)
    return PassageCut(index=index, text=text, spoken=text, start=start, end=end, omitted=(), reason="end")


def test_what_is_repeated_is_cut_as_it_was_but_for_a_sentence_that_broke_off() -> None:
    chunk = Chunk(content="One. Two. Thr", start=0, end=13)
    whole, broken = cut(0, "One. Two. ", 0), cut(1, "Thr", 10)
    failed = Failed(index=0, code="engine_failed", message="", start=0, end=10)
    assert repeatable([chunk, whole, failed, broken]) == [chunk, whole]
    assert repeatable([chunk, whole]) == [chunk, whole]
