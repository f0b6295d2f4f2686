"""What of a document cannot be read, as a user of `aloud read` learns of it."""

from pathlib import Path

import pytest

from tests.api.cli.conftest import Within
from tests.api.cli.test_read import lines
from tests.narration.books import novel, without


@pytest.mark.parametrize("ending", ["m4b", "epub"])
def test_a_page_that_is_missing_is_told_with_its_place_and_the_code_is_3(
    within: Within, tmp_path: Path, ending: str
) -> None:
    without(novel(tmp_path / "b.epub", chapters=3, each=5))
    asked = ("read", "b.epub", "-o", f"book.{ending}", "-e", "tone", "-s", "4")
    done = within(*asked, "-q")
    said = "lacks OEBPS/c2.xhtml, which it names: the file is damaged or not complete"
    assert (done.returncode, done.stderr.decode()) == (3, f'not read, "Chapter 2": it {said}\n')
    assert (tmp_path / f"book.{ending}").exists()
    report = lines(within(*asked, "--json"))[-1]
    gap = {"reason": "unreadable", "text": "OEBPS/c2.xhtml", "where": f'"Chapter 2": it {said}'}
    assert (report["left_out"], report["left_out_at"]) == ({"unreadable": 1}, [gap])
    foretold = within(*asked, "--dry-run")
    assert (foretold.returncode, 'not read, "Chapter 2"' in foretold.stderr.decode()) == (0, True)
