"""pysbd behind the splitter's doors: its judgement, but no growing cost and no hanging."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.sentences.draft import LONGEST
from pipeline.text.sentences.pysbd_splitter import PysbdSplitter
from pipeline.types import Sentence
from tests.text.sentences.test_splitter import check_partition, cuttings, texts


def split(pieces: list[str] | str, language: str = "en") -> list[Sentence]:
    splitter = PysbdSplitter(language)
    return [s for piece in pieces for s in splitter.feed(piece)] + splitter.flush()


def test_sentences_come_out_when_the_next_word_has_come() -> None:
    splitter = PysbdSplitter()
    assert splitter.feed("My name is Jonas E. Smith. What") == []
    assert [s.text for s in splitter.feed(" is yours?")] == ["My name is Jonas E. Smith."]
    assert [s.text for s in splitter.flush()] == ["What is yours?"]


@pytest.mark.parametrize("language", ["de", "zh", "hy", "xx"])
def test_any_language_is_welcome(language: str) -> None:
    assert "".join(s.text for s in split(["One. Two. Three."], language)).replace(" ", "") == "One.Two.Three."


def test_a_chinese_stop_needs_no_space() -> None:
    assert [s.text for s in split("你好。今天很冷。再见。", "zh")] == ["你好。", "今天很冷。", "再见。"]


@settings(max_examples=60, deadline=None)
@given(texts)
def test_nothing_is_lost_and_tokens_do_not_matter(text: str) -> None:
    whole = split([text])
    check_partition(text, whole)
    for pieces in cuttings(text, len(text)):
        assert split(list(pieces)) == whole


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=3000))
def test_sentences_are_bounded(text: str) -> None:
    whole = split(text)
    check_partition(text, whole)
    assert all(len(s.text) <= LONGEST for s in whole)


@pytest.mark.parametrize(
    "text",
    [
        "......[289852000000260698,289852000000260744",
        "..[" + "111 " * 30 + "] and so on. It ends.",
        "[" + "1," * 400 + "]. End.",
    ],
)
def test_what_hangs_pysbd_does_not_hang_here(text: str) -> None:
    began = time.process_time()
    check_partition(text, split(text))
    assert time.process_time() - began < 5


def test_silence_ends_a_finished_sentence_and_no_other() -> None:
    splitter = PysbdSplitter()
    splitter.feed("I am done now, thanks.", 10.0)
    assert splitter.deadline == 10.2
    assert [s.text for s in splitter.poll(10.25)] == ["I am done now, thanks."]
    splitter.feed(" I spoke to Dr.", 11.0)
    assert splitter.deadline is None
    assert splitter.poll(20.0) == []


def test_splitters_in_many_threads_do_not_disturb_each_other() -> None:
    text = 'Mr. Smith went to Washington. He came back on Jan. 5, i.e. late. "Why?" he asked. It rained. ' * 3
    alone = split(text)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(lambda _: split(text), range(16)))
