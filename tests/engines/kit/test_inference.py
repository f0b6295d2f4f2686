"""Models that break or hang in the middle of a text, in the engines that run them."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.audio.recording.recorder import LocalRecorder
from pipeline.engines.kit.inference import Session
from pipeline.engines.kokoro import KokoroEngine
from pipeline.engines.piper import PiperEngine
from pipeline.errors import EngineError, EngineTimeout, EngineUnavailable
from pipeline.stores.memory_clips import MemoryClipStore
from pipeline.types import Voice
from tests.audio.studio import passage
from tests.engines import tiny_kokoro, tiny_piper
from tests.engines.hear import hear
from tests.hearing import sentences

pytest.importorskip("onnx", reason="onnx is not installed: it makes the models that these tests speak with")

TEXT = " ".join(sentences(20))
"""Several pieces for either engine."""


class Faulty:
    """The model's session, and what it does from its second run on."""

    def __init__(self, session: Any, fault: Callable[[Any], None]) -> None:
        self._session = session
        self._fault = fault
        self._runs = 0
        self.mended = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def run(self, names: Any, inputs: Any, options: Any) -> Any:
        self._runs += 1
        if self._runs > 1 and not self.mended:
            self._fault(options)
        return self._session.run(names, inputs, options)


def breaks(options: Any) -> None:
    raise RuntimeError("out of memory")


def hangs(options: Any) -> None:
    """Until it is told to end, as onnxruntime looks for between two steps."""
    while not options.terminate:
        time.sleep(0.001)


@pytest.fixture(params=["piper", "kokoro"])
async def engine(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PiperEngine | KokoroEngine]:
    if request.param == "piper":
        pytest.importorskip("piper", reason="piper-tts is not installed: pip install 'aloud[piper]'")
        made: PiperEngine | KokoroEngine = PiperEngine([tiny_piper.make(tmp_path)])
    else:
        pytest.importorskip("kokoro_onnx", reason="kokoro-onnx is not installed: pip install 'aloud[kokoro]'")
        made = KokoroEngine(*tiny_kokoro.make(tmp_path))
    await hear(made, "Loaded.")
    yield made
    await made.aclose()


def faulty(engine: PiperEngine | KokoroEngine, fault: Callable[[Any], None]) -> Faulty:
    if isinstance(engine, PiperEngine):
        (loaded,) = engine._loaded.values()
        session: Session = loaded.session
    else:
        session = engine._kokoro.sess
    session._session = Faulty(session._session, fault)
    return session._session


async def test_a_library_that_cannot_be_loaded_is_told_as_such(
    engine: PiperEngine | KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "piper" if engine.name == "piper" else "kokoro_onnx", None)
    loads = engine._loaded if isinstance(engine, PiperEngine) else vars(engine)
    loads.clear() if isinstance(engine, PiperEngine) else loads.update(_kokoro=None)
    with pytest.raises(EngineUnavailable, match="cannot be loaded"):
        await hear(engine, TEXT)


async def test_a_model_that_breaks_half_way_is_an_error_and_the_next_text_is_spoken(
    engine: PiperEngine | KokoroEngine,
) -> None:
    whole = (await hear(engine, TEXT)).seconds
    model = faulty(engine, breaks)
    with pytest.raises(EngineError, match=f"{engine.name} failed: out of memory"):
        await hear(engine, TEXT)
    model.mended = True
    assert (await hear(engine, TEXT)).seconds == pytest.approx(whole, abs=0.01)


async def test_a_model_that_hangs_half_way_is_ended_at_its_deadline_and_its_thread_is_free_again(
    engine: PiperEngine | KokoroEngine,
) -> None:
    recorder = LocalRecorder(engine, MemoryClipStore(), first=5.0, total=0.3)
    model = faulty(engine, hangs)
    for _ in range(engine.parallel + 1):  # were a thread lost each time, none would be left
        model._runs, began = 0, time.monotonic()
        with pytest.raises(EngineTimeout, match=r"did not finish within 0\.3 s"):
            async for _item in recorder.record("run", passage(TEXT), Voice()):
                pass
        assert time.monotonic() - began < 5.0, "not even the time for a first sound"
    model.mended = True
    assert (await hear(engine, TEXT)).seconds > 5
