"""Each language of a document gets the voice that is named for it, or one of its own; who names one voice gets that."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from pipeline.assembly.order import Order, Part
from pipeline.assembly.workshop import Workshop
from pipeline.engines.tone import ToneEngine
from pipeline.errors import UnknownVoice
from pipeline.narration import Document, read
from pipeline.narration.binding import bind, marks
from pipeline.narration.casting import cast, parts
from pipeline.narration.recital import Book, Shelf, library
from pipeline.types import VoiceInfo


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[tuple[Workshop, Shelf]]:
    workshop, shelf = library(tmp_path / "work", {})
    async with workshop:
        yield workshop, shelf


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "a.html"
    path.write_text(
        "<html lang=en-GB><p>It was a fine morning.<p lang=fr-CA>Nous sommes partis ce matin."
        "<p lang=en-US>And then we came back.<p lang=tlh>tlhIngan Hol dajatlh."
    )
    return read(path)


FRENCH = "Je ne sais pas, madame.\n\nIl est parti ce matin.\n\n"
ESPEAK = Order(text="", tts_provider=("espeak",))


def naming(voices: dict[str, str]) -> Order:
    return replace(ESPEAK, voices=voices)


async def test_where_nobody_is_named_each_language_has_the_engines_own_voice(
    house: tuple[Workshop, Shelf], document: Document
) -> None:
    own, others = await cast(ESPEAK, document, house[0])
    assert (own.language, own.voice) == ("en-gb", "")
    assert {name: order.language for name, order in others.items()} == {"fr-ca": "fr-ca"}


async def test_a_voice_is_named_for_a_language_and_its_kinds(house: tuple[Workshop, Shelf], document: Document) -> None:
    own, others = await cast(naming({"fr": "fr-fr", "en-us": "en-us"}), document, house[0])
    assert (own.language, own.voice) == ("en-gb", "")
    assert {name: order.voice for name, order in others.items()} == {"fr-ca": "fr-fr", "en-us": "en-us"}


class English(ToneEngine):
    name = "kokoro"

    async def voices(self) -> list[VoiceInfo]:
        return [VoiceInfo("low", ("en-us",))]


async def test_where_the_choice_is_ours_a_book_is_read_by_whoever_speaks_its_language(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<html lang=ger><p>Guten Morgen.<p lang=en>And then we came back.<p lang=fr>Nous sommes partis ce matin."
    )
    async with Workshop(env={}, output_dir=tmp_path, own_engines={"kokoro": English()}) as workshop:
        own, others = await cast(Order(text=""), read(tmp_path / "a.html"), workshop)
        said = {"ger": own, **others}
        engines = {language: (await workshop.voice(order))[0].name for language, order in said.items()}
    assert engines == {"ger": "espeak", "en": "kokoro", "fr": "espeak"}


async def test_who_names_one_voice_or_one_language_gets_it_for_everything(
    house: tuple[Workshop, Shelf], document: Document
) -> None:
    for order in (Order(text="", tts_provider=("espeak",), voice="en-us"), Order(text="", language="de")):
        assert await cast(order, document, house[0]) == (order, {})


async def test_a_document_that_tells_no_language_has_the_first_voice(
    house: tuple[Workshop, Shelf], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    own, others = await cast(naming({"fr": "fr-fr", "en": "en-us"}), read(tmp_path / "a.txt"), house[0])
    assert (own.voice, others) == ("fr-fr", {})


async def test_a_document_that_tells_no_language_is_not_in_one_that_it_marks_its_parts_with(
    house: tuple[Workshop, Shelf], tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text("<p>It was a fine morning.<p lang=fr>Nous sommes partis ce matin.")
    for voices, voice in (({"fr": "fr-fr"}, ""), ({"fr": "fr-fr", "en": "en-us"}, "en-us")):
        own, others = await cast(naming(voices), read(tmp_path / "a.html"), house[0])
        assert own.voice == voice
        assert {name: order.voice for name, order in others.items()} == {"fr": "fr-fr"}


async def test_a_voice_for_one_language_takes_nothing_from_the_voice_for_all_else(
    house: tuple[Workshop, Shelf], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    order = replace(naming({"fr": "fr-fr"}), voice="en-us")
    own, others = await cast(order, read(tmp_path / "a.txt"), house[0])
    assert (own.voice, own.language, others) == ("en-us", "", {})


async def test_a_voice_that_there_is_not_is_refused_though_nobody_would_speak_it(
    house: tuple[Workshop, Shelf], document: Document
) -> None:
    with pytest.raises(UnknownVoice):
        await cast(naming({"sv": "nobody"}), document, house[0])


async def test_voices_of_several_engines_make_one_book(
    house: tuple[Workshop, Shelf], document: Document, tmp_path: Path
) -> None:
    own, others = await cast(naming({"fr": "tone/low"}), document, house[0])
    book = Book(document, own, "wav", workshop=house[0], shelf=house[1], tongues=others)
    await book.make()
    await bind(book, tmp_path / "a.wav")
    assert book.progress.losses == []
    engines = [event.engine for part in book.spoken() for event in part.finished.events() if event.type == "audio"]  # type: ignore[attr-defined]
    assert engines == ["espeak", "tone", "espeak", "espeak"]
    assert soundfile.info(tmp_path / "a.wav").duration == pytest.approx(marks(book)[-1].ends, abs=0.01)


async def test_a_document_in_parts_is_cut_at_its_chapters_and_where_another_language_takes_over(
    house: tuple[Workshop, Shelf], tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text(
        "<html lang=en><h1>One</h1><p>He said: <i lang=fr>Je ne sais pas, madame</i>.<p lang=fr>Il est parti ce matin."
        "<h1>Two &amp; 3*</h1><p>Then he left."
    )
    document = read(tmp_path / "a.html")
    _, others = await cast(ESPEAK, document, house[0])
    found = parts(document, others)
    text = "".join(chapter.text for chapter in document.chapters)
    ends = [*(part.start for part in found[1:]), len(text)]
    texts = [text[part.start : end] for part, end in zip(found, ends, strict=True)]
    assert texts == ["# One\n\nHe said: ", FRENCH, "# Two & 3\\*\n\nThen he left.\n\n"]
    assert found == (
        Part(0, "One"),
        Part(len(texts[0]), pause=0.15, language="fr"),
        Part(len(texts[0] + FRENCH), "Two & 3*", pause=1.6),
    )
