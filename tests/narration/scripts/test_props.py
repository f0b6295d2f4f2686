"""What a script brings along."""

from pathlib import Path

import pytest

from pipeline.errors import UnreadableDocument
from pipeline.narration.scripts.props import in_folder
from tests.narration.books import novel, without


async def test_a_document_that_cannot_be_read_whole_is_refused_as_nothing_else_would_tell_of_it(tmp_path: Path) -> None:
    without(novel(tmp_path / "b.epub"))
    with pytest.raises(UnreadableDocument, match='b.epub: not all of it can be read. "Chapter 2": it lacks'):
        await in_folder(tmp_path)("b.epub")
