"""A stranger's style sheet looks as it did, and fetches nothing from elsewhere, however that is written."""

import time

import pytest

from pipeline.narration.binding.css import styled


def test_styles_fetch_nothing_from_elsewhere() -> None:
    text = "@import 'x'; a { b: url( 'here.png' ); c: url(http://x/y) } "
    text += "@font-face { src: url(//z) } i { behavior: url(x) }"
    bare = styled(text, lambda address: address if address == "here.png" else "")
    assert bare.split() == 'a { b: url("here.png"); c: none } i { }'.split()


@pytest.mark.parametrize(
    "rule",
    [
        r"a { b: ur\l(http://x/y) }", r"a { b: \55rl(http://x/y) }", r"a { b: \000075 rl(http://x/y) }",
        r"@im\port 'http://x';", r"@\69 mport url(http://x);", "a { b: image-set('http://x/y' 1x) }",
        'a { b: image-set("//x/y" 1x) }', "a { b: src('https://x/y') }", "a { b: url(/*x*/'http://x/y') }",
    ],
)  # fmt: skip
def test_no_other_way_to_write_it_fetches_more(rule: str) -> None:
    assert "//x" not in styled(rule, lambda address: "")


def test_signs_that_a_style_sheet_writes_by_their_number_stay() -> None:
    for rule in (
        r'q::before { content: "\201C" }',
        r'a { content: "\4e2d\6587" }',
        r".\31 st { b: c }",
        r'a { b: "\"" }',
    ):
        assert styled(rule, lambda address: "") == rule


@pytest.mark.parametrize("piece", ["a", "url(", "/*", "behavior", "expression", "*-", "\\75", "@font-face{"])
def test_no_style_sheet_takes_for_ever(piece: str) -> None:
    since = time.thread_time()
    styled(piece * 40_000, lambda address: "")
    assert time.thread_time() - since < 1
