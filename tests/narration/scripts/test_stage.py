"""A script is one run: every step in order, in its own voice, with what earlier steps gave."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import soundfile

from pipeline import Event
from pipeline.assembly.order import Order
from pipeline.assembly.workshop import Workshop
from pipeline.audio.recording.pauses import pause
from pipeline.errors import UnknownVoice
from pipeline.events import Audio, Chapter, Cued, PassageCut, Pause
from pipeline.narration.scripts import parsed, staged
from pipeline.ports import RunRecord
from pipeline.stores.memory import MemoryEventLog
from tests.narration.scripts.performing import performed, spoken


async def test_each_step_speaks_in_its_own_voice(tmp_path: Path) -> None:
    script = """
cast: {ANNA: {voice: low}, BEN: {voice: high}}
steps:
  - {id: a, type: speak, config: {voice: ANNA}, inputs: {text: Welcome to all.}}
  - {id: b, type: dialogue, inputs: {text: "BEN: Good morning.\\nANNA: It is evening.\\nIs it not?"}}
  - {id: c, type: speak, inputs: {text: The end.}}
"""
    events = await performed(tmp_path, script)
    assert [(voice, step) for _, voice, step in spoken(events)][:2] == [("tone/low", "a"), ("tone/high", "b")]
    assert spoken(events)[-1] == ("The end.", None, "c")
    assert {voice for text, voice, _ in spoken(events) if "evening" in text or "not" in text} == {"tone/low"}


async def test_pauses_are_part_of_the_run(tmp_path: Path) -> None:
    script = """
config: {pause: 0.25}
steps:
  - {type: speak, inputs: {text: One.}}
  - {type: pause, inputs: {seconds: 2}}
  - {type: speak, inputs: {text: Two.}}
  - {type: speak, inputs: {text: Three.}}
"""
    events = await performed(tmp_path, script)
    heard = [event for event in events if isinstance(event, Audio | Pause)]
    assert [event.seconds for event in heard if isinstance(event, Pause)] == [2.25, 0.25]
    at = 0.0
    for event in heard:
        if isinstance(event, Audio):
            assert event.begins == pytest.approx(at, abs=0.001)
        at += event.seconds
    assert events[-1].as_dict()["seconds"] == pytest.approx(at, abs=0.001)


async def test_the_silence_between_steps_is_the_same_however_their_texts_end(tmp_path: Path) -> None:
    texts = ("One.", "One. Two.", "One. Two. Three.\n", "# A heading\n\n", "And a paragraph.\n\n", "The end.")
    steps = "\n".join(f"  - {{type: speak, inputs: {{text: {json.dumps(text)}}}}}" for text in texts)
    events = await performed(tmp_path, f"config: {{pause: 0.9}}\nsteps:\n{steps}")
    passages = {event.index: event for event in events if isinstance(event, PassageCut)}
    heard = [event for event in events if isinstance(event, Audio | Pause)]
    between = [
        pause(passages[before.index]) + behind.seconds
        for before, behind in pairwise(heard)
        if isinstance(before, Audio) and isinstance(behind, Pause)
    ]
    assert between == pytest.approx([0.9] * (len(texts) - 1))


async def test_later_steps_use_what_earlier_ones_gave(tmp_path: Path) -> None:
    script = """
config: {default_llm_provider: replay}
cast: {ANNA: {voice: high}}
steps:
  - {id: quiet, type: llm_chat, config: {speak: false}, inputs: {message: Some hidden words.}}
  - {id: loud, type: llm_chat, inputs: {message: "You said: {quiet.response}"}}
  - {id: whole, type: llm_chat, config: {stream: false}, inputs: {message: All at once.}}
  - {type: dialogue, config: {speak: false}, inputs: {text: "ANNA: Not this."}}
  - id: list
    type: each
    inputs: {items: "first\\nsecond"}
    steps: [{type: speak, inputs: {text: "Number {list.number} is {list.item}."}}]
  - {type: speak, inputs: {text: "From {loud.provider} in {loud.chunks} pieces, {loud.streamed} and {whole.streamed}."}}
"""
    said = " ".join(text for text, _, _ in spoken(await performed(tmp_path, script)))
    assert said.startswith(
        "You said: Some hidden words. All at once. Number 1 is first. Number 2 is second. From replay in "
    )
    assert said.endswith("pieces, true and false.")


async def test_a_list_of_words_in_two_languages_is_said_word_by_word(tmp_path: Path) -> None:
    for text, items in (
        ("{w.number}: {w.en} is {w.de}.", "[{en: dog, de: Hund}, {en: cat, de: Katze}]"),
        ("{w.number}: {w.1} is {w.2}.", "[[dog, Hund], [cat, Katze]]"),
    ):
        step = f'{{type: speak, inputs: {{text: "{text}"}}}}'
        script = f"steps: [{{id: w, type: each, inputs: {{items: {items}}}, steps: [{step}]}}]"
        said = " ".join(text for text, *_ in spoken(await performed(tmp_path, script)))
        assert said == "1: dog is Hund. 2: cat is Katze."


async def test_what_a_step_gave_is_not_read_again_for_references(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text("Say {d.title} once.")
    script = """
steps:
  - {id: d, type: document, config: {speak: false}, inputs: {path: talk.txt}}
  - {type: speak, inputs: {text: "{d.text}"}}
"""
    said = [text for text, _, _ in spoken(await performed(tmp_path, script, folder=tmp_path))]
    assert said == ["Say {d.title} once."]


async def test_a_document_is_a_step(tmp_path: Path) -> None:
    (tmp_path / "talk.md").write_text("# Hello\n\nFrom a file.\n")
    script = """
steps:
  - {id: d, type: document, inputs: {path: talk.md}}
  - {type: speak, inputs: {text: "That was {d.title}."}}
"""
    said = [text for text, _, _ in spoken(await performed(tmp_path, script, folder=tmp_path))]
    assert " ".join(said).split() == ["Hello.", "From", "a", "file.", "That", "was", "Hello."]


@pytest.mark.parametrize(
    ("cast", "step", "told"),
    [
        ("{ANNA: {voice: low}, BEN: {voice: nobody}}", "", "line 1: cast.BEN: tone has no voice 'nobody'"),
        ("{ANNA: {voice: low}}", "nobody", r"line 4: .*config.voice: .*'nobody'.* of the cast: ANNA."),
    ],
)
async def test_a_voice_that_there_is_not_is_told_with_its_place(
    tmp_path: Path, cast: str, step: str, told: str
) -> None:
    script = f"""cast: {cast}
steps:
  - {{type: speak, inputs: {{text: One.}}}}
  - {{type: speak, config: {{voice: "{step}"}}, inputs: {{text: Two.}}}}
"""
    with pytest.raises(UnknownVoice, match=told):
        await performed(tmp_path, script)


async def test_a_step_may_be_said_faster_or_slower(tmp_path: Path) -> None:
    script = """
config: {pause: 0}
cast: {ANNA: {voice: low}, SLOW: {speed: 0.5}, GERMAN: {language: de, speed: 0.8}}
steps:
  - {type: speak, inputs: {text: One two three.}}
  - {type: speak, config: {speed: 0.5}, inputs: {text: One two three.}}
  - {type: speak, config: {voice: ANNA, speed: 2}, inputs: {text: One two three.}}
  - {type: speak, config: {voice: SLOW}, inputs: {text: One two three.}}
  - {type: dialogue, config: {speed: 2}, inputs: {text: "SLOW: One two three.\\nANNA: One two three."}}
  - {type: document, config: {speed: 0.5}, inputs: {path: count.txt}}
  - {type: speak, config: {voice: GERMAN, speed: 1}, inputs: {text: One two three.}}
"""
    (tmp_path / "count.txt").write_text("One two three.")
    events = await performed(tmp_path, script, folder=tmp_path, voice="high")
    usual, *others = [event.seconds for event in events if isinstance(event, Audio)]
    assert [round(seconds / usual, 1) for seconds in others] == [2, 0.5, 2, 0.5, 0.5, 2, 1]
    assert [voice for _, voice, _ in spoken(events)][2:4] == ["tone/low", "tone/high"]


async def test_a_cast_may_be_of_several_engines(tmp_path: Path) -> None:
    script = """
cast: {A: {voice: tone/low}, B: {voice: espeak/en-us}}
steps: [{type: dialogue, inputs: {text: "A: Hello there.\\nB: Hello yourself."}}]
"""
    audio = [event for event in await performed(tmp_path, script) if isinstance(event, Audio)]
    assert [event.engine for event in audio] == ["tone", "espeak"]
    assert {soundfile.info(event.path).samplerate for event in audio} == {22050}


SEVERAL = """
cast: {ANNA: {voice: low}, BEN: {voice: high, speed: 1.5}}
config: {pause: 0.25}
steps:
  - {id: a, type: speak, chapter: One, config: {voice: ANNA}, inputs: {text: Welcome to all. This is Anna.}}
  - {type: dialogue, inputs: {text: "BEN: Good morning.\\nANNA: It is evening."}}
  - {type: pause, inputs: {seconds: 1}}
  - {id: c, type: speak, chapter: Two, config: {speed: 2}, inputs: {text: The end.}}
  - {type: pause, inputs: {seconds: 2}}
"""


async def at_once(workshop: Workshop, log: MemoryEventLog, *, resume: bool = False) -> list[Event]:
    """One run of the script, or the rest of it."""
    order = Order(tts_provider=("tone",), buffer={"mode": "batch"})
    stage = await staged(parsed(SEVERAL), workshop, order)
    flow = await workshop.prepare(order, run="run", log=log, source=stage.source, cast=stage.engines, resume=resume)
    await flow.run()
    return list(await log.read("run", 0, 1000))


def performance(events: list[Event]) -> list[Any]:
    """All that a listener would notice, in its order."""
    passages = {event.index: event for event in events if isinstance(event, PassageCut)}
    heard: list[Any] = []
    for event in events:
        if isinstance(event, Audio):
            passage = passages[event.index]
            assert event.path is not None
            heard.append((passage.text, passage.voice, passage.step, soundfile.read(event.path)[0].tobytes()))
        elif isinstance(event, Pause):
            heard.append(event.seconds)
        elif isinstance(event, Chapter):
            heard.append(event.title)
    return heard


async def test_wherever_it_is_broken_off_it_goes_on_in_the_same_voices_with_the_same_pauses(tmp_path: Path) -> None:
    async with Workshop(output_dir=tmp_path, env={}) as workshop:
        log = MemoryEventLog()
        await log.create(RunRecord("run"))
        whole = await at_once(workshop, log)
        wanted = performance(whole)
        assert [item for item in wanted if isinstance(item, float)] == [0.25, 0.35, 1.25, 2]
        assert [item for item in wanted if isinstance(item, str)] == ["One", "Two"]
        for count in range(1, len(whole)):
            log = MemoryEventLog()
            await log.create(RunRecord("run"))
            for event in whole[:count]:
                await log.append("run", event)
            assert performance(await at_once(workshop, log, resume=True)) == wanted, f"after {count} events"
            cues = [event for event in await log.read("run", 0, 1000) if isinstance(event, Cued)]
            assert len(cues) == 5, "none twice"
