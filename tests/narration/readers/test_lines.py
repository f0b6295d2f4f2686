"""Lines of a PDF's page, put together of pieces."""

from pipeline.narration.readers.lines import Piece, lines


def test_what_stands_on_one_line_is_one_however_it_is_drawn() -> None:
    drawn = [("A \n", 100, 11), ("garden\n", 100, 11), (" of 5 m\n", 100, 11), ("2\n", 104, 7), (", and so\n", 100, 11)]
    drawn += [("Type\n", 85, 11), ("Place\n", 85, 11), ("is below.", 70, 11)]
    found = lines([Piece(*piece) for piece in drawn])
    assert found == ["A garden of 5 m2, and so", "Type Place", "is below."]
    assert [line.raised for line in found] == [((15, 16),), (), ()]
