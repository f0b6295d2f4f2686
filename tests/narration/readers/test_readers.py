"""What holds for readers of all formats."""

from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration import read
from pipeline.narration.document import WORD
from pipeline.narration.readers import READERS
from tests.narration.books import plainly, prose, written


def test_what_cannot_be_read_is_told_what_to_save_it_as(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"no reader for files of the kind \.mobi; .* Save it as \.epub first"):
        written(tmp_path / "b.mobi", "x")


@pytest.mark.parametrize("ending", READERS)
def test_every_format_keeps_every_word(tmp_path: Path, ending: str) -> None:
    said = prose(30)
    path = plainly(tmp_path / f"b.{ending}", said)
    words = [word for chapter in read(path).chapters for word in WORD.findall(chapter.text)]
    assert words == WORD.findall(" ".join(said))
