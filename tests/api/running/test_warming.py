"""The voice is woken before anybody waits for it, and a voice that breaks is tried again."""

import asyncio
from types import SimpleNamespace

import pytest

from api.app import create_app
from api.running.warming import warm_up
from api.settings import Settings
from pipeline.assembly.order import Order
from pipeline.errors import EngineError
from tests.api.client import until


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
    monkeypatch.setattr("api.running.warming._PAUSE", 0)
    engine = Waking(*errors)
    loaded = []

    async def warm(order):
        loaded.append(order.format)
        async for _ in engine.speak("One.", None):
            pass

    workshop = SimpleNamespace(warm=warm)
    runs = SimpleNamespace(cold="No voice has spoken yet.", workshop=workshop)
    await warm_up(runs)
    assert runs.cold == "" and not engine.errors and loaded


async def test_once_it_is_ready_a_run_loads_nothing_more(tmp_path, monkeypatch):
    loaded = []
    monkeypatch.setattr("pipeline.assembly.workshop.import_module", loaded.append)
    monkeypatch.setattr("pipeline.assembly.workshop._imported", set())  # as in a process that has only begun
    app = create_app(Settings.load({}, output_dir=tmp_path), {"ALOUD_TTS_PROVIDER": "tone"})
    async with app.router.lifespan_context(app):
        runs = app.state.runs
        await until(lambda: asyncio.sleep(0, not runs.cold))
        before = list(loaded)
        record = await runs.create(Order(text="Hello."), owner="")
        await runs.going[record.id].ended.wait()
        assert before and loaded == before
