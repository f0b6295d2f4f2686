"""Some chapters of a document."""

import pytest

from pipeline.errors import InvalidRequest, TextTooLong
from pipeline.narration.choice import check_length, chosen
from pipeline.narration.document import Chapter, Document, Stretch

BOOK = Document("Book", tuple(Chapter(f"Part {number}", f"It is {number}. ") for number in range(1, 6)))


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ("", [0] * 5),
        ("3", [3]),
        ("2-4", [2, 3, 4]),
        ("-2", [1, 2]),
        ("4-", [4, 5]),
        ("5-", [5]),
        ("1-5", [1, 2, 3, 4, 5]),
        (" 5 , 1 - 2 ", [1, 2, 5]),
        ("2-4,3,1-2,4", [1, 2, 3, 4]),
        ("03", [3]),
    ],
)
def test_they_are_chosen_by_their_numbers_each_once_and_in_order(wanted: str, numbers: list[int]) -> None:
    some = chosen(BOOK, wanted)
    assert [chapter.number for chapter in some.chapters] == numbers
    assert [chapter.title for chapter in some.chapters] == [f"Part {n}" for n in numbers or ()] or not wanted


@pytest.mark.parametrize("wanted", ["x", "3-x", "-", ",", "3,", "1--2", "4-2", "3.5", "\u2013", " ", "1 2-3-4"])
def test_what_is_no_choice_is_told_how_to_write_one(wanted: str) -> None:
    with pytest.raises(InvalidRequest, match="^chapters .*: write it like 3, 3-5 or 2,4-.$"):
        chosen(BOOK, wanted)


@pytest.mark.parametrize("wanted", ["0", "6", "0-2", "4-6", "6-", "1,7", "999999", "9" * 12, "-6"])
def test_what_there_is_not_is_told_with_what_there_is(wanted: str) -> None:
    with pytest.raises(InvalidRequest, match=f"^chapters {wanted}: the document has the chapters 1 to 5.$"):
        chosen(BOOK, wanted)
    with pytest.raises(InvalidRequest, match="the document has one chapter.$"):
        chosen(Document("Note", (Chapter("Note", "All."),)), wanted)


def test_a_long_list_of_all_of_a_long_document_is_no_more_work_than_each_once() -> None:
    long = Document("Long", tuple(Chapter("", "") for _ in range(100_000)))
    assert len(chosen(long, ",".join(f"{number}-" for number in range(1, 400))).chapters) == 100_000


def test_their_languages_come_along() -> None:
    french = Chapter("Two", "Bonjour.", languages=(Stretch(0, 8, "fr"),))
    book = Document("Book", (Chapter("One", "Hello."), french), author="Ada", language="en")
    some = chosen(book, "2")
    assert some.chapters[0].languages == french.languages
    assert (some.title, some.author, some.language) == ("Book", "Ada", "en")


def sized(*sizes: int) -> Document:
    return Document("Book", tuple(Chapter("", "x" * size) for size in sizes))


@pytest.mark.parametrize(
    ("sizes", "wanted", "told"),
    [
        ((40, 40, 40), "", "The document has 120 characters; .* is 100 .*; choose chapters, such as 1-2.$"),
        ((120, 60, 60), "", "such as 2.$"),
        ((90, 20, 120, 5), "", "such as 1.$"),
        ((101,), "", "no chapter has fewer; divide it, and bring its parts.$"),
        ((101, 150), "", "no chapter has fewer"),
        ((1, 60, 50, 1, 60), "2-3,5", "^What is chosen of the document has 170 characters; .* such as 2.$"),
        ((50, 50, 50, 50), "2-", "such as 2-3.$"),
        ((60, 1, 60), "1,3", "such as 1.$"),
    ],
)
def test_of_what_is_too_long_it_is_said_what_is_not(sizes: tuple[int, ...], wanted: str, told: str) -> None:
    with pytest.raises(TextTooLong, match=told):
        check_length(chosen(sized(*sizes), wanted), 100)


def test_what_is_as_long_as_is_allowed_is_not_too_long() -> None:
    check_length(sized(40, 60), 100)
    check_length(chosen(sized(400, 60), "2"), 100)
