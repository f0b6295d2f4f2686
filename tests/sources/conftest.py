"""What the tests of sources share."""

import pytest

from tests.fakes.models import FORMATS


@pytest.fixture(params=FORMATS)
def form(request):
    return request.param
