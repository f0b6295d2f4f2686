"""The ear that the other tests trust: it takes the right for right, and misses no planted fault."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import lameenc
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.hearing import Reader, compare, follow, sentences

Sound = NDArray[np.int16]
RATE = 22050
TEXTS = sentences(16, seed=7)


@pytest.fixture(scope="module")
def expected() -> Iterator[list[Sound]]:
    reader = Reader()
    yield [reader.read(text) for text in TEXTS]
    reader.close()


@pytest.fixture(scope="module")
def heard() -> Iterator[list[Sound]]:
    reader = Reader()
    for text in reversed(TEXTS):  # a used library never says the same sentence in the same bytes again
        reader.read(text)
    yield [reader.read(text) for text in TEXTS]
    reader.close()


def test_the_same_sentence_is_taken_for_the_same(heard: list[Sound], expected: list[Sound]) -> None:
    assert all(compare(a, b).good for a, b in zip(heard, expected, strict=True))


def test_also_through_mp3_and_at_another_loudness(heard: list[Sound], expected: list[Sound]) -> None:
    for a, b in zip(heard, expected, strict=True):
        encoder = lameenc.Encoder()
        encoder.set_in_sample_rate(RATE)
        encoder.set_channels(1)
        encoder.set_bit_rate(64)
        encoder.silence()
        data = encoder.encode((a // 3).tobytes()) + encoder.flush()
        sound, rate = soundfile.read(io.BytesIO(bytes(data)), dtype="int16")
        assert compare(sound, b, rate).good


def test_another_sentence_is_taken_for_another(heard: list[Sound], expected: list[Sound]) -> None:
    assert not any(compare(a, b).good for a, b in zip(heard, expected[1:], strict=False))


def _cut_end(sound: Sound, samples: int) -> Sound:
    return np.concatenate([sound[: -samples - RATE // 2], sound[-RATE // 2 :] * 0])  # half a second of silence ends it


def _cut_start(sound: Sound, samples: int) -> Sound:
    return sound[samples + RATE // 20 :]


def _hole(sound: Sound, samples: int) -> Sound:
    middle = len(sound) // 2
    return np.concatenate([sound[:middle], sound[middle + samples :]])


def _silence(sound: Sound, samples: int) -> Sound:
    middle = len(sound) // 2
    return np.concatenate([sound[:middle], sound[:samples] * 0, sound[middle + samples :]])


@pytest.mark.parametrize("fault", [_cut_end, _cut_start, _hole, _silence])
def test_a_fault_of_a_fifth_of_a_second_is_heard(
    heard: list[Sound], expected: list[Sound], fault: Callable[[Sound, int], Sound]
) -> None:
    assert not any(compare(fault(a, RATE // 5), b).good for a, b in zip(heard, expected, strict=True))


@pytest.mark.parametrize("change", ["drop", "swap", "replace", "double"])
def test_a_changed_word_is_heard(expected: list[Sound], change: str) -> None:
    reader = Reader()
    for text, sound in zip(TEXTS, expected, strict=True):
        words = text.split()
        third, fourth = words[2], words[3]
        changed = {
            "drop": [fourth],
            "swap": [fourth, third],
            "replace": [third, "elephant"],
            "double": [third, third, fourth],
        }
        assert not compare(reader.read(" ".join([*words[:2], *changed[change], *words[4:]])), sound).good
    reader.close()


def test_a_narration_is_followed_sentence_by_sentence(heard: list[Sound], expected: list[Sound]) -> None:
    found = follow(np.concatenate(heard), expected)
    assert all(found)
    starts = np.cumsum([0, *(len(sound) / RATE for sound in heard)])
    assert all(abs(match.start - start) < 0.2 for match, start in zip(found, starts, strict=False) if match)


def test_a_missing_a_swapped_and_a_doubled_sentence_are_noticed(heard: list[Sound], expected: list[Sound]) -> None:
    missing = [*heard[:4], *heard[5:]]
    swapped = [*heard[:4], heard[5], heard[4], *heard[6:]]
    doubled = [*heard[:5], heard[4], *heard[5:]]
    longer = [*heard, heard[0]]
    for narration in (missing, swapped, doubled, longer):
        assert not all(follow(np.concatenate(narration), expected))
