"""What is wrong with somebody else's engine or source is told, and hides nothing else."""

import json
from pathlib import Path

import pytest

from pipeline.engines import ENGINES
from pipeline.engines.tone import ToneEngine
from pipeline.sources import SOURCES
from tests.api.cli.conftest import Within


class Coroutine(ToneEngine):
    async def speak(self, text, voice):  # type: ignore[override]
        return b""


class Listless(ToneEngine):
    async def voices(self):
        raise ValueError("the list is upside down")


class Clinging(ToneEngine):
    async def aclose(self):
        raise RuntimeError("it will not go")


class Unmade:
    def __init__(self):
        raise RuntimeError("it is not made")


class Mute:
    name = "Mute"

    async def aclose(self):
        return None


class Oracle:
    name, model, streaming = "Oracle", "", True

    async def models(self):
        raise LookupError("it knows nothing")

    def tokens(self, request):
        raise LookupError("and says nothing")


class Panicking(Oracle):
    name = "Panicking"

    async def models(self):
        raise BaseException("it is too much")


class Library(Oracle):
    name = "Library"

    async def models(self):
        return [7, "models/gemini-2.5-flash", "claude-haiku-4-5-20251001", "tiny:latest", "whole"]


class Nameless(ToneEngine):
    async def voices(self):
        return ()


WRONG = {
    Coroutine: "async generator",
    Listless: "ValueError: the list is upside down",
    Clinging: "RuntimeError: it will not go",
    Unmade: "RuntimeError: it is not made",
    Mute: "has no version, sample_rate, parallel, voices, speak",
}


@pytest.fixture(autouse=True)
def strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("edge", "kokoro", "openai", "piper", "pyttsx3", "espeak"):
        monkeypatch.delitem(ENGINES, name)
    for cls in (*WRONG, Nameless):
        monkeypatch.setattr(cls, "name", cls.__name__, raising=False)
        monkeypatch.setitem(ENGINES, cls.__name__, f"{__name__}:{cls.__name__}")
    for cls in (Oracle, Panicking):
        monkeypatch.setitem(SOURCES, cls.__name__, f"{__name__}:{cls.__name__}")


def test_doctor_says_what_is_wrong_with_each_and_goes_on(within: Within) -> None:
    done = within("doctor", "--json")
    found = {row["name"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0 and found["tone"]["works"], "one voice works"
    for cls, reason in WRONG.items():
        assert not found[cls.__name__]["works"] and reason in found[cls.__name__]["note"]
    assert not found["Oracle"]["works"] and "LookupError: it knows nothing" in found["Oracle"]["note"]
    assert not found["Panicking"]["works"] and "BaseException: it is too much" in found["Panicking"]["note"]
    assert b"Traceback" not in done.stderr


def test_a_model_is_found_by_the_name_by_which_it_is_asked_for(within: Within, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SOURCES, "Library", f"{__name__}:Library")
    for name in list(SOURCES):
        if name != "Library":
            monkeypatch.delitem(SOURCES, name)
    for model in ("gemini-2.5-flash", "claude-haiku-4-5", "tiny", "whole", "claude-haiku-4-5-20251001", "gone"):
        monkeypatch.setattr(Library, "model", model)
        rows = map(json.loads, within("doctor", "--json").stdout.splitlines())
        (found,) = [row for row in rows if row["name"] == "Library"]
        assert found["works"] == (model != "gone"), found["note"]
    assert "has no model gone: fetch it, or name another; it has models/gemini-2.5-flash" in found["note"]


def test_doctor_says_what_in_the_settings_would_stop_the_service(within: Within, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "joke.toml").write_text("prompt = 3")
    for setting, value, told in (
        ("ALOUD_TEMPLATES", "mine", "joke.toml"),
        ("ALOUD_MAX_CHARS", "many", "ALOUD_MAX_CHARS: "),
        ("ALOUD_TTS_PROVIDER", "tonne", "ALOUD_TTS_PROVIDER: There is no engine 'tonne'"),
        ("ALOUD_ROOT_PATH", "/docs", "ALOUD_ROOT_PATH: "),
    ):
        found = [json.loads(row) for row in within("doctor", "--json", **{setting: value}).stdout.splitlines()]
        notes = [row["note"] for row in found if row["kind"] == "settings" and not row["works"]]
        assert len(notes) == 1 and told in notes[0]


@pytest.mark.parametrize("place", ["file", "file/below", "n" * 300])
def test_doctor_says_where_nothing_can_be_written(within: Within, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    *_, found = map(json.loads, within("doctor", "--json", ALOUD_OUTPUT_DIR=place).stdout.splitlines())
    assert (found["kind"], found["name"], found["works"]) == ("output", place, False)
    assert "cannot be written" in found["note"] and "set ALOUD_OUTPUT_DIR" in found["note"]


def test_a_long_name_stands_apart_from_what_is_said_of_it(within: Within) -> None:
    assert b"sounds-of-all-books " in within("doctor", ALOUD_OUTPUT_DIR="sounds-of-all-books").stdout


def test_voices_lists_the_others_and_says_what_is_missing(within: Within) -> None:
    done = within("voices")
    assert done.returncode == 0 and b"tone/middle" in done.stdout
    assert b"Traceback" not in done.stderr
    assert (done := within("voices", "-e", "Nameless,tone")).returncode == 0 and b"tone/middle" in done.stdout
    done = within("voices", "-e", "Nameless")
    assert done.returncode == 0 and b"Nameless lists none: any name may be tried." in done.stderr
    done = within("voices", "--engine", "Listless")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"ValueError: the list is upside down" in done.stderr and b"Traceback" not in done.stderr
