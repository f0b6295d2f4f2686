"""Names of sources."""

import pytest

from pipeline.errors import SourceError, UnknownProvider
from pipeline.sources import SOURCES, find, make, names
from pipeline.sources.text import TextSource


def test_a_name_finds_its_class():
    assert find("text") is TextSource


@pytest.mark.parametrize("fault", [KeyError("TOKEN"), SystemExit(2), BaseException("panic")])
def test_a_source_that_breaks_when_it_is_made_is_told_of(fault, monkeypatch):
    def breaks(source):
        raise fault

    monkeypatch.setattr(TextSource, "__init__", breaks)
    with pytest.raises(SourceError, match=f"The source text cannot be made: {type(fault).__name__}"):
        make("text", {})


def test_a_source_that_goes_by_another_name_cannot_be_used(monkeypatch):
    monkeypatch.setattr(TextSource, "name", "parrot")
    with pytest.raises(SourceError, match="The source text cannot be used: it calls itself 'parrot'"):
        make("text", {})


def test_an_unknown_name_is_answered_with_all_that_exist():
    with pytest.raises(UnknownProvider, match="parrot") as caught:
        find("parrot")
    assert caught.value.details["known"] == names()
    assert all(name in str(caught.value) for name in SOURCES)
