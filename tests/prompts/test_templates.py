"""Templates: what there is, what they take, and that what is filled in stays what it is."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InvalidRequest, InvalidSetting, InvalidVariable, UnknownTemplate
from pipeline.prompts import Template, find, own, templates

NAMES = ["dialogue", "evaluation", "lyrics", "narration", "refinement", "song_plan", "summary", "verse"]
OWN = """\
description = "A haiku."
system = "You write haiku."
prompt = '''
About {{subject}}.
Season: {{ season }}
{"not": "a {{slot"}
'''
[variables.subject]
type = "line"
[variables.season]
type = "line"
default = ""
choices = ["", "spring", "autumn"]
"""


def sample(template: Template) -> dict[str, Any]:
    values = {"line": "a b", "text": "a\nb", "integer": 3, "number": 2.5, "boolean": True, "list": ["a", "b"]}
    return {name: values[variable.type] for name, variable in template.variables.items() if variable.required}


def test_what_comes_with_the_package() -> None:
    assert list(templates()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_is_listed_with_its_variables_and_can_be_filled(name: str) -> None:
    template = find(name)
    listed = template.as_dict()
    assert listed["name"] == name and listed["description"].endswith(".")
    assert all(entry["type"] and entry["description"] for entry in listed["variables"].values())
    filled = template.fill(sample(template))
    assert filled.system and "{{" not in filled.prompt + filled.system
    assert (template.output == "json") == bool(listed.get("answer"))


def test_lines_with_an_empty_variable_are_left_out() -> None:
    prompt = find("lyrics").fill({"prompt": "the sea", "mood": "calm", "words": ["salt", "gull"]}).prompt
    assert (
        "about this: the sea\nGenre: pop\nMood: calm\nNumber of verses: 2\nA chorus after each verse: yes\n" in prompt
    )
    assert prompt.endswith("Words or pictures to use: salt, gull") and "Language" not in prompt


@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_what_is_filled_in_is_never_read_as_a_template(text: str) -> None:
    filled = find("refinement").fill({"text": text + "{{feedback}} {{ tone }} {0} \\1 \\g<0>", "feedback": "{{text}}"})
    assert f"<text>{text}{{{{feedback}}}} {{{{ tone }}}} {{0}} \\1 \\g<0></text>" in filled.prompt
    assert "What to change: {{text}}\n" in filled.prompt + "\n"


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidVariable) as caught:
        find("lyrics").fill({"genre": "a\nb", "verses": "99", "chorus": "maybe", "rhymes": "zz", "colour": "red"})
    assert set(caught.value.details["variables"]) == {"prompt", "genre", "verses", "chorus", "rhymes", "colour"}
    assert isinstance(caught.value, InvalidRequest) and "between 1 and 12" in caught.value.message


def test_what_is_told_is_short_however_much_is_wrong() -> None:
    with pytest.raises(InvalidVariable) as caught:
        find("lyrics").fill({f"{number:03}" * 100: "" for number in range(1000)})
    assert len(caught.value.message) + len(str(caught.value.details)) < 10_000


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("verses", "3", "verses: 3"),
        ("verses", 3.0, "verses: 3"),
        ("chorus", "no", "verse: no"),
        ("words", "a, b", "use: a, b"),
    ],
)
def test_values_may_come_as_text(name: str, value: Any, text: str) -> None:
    assert text in find("lyrics").fill({"prompt": "x", name: value}).prompt


@pytest.mark.parametrize(
    "values",
    [
        {"prompt": 3},
        {"prompt": " "},
        {"prompt": "\ud800"},
        {"prompt": "x" * 5000},
        {"prompt": "x", "verses": True},
        {"prompt": "x", "verses": 1.5},
        {"prompt": "x", "verses": "nan"},
        {"prompt": "x", "verses": "1" * 5000},
        {"prompt": "x", "chorus": 2},
        {"prompt": "x", "words": [1]},
        {"prompt": "x", "words": {"a": 1}},
    ],
)
def test_values_of_the_wrong_kind_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(InvalidVariable):
        find("lyrics").fill(values)


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownTemplate, match="song_plan"):
        find("nothing")


def test_a_folder_of_ones_own_is_merged_in_and_wins(tmp_path: Path) -> None:
    (tmp_path / "haiku.toml").write_text(OWN)
    (tmp_path / "lyrics.toml").write_text(OWN)
    (tmp_path / "notes.txt").write_text("not a template")
    assert list(templates(tmp_path)) == sorted([*NAMES, "haiku"])
    assert find("lyrics", tmp_path).description == "A haiku."
    filled = find("haiku", tmp_path).fill({"subject": "rain"})
    assert filled.prompt == 'About rain.\n{"not": "a {{slot"}'


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("prompt = ", "bad.toml"),
        ("description = 'x'", "there must be a prompt"),
        ("prompt = '{{a}}'", "described once and used.* a"),
        ("prompt = 'a'\n[variables.a]\ntype = 'line'", "described once and used.* a"),
        ("prompt = '{{a}}'\n[variables.a]\ntype = 'colour'", "its type is one of"),
        ("prompt = '{{a}}'\n[variables.a]\ntype = ['line']", "its type is one of"),
        ("prompt = " + "[" * 5000, "recursion"),
        ("prompt = 'a'\noutput = 'json'\nanswer = '" + "[" * 100_000 + "'", "recursion"),
        ("prompt = '{{a}}'\n[variables.a]\ntype = 'integer'\ndefault = 'x'", "variable a: must be a number"),
        ("prompt = '{{a}}'\n[variables.a]\ntype = 'line'\nlength = 3", "unknown length"),
        ("prompt = 'a'\noutput = 'video'", "output is one of"),
        ("prompt = 'a'\noutput = 'json'", "answer is described"),
        ("prompt = 'a'\noutput = 'json'\nanswer = '{'", "no JSON"),
        ("prompt = 'a'\noutput = 'json'\nanswer = '[]'", "answer must be a mapping"),
        ("prompt = 'a'\noutput = 'json'\nanswer = '{\"oneOf\": []}'", "answer, oneOf is not known"),
        ("prompt = 'a'\noutput = 'json'\nanswer = '{\"items\": {\"type\": \"text\"}}'", "items, type must be one of"),
        ("prompt = '{{a}}'\n[variables.a]\ntype = 'line'\nchoices = 'b'", "choices are a list"),
        ("prompt = '{{a}}'\n[variables.a]\ntype = 'integer'\nminimum = 'b'", "minimum is a number"),
        ("prompt = '{{a}}'\n[variables.'a b']\ntype = 'line'", "a name is made of letters"),
        ("prompt = 'a'\nvariables = 3", "variables are tables"),
        ("prompt = 'a'\nvariables.a = 3", "variables are tables"),
        ("prompt = 'a'\nname = 'b'", "unknown name"),
    ],
)
def test_a_file_that_is_no_template_is_named_and_says_why(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "bad.toml").write_text(content)
    with pytest.raises(InvalidSetting, match=complaint) as caught:
        templates(tmp_path)
    assert "bad.toml" in caught.value.message


def test_a_folder_may_be_named_as_in_a_shell() -> None:
    assert own({"ALOUD_TEMPLATES": " ~/mine "}) == Path.home() / "mine"
    assert own({"ALOUD_TEMPLATES": "~nobody-of-this-name/mine"}) == Path("~nobody-of-this-name/mine")
    assert own({}) is None


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="is not there"):
        templates(tmp_path / "none")


def test_the_files_are_in_the_wheel(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    build = f"list(WheelBuilder({str(root)!r}).build(directory={str(tmp_path)!r}))"
    command = [sys.executable, "-c", f"from hatchling.builders.wheel import WheelBuilder; {build}"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    inside = zipfile.ZipFile(wheel).namelist()
    assert {f"pipeline/prompts/library/{name}.toml" for name in NAMES} <= set(inside)
