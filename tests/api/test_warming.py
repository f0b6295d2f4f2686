"""The voice is woken before anybody waits for it, and a voice that breaks is tried again."""

from types import SimpleNamespace

import pytest

from api.warming import warm_up
from pipeline.errors import EngineError


class Waking:
    """Breaks as often as it is told, and then speaks."""

    name = "waking"

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    async def speak(self, text, voice):
        if self.errors:
            raise self.errors.pop(0)
        yield bytes(2)


@pytest.mark.parametrize(
    "errors", [(), (EngineError("asleep"),), (RuntimeError("a stranger's"), EngineError("asleep"))]
)
async def test_until_it_has_spoken_and_whatever_it_raises(monkeypatch, errors):
    monkeypatch.setattr("api.warming._PAUSE", 0)
    engine = Waking(*errors)
    runs = SimpleNamespace(cold="No voice has spoken yet.", workshop=SimpleNamespace(engine=lambda: engine))
    await warm_up(runs)
    assert runs.cold == "" and not engine.errors
