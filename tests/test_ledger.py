"""The ledger: sums that add up, and a listener who plays at once."""

from pipeline.events import Audio, Chunk, Failed, PassageCut, Skipped, Speaking
from pipeline.ledger import Ledger


def audio(at: float, begins: float, seconds: float, start: int = 0, end: int = 0) -> Audio:
    return Audio(
        at=at, index=0, url="", path=None, media_type="audio/wav", seconds=seconds, begins=begins,
        text="", start=start, end=end, words=(), engine="", cached=False,
    )  # fmt: skip


def cut(start: int, end: int) -> PassageCut:
    return PassageCut(index=0, text="", spoken="", start=start, end=end, omitted=(), reason="end")


def test_what_was_not_tried_is_unspoken() -> None:
    ledger = Ledger()
    for event in (
        Chunk(content="x" * 40, start=0, end=40), cut(0, 10), audio(1, 0, 1, 0, 10),
        Skipped(start=10, end=15, reason="x"), cut(15, 22),
        Failed(index=1, code="engine_failed", message="", start=15, end=22), cut(22, 30),
    ):  # fmt: skip
        ledger.note(event)
    sums = ledger.sums(ended=False)
    assert (sums["chars"], sums["spoken"], sums["skipped"], sums["failed"], sums["unspoken"]) == (40, 10, 5, 7, 18)
    assert (sums["passages"], sums["audio_files"]) == (3, 1)


def test_a_clip_that_comes_in_time_makes_no_gap() -> None:
    ledger = Ledger()
    for event in (audio(0.5, 0, 2.0), audio(2.4, 2.0, 1.0)):
        ledger.note(event, lead=0.1)
    timing = ledger.sums(ended=True)["timing"]
    assert (timing["gaps"], timing["gap_seconds"], timing["first_audio"], timing["audible"]) == (0, 0, 0.5, 0.6)


def test_a_clip_that_comes_late_makes_a_gap_of_that_length() -> None:
    ledger = Ledger()
    for event in (audio(0.5, 0, 2.0), audio(3.0, 2.0, 1.0), audio(3.9, 3.0, 1.0)):
        ledger.note(event)
    timing = ledger.sums(ended=True)["timing"]
    assert (timing["gaps"], timing["gap_seconds"]) == (1, 0.5)


def test_a_growing_clip_is_heard_from_its_beginning() -> None:
    ledger = Ledger()
    ledger.note(Speaking(at=0.3, index=0, url="", path=None, media_type="", begins=0, start=0, end=9))
    ledger.note(audio(1.0, 0, 2.0), lead=0.01)
    ledger.note(audio(2.2, 2.0, 1.0))
    timing = ledger.sums(ended=True)["timing"]
    assert (timing["first_audio"], timing["gaps"]) == (0.3, 0)


def test_a_growing_clip_slower_than_its_own_sound_has_a_gap_inside() -> None:
    ledger = Ledger()
    ledger.note(Speaking(at=0.0, index=0, url="", path=None, media_type="", begins=0, start=0, end=9))
    ledger.note(audio(3.0, 0, 2.0))
    assert ledger.sums(ended=True)["timing"]["gap_seconds"] == 1.0
    ledger.note(audio(3.5, 2.0, 1.0))
    assert ledger.sums(ended=True)["timing"]["gap_seconds"] == 1.5
