"""Words and portions of documents."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.narration.document import WORD, portions
from pipeline.narration.escapes import escaped, unescaped


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_escaping_changes_no_word(text: str) -> None:
    assert WORD.findall(unescaped(escaped(text)).replace("\\", "")) == WORD.findall(text.replace("\\", ""))


@given(st.lists(st.integers(min_value=0, max_value=80), max_size=60), st.integers(min_value=1, max_value=300))
def test_portions_joined_are_the_text_and_begin_paragraphs(lengths: list[int], most: int) -> None:
    text = "\n\n".join("x" * length for length in lengths)
    found = list(portions(text, most))
    assert "".join(found) == text
    assert all(piece.endswith("\n\n") or len(piece) > most for piece in found[:-1])


def test_a_text_without_paragraphs_is_cut_between_sentences() -> None:
    found = list(portions("One two three. " * 1000, 1000))
    assert all(piece.endswith(". ") for piece in found)
    assert max(map(len, found)) <= 1002
