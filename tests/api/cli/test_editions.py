"""Which books are made of which files, before anything is spoken."""

from pathlib import Path

import pytest

from api.cli.editions import Wish, editions
from pipeline.errors import InvalidRequest

CAPTIONS = "1\n00:00:00,000 --> 00:00:01,000\nHello.\n"


@pytest.mark.parametrize(
    ("name", "output", "srt", "refused"),
    [
        ("talk.srt", "talk.wav", True, True),
        ("talk.vtt", "talk.wav", False, True),
        ("talk.srt", "talk.wav", False, False),
        ("talk.vtt", "talk.epub", False, False),
        ("talk.vtt", "talk/", False, False),
    ],
)
def test_captions_that_are_read_are_not_written_over(
    tmp_path: Path, name: str, output: str, srt: bool, refused: bool
) -> None:
    for file in (name, "a.txt"):
        (tmp_path / file).write_text(CAPTIONS)
    for files in ([tmp_path / name], [tmp_path / "a.txt", tmp_path / name]):
        wish = Wish(files=[str(tmp_path)], output=f"{tmp_path}/{output}", srt=srt)
        if refused:
            with pytest.raises(InvalidRequest, match=f"{name} would be written over itself"):
                editions(wish, files, {})
        else:
            assert editions(wish, files, {})
