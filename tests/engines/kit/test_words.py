from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.engines.kit.words import Timeline, words


def said(text: str) -> list[str]:
    return [text[a:b] for a, b in words(text)]


def test_words_stand_without_the_punctuation_round_them() -> None:
    assert said('He said: "No." (Maybe) — £5, 3.50 & x_y…') == ["He", "said", "No", "Maybe", "£5", "3.50", "&", "x_y"]


def test_scripts_without_spaces_go_by_the_character() -> None:
    assert said("你好，世界") == ["你", "好", "，", "世", "界"] or said("你好，世界") == ["你", "好", "世", "界"]
    assert said("नमस्ते दुनिया") == ["नमस्ते", "दुनिया"]


@given(st.text())
def test_words_are_in_order_and_never_overlap(text: str) -> None:
    spans = words(text)
    assert all(a < b for a, b in spans)
    assert all(left[1] <= right[0] for left, right in zip(spans, spans[1:], strict=False))


def test_a_word_passed_over_shares_the_time_of_the_one_before() -> None:
    line = Timeline("out of the sea")
    times = [*line.reach(0, 0.0), *line.reach(4, 0.3), *line.reach(11, 0.8), *line.pause(13, 1.2)]
    assert [(t.start, round(t.at, 2), round(t.seconds, 2)) for t in times] == [
        (0, 0.0, 0.3), (4, 0.3, 0.2), (7, 0.5, 0.3), (11, 0.8, 0.4),
    ]  # fmt: skip


@given(st.text(), st.lists(st.tuples(st.integers(-2, 60), st.booleans()), max_size=30))
def test_whatever_an_engine_reports_each_word_is_timed_at_most_once_and_in_order(
    text: str, reports: list[tuple[int, bool]]
) -> None:
    line, times = Timeline(text), []
    for second, (position, ends) in enumerate(reports):
        times += list((line.pause if ends else line.reach)(position, float(second)))
    assert [(t.start, t.end) for t in times] == words(text)[: len(times)]
    assert all(a.at <= b.at for a, b in zip(times, times[1:], strict=False))
    assert all(t.seconds >= 0 for t in times)
