"""Data that does not fit its schema is told of, with its place; data that fits is not."""

from typing import Any

import pytest

from pipeline.ground.shape import DEEPEST, faults

TREE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 5, "pattern": "^[a-z]+$", "title": "small letters"},
        "size": {"type": ["integer", "null"], "minimum": 1},
        "share": {"type": "number", "maximum": 1},
        "twigs": {"type": "array", "maxItems": 2, "items": {"$ref": "#"}},
        "kind": {"enum": ["oak", "elm"]},
        "place": {"type": "object", "properties": {"hill": {"type": "string"}}, "examples": [{"hill": "Ida"}]},
    },
    "required": ["name"],
    "allOf": [
        {"if": {"required": ["kind"], "properties": {"kind": {"const": "oak"}}}, "then": {"required": ["size"]}},
    ],
}


@pytest.mark.parametrize(
    "data",
    [
        {"name": "a"},
        {"name": "a", "size": 3.0, "share": 0.5},
        {"name": "a", "size": None, "twigs": [{"name": "b", "twigs": []}, {"name": "c"}]},
        {"name": "a", "kind": "oak", "size": 1},
        {"name": "a", "kind": "elm"},
    ],
)
def test_what_fits_has_no_faults(data: Any) -> None:
    assert list(faults(data, TREE, TREE)) == []


@pytest.mark.parametrize(
    ("data", "path", "told"),
    [
        ([], (), "must be a mapping"),
        ({}, (), "lacks 'name'"),
        ({"name": 3}, ("name",), "must be a text; in quotes it is one"),
        ({"name": "A"}, ("name",), "must be small letters"),
        ({"name": "abcdef"}, ("name",), "has 6 characters; allowed: 0 to 5"),
        ({"name": "a", "size": 0}, ("size",), "is 0; allowed: at least 1"),
        ({"name": "a", "size": True}, ("size",), "must be an integer or null"),
        ({"name": "a", "size": 1.5}, ("size",), "must be an integer or null"),
        ({"name": "a", "share": 2}, ("share",), "is 2; allowed: at most 1"),
        ({"name": "a", "kind": "ash"}, ("kind",), "must be one of oak, elm"),
        ({"name": "a", "kind": "oak"}, (), "lacks 'size'"),
        ({"name": "a", "leaf": 1}, ("leaf",), "is not known here; there is name, size, share, twigs, kind, place"),
        ({"name": "a", "hill": "Ida"}, ("hill",), "is not known here; it belongs in place"),
        ({"name": "a", "place": "Ida"}, ("place",), 'must be a mapping, such as {"hill": "Ida"}'),
        ({"name": {"a.b": None}}, ("name",), "must be a text; in quotes it is one"),
        ({"name": {"a": "b"}}, ("name",), "must be a text"),
        ({"name": "a", "twigs": [{"name": "b"}, {}]}, ("twigs", 1), "lacks 'name'"),
        ({"name": "a", "twigs": [{"name": "b"}] * 3}, ("twigs",), "has 3 entries; allowed: 0 to 2"),
    ],
)
def test_a_fault_has_its_place(data: Any, path: tuple[str | int, ...], told: str) -> None:
    assert list(faults(data, TREE, TREE)) == [(path, told)]


def test_data_without_end_is_left_at_some_depth() -> None:
    data: dict[str, Any] = {"name": "a"}
    for _ in range(1000):
        data = {"name": "a", "twigs": [data]}
    found = list(faults(data, TREE, TREE))
    assert {told for _, told in found} == {"is nested too deeply"}
    assert all(len(path) == DEEPEST + 1 for path, _ in found)
