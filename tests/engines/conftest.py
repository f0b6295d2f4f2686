"""Who says again what an engine should have said."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.hearing import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with closing(Reader()) as reader:
        yield reader
