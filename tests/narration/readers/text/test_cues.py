"""Captions given as text."""

from pathlib import Path

import pytest

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


def test_lines_that_stand_still_for_a_moment_before_they_roll_on_are_said_once(tmp_path: Path) -> None:
    cues = [
        "00:00:00.160 --> 00:00:02.389 align:start position:0%\n \nhello<00:00:00.480><c> everyone</c>\n",
        "00:00:02.389 --> 00:00:02.399 align:start position:0%\nhello everyone\n \n",
        "00:00:02.399 --> 00:00:05.000 align:start position:0%\nhello everyone\nwelcome<00:00:02.480><c> to</c>\n",
        "00:00:05.000 --> 00:00:05.010 align:start position:0%\nwelcome to\n \n",
        "00:00:05.010 --> 00:00:08.000 align:start position:0%\nwelcome to\nthe<00:00:06.480><c> show</c>\n",
        "00:00:08.000 --> 00:00:08.010 align:start position:0%\nthe show\n \n",
    ]
    said = written(tmp_path / "b.vtt", "\n".join(["WEBVTT\nKind: captions\nLanguage: en\n", *cues])).chapters[0].text
    assert said.split() == ["hello", "everyone", "welcome", "to", "the", "show"]


def test_a_line_of_captions_is_no_paragraph_though_most_end_with_a_stop(tmp_path: Path) -> None:
    said = ["He came.", "She saw him.", "I never thought that", "you would come.", "Nor did I.", "Well."]
    cues = [f"{at}\n00:00:0{at},000 --> 00:00:0{at},900\n{line}\n" for at, line in enumerate(said)]
    assert written(tmp_path / "b.srt", "\n".join(cues)).chapters[0].text == "\n".join(said) + "\n\n"


def test_a_single_caption_is_one_too(tmp_path: Path) -> None:
    for name, begin in (("b.srt", "\n1\n"), ("b.vtt", "WEBVTT\n\nNOTE by nobody\n\n")):
        document = written(tmp_path / name, f"{begin}00:00:01.000 --> 00:00:02.500\nAll there is.\n")
        assert document.chapters[0].text.strip() == "All there is."
    told = "A caption looks like this:\n\n00:00:01.000 --> 00:00:02.500\nHello.\n"
    assert written(tmp_path / "b.txt", told).chapters[0].text.count("-->") == 1


@pytest.mark.parametrize("seconds", [2, 4])
def test_what_is_said_again_later_is_heard_again(tmp_path: Path, seconds: int) -> None:
    """A lesson that says each sentence three times was said once; where cues come without a rest, too."""
    times = [f"00:00:{10 + 4 * at},000 --> 00:00:{10 + 4 * at + seconds},000" for at in range(9)]
    cues = [f"{at}\n{time}\nSentence {at // 3}.\n" for at, time in enumerate(times)]
    said = written(tmp_path / "b.srt", "\n".join(cues)).chapters[0].text
    assert said.split() == [word for at in range(9) for word in ("Sentence", f"{at // 3}.")]


def test_signs_are_read_for_what_they_stand_for_and_readings_not_at_all(tmp_path: Path) -> None:
    cues = (
        "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n"
        "00:01.000 --> 00:02.000 align:start\n<v Ann>AT&amp;T &lt;late&gt;, it&rsquo;s</v>\n\n"
        "00:02 --> 00:03\n<c.loud>late</c> <ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby>\n\nNOTE\nthe end\n"
    )
    assert written(tmp_path / "b.vtt", cues).chapters[0].text.strip() == "AT&T \\<late>, it\u2019s\nlate 漢字"
