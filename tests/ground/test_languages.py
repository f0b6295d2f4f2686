"""A language is known by whatever code people write for it."""

import pytest

from pipeline.ground.languages import uniform, usual
from pipeline.text.sentences.splitter import SentenceSplitter
from pipeline.text.spoken.phrases import code_phrase


def test_a_code_has_one_way_of_writing():
    assert uniform(" pt_BR ") == "pt-br"


@pytest.mark.parametrize(
    ("code", "known"), [("eng", "en"), ("en-GB", "en"), ("nb_NO", "no"), ("cmn", "zh"), ("iw", "he"), ("tlh", "tlh")]
)
def test_codes_of_one_language_are_one(code, known):
    assert usual(code) == known


@pytest.mark.parametrize("code", ["de", "deu", "ger", "de-AT", "DE_de"])
def test_text_is_cut_and_described_in_the_language_by_any_of_its_codes(code):
    splitter = SentenceSplitter(language=code)
    sentences = [*splitter.feed("Das ist z. B. Holz. Es kam am 3. Mai an."), *splitter.flush()]
    assert [sentence.text.strip() for sentence in sentences] == ["Das ist z. B. Holz.", "Es kam am 3. Mai an."]
    assert code_phrase(12, "Python", code) == code_phrase(12, "Python", "de") != code_phrase(12, "Python", "en")
