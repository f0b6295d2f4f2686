"""Lines of a dialogue, as people and models write them."""

import pytest

from pipeline.errors import InvalidScript
from pipeline.narration.scripts import parsed
from pipeline.narration.scripts.dialogue import spoken_by, strangers


@pytest.mark.parametrize(
    "line",
    [
        "ANNA: Hello: you.",
        "  ANNA :  Hello: you.",
        "ANNA:Hello: you.",
        "ANNA：Hello: you.",
        "**ANNA:** Hello: you.",
        "**ANNA**: Hello: you.",
        "ANNA (softly): Hello: you.",
        "**ANNA [to herself]:** Hello: you.",
    ],
)
def test_a_line_of_dialogue_names_its_speaker(line: str) -> None:
    assert spoken_by(line) == ("ANNA", "Hello: you.")


def test_chinese_and_japanese_need_no_space() -> None:
    assert spoken_by("アンナ：こんにちは。") == ("アンナ", "こんにちは。")
    assert spoken_by("李雷（笑）：你好：早。") == ("李雷", "你好：早。")


@pytest.mark.parametrize("line", ["Nobody in particular", "At 10:30 we met", "http://example.org", "ANNA:", "ANNA: "])
def test_other_lines_name_nobody(line: str) -> None:
    assert spoken_by(line) == ("", line)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Anna: Hello.", ["lets Anna speak, who is not in the cast; is it ANNA?"]),
        ("Erklarer: Hallo.", ["lets Erklarer speak, who is not in the cast; is it Erklärer?"]),
        ("CARL: Hello.", ["lets CARL speak, who is not in the cast"]),
        ("Note: that is a word.", []),
        ("ANNA: Hello.", []),
    ],
)
def test_a_name_that_is_written_otherwise_is_told(line: str, told: list[str]) -> None:
    assert list(strangers(line, ["ANNA", "Erklärer"])) == told


def test_where_nobody_is_in_the_cast_each_is_told_once() -> None:
    told = ["lets Anna speak, who is not in the cast", "lets Ben speak, who is not in the cast"]
    assert list(strangers("Anna: Hi.\nBen: Hello.\nAnna: Bye.\nAnd more.", [])) == told


def test_a_voice_that_the_script_names_speaks_without_a_cast() -> None:
    said = "{type: dialogue, inputs: {text: 'en-us: Hello.'}}"
    parsed(f"config: {{default_voice: en-us}}\nsteps: [{said}]")
    parsed(f"steps: [{said}, {{type: speak, config: {{voice: en-us}}, inputs: {{text: Hi.}}}}]")
    with pytest.raises(InvalidScript, match="lets en-us speak"):
        parsed(f"steps: [{said}]")


def test_a_line_of_many_spaces_does_not_take_for_ever() -> None:
    line = f"Anna{' ' * 100_000}and Ben"
    assert spoken_by(line) == ("", line)
