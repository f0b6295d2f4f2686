"""A setting is read as what it is, or refused by its name."""

import math

import pytest

from pipeline.errors import InvalidSetting
from pipeline.ground.settings import key, listed, mapping, number, yes


@pytest.mark.parametrize(("given", "read"), [("", 7.0), ("  ", 7.0), (" 2.5 ", 2.5), ("1", 1.0), ("1e2", 100.0)])
def test_a_number_within_its_bounds_is_read(given: str, read: float) -> None:
    assert number({"N": given}, "N", 7.0, 1, 100) == read


@pytest.mark.parametrize("given", ["0", "101", "nan", "inf", "soon", "1 2"])
def test_any_other_is_refused_by_its_name_with_what_is_allowed(given: str) -> None:
    with pytest.raises(InvalidSetting, match="N is a number from 1 to 100; not"):
        number({"N": given}, "N", 7.0, 1, 100)
    with pytest.raises(InvalidSetting, match="of at least 1"):
        number({"N": "-inf"}, "N", 7.0, 1)


def test_what_is_not_set_has_its_usual_value_whatever_the_bounds() -> None:
    assert number({}, "N", math.inf, 1, 100) == math.inf
    assert yes({}, "N", default=True) and not yes({"N": " "}, "N", default=False)


@pytest.mark.parametrize(("given", "read"), [("yes", True), ("On", True), ("1", True), ("NO", False), ("0", False)])
def test_yes_and_no_have_several_names(given: str, read: bool) -> None:
    assert yes({"N": given}, "N", default=not read) is read


def test_a_key_loses_the_end_of_its_line_and_is_never_shown() -> None:
    assert key({"K": " sk-abc\r\n"}, "K") == "sk-abc" and key({}, "K") == ""
    for odd in ("sk-ab\nc", "sk-äbc", "sk-a\0b"):
        with pytest.raises(InvalidSetting, match="K holds characters") as refused:
            key({"K": odd}, "K")
        assert odd not in str(refused.value)


def test_perhaps_is_neither() -> None:
    with pytest.raises(InvalidSetting, match="N is yes or no"):
        yes({"N": "perhaps"}, "N", default=True)


@pytest.mark.parametrize("given", ["", " ", ",", " , "])
def test_a_list_of_nothing_is_none(given: str) -> None:
    assert listed({"L": given}, "L", "a, b") == listed({}, "L", "a, b") == ("a", "b")
    assert listed({"L": given}, "L") == ()


@pytest.mark.parametrize("given", ["x=1", "[]", '{"api_key": "sk-abc",}', '{"x": NaN}', '{"x": 1e999}', "[" * 100_000])
def test_what_is_no_json_object_is_refused_and_not_shown(given: str) -> None:
    assert mapping({}, "M") == mapping({"M": " "}, "M") == {}
    assert mapping({"M": '{"x": [1, {"y": null}]}'}, "M") == {"x": [1, {"y": None}]}
    with pytest.raises(InvalidSetting, match="M is a JSON object") as refused:
        mapping({"M": given}, "M")
    assert "sk-" not in str(refused.value)
