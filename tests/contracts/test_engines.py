"""Every engine of the table keeps every promise, unasked: a new line in the table is tested by being there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline.engines import ENGINES, find
from pipeline.engines.check import CHECKS, Check, examine
from pipeline.engines.edge import EdgeEngine
from pipeline.engines.openai import OpenAIEngine
from pipeline.errors import EngineUnavailable, NotInstalled
from pipeline.ports import Engine
from tests.engines import tiny_kokoro, tiny_piper
from tests.fakes.edge import edge
from tests.fakes.speech import speech

Stage = Callable[[], AbstractAsyncContextManager[Engine]]


@asynccontextmanager
async def _edge() -> AsyncIterator[Engine]:
    async with edge():
        yield EdgeEngine()


@asynccontextmanager
async def _openai() -> AsyncIterator[Engine]:
    async with speech() as service:
        yield OpenAIEngine(service.url)


@asynccontextmanager
async def _piper() -> AsyncIterator[Engine]:
    pytest.importorskip("piper", reason="piper-tts is not installed: pip install 'aloud[piper]'")
    pytest.importorskip("onnx", reason="onnx is not installed: it makes the voice that piper speaks with here")
    with TemporaryDirectory() as folder:
        yield find("piper")([tiny_piper.make(Path(folder))])


@asynccontextmanager
async def _kokoro() -> AsyncIterator[Engine]:
    pytest.importorskip("kokoro_onnx", reason="kokoro-onnx is not installed: pip install 'aloud[kokoro]'")
    pytest.importorskip("onnx", reason="onnx is not installed: it makes the model that kokoro speaks with here")
    with TemporaryDirectory() as folder:
        yield find("kokoro")(*tiny_kokoro.make(Path(folder), timed=True))


STAGES: dict[str, Stage] = {"edge": _edge, "kokoro": _kokoro, "openai": _openai, "piper": _piper}
"""For engines that need a server or a model: what gives them a false one. The others are made as they are."""


@asynccontextmanager
async def _plain(name: str) -> AsyncIterator[Engine]:
    try:
        engine = find(name)()
    except (NotInstalled, EngineUnavailable) as error:
        pytest.skip(error.message)
    yield engine


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", ENGINES)
async def test_it_keeps_its_promise(name: str, check: Check) -> None:
    async with STAGES[name]() if name in STAGES else _plain(name) as engine, aclosing(engine):
        result = await examine(engine, check)
        assert result.ok, result.detail
        assert engine.name == name and engine.version and engine.parallel >= 1
