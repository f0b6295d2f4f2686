"""A script is checked as a whole before anything is spoken, and each mistake has its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InvalidScript
from pipeline.narration.scripts.results import RESULTS
from pipeline.narration.scripts.script import checked, parsed, schema

GOOD = """\
name: two hosts
config: {default_llm_provider: ollama, pause: 0.5}
cast:
  ANNA: {voice: en-us}
  BEN: {voice: en-gb, speed: 1.1}
steps:
  - {id: intro, type: speak, config: {voice: ANNA}, inputs: {text: Welcome.}}
  - id: story
    type: llm_chat
    config: {stream: true, voice: BEN}
    inputs: {message: "Tell a story about {intro.text}"}
  - id: talk
    type: dialogue
    inputs: {text: "ANNA: Hello.\\nBEN: Hello."}
  - id: list
    type: each
    inputs: {items: [one, 2]}
    steps:
      - {type: speak, inputs: {text: "{list.number}: {list.item}"}}
  - {type: pause, inputs: {seconds: 2}}
  - {id: end, type: speak, inputs: {text: "That was: {story.response}"}}
"""


def mistakes(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(InvalidScript) as refused:
        parsed(text)
    return [(mistake["line"], mistake["where"]) for mistake in refused.value.details["mistakes"]]


def steps(*lines: str) -> str:
    return "cast:\n  ANNA: {voice: a}\nsteps:\n" + "".join(f"  - {line}\n" for line in lines)


def test_what_is_wrong_is_told_in_few_words_however_long_it_is() -> None:
    for line in (f"'{'a' * 9000}': 1", f"? {'a' * 9000}\n    : 1"):
        with pytest.raises(InvalidScript) as refused:
            parsed(steps(line))
        assert len(refused.value.message) + len(str(refused.value.details)) < 5000


def test_yaml_and_json_are_read_alike() -> None:
    script = parsed(GOOD)
    assert [step["type"] for step in script.steps] == ["speak", "llm_chat", "dialogue", "each", "pause", "speak"]
    as_json = json.dumps(
        {"name": script.name, "config": script.config, "cast": script.cast, "steps": script.steps}, indent=1
    )
    assert parsed(as_json) == script


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("{type: speak, inputs: {txt: x}}", "steps[2].inputs"),
        ("{type: shout, inputs: {text: x}}", "steps[2].type"),
        ("{type: speak, inputs: {text: 7}}", "steps[2].inputs.text"),
        ("{type: pause, inputs: {seconds: -1}}", "steps[2].inputs.seconds"),
        (f"{{type: pause, inputs: {{seconds: 0x{'f' * 5000}}}}}", "steps[2].inputs.seconds"),
        (f"{{type: pause, inputs: {{seconds: 1{':59' * 5000}}}}}", "steps[2].inputs.seconds"),
        (f"{{type: pause, inputs: {{seconds: 1{':59' * 300_000}.5}}}}", "steps[2].inputs.seconds"),
        ("{type: speak, inputs: {text: x}, extra: 1}", "steps[2].extra"),
        ("{id: 'no good', type: speak, inputs: {text: x}}", "steps[2].id"),
        ("{id: one, type: speak, inputs: {text: x}}", "steps[2].id"),
        ("{type: speak, inputs: {text: 'what {later.text} said'}}", "steps[2].inputs.text"),
        ("{type: speak, inputs: {text: 'what {one.response} said'}}", "steps[2].inputs.text"),
        (f"{{type: document, inputs: {{path: b.md, chapters: '{'1' * 900_000}x'}}}}", "steps[2].inputs.chapters"),
        ("{type: llm_chat, inputs: {}}", "steps[2].inputs"),
        ("{type: sound, inputs: {}}", "steps[2].inputs"),
        ("{type: sound, inputs: {path: '{one.text}.wav'}}", "steps[2].inputs.path"),
        ("{type: llm_chat, inputs: {template: no_such_thing}}", "steps[2].inputs.template"),
        ("{type: dialogue, inputs: {text: 'BEN: Hello.'}}", "steps[2].inputs.text"),
        ("{type: speak, inputs: {text: x}, steps: [{type: pause, inputs: {seconds: 1}}]}", "steps[2].steps"),
        ("{id: e, type: each, inputs: {items: [a]}}", "steps[2]"),
    ],
)
def test_a_mistake_is_told_with_its_line(line: str, where: str) -> None:
    found = mistakes(steps("{id: one, type: speak, inputs: {text: x}}", line))
    assert (5, where) in found


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes(steps("{type: speak}", "{type: pause, inputs: {seconds: many}}", "{type: nothing}"))
    assert [line for line, _ in found] == [4, 5, 6]


def test_names_that_are_not_known_and_files_that_are_not_there_are_told_together(tmp_path: Path) -> None:
    missing, unknown = "{type: sound, inputs: {path: bell.wav}}", "{type: speak, inputs: {text: '{none.response}'}}"
    with pytest.raises(InvalidScript) as told:
        parsed(steps(missing, unknown), folder=tmp_path)
    assert "bell.wav" in told.value.message and "none.response" in told.value.message


@pytest.mark.parametrize("text", ["", "[]", "steps: []", "{", "steps: [", '{"steps": [}', "a: b: c", "x" * 2_000_000])
def test_what_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(InvalidScript):
        parsed(text)


def test_names_that_stand_for_names_are_not_unfolded_without_end() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    with pytest.raises(InvalidScript):
        parsed(laughs)
    with pytest.raises(InvalidScript):
        parsed("[" * 100_000)


@pytest.mark.parametrize("text", ["2024-01-02", "2024-13-45", "0x_", "9" * 5000, "!!bool maybe", "!!timestamp soon"])
def test_what_only_looks_like_a_number_or_a_date_is_text(text: str) -> None:
    (step,) = parsed(f"steps: [{{type: speak, inputs: {{text: {text}}}}}]").steps
    assert step["inputs"]["text"] == text.rpartition(" ")[2]


def test_a_script_that_is_data_already_is_checked_too() -> None:
    data: dict[str, Any] = {"steps": [{"type": "speak", "inputs": {}}]}
    with pytest.raises(InvalidScript, match=r"steps\[1\]\.inputs lacks 'text'"):
        checked(data)


def test_the_schema_knows_the_types_that_there_are() -> None:
    whole = schema()
    assert whole["$defs"]["step"]["properties"]["type"]["enum"] == list(RESULTS)
    branches = whole["$defs"]["step"]["allOf"]
    assert [branch["if"]["properties"]["type"]["const"] for branch in branches] == list(RESULTS)


def test_a_key_that_is_there_twice_is_a_mistake() -> None:
    with pytest.raises(InvalidScript, match="'type' is there twice"):
        parsed('{"steps": [{"type": "speak", "inputs": {"text": "One."}, "type": "pause"}]}')
    with pytest.raises(InvalidScript, match="line 3: .*'steps' is there twice"):
        parsed("steps:\n  - {type: speak, inputs: {text: x}}\nsteps: []\n")


STORY = "{id: story, type: document, inputs: {path: b.md}}"
WORDS = "{id: w, type: each, inputs: {items: [{en: dog, de: Hund, note: x}, {en: cat, de: Katze}]}, steps: [%s]}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{story}", "has {story}, which would be said as it is; write {story.text}"),
        ("{{story.text}}", "has {{story.text}}, which would be said as it is; write {story.text}"),
        ("{ story.text }", "has { story.text }, which would be said as it is; write {story.text}"),
        ("{story['text']}", "has {story['text']}, which would be said as it is; write {story.text}"),
        ("{story.text.title}", "has {story.text.title}, which would be said as it is; write {story.title}"),
        ("{w.item.de}", "has {w.item.de}, which would be said as it is; write {w.de}"),
        ("{de}", "has {de}, which would be said as it is; write {w.de}"),
        ("{item}", "has {item}, which would be said as it is; write {w.item}"),
        ("{w.note}", "uses {w.note}, which item 2 lacks"),
        ("{w.ja}", "uses {w.ja}; a step of the type each has item, number, en, de, note"),
    ],
)
def test_what_was_meant_as_a_result_and_is_none_is_told(text: str, told: str) -> None:
    spoken = f"{{type: speak, inputs: {{text: {json.dumps(text)}}}}}"
    with pytest.raises(InvalidScript) as refused:
        parsed(steps(STORY, WORDS % spoken))
    assert [mistake["message"] for mistake in refused.value.details["mistakes"]] == [told]


@pytest.mark.parametrize("text", [r"$\\frac{story}{w} + e^{item}$", "{nothing}", '{"a": {story.text}}', "{story text}"])
def test_other_braces_are_left_alone(text: str) -> None:
    parsed(steps(STORY, WORDS % f"{{type: speak, inputs: {{text: {json.dumps(text)}}}}}"))


def test_what_steps_around_this_one_give_is_the_innermost_ones() -> None:
    within = "{id: v, type: each, inputs: {items: [{de: Maus}]}, steps: [{type: speak, inputs: {text: '{de}{note}'}}]}"
    with pytest.raises(InvalidScript, match=r"write \{v\.de\}") as refused:
        parsed(steps(STORY, (WORDS % within).replace(", note: x", "")))
    assert len(refused.value.details["mistakes"]) == 1


def test_a_script_full_of_braces_and_of_parts_does_not_take_for_ever() -> None:
    spoken = [{"id": f"s{number}", "type": "speak", "inputs": {"text": "One."}} for number in range(998)]
    items = [{f"part{number}_{part}": "" for part in range(100)} for number in range(1000)]
    each = {"id": "w", "type": "each", "inputs": {"items": items}, "steps": spoken[:1]}
    checked({"steps": [*spoken[1:], each, {"type": "speak", "inputs": {"text": "{a} " * 200_000}}]})


def test_items_are_texts_as_they_are_written() -> None:
    written = ["yes", "10:30", "1.50", "007", "null", "2024-01-05", "~"]
    items = ", ".join([*written, "{no: off, at: [7:45]}"])
    (step,) = parsed(f"steps: [{{id: w, type: each, inputs: {{items: [{items}]}}, steps: [{STORY}]}}]").steps
    assert step["inputs"]["items"] == [*written, {"no": "off", "at": ["7:45"]}]


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("steps:\n\t- type: speak\n", "line 2: this is no YAML: .*; indent with spaces"),
        ("steps:\n  - {type: speak, text: Hi, inputs: {}}", r"line 2: steps\[1\].text is not .*; it belongs in inputs"),
        ("steps:\n  - {type: speak, voice: a}", r"line 2: steps\[1\].voice is not .*; it belongs in config"),
        ("cast: {A: a}\nsteps: []", 'line 1: cast.A must be a mapping, such as {"voice": "en-us"}'),
        ('steps:\n  - {type: speak, inputs: {text: "Hi}}\n\n\n', "line 2: .* begins here, .* has no end"),
        ("steps:\n  - {type: speak,\n    inputs: {text: @home}}\n", "line 3: .* may want quotes around it"),
        ("steps:\n  - type: speak\n    inputs:\n      text: Note: this\n", "line 4: .* may want quotes around it"),
    ],
)
def test_what_is_no_script_is_told_with_what_to_do(script: str, told: str) -> None:
    with pytest.raises(InvalidScript, match=told):
        parsed(script)
