"""Captions given as text."""

from pathlib import Path

from tests.narration.books import written


def test_captions_are_read_without_their_times(tmp_path: Path) -> None:
    cues = (
        "1\n00:00:01,000 --> 00:00:02,500\nHow have you been\n\n2\n00:00:03,000 --> 00:00:04,000\n<i>since May?</i>\n"
    )
    document = written(tmp_path / "b.srt", cues)
    assert document.chapters[0].text == "How have you been\nsince May?\n\n"
    assert [gap.reason for gap in document.left_out] == ["timing"]
    rolling = ["one", "two", "two", "three", "three", "four"]
    times = [f"00:0{at}.000 --> 00:0{at}.900\n{rolling[2 * at]}\n{rolling[2 * at + 1]}\n" for at in range(3)]
    said = written(tmp_path / "b.vtt", "\n".join(["WEBVTT\n", *times])).chapters[0].text
    assert said.split() == ["one", "two", "three", "four"]


def test_a_line_of_captions_is_no_paragraph_though_most_end_with_a_stop(tmp_path: Path) -> None:
    said = ["He came.", "She saw him.", "I never thought that", "you would come.", "Nor did I.", "Well."]
    cues = [f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{line}\n" for at, line in enumerate(said)]
    assert written(tmp_path / "b.srt", "\n".join(cues)).chapters[0].text == "\n".join(said) + "\n\n"
