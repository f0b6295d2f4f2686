"""Names of sources."""

import pytest

from pipeline.errors import UnknownProvider
from pipeline.sources import SOURCES, find, names
from pipeline.sources.text import TextSource


def test_a_name_finds_its_class():
    assert find("text") is TextSource


def test_an_unknown_name_is_answered_with_all_that_exist():
    with pytest.raises(UnknownProvider, match="parrot") as caught:
        find("parrot")
    assert caught.value.details["known"] == names()
    assert all(name in str(caught.value) for name in SOURCES)
