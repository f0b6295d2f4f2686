"""Sounds of a script, and files that it may not have."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from api.cli.files import Place, keep
from pipeline.audio.joining import decoding
from pipeline.errors import InvalidRequest, InvalidScript
from pipeline.events import Audio, Chapter, Pause, Sound
from tests.narration.scripts.performing import performed


def beep(path: Path, seconds: float, rate: int = 44_100, channels: int = 2) -> None:
    wave = 0.5 * np.sin(np.arange(round(seconds * rate)) * 0.1)
    soundfile.write(path, np.stack([wave] * channels, axis=1), rate)


@pytest.mark.parametrize("ending", ["wav", "flac", "mp3", "ogg"])
async def test_a_sound_is_played_at_its_place(tmp_path: Path, ending: str) -> None:
    beep(tmp_path / f"bell.{ending}", 1.5)
    script = f"""
config: {{pause: 0.5}}
steps:
  - {{type: sound, inputs: {{path: bell.{ending}}}}}
  - {{type: speak, inputs: {{text: One.}}}}
  - {{type: pause, inputs: {{seconds: 1}}}}
  - {{id: again, type: sound, inputs: {{path: ./bell.{ending}}}}}
  - {{type: speak, inputs: {{text: Two.}}}}
"""
    events = await performed(tmp_path, script, folder=tmp_path)
    heard = [event for event in events if isinstance(event, Audio | Pause | Sound)]
    assert [event.type for event in heard] == ["sound", "pause", "audio", "pause", "sound", "pause", "audio"]
    sounds = [event for event in heard if isinstance(event, Sound)]
    assert [event.seconds for event in sounds] == pytest.approx([1.5, 1.5], abs=0.06)
    assert all(soundfile.info(event.url.removeprefix("file://")).channels == 1 for event in sounds)
    at = 0.0
    for event in heard:
        if isinstance(event, Audio):
            assert event.begins == pytest.approx(at, abs=0.001)
        at += event.seconds
    kept = await keep(events, Place(tmp_path, tmp_path / "whole.wav"))
    assert kept is not None and soundfile.info(kept.whole).duration == pytest.approx(at, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("sound", "../bell.wav"),
        ("sound", "/etc/passwd"),
        ("sound", "link.wav"),
        ("sound", "missing.wav"),
        ("sound", "noise.wav"),
        ("sound", "empty.wav"),
        ("sound", "folder"),
        ("document", "../bell.txt"),
        ("document", "missing.txt"),
    ],
)
async def test_files_from_elsewhere_and_what_is_none_are_refused_before_anything_is_spoken(
    tmp_path: Path, kind: str, path: str
) -> None:
    folder = tmp_path / "script"
    (folder / "folder").mkdir(parents=True)
    beep(tmp_path / "bell.wav", 0.1)
    (tmp_path / "bell.txt").write_text("Some words.")
    (folder / "link.wav").symlink_to(tmp_path / "bell.wav")
    (folder / "noise.wav").write_bytes(b"RIFF" + bytes(range(256)) * 40)
    beep(folder / "empty.wav", 0)
    script = f"steps: [{{type: speak, inputs: {{text: One.}}}}, {{type: {kind}, inputs: {{path: {path}}}}}]"
    with pytest.raises(InvalidRequest):
        await performed(tmp_path / "out", script, folder=folder)
    assert not list((tmp_path / "out").rglob("*.wav"))


async def test_a_sound_is_played_as_loud_as_is_asked_for_behind_the_title_of_its_chapter(tmp_path: Path) -> None:
    beep(tmp_path / "bell.wav", 0.5)
    beep(tmp_path / "mono.wav", 0.5, channels=1)
    script = """
steps:
  - {type: sound, chapter: Intro, inputs: {path: bell.wav, volume: 0.25}}
  - {type: sound, inputs: {path: bell.wav}}
  - {type: sound, inputs: {path: mono.wav, volume: 0.5}}
"""
    events = await performed(tmp_path, script, folder=tmp_path)
    heard = [event for event in events if isinstance(event, Chapter | Sound)]
    assert [event.type for event in heard] == ["chapter", "sound", "sound", "sound"]
    loud = [np.abs(soundfile.read(e.url.removeprefix("file://"))[0]).max() for e in heard if isinstance(e, Sound)]
    assert loud == pytest.approx([0.125, 0.5, 0.25], abs=0.001)


async def test_a_sound_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "LONGEST", 1.0)
    beep(tmp_path / "bell.wav", 1.1)
    with pytest.raises(InvalidRequest, match="longer than"):
        await performed(tmp_path, "steps: [{type: sound, inputs: {path: bell.wav}}]", folder=tmp_path)


async def test_where_there_is_no_folder_there_are_no_sounds(tmp_path: Path) -> None:
    with pytest.raises(InvalidScript, match="no folder"):
        await performed(tmp_path, "steps: [{type: sound, inputs: {path: bell.wav}}]")
