"""JSON, read strictly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipeline.ground.strict import Unclear, loads

PLAIN = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)


@given(PLAIN)
def test_what_is_clear_is_read_as_ever(data):
    text = json.dumps(data)
    assert loads(text) == loads(text.encode()) == data


@pytest.mark.parametrize("text", ['{"a": 1, "b": 2, "a": 1}', '[{"b": {"a": 1, "a": 2}}]', '{"a": 1, "\\u0061": 2}'])
def test_a_name_that_is_there_twice_is_told(text):
    with pytest.raises(Unclear, match="^'a' is there twice in the same object.$"):
        loads(text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "9" * 5000])
def test_a_number_that_is_none_is_told(number):
    with pytest.raises(Unclear, match="is no number that can be taken"):
        loads(f'{{"a": {number}}}')


def test_a_name_is_not_told_at_any_length():
    name = "x" * 10_000
    with pytest.raises(Unclear) as told:
        loads(f'{{"{name}": 1, "{name}": 2}}')
    assert len(str(told.value)) < 200


def test_an_object_of_more_names_than_anybody_needs_is_told_at_once():
    with pytest.raises(Unclear, match="^An object has 20,001 names"):
        loads("{" + ",".join(f'"{number}": 1' for number in range(20_001)) + "}")
