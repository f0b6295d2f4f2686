"""Who speaks: one engine shared, the best that works here, and what is remembered of voices."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import anyio
import pytest

from pipeline import create_streaming_pipeline
from pipeline.assembly.order import Order
from pipeline.assembly.voices import HABITS, SUCCESSIONS, Voices
from pipeline.assembly.voices import offered as told
from pipeline.assembly.workshop import Workshop
from pipeline.engines import ENGINES
from pipeline.engines.espeak import EspeakEngine
from pipeline.engines.fallback import FallbackEngine
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError, EngineTimeout, EngineUnavailable, InvalidRequest, UnknownEngine
from pipeline.ground.tables import offered
from pipeline.types import Voice, VoiceInfo


def test_an_engine_is_made_once(tmp_path: Path) -> None:
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["tone"]) is workshop.engine(["tone"])


def test_without_a_name_the_settings_choose(tmp_path: Path) -> None:
    assert Workshop(output_dir=tmp_path, env={}).engine().name == "espeak"
    assert Workshop(output_dir=tmp_path, env={"ALOUD_TTS_PROVIDER": "tone"}).engine().name == "tone"


def test_what_cannot_work_here_is_left_out_of_a_succession(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(cls: type) -> None:
        raise EngineUnavailable("There is no model.")

    monkeypatch.setattr("pipeline.engines.espeak.EspeakEngine.__init__", refuse)
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["espeak", "tone"]).name == "tone"
    assert "There is no model." in caplog.text
    with pytest.raises(EngineUnavailable, match="There is no model."):
        workshop.engine(["espeak"])


def test_only_so_many_successions_are_remembered() -> None:
    voices = Voices({}, {name: ToneEngine() for name in "abcdef"})
    orders = [*permutations("abcdef", 4)][: SUCCESSIONS + 1]
    made = [voices.engine(names) for names in orders]
    assert voices.engine(orders[-1]) is made[-1]
    assert voices.engine(orders[0]) is not made[0]


def test_an_engine_of_another_package_that_is_not_whole_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("pipeline.engines.tone.ToneEngine.voices")
    with pytest.raises(EngineUnavailable, match="The engine tone has no voices .see pipeline.Engine"):
        Voices({}, {}).engine(["tone"])


@pytest.mark.parametrize(
    ("name", "number"), [("sample_rate", 50), ("sample_rate", "22050"), ("parallel", 0), ("patience", "60")]
)
def test_an_engine_with_numbers_that_cannot_be_is_refused(
    name: str, number: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ToneEngine, name, number, raising=False)
    with pytest.raises(EngineUnavailable, match=f"its {name} is '?{number}"):
        Voices({}, {}).engine(["tone"])
    with pytest.raises(InvalidRequest, match=f"its {name} is '?{number}"):
        create_streaming_pipeline("text", ToneEngine())


async def test_voices_that_are_none_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    async def names(engine: ToneEngine) -> list[str]:
        return ["high", "low"]

    monkeypatch.setattr(ToneEngine, "voices", names)
    with pytest.raises(EngineUnavailable, match="voices gives str, and must give VoiceInfo"):
        await Voices({}, {"mine": ToneEngine()}).voice(Order(tts_provider=("mine",), voice="high"))


@pytest.mark.parametrize("odd", [("high", "en"), ("high", ("en", 7)), ("high", None), ("high", (), None), (7,)])
async def test_a_voice_that_is_told_of_in_an_odd_way_is_named(
    odd: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def voices(engine: ToneEngine) -> list[VoiceInfo]:
        return [VoiceInfo("low", ("en",)), VoiceInfo(*odd)]

    monkeypatch.setattr(ToneEngine, "voices", voices)
    with pytest.raises(EngineUnavailable, match=f"^The engine tone: .*{odd[0]}.* languages"):
        await told(ToneEngine())


@pytest.mark.parametrize("fault", [SystemExit(1), BaseException("panic")])
def test_an_engine_that_wants_to_end_the_program_cannot_be_made(
    fault: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(engine: ToneEngine, *numbers: float) -> None:
        raise fault

    monkeypatch.setattr(ToneEngine, "__init__", leave)
    with pytest.raises(EngineUnavailable, match=f"tone cannot be made: {type(fault).__name__}: {fault}"):
        Voices({}, {}).engine(["tone"])


async def test_an_engine_that_never_tells_its_voices_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(engine: ToneEngine) -> None:
        await anyio.sleep_forever()

    monkeypatch.setattr(ToneEngine, "voices", never)
    with pytest.raises(EngineTimeout, match=r"tone did not tell its voices within 0.01 s"):
        await told(ToneEngine(), 0.01)


async def test_whoever_made_an_engine_closes_it_and_a_succession_before_those_it_is_made_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[object] = []
    for kind in (FallbackEngine, ToneEngine):

        async def close(engine: object) -> None:
            closed.append(engine)

        monkeypatch.setattr(kind, "aclose", close)
    own = {name: ToneEngine() for name in ("piper", *"abcdef")}
    voices = Voices({}, own)
    assert voices.engine(["auto"]) is own["piper"]
    tone, first, *_ = [voices.engine(names) for names in (["tone"], ["tone", "piper"], *permutations("abcdef", 4))]
    await voices.aclose()
    assert first in closed and closed[-1] is tone, "also the one that is no longer remembered"
    assert not any(engine in closed for engine in own.values())


async def test_an_engine_that_cannot_be_closed_keeps_no_other_open(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    async def close(engine: ToneEngine | EspeakEngine) -> None:
        closed.append(engine.name)
        raise OSError("a stranger's bug")

    monkeypatch.setattr(ToneEngine, "aclose", close)
    monkeypatch.setattr(EspeakEngine, "aclose", close)
    voices = Voices({}, {})
    voices.engine(["tone", "espeak"])
    with pytest.raises(EngineError, match="cannot be closed: OSError: a stranger's bug"):
        await voices.aclose()
    assert sorted(closed) == ["espeak", "tone"]


async def test_an_engine_that_never_closes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(engine: ToneEngine) -> None:
        await anyio.sleep_forever()

    monkeypatch.setattr(ToneEngine, "aclose", never)
    monkeypatch.setattr("pipeline.assembly.voices.CLOSE", 0.01)
    voices = Voices({}, {})
    voices.engine(["tone"])
    with pytest.raises(EngineTimeout, match=r"tone did not close within 0.01 s"):
        await voices.aclose()


async def test_what_an_engine_may_tell_besides_may_break_like_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(engine: ToneEngine, said: str) -> bool:
        raise ValueError("a stranger's bug")

    async def never(engine: ToneEngine, language: str) -> bool:
        await anyio.sleep_forever()
        return False

    monkeypatch.setattr("pipeline.assembly.voices.LIST", 0.01)
    voices = Voices({}, {"mine": ToneEngine()})
    for speaks in (broken, never, lambda engine, language: True):
        monkeypatch.setattr(ToneEngine, "speaks", speaks, raising=False)
        engine, _ = await voices.voice(Order(tts_provider=("mine",), language="de"))
        assert engine is voices.own["mine"], "who cannot tell is tried"
    monkeypatch.setattr(ToneEngine, "knows", broken, raising=False)
    with pytest.raises(EngineUnavailable, match="asked for the voice other: ValueError: a stranger's bug"):
        await voices.voice(Order(tts_provider=("mine",), voice="other"))


def test_an_unknown_engine_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    with pytest.raises(UnknownEngine):
        Workshop(output_dir=tmp_path, env={}).engine(["tone", "nobody"])


def test_only_so_many_voices_are_remembered(tmp_path: Path) -> None:
    workshop = Workshop(output_dir=tmp_path, env={})
    first, often = workshop.habit(Voice(name="first")), workshop.habit(Voice(name="often"))
    for number in range(HABITS):
        workshop.habit(Voice(name=f"voice {number}"))
        assert workshop.habit(Voice(name="often")) is often
    assert workshop.habit(Voice(name="first")) is not first


async def test_a_voice_of_another_packages_engine_is_asked_for_as_one_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "quartet.py").write_text(
        "from pipeline.engines.tone import ToneEngine\nclass Quartet(ToneEngine):\n    name = 'quartet'\n"
    )
    info = tmp_path / "quartet-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: quartet\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[aloud.engines]\nquartet = quartet:Quartet\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr("pipeline.engines.offered", offered.__wrapped__)  # looks for it anew
    async with Workshop(output_dir=tmp_path, env={}) as workshop:
        engine, voice = await workshop.voice(Order(text="Hello.", voice="quartet/high"))
        assert (engine.name, voice.name) == ("quartet", "high")
        engine, voice = await workshop.voice(Order(text="Hello.", voice="gmw/en-US"))
        assert (engine.name, voice.name) == ("espeak", "gmw/en-US")


def test_an_engine_that_goes_by_the_name_of_another_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "copy", "pipeline.engines.tone:ToneEngine")
    with pytest.raises(EngineUnavailable, match="engine copy cannot be used: it calls itself 'tone'"):
        Voices({}, {}).engine(["copy"])


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        ((), ["tone"]),
        (("espeak",), ["tone"]),
        (("tone", "espeak"), ["tone", "espeak"]),
        (("espeak", "tone"), ["tone", "espeak"]),
        (("auto",), ["tone"]),
    ],
)
async def test_a_voice_with_its_engines_name_is_spoken_by_that_and_by_who_was_to_follow(
    tmp_path: Path, names: tuple[str, ...], asked: list[str]
) -> None:
    workshop = Workshop(output_dir=tmp_path, env={"ALOUD_TTS_PROVIDER": "espeak"})
    engine, voice = await workshop.voice(Order(text="x", voice="tone/low", tts_provider=names))
    assert engine is workshop.engine(asked)
    assert (voice.engine, voice.name) == ("tone", "low")


def test_a_name_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["tone", "tone"]) is workshop.engine(["tone"])
    assert workshop.engine(["tone", "espeak", "tone"]) is workshop.engine(["tone", "espeak"])


def test_an_engine_that_breaks_as_it_is_made_is_left_out_like_any_that_cannot_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(cls: type) -> None:
        raise RuntimeError("a stranger's bug")

    monkeypatch.setattr("pipeline.engines.espeak.EspeakEngine.__init__", broken)
    workshop = Workshop(output_dir=tmp_path, env={})
    assert workshop.engine(["espeak", "tone"]).name == "tone"
    with pytest.raises(EngineUnavailable, match="espeak cannot be made: RuntimeError"):
        workshop.engine(["espeak"])
