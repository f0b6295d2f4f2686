"""Every error has a word for the wire and a place in the drawing."""

import re
from collections.abc import Iterator

import pytest

from api.errors import STATUS
from pipeline import errors
from pipeline.errors import AloudError


def family(cls: type[AloudError]) -> Iterator[type[AloudError]]:
    yield cls
    for child in cls.__subclasses__():
        yield from family(child)


OURS = [cls for cls in family(AloudError) if cls.__module__ == "pipeline.errors"]


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
def test_an_error_has_a_plain_code(cls: type[AloudError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", cls.code)


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
def test_an_error_is_drawn_where_it_is_defined(cls: type[AloudError]) -> None:
    assert re.search(rf"\b{cls.__name__}\b", errors.__doc__ or "")


def test_a_code_means_one_error_or_a_family_of_them() -> None:
    for code in {cls.code for cls in OURS}:
        holders = [cls for cls in OURS if cls.code == code]
        head = min(holders, key=lambda cls: len(cls.__mro__))
        assert all(issubclass(cls, head) for cls in holders), f"{code!r} stands for unrelated errors"


def test_a_message_is_what_the_error_says() -> None:
    error = errors.UnknownVoice("there is no voice bob here", voices=["en"])
    assert str(error) == error.message == "there is no voice bob here"
    assert error.details == {"voices": ["en"]}
    assert errors.EngineError(OSError("no card")).message == "no card", "as other packages may raise it"
    assert errors.EngineError(TimeoutError()).message == "TimeoutError", "which says nothing itself"
    assert errors.EngineError("").message == "EngineError"


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
def test_an_error_has_a_status(cls: type[AloudError]) -> None:
    found = next(kind for kind in cls.__mro__ if kind in STATUS)
    assert STATUS[found] in range(400, 600)
    assert found is not AloudError or cls in INTERNAL, f"{cls.__name__} would be answered as a bug of ours"


INTERNAL = {AloudError, errors.RunInterrupted, errors.RunTimeout}
"""Seen as events only, after a run has begun."""
