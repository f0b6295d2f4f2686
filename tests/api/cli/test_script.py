"""`aloud script` as a user has it."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml

from tests.api.cli.conftest import Within

SCRIPT = """\
cast: {ANNA: {voice: low}, BEN: {voice: high}}
steps:
  - {type: dialogue, inputs: {text: "ANNA: Hello Ben.\\nBEN: Hello Anna."}}
"""


def test_a_script_is_spoken_to_one_file(within: Within, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT)
    for captions in (["talk.vtt"], ["talk.vtt", "talk.srt"]):
        done = within("script", "s.yaml", "-e", "tone", "-o", "talk.mp3", *["--srt"][: len(captions) - 1])
        assert done.returncode == 0, done.stderr
        assert f"captions in {' and '.join(captions)}\n" in done.stderr.decode()
        assert sorted(path.name for path in tmp_path.glob("talk.*")) == sorted(["talk.mp3", *captions])
        assert all("Hello Anna." in (tmp_path / name).read_text() for name in captions)


def test_a_script_may_come_through_a_pipe_and_its_files_lie_in_the_current_folder(
    within: Within, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("From a file.")
    script = SCRIPT + "  - {type: document, inputs: {path: notes.txt}}\n"
    checked = within("script", "-", "--check", "-e", "tone", given=script.encode())
    assert (checked.returncode, checked.stderr) == (0, b"standard input can be spoken as it is.\n")
    for given in (script, "\ufeff" + json.dumps(yaml.safe_load(script))):
        done = within("script", "-", "-e", "tone", "-o", "talk.wav", given=given.encode())
        assert done.returncode == 0, done.stderr
        said = (tmp_path / "talk.vtt").read_text()
        assert "Hello Anna." in said and "From a file." in said


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            SCRIPT.replace("BEN: Hello", "CARL: Hello").encode(),
            b"standard input: line 3: steps[1].inputs.text lets CARL",
        ),
        (b"steps: [{type: sound, inputs: {path: a.wav}}]", b"names 'a.wav', and there is no such file beside it"),
        (b"", b"standard input: "),
        (b"name: Gr\xfc\xdfe", b"not UTF-8: byte 9 belongs to no character"),
        (b"#" * 10_001, b"standard input has more than 10,000 characters"),
    ],
    ids=["mistake", "missing file", "nothing", "latin-1", "too long"],
)
def test_what_is_wrong_with_a_script_in_a_pipe_is_told_and_nothing_is_spoken(
    within: Within, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: bytes, told: bytes
) -> None:
    for place in ("api.cli.script.LARGEST", "pipeline.narration.scripts.script.LARGEST"):
        monkeypatch.setattr(place, 10_000)  # more may be too much for a pipe that nobody reads yet
    done = within("script", "-", "-e", "tone", given=given)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert told in done.stderr
    assert not (tmp_path / "out").exists()


def test_mistakes_are_told_with_their_lines_and_nothing_is_spoken(within: Within, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT.replace("BEN: Hello", "CARL: Hello"))
    for arguments in (["s.yaml"], ["s.yaml", "--check"], ["missing.yaml"]):
        done = within("script", *arguments, "-e", "tone")
        assert done.returncode == 2, done.stderr
        assert done.stderr.count(b"\n") == 1
    assert b"line 3: steps[1].inputs.text lets CARL speak" in within("script", "s.yaml").stderr
    assert not (tmp_path / "out").exists()


def test_the_settings_say_who_is_asked(within: Within, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("steps: [{type: llm_chat, inputs: {message: Say this.}}]")
    done = within("script", "s.yaml", ALOUD_TTS_PROVIDER="tone", ALOUD_LLM_PROVIDER="replay", ALOUD_REPLAY_RATE="1000")
    assert done.returncode == 0 and b"Say this." in done.stderr


def test_a_good_script_can_be_checked_alone(within: Within, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SCRIPT)
    done = within("script", "s.yaml", "--check", "--json", "-e", "tone")
    assert done.returncode == 0
    assert json.loads(done.stdout) == {"type": "script", "name": "", "steps": 1, "cast": ["ANNA", "BEN"]}
    told = within("script", "s.yaml", "--check", "-e", "tone")
    assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"s.yaml can be spoken as it is.\n")
    assert not (tmp_path / "out").exists()


def test_what_a_script_names_and_is_not_there_is_found_before_it_is_spoken(within: Within, tmp_path: Path) -> None:
    sound, document = "{type: sound, inputs: {path: a.wav}}", "{type: document, inputs: {path: ../b.txt}}"
    (tmp_path / "t.yaml").write_text(f"steps:\n  - {sound}\n  - {document}\n")
    for arguments in (["t.yaml"], ["t.yaml", "--check"]):
        missing = within("script", *arguments)
        assert missing.returncode == 2
        assert b"line 2: steps[1].inputs.path names 'a.wav'" in missing.stderr
        assert b"line 3: steps[2].inputs.path names '../b.txt', which leads out" in missing.stderr
    for kind, wrong in (("document", b"There is no reader for"), ("sound", b"is no sound that can be read")):
        (tmp_path / "t.yaml").write_text(f"steps:\n  - {{type: {kind}, inputs: {{path: t.yaml}}}}\n")
        for arguments in (["t.yaml"], ["t.yaml", "--check"]):
            unreadable = within("script", *arguments, "-e", "tone")
            assert unreadable.returncode == 2
            assert b"line 2: steps[1]: " in unreadable.stderr and wrong in unreadable.stderr
    (tmp_path / "s.yaml").write_text(SCRIPT.replace("low", "nobody"))
    voiceless = within("script", "s.yaml", "--check", "-e", "tone")
    assert (voiceless.returncode, b"tone has no voice 'nobody'" in voiceless.stderr) == (2, True)
    assert b"`aloud voices` lists them." in voiceless.stderr
    (tmp_path / "s.yaml").write_text("steps: [{type: speak, inputs: {text: Hello.}}]")
    nobody = within("script", "s.yaml", "--check", "-e", "parrot")
    assert (nobody.returncode, b"no engine 'parrot'" in nobody.stderr) == (2, True)
    (tmp_path / "m.yaml").write_text("steps: [{type: llm_chat, config: {provider: parrot}, inputs: {message: Hi}}]")
    modelless = within("script", "m.yaml", "--check")
    assert (modelless.returncode, b"called 'parrot'" in modelless.stderr) == (2, True)
    (tmp_path / "m.yaml").write_text("steps: [{type: llm_chat, inputs: {message: Hi}}]")
    unset = within("script", "m.yaml", "--check", ALOUD_LLM_PROVIDER="parrot")
    assert (unset.returncode, b"called 'parrot'" in unset.stderr) == (2, True)


def test_a_script_has_some_chapters_of_a_document_said_and_is_told_which_there_are_not(
    within: Within, tmp_path: Path
) -> None:
    (tmp_path / "b.md").write_text("# One\n\nIt began.\n\n# Two\n\nIt went on.\n\n# Three\n\nIt ended.\n")
    (tmp_path / "s.yaml").write_text("steps:\n  - {type: document, inputs: {path: b.md, chapters: 2-}}\n")
    done = within("script", "s.yaml", "-e", "tone", "-o", "talk.wav")
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "talk.vtt").read_text()
    assert "It went on." in said and "It ended." in said and "It began." not in said
    step = "  - type: document\n    inputs:\n      path: b.md\n      chapters: 3-4\n"
    (tmp_path / "s.yaml").write_text(f"steps:\n  - {{type: speak, inputs: {{text: Hear this.}}}}\n{step}")
    for arguments in (["s.yaml", "--check"], ["s.yaml", "-o", "none.wav"]):
        done = within("script", *arguments, "-e", "tone")
        told = b"aloud: line 6: steps[2]: chapters 3-4: the document has the chapters 1 to 3.\n"
        assert (done.returncode, done.stderr) == (2, told), done.stderr
    assert not (tmp_path / "none.wav").exists()


def test_a_script_of_sounds_alone_is_a_file_too(within: Within, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(22050, 0.1), 22050)
    steps = "[{type: sound, inputs: {path: a.wav}}, {type: pause, inputs: {seconds: 1}}]"
    (tmp_path / "s.yaml").write_text(f"steps: {steps}")
    done = within("script", "s.yaml", "-e", "tone", "-o", "b.wav")
    assert (done.returncode, done.stdout) == (0, b"b.wav\n")
    assert soundfile.info(tmp_path / "b.wav").duration == 2.0
    usual = within("script", "s.yaml", "-e", "tone")
    assert usual.stdout.endswith(b"whole.wav\n")


def test_a_template_of_ones_own_may_be_asked_with(within: Within, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("steps: [{type: llm_chat, inputs: {template: riddle}}]")
    assert b"inputs.template is not one of dialogue, " in within("script", "s.yaml", "--check").stderr
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "riddle.toml").write_text('description = "A riddle."\nprompt = "Ask me a riddle."\n')
    assert within("script", "s.yaml", "--check", ALOUD_TEMPLATES="own").returncode == 0
