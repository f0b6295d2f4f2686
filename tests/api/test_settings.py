"""What settings are taken for, and names that were written wrongly."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import Settings, environment, misspelt
from pipeline.errors import InvalidSetting
from pipeline.ground.folders import output_folder


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("ALOUD_MAX_CHAR", "ALOUD_MAX_CHARS"),
        ("ALOUD_RETENTION_HOUR", "ALOUD_RETENTION_HOURS"),
        ("ALOUD_TTS_PROVIDERS", "ALOUD_TTS_PROVIDER"),
        ("ALOUD_OUTPUTDIR", "ALOUD_OUTPUT_DIR"),
        ("ALOUD_LMM_TIMEOUT", "ALOUD_LLM_TIMEOUT"),
        ("aloud_port", "ALOUD_PORT"),
    ],
)
def test_a_name_that_is_none_is_told_with_the_nearest_that_is_one(given: str, meant: str) -> None:
    (said,) = misspelt({given: "1", meant: "1"})
    assert said.startswith(f"{given} ")
    assert f"; is {meant} meant?" in said


def test_a_name_like_no_other_is_told_alone() -> None:
    assert misspelt({"ALOUD_XYZZY": "1"}) == ["ALOUD_XYZZY is no setting of aloud's and changes nothing"]


def test_what_is_read_and_what_is_others_is_not_told() -> None:
    assert misspelt({"ALOUD_MAX_CHARS": "1", "ALOUD_TONE_START": "1", "OLLAMA_HOST": "", "LOUD_MAX_CHAR": ""}) == []


SAYING = """
import logging
from api.watching import logs
from api.settings import Settings
logs.configure({}, Settings.load().log_level)
for level in ("debug", "info", "warning"):
    getattr(logging.getLogger("aloud.test"), level)(level)
for library in ("httpx", "httpcore2.http11", "any.other"):
    logging.getLogger(library).debug("chatter, and what was in a text")
    logging.getLogger(library).info("chatter")
"""


@pytest.mark.parametrize(("given", "heard"), [("WARNING", ["warning"]), ("debug", ["debug", "info", "warning"])])
def test_the_log_says_as_much_as_is_asked_for(given: str, heard: list[str]) -> None:
    """In a process of its own, for logging is the whole process's."""
    env = os.environ | {"ALOUD_LOG_LEVEL": given}
    done = subprocess.run([sys.executable, "-c", SAYING], env=env, capture_output=True, text=True, check=True)
    assert [json.loads(line)["message"] for line in done.stderr.splitlines()] == heard


def test_an_address_that_a_library_cannot_even_read_is_told_by_its_name(tmp_path):
    """In a process of its own: Ollama's library reads it as it is imported."""
    env = os.environ | {"OLLAMA_HOST": "here:1x", "ALOUD_LLM_PROVIDER": "ollama", "ALOUD_PORT": "0"}
    env |= {"ALOUD_OUTPUT_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "api", "serve"], env=env, capture_output=True, text=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "OLLAMA_HOST" in line


def test_a_file_of_settings_that_is_no_text_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"ALOUD_PORT=\xff")
    with pytest.raises(InvalidSetting, match=r"\.env"):
        environment()


def test_an_origin_is_known_however_it_is_written():
    assert Settings.load({"ALOUD_CORS_ORIGINS": "https://Example.org"}).cors_origins == ("https://example.org",)


def test_nothing_that_whoever_runs_the_tests_has_set_is_read():
    assert not Path(".env").exists() and Path.cwd() not in Path(__file__).parents
    assert not [name for name in environment() if name.startswith(("ALOUD_", "OPENAI_", "ANTHROPIC_"))]


def test_what_is_no_number_is_told_in_short():
    with pytest.raises(InvalidSetting) as told:
        Settings.load({"ALOUD_RETENTION_BYTES": "2G"})
    assert told.value.message == "ALOUD_RETENTION_BYTES: input should be a valid integer."


@pytest.mark.parametrize("name", ["output_dir", "database", "templates"])
def test_the_users_home_is_known_where_no_shell_has_read_a_place(name: str, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    env = {f"ALOUD_{name.upper()}": "~/aloud"}
    assert getattr(Settings.load(env), name) == tmp_path / "aloud"
    if name == "output_dir":
        assert output_folder(env) == tmp_path / "aloud"


@pytest.mark.parametrize("given", [":memory:", "./:memory:"])
def test_a_database_that_is_no_file_is_refused(given: str) -> None:
    """Each of its connections would have one of its own."""
    with pytest.raises(InvalidSetting, match="ALOUD_DATABASE: runs are kept in a file"):
        Settings.load({"ALOUD_DATABASE": given})
