"""Several documents as one book."""

from dataclasses import replace

from pipeline.narration.document import Chapter, Document, Stretch
from pipeline.narration.recital import together

ENGLISH = Document("Tea", (Chapter("Tea", "Tea is hot. Le thé est chaud. Drink it."),), language="en")
FRENCH = Document("Le thé", (Chapter("Le thé", "Le thé est chaud. Tea is hot. Buvez."),), language="fr")


def test_each_document_stays_in_its_own_language() -> None:
    inner = Stretch(18, 29, "en")
    french = replace(FRENCH, chapters=(replace(FRENCH.chapters[0], languages=(inner,)),))
    book = together([ENGLISH, french, Document("Notes", (Chapter("", "Nothing said."),))], "Both")
    assert book.language == "en"
    assert [chapter.languages for chapter in book.chapters] == [
        (),
        (Stretch(0, 18, "fr"), inner, Stretch(29, 36, "fr")),
        (),
    ]
    assert [chapter.title for chapter in book.chapters] == ["Tea", "Le thé", "Notes"]


def test_a_chapter_that_is_called_as_its_document_is_named_once() -> None:
    guide = Document("Guide", (Chapter("Guide", "What it is."), Chapter("Use", "How to use it.")))
    assert [chapter.title for chapter in together([guide, ENGLISH], "Both").chapters] == ["Guide", "Guide: Use", "Tea"]
