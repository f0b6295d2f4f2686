"""Answers that are data, whatever a model wraps them in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SourceTruncated
from pipeline.prompts import find

SCORES = {"scores": [{"criterion": "clarity", "score": 7, "reason": "It is {clear}."}], "overall": 7.5}


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(SCORES),
        f"Sure! Here it is:\n```json\n{json.dumps(SCORES, indent=2)}\n```\nAnything else?",
        f"I think [as asked] {{so}}: {json.dumps(SCORES)} That is all.",
        f"```\n{json.dumps(SCORES)}\n```",
    ],
)
def test_the_data_is_found(answer: str) -> None:
    assert find("evaluation").read(answer) == SCORES


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("I cannot do that.", "holds no JSON"),
        ("", "holds no JSON"),
        ('{"scores": [', "holds no JSON|must be"),
        ("[1, 2]", "the answer must be a mapping"),
        ('{"overall": 5}', "lacks 'scores'"),
        ('{"scores": [], "overall": 5}', "has 0 entries; allowed: 1 to 30"),
        (
            '{"scores": [{"criterion": "a", "score": 11}], "overall": 5}',
            "scores, entry 1, score is 11; allowed: 1 to 10",
        ),
        ('{"scores": [{"criterion": "a", "score": true}], "overall": 5}', "score must be a number"),
        ('{"scores": [{"criterion": "a", "score": NaN}], "overall": 5}', "must be a mapping|no JSON"),
        ("[" * 100_000, "holds no JSON"),
        ("{" * 100_000, "holds no JSON"),
        ("x" * 2_000_000, "longer than"),
    ],
)
def test_what_is_not_what_was_asked_for_is_a_failure_of_the_model(answer: str, complaint: str) -> None:
    with pytest.raises(SourceTruncated, match=complaint):
        find("evaluation").read(answer)


def test_a_plan_says_what_its_sections_are() -> None:
    plan = {"title": "Salt", "theme": "Home.", "sections": [{"name": "v", "kind": "verse", "about": "x", "lines": 4}]}
    assert find("song_plan").read(json.dumps(plan)) == plan
    plan["sections"][0]["kind"] = "polka"  # type: ignore[index]
    with pytest.raises(SourceTruncated, match="kind must be one of intro"):
        find("song_plan").read(json.dumps(plan))


@given(st.text(st.sampled_from('{}[]":,1ab \n`')))
def test_no_answer_breaks_the_reading(answer: str) -> None:
    with pytest.raises(SourceTruncated):
        find("evaluation").read(answer)
