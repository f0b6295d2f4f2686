"""A run in front of a terminal: what is said of it, what is heard, how it ends."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from api.cli.exits import BAD, DONE, FAILED, PARTLY
from api.cli.files import Place
from api.cli.performance import Manner, Performance
from api.cli.player import Growing
from pipeline import Voice, WordTime, create_streaming_pipeline
from pipeline.engines.tone import ToneEngine
from pipeline.errors import EngineError, InvalidRequest, SourceFailed
from tests.api.cli.conftest import program, recorder


class Shy(ToneEngine):
    name = "shy"

    async def speak(self, text: str, voice: Voice) -> AsyncGenerator[bytes | WordTime, None]:
        if "secret" in text:
            raise EngineError("There are things one does not say.")
        async for piece in super().speak(text, voice):
            yield piece


@pytest.fixture
def manner(tmp_path: Path) -> Manner:
    return Manner(place=Place(tmp_path), play=False)


async def perform(text: object, manner: Manner) -> int:
    config = {"output_dir": manner.place.folder, "mode": "fixed"}
    async with create_streaming_pipeline("text", Shy(), config) as pipeline:
        return await Performance(pipeline.stream_text_to_audio(text), manner).run()  # type: ignore[arg-type]


async def test_all_spoken_is_done(manner: Manner) -> None:
    assert await perform("This is said. This is said as well.", manner) == DONE


async def test_a_passage_that_fails_is_partly_done_and_said(manner: Manner, capfd: pytest.CaptureFixture[str]) -> None:
    assert await perform("This sentence is said. This one is a secret.", manner) == PARTLY
    said = capfd.readouterr().err
    assert "There are things one does not say." in said
    assert "21 characters could not be spoken" in said


async def test_a_text_of_which_nothing_was_spoken_is_failed_and_not_partly_done(manner: Manner) -> None:
    assert await perform("All of this is a secret.", manner) == FAILED


async def test_text_that_breaks_off_is_failed_and_keeps_what_was_made(manner: Manner) -> None:
    async def broken() -> AsyncGenerator[str, None]:
        yield "This was said before. "
        raise SourceFailed("The line is dead.")

    assert await perform(broken(), manner) == FAILED
    assert list(manner.place.folder.rglob("whole.wav"))


async def test_an_empty_text_is_the_callers_mistake_and_an_empty_answer_is_not(
    manner: Manner, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await perform(iter(()), manner) == BAD
    assert "the text is empty" in capfd.readouterr().err
    config = {"output_dir": manner.place.folder}
    async with create_streaming_pipeline(lambda prompt: " ", "tone", config) as pipeline:
        stream = pipeline.stream_chat_to_audio("Say something.")
        assert await Performance(stream, manner, answers=True).run() == FAILED
    assert "The model answered nothing" in capfd.readouterr().err


@pytest.mark.parametrize("text", ["\N{GRINNING FACE}", "\N{GRINNING FACE} \N{ROCKET}\n", "<think>Hm.</think>"])
async def test_a_text_of_which_nothing_is_spoken_is_the_callers_mistake(
    text: str, manner: Manner, capfd: pytest.CaptureFixture[str]
) -> None:
    assert await perform(text, manner) == BAD
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("There was nothing to speak: all of the text is left out (")
    assert not list(manner.place.folder.rglob("whole.wav"))


async def test_what_is_wrong_is_also_told_where_the_rest_is_quiet(
    manner: Manner, capfd: pytest.CaptureFixture[str]
) -> None:
    await perform("This sentence is said. This one is a secret.", replace(manner, quiet=True))
    assert [*map(str.strip, capfd.readouterr().err.splitlines())] == ["failed  There are things one does not say."]


async def test_one_reason_of_many_failures_is_told_once(manner: Manner, capfd: pytest.CaptureFixture[str]) -> None:
    await perform("This sentence is said. " + "This one is a secret. " * 9, manner)
    said = capfd.readouterr().err
    assert said.count("There are things one does not say.") == 1
    assert "characters could not be spoken" in said


async def test_what_steers_a_terminal_is_not_shown(manner: Manner, capfd: pytest.CaptureFixture[str]) -> None:
    await perform("Red \x1b[31malert\x07 and [bold]marks[/bold].", manner)
    said = capfd.readouterr().err
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "[bold]marks[/bold]" in said


async def test_what_is_played_is_what_was_made(manner: Manner, machine: Path, tmp_path: Path) -> None:
    recorder(machine, "aplay", heard := tmp_path / "heard")
    assert await perform("One is heard. Two is heard.", Manner(place=manner.place, play=True)) == DONE
    whole = next(manner.place.folder.rglob("whole.wav"))
    assert heard.read_bytes() == whole.read_bytes()[44:]


async def test_a_slow_voice_is_heard_before_it_has_ended(manner: Manner, machine: Path, tmp_path: Path) -> None:
    recorder(machine, "aplay", heard := tmp_path / "heard")
    config = {"output_dir": manner.place.folder, "mode": "fixed"}
    async with create_streaming_pipeline("text", ToneEngine(factor=0.1), config) as pipeline:
        stream = pipeline.stream_text_to_audio("This is spoken slowly, sample by sample. So is this, and it is heard.")
        seen = Performance(stream, Manner(place=manner.place, play=True))
        assert await seen.run() == DONE
    assert any(isinstance(one, Growing) for one in seen.sounds)
    whole = next(manner.place.folder.rglob("whole.wav"))
    assert heard.read_bytes() == whole.read_bytes()[44:]


async def test_a_player_that_cannot_play_changes_nothing_but_is_named(
    manner: Manner, machine: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program(machine, "aplay", "sys.exit('no sound card')")
    assert await perform("One is heard.", Manner(place=manner.place, play=True)) == DONE
    assert "aplay cannot play here: no sound card" in capfd.readouterr().err


@pytest.mark.usefixtures("machine")
async def test_a_player_that_is_not_there_is_refused_when_asked_for(manner: Manner) -> None:
    with pytest.raises(InvalidRequest, match="--play"):
        await perform("One.", Manner(place=manner.place, play=True))


@pytest.mark.parametrize(
    ("output", "folder", "whole"),
    [
        ("", "there/audio", None),
        ("talk", "talk", None),
        ("v1.2/", "v1.2", None),
        ("talk.wav", "there/audio", "talk.wav"),
        ("books/talk.WAV", "there/audio", "books/talk.WAV"),
    ],
)
def test_what_output_means(output: str, folder: str, whole: str | None) -> None:
    place = Place.of(output, {"ALOUD_OUTPUT_DIR": "there"})
    assert place == Place(Path(folder), Path(whole) if whole else None)
