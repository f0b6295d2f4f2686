"""What a run knew when it was broken off, from its events."""

from pipeline.events import Audio, Chunk, Failed, PassageCut, Skipped, Speaking
from pipeline.recall import heard, recall, repeatable
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


def test_of_a_clip_that_broke_off_what_was_heard_is_told_by_the_pace_of_the_others() -> None:
    text = "Ten signs. " * 3
    clip = {"url": "", "path": None, "media_type": ""}
    said = Chunk(content=text, start=0, end=33)
    growing = [
        Speaking(index=place, begins=place * 1.0, start=11 * place, end=11 * place + 11, **clip) for place in (0, 1)
    ]
    whole = Audio(
        index=0, seconds=1.0, begins=0.0, text=text[:11], start=0, end=11, words=(), engine="", cached=False, **clip
    )
    assert [heard([said, growing[0]], seconds) for seconds in (0.0, 0.1, 0.3, 9.0)] == ["", "", "Ten", text[:11]]
    assert heard([said, whole], 0.5) == text[:5]
    both = [said, growing[0], whole, growing[1]]
    assert [heard(both, seconds) for seconds in (1.0, 1.5, 3.0)] == [text[:11], text[:14], text[:22]]


def test_what_is_repeated_is_cut_as_it_was_but_for_a_sentence_that_broke_off() -> None:
    chunk = Chunk(content="One. Two. Thr", start=0, end=13)
    whole, broken = cut(0, "One. Two. ", 0), cut(1, "Thr", 10)
    failed = Failed(index=0, code="engine_failed", message="", start=0, end=10)
    assert repeatable([chunk, whole, failed, broken]) == [chunk, whole]
    assert repeatable([chunk, whole]) == [chunk, whole]
