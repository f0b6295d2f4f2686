"""Lines of a PDF's page, put together of pieces."""

from pipeline.narration.readers.paper.lines import Piece, lines


def test_what_stands_on_one_line_is_one_however_it_is_drawn() -> None:
    drawn = [("A \n", 100, 11), ("garden\n", 100, 11), (" of 5 m\n", 100, 11), ("2\n", 104, 7), (", and so\n", 100, 11)]
    drawn += [("Type\n", 85, 11), ("Place\n", 85, 11), ("is below.", 70, 11)]
    found = lines([Piece(*piece) for piece in drawn])
    assert found == ["A garden of 5 m2, and so", "Type Place", "is below."]
    assert [line.raised for line in found] == [((15, 16),), (), ()]


def test_the_number_of_a_line_of_verse_is_no_part_of_its_words() -> None:
    drawn = [("The sea lay still\n", 100, 11), ("5\n", 100, 7), ("grey.\n", 85, 11), ("10\n", 70, 7), ("It", 70, 11)]
    assert lines([Piece(*piece) for piece in drawn]) == ["The sea lay still 5", "grey.", "10 It"]


def test_marks_of_a_list_that_are_drawn_behind_all_else_stand_before_its_items() -> None:
    drawn = [("Some text.\n", 100, 11), ("push the door\n", 85, 11), ("which is heavy\n", 70, 11), ("pull\n", 55, 11)]
    drawn += [("An end.\n", 40, 11), ("1.\n", 85, 11), ("2.\n", 55, 11), ("3.\n", 20, 11)]
    assert lines([Piece(*piece) for piece in drawn]) == [
        "Some text.", "1. push the door", "which is heavy", "2. pull", "An end.", "3.",
    ]  # fmt: skip
