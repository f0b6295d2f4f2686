from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, closing
from pathlib import Path

import pytest

from pipeline.engines.kit.roster import chosen
from pipeline.engines.pyttsx3 import Pyttsx3Engine
from pipeline.errors import EngineTimeout, UnknownVoice
from pipeline.types import Voice
from tests.engines.hear import Heard, hear
from tests.engines.processes import children, ended, working
from tests.hearing import Reader, compare, sentences
from tests.stopwatch import least

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills processes found in /proc, which only Linux has")

LONG = " ".join(sentences(40, seed=3))
"""A few thousand characters: long enough to be killed in the middle."""


@pytest.fixture
async def engine() -> AsyncIterator[Pyttsx3Engine]:
    engine = Pyttsx3Engine()
    yield engine
    await engine.aclose()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with closing(Reader("gmw/en", rate=200)) as reader:  # pyttsx3's defaults
        yield reader


async def test_a_sentence_is_heard_as_it_is_written(engine: Pyttsx3Engine, reader: Reader) -> None:
    for text in sentences(5, seed=1):
        assert compare((await hear(engine, text)).samples, reader.read(text)).good


async def test_the_very_first_sentence_is_whole(reader: Reader) -> None:
    """pyttsx3's first runAndWait returns before its file is written."""
    (text,) = sentences(1, seed=2)
    for _ in range(3):
        engine = Pyttsx3Engine()
        assert compare((await hear(engine, text)).samples, reader.read(text)).good
        await engine.aclose()


async def test_settings_changed_before_each_sentence_leave_no_file_empty(engine: Pyttsx3Engine) -> None:
    for count in range(60):
        heard = await hear(engine, "One more.", Voice(speed=0.8 + count % 5 / 10, name=("en-us", "en-gb")[count % 2]))
        assert heard.seconds > 0.3


def test_what_is_set_for_the_very_first_sentence_is_taken_before_it_begins(tmp_path: Path) -> None:
    """When a run begins, pyttsx3 cancels whatever the library has not taken yet."""
    program = """if True:
        import sys
        from pipeline.engines.pyttsx3_child import _Speaker

        speaker = _Speaker()
        from pyttsx3.drivers import _espeak
        run = speaker._engine.runAndWait
        def watched():
            taken = [_espeak.dll.espeak_GetParameter(name, 1) for name in (_espeak.VOLUME, _espeak.RATE)]
            print("taken", *taken, file=sys.stderr)  # pyttsx3 itself asks without saying whether the usual is meant
            run()
        speaker._engine.runAndWait = watched
        speaker.write("Hello.", sys.argv[1], 123, 0.4, 50, "")
    """
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "hello.wav"], capture_output=True, text=True, timeout=60, check=True
    )
    assert "taken 40 123" in done.stderr and (tmp_path / "hello.wav").stat().st_size > 1000


async def test_a_volume_that_leaves_nothing_to_hear_is_no_failure(engine: Pyttsx3Engine) -> None:
    heard = await hear(engine, "Hello.", Voice(volume=0.0001))
    assert heard.seconds > 0.2 and abs(heard.samples.astype(int)).max() < 100


async def test_a_text_longer_than_pyttsx3_survives_is_spoken_to_its_end(engine: Pyttsx3Engine) -> None:
    text = " ".join(sentences(400, seed=4))
    assert len(text) > 20_000
    one, whole = await hear(engine, text[:2000]), await hear(engine, text)
    assert whole.seconds == pytest.approx(one.seconds * len(text) / 2000, rel=0.1)


async def test_twenty_at_once_with_one_cancelled_and_one_process_killed(engine: Pyttsx3Engine, reader: Reader) -> None:
    texts = sentences(20, seed=5)
    texts[0] = LONG  # the first two hold a process each
    runs = [asyncio.create_task(hear(engine, text)) for text in texts]
    os.kill(await working(), signal.SIGKILL)
    runs[7].cancel()
    spoken = await asyncio.gather(*runs, return_exceptions=True)
    assert isinstance(spoken[7], asyncio.CancelledError)
    for index, (text, heard) in enumerate(zip(texts, spoken, strict=True)):
        if index not in (0, 7):
            assert isinstance(heard, Heard) and compare(heard.samples, reader.read(text)).good
    assert isinstance(spoken[0], Heard) and spoken[0].seconds > 60


async def test_a_process_killed_in_the_middle_of_a_file_costs_nothing_but_time(engine: Pyttsx3Engine) -> None:
    whole = await hear(engine, LONG)
    run = asyncio.create_task(hear(engine, LONG))
    os.kill(await working(), signal.SIGKILL)
    assert (await run).seconds == pytest.approx(whole.seconds, rel=0.01)


async def test_after_a_kill_the_next_sentence_is_heard_within_a_second(engine: Pyttsx3Engine) -> None:
    async def next_sentence() -> float:
        await hear(engine, "First.")
        (pid,) = children()
        os.kill(pid, signal.SIGKILL)
        began = time.monotonic()
        assert (await hear(engine, "Second.")).seconds > 0.3
        return time.monotonic() - began

    assert await least(next_sentence, 1.0) < 1.0


async def test_a_process_that_hangs_is_replaced_at_its_deadline() -> None:
    engine = Pyttsx3Engine(deadline=0.5)
    await hear(engine, "First.")
    (pid,) = children()
    os.kill(pid, signal.SIGSTOP)
    began = time.monotonic()
    assert (await hear(engine, "Second.")).seconds > 0.3
    assert 0.5 <= time.monotonic() - began < 15, "half of the usual deadline"
    assert pid not in children()
    await engine.aclose()


async def test_a_text_that_never_ends_in_time_fails_by_name_and_leaves_no_process_behind() -> None:
    engine = Pyttsx3Engine(deadline=0.001)
    with pytest.raises(EngineTimeout, match="0.001 s"):
        await hear(engine, LONG)
    await engine.aclose()
    assert children() == []


async def test_cancelling_kills_the_process_in_the_middle_of_its_job(engine: Pyttsx3Engine) -> None:
    async def cancelling() -> float:
        run = asyncio.create_task(hear(engine, LONG))
        pid = await working()
        began = time.monotonic()
        run.cancel()
        await asyncio.wait({run})
        took = time.monotonic() - began
        assert pid not in children()
        return took

    await hear(engine, "First.")
    assert await least(cancelling, 0.25) < 0.25


async def test_a_listener_who_leaves_between_two_jobs_costs_no_process(engine: Pyttsx3Engine) -> None:
    async with aclosing(engine.speak(" ".join([LONG] * 3), Voice())) as stream:
        await anext(stream)
        before = children()
    assert children() == before and (await hear(engine, "Next.")).seconds > 0.3
    assert children() == before


async def test_closing_ends_every_process(engine: Pyttsx3Engine) -> None:
    await asyncio.gather(*(hear(engine, text) for text in sentences(4)))
    assert children()
    await engine.aclose()
    assert children() == []


async def test_a_process_does_not_outlive_whoever_started_it_and_leaves_no_file(tmp_path: Path) -> None:
    """Nobody is left to kill it then, or to tidy up."""
    read, write = os.pipe()
    program = f"""
import anyio, os, signal
from pipeline.engines.pyttsx3 import Pyttsx3Engine
async def main():
    engine = Pyttsx3Engine()
    async with engine._child() as child:
        await child.write({{"text": "Hello.", "rate": 200, "volume": 1.0, "pitch": 50, "voice": ""}}, 30.0)
        os.write({write}, str(child._process.pid).encode())
        os.kill(os.getpid(), signal.SIGKILL)
anyio.run(main)
"""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, pass_fds=[write], env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    await parent.wait()
    os.close(write)
    pid = int(os.read(read, 100))
    os.close(read)
    async with asyncio.timeout(30):
        await ended(pid)
    assert os.listdir(tmp_path) == []


async def test_voices_answer_to_their_id_their_name_and_their_language(engine: Pyttsx3Engine) -> None:
    infos = await engine.voices()
    assert len(infos) > 100 and "gmw/en-us" in [info.name for info in infos]
    us, gb = [await hear(engine, "A tomato bath.", Voice(name=name)) for name in ("EN-US", "en-gb")]
    assert us.seconds != gb.seconds
    assert engine.knows("gmw/en-us") and not engine.knows("gmw/xx")
    with pytest.raises(UnknownVoice, match="Near it: .*en-us"):
        await hear(engine, "Hello.", Voice(name="gmw/en-usa"))
    assert (await hear(engine, "Guten Tag.", Voice(language="de-AT"))).seconds > 0.3
    assert chosen("pyttsx3", infos, Voice(language="en")) == "gmw/en", "its own, not the first that speaks some English"
    with pytest.raises(UnknownVoice, match="language"):
        await hear(engine, "Hello.", Voice(language="tlh"))
