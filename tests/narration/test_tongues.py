"""Another language is another voice's, where it is long enough to be heard as one; no word is lost on the way."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.narration import read
from pipeline.narration.document import Chapter, Stretch
from pipeline.narration.tongues import by_language, known, tongues
from tests.narration.books import epub, page


def pieces(path: Path, *voiced: str) -> list[tuple[str, str]]:
    return [piece for chapter in read(path).chapters for piece in by_language(chapter, voiced)]


def test_a_chapter_a_paragraph_and_a_phrase_may_have_a_language_of_their_own(tmp_path: Path) -> None:
    german = page("<h1>Zwei</h1><p>Alles ist hier deutsch.</p>").replace(
        "<html ", '<html xml:lang="de-DE" lang="de-DE" '
    )
    mixed = (
        "<h1>One</h1><p>He said: <i lang='fr'>Je ne sais pas, madame</i>. Then he left.</p>"
        "<p lang='fr'>Il est parti.</p><p>A <i lang='fr'>petit déjeuner</i> here.</p>"
    )
    path = epub(tmp_path / "b.epub", {"a.xhtml": mixed, "b.xhtml": german})
    assert tongues(read(path)) == ["en", "fr", "de-de"]
    assert pieces(path, "fr", "de") == [
        ("# One\n\nHe said: ", ""),
        ("Je ne sais pas, madame. ", "fr"),
        ("Then he left.\n\n", ""),
        ("Il est parti.\n\n", "fr"),
        ("A petit déjeuner here.\n\n", ""),
        ("# Zwei\n\nAlles ist hier deutsch.\n\n", "de"),
    ]
    assert [name for _, name in pieces(path, "de")] == ["", "de"]


def test_a_page_says_its_language_and_what_is_not_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<html lang=fr><p>Bonjour à tous.<p><span lang=en>Good morning to you</span>, dit-il."
    )
    assert read(tmp_path / "a.html").language == "fr"
    assert pieces(tmp_path / "a.html", "en") == [
        ("Bonjour à tous.\n\n", ""),
        ("Good morning to you, ", "en"),
        ("dit-il.\n\n", ""),
    ]


def test_a_phrase_is_as_long_as_its_signs_are_many_where_no_spaces_part_words(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<html lang=de><p>Er sagte: <i lang=ja>はい、そうです。</i> Dann ging er."
        "<p lang=zh-Hans>你好，世界。<p lang=fr>Oui.",
        encoding="utf-8",
    )
    assert pieces(tmp_path / "a.html", "ja", "zh", "fr") == [
        ("Er sagte: ", ""),
        ("はい、そうです。 ", "ja"),
        ("Dann ging er.\n\n", ""),
        ("你好，世界。\n\n", "zh"),
        ("Oui.\n\n", ""),
    ]


def test_a_kind_of_a_language_is_spoken_by_the_language() -> None:
    assert known("pt-BR", ["pt"]) == "pt"
    assert known("pt_BR", ["pt-br", "pt"]) == "pt-br"
    assert known("pt", ["pt-br"]) == ""


@given(
    st.text(alphabet="ab ,.\n", max_size=120),
    st.lists(st.integers(0, 120), max_size=8),
    st.sets(st.sampled_from("xyz")),
)
def test_pieces_joined_are_the_text(text: str, places: list[int], voiced: set[str]) -> None:
    cuts = sorted({min(place, len(text)) for place in places})
    stretches = tuple(Stretch(a, b, "xyz"[n % 3]) for n, (a, b) in enumerate(zip(cuts, cuts[1:], strict=False)))
    found = list(by_language(Chapter("", text, languages=stretches), voiced))
    assert "".join(piece for piece, _ in found) == text
    assert {name for _, name in found} <= voiced | {""}
    assert all(one[1] != two[1] for one, two in zip(found, found[1:], strict=False))
