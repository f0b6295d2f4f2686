"""Each example runs as a user would run it."""

import os
import runpy
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline import create_streaming_pipeline
from pipeline.engines.check import CHECKS, check
from tests.fakes.frames import Turn
from tests.fakes.models import fake

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"


@pytest.fixture
def env() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALOUD_")}
    return kept | {"PYTHONPATH": str(ROOT), "no_proxy": "*"}


def run(env: dict[str, str], folder: Path, *command: str | Path) -> str:
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def playable(folder: Path) -> Iterator[float]:
    """The length of each clip below, in seconds."""
    for path in sorted(folder.rglob("*.wav")):
        with wave.open(str(path)) as file:
            yield file.getnframes() / file.getframerate()


def test_every_example_has_its_test() -> None:
    files = (Path(__file__), ROOT / "tests/api/page/test_example.py")  # the other one has the browser
    here = "".join(path.read_text() for path in files)
    assert [path.name for path in EXAMPLES.iterdir() if path.is_file() and f'"{path.name}"' not in here] == []


def test_a_text_becomes_files(env: dict[str, str], tmp_path: Path) -> None:
    said = run(env, tmp_path, sys.executable, EXAMPLES / "speak.py", "Hello there. How are you today?")
    assert "complete" in said
    assert all(seconds > 0.2 for seconds in playable(tmp_path / "output"))


def test_a_voice_of_ones_own_speaks(env: dict[str, str], tmp_path: Path) -> None:
    said = run(env, tmp_path, sys.executable, EXAMPLES / "engine.py", "SOS")
    assert "failed" not in said
    assert said.splitlines()[-1].startswith("complete")
    assert sum(playable(tmp_path / "output")) > 0.5


@pytest.mark.parametrize(
    ("turn", "told"),
    [
        (Turn(), ""),
        (Turn(fault="503"), "source_busy"),
        (Turn(fault="404"), "source_refused"),
        (Turn(fault="cut"), "source_truncated"),
        (Turn(fault="no-marker"), "source_truncated"),
    ],
    ids=lambda given: getattr(given, "fault", None) or "whole",
)
async def test_a_model_of_ones_own_answers_or_says_why_not(turn: Turn, told: str, tmp_path: Path) -> None:
    mine = runpy.run_path(str(EXAMPLES / "source.py"))["MineSource"]
    async with fake("openai", turn) as model:
        env = {"MINE_URL": model.url, "ALOUD_LLM_MAX_RETRIES": "0"}
        pipeline = create_streaming_pipeline([mine.from_env(env)], "tone", {"output_dir": tmp_path}, env=env)
        events = [event async for event in pipeline.stream_chat_to_audio("Hello?", system="Be brief.")]
        await model.down_to(0)
    assert getattr(events[-1], "code", "") == told
    assert [message["role"] for message in model.asked[0].body["messages"]] == ["system", "user"]
    if not told:
        assert "".join(event.content for event in events if event.type == "chunk") == "".join(turn.tokens)


async def test_the_engine_to_copy_keeps_every_promise() -> None:
    engine = runpy.run_path(str(EXAMPLES / "engine.py"))["MorseEngine"]()
    assert [result for result in await check(engine, checks=CHECKS) if not result.ok] == []


def test_a_voice_assistant_is_interrupted(env: dict[str, str], tmp_path: Path) -> None:
    said = run(env, tmp_path, sys.executable, EXAMPLES / "assistant.py", "Who are you?")
    assert "interruption: You" in said and "that. You" not in said
    assert [path.name for path in (tmp_path / "output/examples/assistant").iterdir()] == [".sounds"]


CARD = """
class RawOutputStream:  # a sound card that is a file, with a tenth of a second on the way
    latency, writes = 0.1, 0
    def __init__(self, rate, channels, dtype):
        self.file = open("card.pcm", "wb")
    def start(self):
        assert (self.file.tell(), self.file.closed) == (0, False)
    def write(self, samples):
        self.writes += self.file.write(samples) > 0
        if self.writes == {most}:
            raise KeyboardInterrupt
    stop = abort = lambda self: self.file.close()
"""


@pytest.mark.parametrize("most", [0, 50])
def test_lines_are_played_until_the_end_or_ctrl_c(env: dict[str, str], tmp_path: Path, most: int) -> None:
    (tmp_path / "sounddevice.py").write_text(CARD.replace("{most}", str(most)))
    env["PYTHONPATH"] += f":{tmp_path}"
    lines = "Hello there.\nThis is a second line, and the last one.\n"
    done = subprocess.run(
        [sys.executable, EXAMPLES / "play.py"],
        env=env,
        cwd=tmp_path,
        input=lines,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    played = (tmp_path / "card.pcm").stat().st_size / 2
    if most:
        assert 1100 * most < played <= 1200 * most
        assert done.stdout.startswith("Heard: Hello there.") and "last" not in done.stdout
    else:
        assert played == pytest.approx(24_000 * sum(playable(tmp_path / "output")), abs=2) and done.stdout == ""


def test_a_model_in_a_pipe_is_heard(env: dict[str, str], tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, does in (("ollama", 'echo "You asked $2 about $3."'), ("aloud", f'exec {sys.executable} -m api "$@"')):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    env["PATH"] = f"{programs}:{env['PATH']}"
    whole = run(env, tmp_path, EXAMPLES / "pipe.sh", "tides", "a model").strip()
    assert list(playable((tmp_path / whole).parent))


@contextmanager
def service(env: dict[str, str], folder: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "api", "serve", "--port", "0"]
    with subprocess.Popen(command, env=env, cwd=folder, stderr=subprocess.PIPE, text=True) as started:
        try:
            assert started.stderr is not None
            words = (word for line in started.stderr for word in line.split())
            yield next(word for word in words if word.startswith("http://127.0.0.1:")).rstrip(",")
        finally:
            started.terminate()


def test_a_run_is_followed_over_sse_and_another_interrupted_on_a_socket(env: dict[str, str], tmp_path: Path) -> None:
    heard = tmp_path / "output" / "examples"
    with service(env, tmp_path) as address:
        said = run(env, tmp_path, sys.executable, EXAMPLES / "listen.py", "Hello there. How are you?", address)
        assert said.splitlines()[-1].split()[2] == "complete"
        assert list(playable(heard / "heard"))
        said = run(env, tmp_path, sys.executable, EXAMPLES / "talk.py", "Hello there. How are you? " * 4, address)
    told = [line.split()[0] for line in said.splitlines()]
    assert [kind for kind in told if kind in ("heard", "cancelled", "complete")] == ["heard", "cancelled", "complete"]
    assert len(list(playable(heard / "talk"))) > 1


@pytest.mark.parametrize("root", ["", "/aloud"])
def test_a_book_on_the_service_is_heard_chapter_by_chapter(env: dict[str, str], tmp_path: Path, root: str) -> None:
    (tmp_path / "talk.md").write_text("# One\n\nHello there.\n\n# Two\n\nGoodbye.\n")
    with service(env | {"ALOUD_ROOT_PATH": root}, tmp_path) as address:
        env["SERVICE"] = address + root
        *listed, hint = run(env, tmp_path, sys.executable, EXAMPLES / "chapters.py", "talk.md").splitlines()
        assert [line.split()[:2] for line in listed] == [["1", "One"], ["2", "Two"]]
        said = run(env, tmp_path, sys.executable, EXAMPLES / "chapters.py", hint.split()[-3], "2", "two.mp3")
        assert said == "two.mp3: Two \u2013 talk\n" and (tmp_path / "two.mp3").stat().st_size > 1000
        command = [sys.executable, EXAMPLES / "chapters.py", hint.split()[-3], "3", "three.mp3"]
        refused = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert (refused.returncode, refused.stderr) == (1, "chapters 3: the document has the chapters 1 to 2.\n")


def test_a_document_becomes_a_book(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "talk.md").write_text("# One\n\nHello there.\n\n# Two\n\nGoodbye.\n")
    said = run(env, tmp_path, sys.executable, EXAMPLES / "book.py", "talk.md", "talk.mp3")
    assert [line.split()[-1] for line in said.splitlines()] == ["One", "Two"]
    assert (tmp_path / "talk.mp3").is_file()
