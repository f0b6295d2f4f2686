"""How much in how long a time: who is refused is told when there will be room."""

from types import SimpleNamespace

import pytest

from api.access.rates import Rates
from api.errors import TooMany


def test_whoever_comes_again_when_he_was_told_finds_room_and_not_before(monkeypatch):
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("api.access.rates.time", SimpleNamespace(monotonic=lambda: clock.now))
    rates = Rates(100, 60, "characters a minute")
    for clock.now, count in ((0.0, 10), (20.0, 50), (30.0, 40)):
        rates.room("ada", count)
        rates.add("ada", count)
    for count, after in ((1, 30.0), (10, 30.0), (11, 50.0), (61, 60.0)):
        with pytest.raises(TooMany) as refused:
            rates.room("ada", count)
        assert refused.value.retry_after == after
    rates.room("ben", 100)
    clock.now = 80.0
    rates.room("ada", 60)
    with pytest.raises(TooMany):
        rates.room("ada", 61)
