"""Where sentences end, language by language: the cases stand in sentences.txt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest

from pipeline.text import SentenceSplitter


def cases() -> Iterator[tuple[str, str, list[str]]]:
    """Language, text, and its sentences without the white space around them."""
    language = ""
    for line in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]") and len(line) < 8:
            language = line[1:-1]
        elif line and not line.startswith("# Texts"):
            marked = line.replace("\\n", "\n")
            yield language, marked.replace("‖", ""), [s.strip() for s in marked.split("‖") if s.strip()]


@pytest.mark.parametrize(("language", "text", "sentences"), list(cases()))
def test_sentences_end_where_a_reader_would_end_them(language: str, text: str, sentences: list[str]) -> None:
    splitter = SentenceSplitter(language)
    found = [s for character in text for s in splitter.feed(character)] + splitter.flush()
    assert [s.text for s in found] == sentences


@pytest.mark.parametrize(
    "text",
    [
        "Мне звонил проф. Лебедев с ул. Вавилова.‖ Это было в 1957 г. зимой.",
        "डॉ. शर्मा आए।‖ टिकट 50 रु. का था।",
        "Ο κ. Παππάς πήγε στην οδό Αγ. Γεωργίου.‖ Έφυγε.",
    ],
)
def test_another_script_tells_that_it_is_not_english(text: str) -> None:
    splitter = SentenceSplitter()
    found = [s.text for character in text.replace("‖", "") for s in splitter.feed(character)]
    assert found + [s.text for s in splitter.flush()] == text.replace("‖ ", "‖").split("‖")


def test_how_lines_are_ended_changes_no_sentence() -> None:
    for language, text, sentences in cases():
        if "\n" in text:
            splitter = SentenceSplitter(language)
            found = splitter.feed(text.replace("\n", "\r\n")) + splitter.flush()
            assert [s.text.replace("\r\n", "\n") for s in found] == sentences


def test_accents_written_apart_from_their_letters_change_no_sentence() -> None:
    for language, text, sentences in cases():
        if language in ("fr", "es", "pt", "de", "cs") and not text.isascii():
            splitter = SentenceSplitter(language)
            found = splitter.feed(normalize("NFD", text)) + splitter.flush()
            assert [normalize("NFC", s.text) for s in found] == sentences
