"""Names and settings to objects: what runs share, and what each is made of."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.engines.edge import EdgeEngine
from pipeline.engines.openai import OpenAIEngine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import InvalidSetting, TextTooLong
from pipeline.events import Audio, Complete, Fallback
from pipeline.ports import RunRecord, Take
from pipeline.stores.memory import MemoryEventLog
from pipeline.stores.sounds import FolderSoundCache
from pipeline.types import Voice, WordTime
from tests.voices import Witnessed


@pytest.mark.parametrize("name", ["ALOUD_MAX_CHARS", "ALOUD_READ_AHEAD", "ALOUD_RUN_TIMEOUT"])
@pytest.mark.parametrize("given", ["many", "0", "-1", "nan", "inf"])
async def test_a_wrong_setting_is_named(tmp_path: Path, name: str, given: str) -> None:
    log = MemoryEventLog()
    with pytest.raises(InvalidSetting, match=name):
        workshop = Workshop(output_dir=tmp_path, env={name: given})
        await workshop.prepare(Order(text="Hello.", tts_provider=("tone",)), run="run", log=log)


async def test_the_settings_say_how_long_a_text_may_be(tmp_path: Path) -> None:
    workshop = Workshop(output_dir=tmp_path, env={"ALOUD_MAX_CHARS": "5"})
    with pytest.raises(TextTooLong, match="6 characters"):
        await workshop.prepare(Order(text="Hello.", tts_provider=("tone",)), run="run", log=MemoryEventLog())


async def test_the_next_engine_says_the_passage_again_and_the_log_tells(tmp_path: Path) -> None:
    def fault(text: str) -> Exception | None:
        return OSError("gone")

    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    own = {"witnessed": Witnessed(fault=fault)}
    async with Workshop(output_dir=tmp_path, env={}, own_engines=own) as workshop:
        order = Order(text="Who says this? Somebody does.", tts_provider=("witnessed", "tone"))
        await (await workshop.prepare(order, run="run", log=log)).run()
    events = await log.read("run")
    assert isinstance(events[-1], Complete) and events[-1].status == "complete"
    assert {event.engine for event in events if isinstance(event, Audio)} == {"tone"}
    fallback = next(event for event in events if isinstance(event, Fallback))
    assert (fallback.stage, fallback.from_, fallback.to) == ("tts", "witnessed", "tone")


class Slow(ToneEngine):
    """A server that loads its model when it is first asked."""

    name = "slow"
    patience = 30.0


@pytest.mark.parametrize(("name", "status"), [("slow", "complete"), ("tone", "partial")])
async def test_a_voice_may_take_as_long_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, status: str
) -> None:
    monkeypatch.setattr("pipeline.assembly.workshop.FIRST", 0.05)
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    own = {"slow": Slow(start=0.3), "tone": ToneEngine(start=0.3)}
    async with Workshop(output_dir=tmp_path, env={}, own_engines=own) as workshop:
        await (await workshop.prepare(Order(text="Hello.", tts_provider=(name,)), run="run", log=log)).run()
    last = (await log.read("run"))[-1]
    assert isinstance(last, Complete) and last.status == status


def test_a_setting_says_how_long_a_server_may_take() -> None:
    assert OpenAIEngine.from_env({"OPENAI_API_KEY": "k", "ALOUD_SPEECH_FIRST": "90"}).patience == 90
    assert EdgeEngine.from_env({"ALOUD_EDGE_FIRST": "45"}).patience == 45


async def test_a_run_knows_the_pace_of_a_voice_from_the_runs_before(tmp_path: Path) -> None:
    log, order = MemoryEventLog(), Order(text="Who says this? Somebody with time does.", tts_provider=("tone",))
    async with Workshop(output_dir=tmp_path, env={"ALOUD_TONE_START": "0.25"}) as workshop:
        _, voice = await workshop.voice(order)
        assert not workshop.habit(voice).known
        for run in ("first", "again"):  # the second one finds its sound made
            await log.create(RunRecord(run))
            await (await workshop.prepare(order, run=run, log=log)).run()
            assert workshop.habit(voice).known
            assert 0.2 < workshop.habit(voice).expect(40) < 1.5
        assert not workshop.habit(replace(voice, speed=2.0)).known


FIRST = """
import anyio, sys, threading
from pipeline.assembly.workshop import Workshop
from pipeline.assembly.order import Order
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog

class Watch:
    def find_spec(self, name, path=None, target=None):
        if threading.current_thread() is threading.main_thread():
            print(name)

async def main():
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    sys.meta_path.insert(0, Watch())
    async with Workshop(output_dir=sys.argv[1], env={}) as workshop:
        order = Order(text="Hello.", voice="espeak/en-us", format="opus", splitter="pysbd")
        await (await workshop.prepare(order, run="run", log=log)).run()
    print((await log.read("run", 0))[-1].type)

anyio.run(main)
"""


def test_what_is_imported_when_it_is_first_used_never_holds_the_loop_up(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FIRST, str(tmp_path)], capture_output=True, timeout=120
    )
    assert done.stdout.decode().split() == ["complete"], done.stderr.decode()


class Choir(ToneEngine):
    """What an engine has besides is its own affair."""

    name = "choir"
    engines = 4


async def test_an_engine_of_ones_own_may_have_attributes_that_ours_have(tmp_path: Path) -> None:
    log = MemoryEventLog()
    await log.create(RunRecord("run"))
    async with Workshop(output_dir=tmp_path, env={}, own_engines={"choir": Choir()}) as workshop:
        await (await workshop.prepare(Order(text="Hello.", tts_provider=("choir",)), run="run", log=log)).run()
    assert (await log.read("run"))[-1].type == "complete"
    assert not (tmp_path / ".sounds").exists(), "another engine of this name may sound otherwise"


async def test_once_it_is_warm_nobody_waits_until_all_kept_sounds_were_looked_at(tmp_path: Path) -> None:
    await FolderSoundCache(tmp_path / ".sounds").put("0", Take(bytes(200), 22050))
    async with Workshop(output_dir=tmp_path, env={}) as workshop:
        await workshop.warm(Order(tts_provider=("tone",)))
        (workshop.sounds.root / "0.take").rename(workshop.sounds.root / "1.take")
        assert await workshop.sounds.get("1") is None  # what came later is not known


class Endless(ToneEngine):
    """It never waits, either."""

    name = "endless"

    def __init__(self) -> None:
        super().__init__()
        self.asked = anyio.Event()

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        self.asked.set()
        while True:
            yield b""


async def test_a_voice_that_never_ends_holds_up_nobody_while_it_is_warmed(tmp_path: Path) -> None:
    own = Endless()
    async with Workshop(output_dir=tmp_path, env={}, own_engines={"endless": own}) as workshop:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(workshop.warm, Order(tts_provider=("endless",)))
            await own.asked.wait()
            tasks.cancel_scope.cancel()
