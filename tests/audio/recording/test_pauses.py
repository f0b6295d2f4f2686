"""The silence after a passage."""

from dataclasses import replace

import pytest

from pipeline.audio.recording.pauses import CLAUSE, HEADING, PARAGRAPH, SENTENCE, pause, rest
from pipeline.types import Passage


def after(text, reason="size"):
    return pause(Passage(1, text, 0, len(text), reason=reason))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("cut at a space ", 0.0),
        ("After a clause, ", CLAUSE),
        ("A list: ", CLAUSE),
        ("A sentence. ", SENTENCE),
        ('"A quotation?" ', SENTENCE),
        ("**Bold!** ", SENTENCE),
        ("\u4eca\u5929\u5929\u6c14\u5f88\u597d\u3002", SENTENCE),
        ("یہ ایک کتاب ہے۔ ", SENTENCE),
        ("မင်္ဂလာပါ။ ", SENTENCE),
        ("ទៅ។ ", SENTENCE),
        ("ሰላም። ", SENTENCE),
        ("ሰላም፡፡ ", SENTENCE),
        ("နေ့တွင်၊ ", CLAUSE),
        ("አቶ ከበደ፣ ", CLAUSE),
        ("Այսօր՝ ", CLAUSE),
        ("- an item\n", SENTENCE),
        ("A paragraph.\n\n", PARAGRAPH),
        ("A paragraph.\r\n\r\n", PARAGRAPH),
        ("One line.\r\n", SENTENCE),
        ("# A heading\n\n", HEADING),
        ("Before.\n\n## A heading\n", HEADING),
        ("A heading\n=========\n\n", HEADING),
        ("The end.", 0.0),
        ('"The end."', 0.0),
        ("", 0.0),
        ("  \n\n", 0.0),
    ],
)
def test_by_what_ended_the_passage(text, seconds):
    assert after(text) == seconds


def test_what_a_passage_has_is_part_of_a_longer_silence_behind_it():
    passage = Passage(1, "A paragraph.\n\n", 0, 14, reason="size")
    assert [rest(seconds, passage) for seconds in (0.0, 0.6, 1.6)] == [0.0, 0.0, pytest.approx(1.6 - PARAGRAPH)]
    assert rest(1.6, None) == rest(1.6, replace(passage, reason="end")) == 1.6


def test_nothing_follows_the_last_passage():
    assert after("The end.\n\n", reason="end") == 0.0
