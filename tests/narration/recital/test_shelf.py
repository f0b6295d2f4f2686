"""What is finished of books, kept where several processes may work at the same one."""

from pathlib import Path

import pytest

from pipeline.narration.recital import Shelf
from pipeline.narration.recital.shelf import Finished


def kept(shelf: Shelf, sound: bytes, failed: int = 0) -> Finished:
    part = shelf.begin("key")
    part.write_bytes(sound)
    return shelf.keep("key", part, samples=len(sound), failed=failed, skips={}, events=())


def test_of_two_who_make_the_same_portion_the_slower_one_takes_what_is_there(tmp_path: Path) -> None:
    """Who was first has told the book how long it is: with another sound in its place, the file would lie."""
    one, two = Shelf(tmp_path), Shelf(tmp_path)
    first = kept(one, b"spoken")
    assert kept(two, b"spoken a little longer") == first
    assert first.sound.read_bytes() == b"spoken"


@pytest.mark.parametrize("whole", [True, False])
def test_what_has_holes_or_is_damaged_is_replaced(tmp_path: Path, whole: bool) -> None:
    shelf = Shelf(tmp_path)
    before = kept(shelf, b"a tone", failed=int(whole))
    if not whole:
        before.sound.write_bytes(b"a")
    assert kept(shelf, b"spoken").samples == 6
    found = shelf.find("key")
    assert found is not None and found.sound.read_bytes() == b"spoken"
