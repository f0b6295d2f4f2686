"""What the tests of sources share."""

import pytest

from pipeline.sources import ollama
from pipeline.sources.connection import refusals
from tests.fakes.models import FORMATS


@pytest.fixture(params=FORMATS)
def form(request):
    return request.param


@pytest.fixture(autouse=True)
def nothing_known():
    """Of a server of another test, at what was its address."""
    refusals._known.clear()
    ollama._rooms.clear()
