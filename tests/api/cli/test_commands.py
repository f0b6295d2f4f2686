"""The command as a user has it: a process with arguments, pipes, signals and an exit code."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.cli import open_closed
from api.cli.signals import ORDERS
from tests.api.cli.conftest import ROOT, Within
from tests.fakes.models import Turn, fake

ALOUD = [sys.executable, "-m", "api"]


def aloud(env: dict[str, str], *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    folder = Path(env["ALOUD_OUTPUT_DIR"]).parent
    return subprocess.run([*ALOUD, *arguments], input=given, env=env, cwd=folder, capture_output=True, timeout=110)


@contextmanager
def running(env: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    with subprocess.Popen([*ALOUD, *arguments], env=env, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield process
        finally:
            process.kill()


def events(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def until(found: Iterator[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(event for event in found if event["type"] == kind)


def write(process: subprocess.Popen[bytes], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.flush()


def seconds(path: str | Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


# ---- say ------------------------------------------------------------------------------------------------------------


def test_say_leaves_clips_the_whole_and_captions_and_says_where(env: dict[str, str], tmp_path: Path) -> None:
    done = aloud(env, "say", "Hello there. How are you today?")
    assert done.returncode == 0, done.stderr
    whole = Path(done.stdout.decode().strip())
    assert whole.is_relative_to(tmp_path / "out")
    clips = sorted(path for path in whole.parent.glob("*.wav") if path != whole)
    assert clips
    assert seconds(whole) == pytest.approx(sum(map(seconds, clips)), abs=0.05)
    captions = whole.with_suffix(".vtt").read_text()
    assert captions.startswith("WEBVTT")
    assert "How are you today?" in captions
    assert str(whole.parent) in done.stderr.decode().replace("\n", "")


def test_json_is_one_event_a_line_and_nothing_else(within: Within) -> None:
    done = within("say", "--json", "Hello there. Grüße!")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert told[0]["type"] == "start"
    assert told[-1]["type"] == "complete"
    assert "".join(event["content"] for event in told if event["type"] == "chunk") == "Hello there. Grüße!"
    assert all(Path(event["path"]).is_file() for event in told if event["type"] == "audio")


def test_a_pipe_is_spoken_while_it_is_still_being_written(env: dict[str, str]) -> None:
    with running(env, "say", "-", "--json") as process:
        told = events(process)
        write(process, "The first sentence is whole. And the sec")
        assert "first sentence" in until(told, "audio")["text"]
        write(process, "ond follows.")
        process.stdin.close()  # type: ignore[union-attr]
        assert until(told, "complete")["status"] == "complete"
        assert process.wait(30) == 0


def test_a_pipe_is_read_without_being_asked_for(within: Within) -> None:
    done = within("say", "--json", given=b"Hello there.")
    assert done.returncode == 0, done.stderr


def test_quiet_says_only_where_the_sound_is(within: Within) -> None:
    done = within("say", "-q", "Hello there.")
    assert done.stderr == b""
    assert seconds(done.stdout.decode().strip()) > 0.3


def test_output_names_the_whole(within: Within, tmp_path: Path) -> None:
    done = within("say", "Hello there.", "-o", str(tmp_path / "talk.wav"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().strip() == str(tmp_path / "talk.wav")
    assert seconds(tmp_path / "talk.wav") > 0.3
    assert (tmp_path / "talk.vtt").is_file()


def test_output_names_a_folder(within: Within, tmp_path: Path) -> None:
    done = within("say", "Hello there.", "-o", f"{tmp_path}/talk/")
    assert Path(done.stdout.decode().strip()).is_relative_to(tmp_path / "talk")


@pytest.mark.parametrize("output", ["taken/talk.wav", "taken/", f"{'x' * 252}.wav", "talk.tape"])
@pytest.mark.parametrize("command", [["say", "Hello."], ["chat", "Hello."], ["script", "s.yaml"], ["read", "a.txt"]])
def test_where_nothing_can_be_written_is_told_before_anything_is_spoken(
    within: Within, tmp_path: Path, command: list[str], output: str
) -> None:
    (tmp_path / "taken").write_text("a file")
    (tmp_path / "a.txt").write_text("Some words.")
    (tmp_path / "s.yaml").write_text("steps: [{type: speak, inputs: {text: Hello.}}]")
    done = within(*command, "-o", output, "--json")
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.splitlines()
    assert b"cannot be written" in line or b"tape" in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "s.yaml", "taken"]


# ---- ends -----------------------------------------------------------------------------------------------------------


def test_whoever_no_longer_reads_ends_the_command_and_is_told_nothing(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    env |= {"ALOUD_TTS_PROVIDER": "tone"}
    reader, nobody = os.pipe()
    os.close(reader)
    with open(nobody, "wb") as left:
        started = [
            subprocess.Popen([*ALOUD, *command.split()], env=env, cwd=tmp_path, **files)  # type: ignore[call-overload]
            for command, files in (
                ("doctor", {"stdout": left, "stderr": subprocess.PIPE}),
                ("say Hi.", {"stdout": subprocess.PIPE, "stderr": left}),
                ("read a.txt", {"stdout": subprocess.PIPE, "stderr": left}),
            )
        ]
    for process in started:
        _, told = process.communicate(timeout=60)
        assert (process.returncode, told or b"") == (130, b""), process.args


@pytest.mark.parametrize("sent", [signal.SIGINT, *ORDERS])
def test_ctrl_c_leaves_what_was_made_whole_and_playable(
    env: dict[str, str], tmp_path: Path, sent: signal.Signals
) -> None:
    with running(env, "say", "-", "--json", "-o", str(tmp_path / "talk.wav")) as process:
        told = events(process)
        write(process, "This much is made. And this is never fin")
        made = until(told, "audio")
        process.send_signal(sent)
        last = until(told, "cancelled")
        assert process.wait(30) == 130
    assert last["chars"] == last["spoken"] + last["skipped"] + last["failed"] + last["unspoken"]
    assert seconds(made["path"]) == pytest.approx(made["seconds"], abs=0.01)
    assert seconds(tmp_path / "talk.wav") >= made["seconds"] - 0.01


def test_ctrl_c_before_anything_has_begun_is_no_traceback(env: dict[str, str], tmp_path: Path) -> None:
    """Interrupted while the first large module is being loaded."""
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "typer.py").write_text("import os, time\nos.write(1, b'!')\ntime.sleep(60)\n")
    with running(env | {"PYTHONPATH": f"{slow}:{ROOT}"}, "say", "Hi.") as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"!"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert b"Traceback" not in process.stderr.read()  # type: ignore[union-attr]


def test_a_reader_that_leaves_is_no_traceback(env: dict[str, str]) -> None:
    with running(env, "say", "-", "--json") as process:
        until(events(process), "start")
        process.stdout.close()  # type: ignore[union-attr]
        write(process, "This is said to nobody. And this as well. ")
        assert process.wait(20) == 130
        assert b"Traceback" not in process.stderr.read()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        (["say", "Hi.", "--engine", "nobody"], b"", "espeak"),
        (["say", "Hi.", "--voice", "espeak/nobody"], b"", "nobody"),
        (["say", "Hi.", "-e", "espeak", "-v", "tone/low"], b"", "tone/low is of the engine tone"),
        (["chat", "Hi.", "-e", "espeak", "-v", "tone/low"], b"", "tone/low is of the engine tone"),
        (["say", "Hi.", "--format", "tape"], b"", "wav"),
        (["say", "Hi.", "--speed", "0"], b"", "speed"),
        (["say", "Hi.", "-o", "talk.tape"], b"", "wav"),
        (["say", "Hi.", "-o", "-"], b"", "standard output"),
        (["say", "Hi.", "--play"], b"", "--play"),
        (["say", " \n"], b"", "empty"),
        (["say", "-"], b"", "empty"),
        (["say", "-"], b" \n ", "empty"),
        (["say", "-"], b"Good. \xff bad", "byte 7"),
        (["chat", "Hi.", "--provider", "nobody"], b"", "ollama"),
        (["say", "--nonsense"], b"", "--nonsense"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_the_caller_can_mend_is_2_and_one_plain_line(
    within: Within, arguments: list[str], given: bytes, says: str
) -> None:
    done = within(*arguments, given=given)
    said = " ".join(done.stderr.decode().split())
    assert done.returncode == 2, said
    assert says in said
    assert "Traceback" not in said


def test_a_process_ends_with_that_code_and_that_line_alone(env: dict[str, str]) -> None:
    done = aloud(env, "say", "Hi.", "--engine", "nobody")
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)


@pytest.mark.parametrize("name", ["ALOUD_MAX_CHARS", "ALOUD_RUN_TIMEOUT", "ALOUD_TTS_PROVIDER", "ALOUD_TONE_START"])
def test_a_wrong_setting_is_2_and_named(within: Within, name: str) -> None:
    done = within("say", "Hi.", **{"ALOUD_TTS_PROVIDER": "tone", name: "nonsense"})
    assert done.returncode == 2
    assert ("nonsense" if name == "ALOUD_TTS_PROVIDER" else name) in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_model_that_is_not_there_is_1(within: Within) -> None:
    done = within("chat", "Hi.", "--json", OLLAMA_HOST="http://127.0.0.1:9", ALOUD_LLM_MAX_RETRIES="0")
    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[-1])["code"] == "source_unreachable"


# ---- the other commands ---------------------------------------------------------------------------------------------


def test_chat_speaks_the_answer(within: Within) -> None:
    done = within("chat", "An answer. And more.", "--provider", "replay", "--json", ALOUD_REPLAY_RATE="500")
    assert done.returncode == 0, done.stderr
    assert any(json.loads(line)["type"] == "audio" for line in done.stdout.splitlines())


def test_chat_without_a_prompt_is_a_conversation(within: Within) -> None:
    done = within("chat", "--provider", "replay", "--json", given=b"One.\n\nTwo.\n", ALOUD_REPLAY_RATE="500")
    assert done.returncode == 0, done.stderr
    starts = [line for line in done.stdout.splitlines() if json.loads(line)["type"] == "start"]
    assert len(starts) == 2


async def test_a_conversation_outlives_an_answer_that_failed(env: dict[str, str]) -> None:
    plan = Turn(("Fine.",)), Turn(fault="401"), Turn(("Yes.",))
    async with fake("ollama", *plan) as model:
        env |= {"OLLAMA_HOST": model.url, "ALOUD_LLM_MAX_RETRIES": "0"}
        done = await asyncio.to_thread(aloud, env, "chat", "--json", given=b"One.\nTwo.\nThree.\n")
    ends = [json.loads(line)["type"] for line in done.stdout.splitlines()]
    assert [end for end in ends if end in ("complete", "error")] == ["complete", "error", "complete"]
    assert done.returncode == 1
    shown = [(message["role"], message["content"]) for message in model.asked[2].body["messages"]]
    assert shown == [("user", "One."), ("assistant", "Fine."), ("user", "Three.")]


def test_ctrl_c_at_a_terminal_stops_the_player_and_blames_nobody(env: dict[str, str], tmp_path: Path) -> None:
    """As a terminal does it: the whole group is interrupted, while a player is playing."""
    programs = tmp_path / "programs"
    programs.mkdir()
    player = programs / "aplay"
    player.write_text(
        f"#!{sys.executable}\nimport sys, time\nopen({str(tmp_path / 'on')!r}, 'w').close()\ntime.sleep(60)\n"
    )
    player.chmod(0o755)
    os.mkfifo(tmp_path / "on")
    command = [*ALOUD, "say", "--play", "-e", "tone", "This goes on for a while, and is loud."]
    with subprocess.Popen(
        command, env=env | {"PATH": str(programs)}, stderr=subprocess.PIPE, process_group=0
    ) as process:
        (tmp_path / "on").read_bytes()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
        said = process.stderr.read().decode()  # type: ignore[union-attr]
    assert "cannot play" not in said
    assert "Traceback" not in said


def test_input_that_the_caller_has_closed_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    open_closed()
    with sys.stdin as closed:
        assert closed.read() == ""
