"""Whole answers on their way from tokens to what is said: the cases stand in answers.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.text import Limits, Pace, SentenceSplitter, Speakable, SpeechBuffer
from pipeline.types import Passage
from tests.text.spoken.saying import check, said


def cases() -> Iterator[tuple[str, str, str]]:
    """Language, text, and what is said of it."""
    language = ""
    for line in Path(__file__).with_name("answers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and len(line) < 8:
            language = line[1:-1]
        elif " ⇒ " in line:
            text, _, heard = line.rpartition(" ⇒ ")
            yield language, text.replace("⏎", "\n"), heard


def listen(text: str, language: str, mode: str, size: int) -> list[Passage]:
    """The passages of a text that comes in tokens of `size` characters."""
    speakable, pace = Speakable(language=language), Pace()
    buffer = SpeechBuffer(Limits.of({"mode": mode}), SentenceSplitter(language), pace, speakable.foretell)
    passages = []
    for at in range(0, len(text), size):
        passages += buffer.feed(text[at : at + size], at * 0.01)
    return [speakable.say(passage) for passage in [*passages, *buffer.end(len(text) * 0.01)]]


def words(text: str) -> str:
    """Without the pauses and spaces that a passage's end makes by itself."""
    return re.sub(r"[\s.,。।]", "", text)


@pytest.mark.parametrize(("language", "text", "heard"), list(cases()))
def test_an_answer_is_said_as_a_good_reader_would_say_it(language: str, text: str, heard: str) -> None:
    assert " ".join(said(text, language).split()) == heard
    for mode, size in (("batch", 3), ("adaptive", 1), ("adaptive", 4)):
        passages = listen(text, language, mode, size)
        assert "".join(passage.text for passage in passages) == text
        assert words("".join(passage.spoken for passage in passages)) == words(heard)
        for passage in passages:
            check(passage)


def test_how_lines_are_ended_changes_nothing_that_is_said() -> None:
    for language, text, heard in cases():
        if "\n" in text:
            assert " ".join(said(text.replace("\n", "\r\n"), language).split()) == heard
