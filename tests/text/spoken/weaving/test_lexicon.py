"""Words said as the listener's lexicon has them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.recording.alignment import spoken_words
from pipeline.errors import InvalidRequest
from pipeline.text.spoken.speakable import Speakable
from pipeline.text.spoken.weaving.lexicon import Lexicon
from pipeline.types import Passage
from tests.text.spoken.saying import check

PLAIN = """\
# how this house says things
nginx = engine x
SQL = sequel
SQL Server = sequel server
don't = do not

[de]
Chef = Scheff
[de-AT]
chef = Küchenchef
[*]
東京 = Tokyo
C# = C sharp
§ = section
% = per cent
's = z
"""


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    (tmp_path / "words.txt").write_text(PLAIN, "utf-8")
    return Lexicon.read(tmp_path / "words.txt")


def said(lexicon: Lexicon, text: str, language: str = "en") -> str:
    return Speakable(None, lexicon, language).say(Passage(0, text, 0, len(text))).spoken


@pytest.mark.parametrize(
    ("language", "text", "spoken"),
    [
        ("en", "NGINX and Nginx.", "engine x and engine x."),
        ("en", "SQL, but not sql.", "sequel, but not sql."),
        ("en", "the SQL\n  Server runs SQL", "the sequel server runs sequel"),
        ("en", "MySQL nginxes SQL_x", "MySQL nginxes SQL_x"),
        ("en", "We don’t", "We do not"),
        ("en", "Chef", "Chef"),
        ("de", "Chef, Chefs", "Scheff, Chefs"),
        ("de-AT", "Der Chef", "Der Küchenchef"),
        ("de_AT", "der chef", "der Küchenchef"),
        ("deu", "Chef", "Scheff"),
        ("ja", "私は東京にいる", "私はTokyoにいる"),
        ("en", "C# and C#.", "C sharp and C sharp."),
        ("en", "§12 of 5% in C#7.", "section 12 of 5 per cent in C sharp 7."),
        ("en", "John’s §", "Johnz section"),
        ("ja", "5%です", "5 per centです"),
        ("en", "**SQL** `Server` now", "sequel server now"),
    ],
)
def test_words_are_found_whole_and_the_longest_first(lexicon: Lexicon, language: str, text: str, spoken: str) -> None:
    assert said(lexicon, text, language) == spoken


def test_a_mapping_serves_as_well() -> None:
    lexicon = Lexicon.of({"GIF": "jif", "de": {"GIF": "Giff"}})
    assert len(lexicon) == 2
    assert (said(lexicon, "a GIF"), said(lexicon, "ein GIF", "de")) == ("a jif", "ein Giff")


def test_what_is_said_otherwise_still_points_at_the_sources_words() -> None:
    text = "Use **SQL** Server and nginx now."
    lexicon = Lexicon.of({"SQL Server": "sequel server", "nginx": "engine x"})
    result = Speakable(None, lexicon).say(Passage(0, text, 0, len(text)))
    assert result.spoken == "Use sequel server and engine x now."
    assert [word.text for word in spoken_words(result)] == ["Use", "SQL** Server", "and", "nginx", "now."]


def test_words_that_speech_adds_are_said_so_too() -> None:
    assert said(Lexicon.of({"Python": "pie thon"}), "```py\nx\n```\n") == "code, 1 line of pie thon"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"just a word\n", "line 1"),
        (b"\n# c\nword =\n", "line 3"),
        (b"= said\n", "line 1"),
        (b"w" * 200 + b" = x\n", "100 characters"),
        (b"caf\xe9 = x\n", "byte 4"),
    ],
)
def test_a_file_that_is_no_lexicon_is_refused_with_its_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    (tmp_path / "words.txt").write_bytes(content)
    with pytest.raises(InvalidRequest, match=complaint):
        Lexicon.read(tmp_path / "words.txt")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="No such file"):
        Lexicon.read(tmp_path / "none.txt")


@pytest.mark.parametrize("entries", [{"a": ""}, {" ": "x"}, {"a": 1}, {"not a language": {"a": "b"}}, {"a": "b" * 999}])
def test_a_mapping_that_is_no_lexicon_is_refused(entries: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest):
        Lexicon.of(entries)


words = st.text(st.sampled_from("aAbß İ東. '’-"), min_size=1, max_size=6).filter(str.strip)


@given(st.dictionaries(words, st.sampled_from(["x", "y z"])), st.text(st.sampled_from("aAbß İ東. '’-\n"), max_size=40))
def test_what_is_found_is_in_order_and_reads_as_an_entry(entries: dict[str, str], text: str) -> None:
    spellings = {" ".join(word.split()).replace("’", "'").lower() for word in entries}
    at = 0
    for start, end, _ in Lexicon.of(entries).find(text):
        assert at <= start < end <= len(text)
        assert " ".join(text[start:end].split()).replace("’", "'").lower() in spellings
        at = end


@given(st.dictionaries(words, st.sampled_from(["x", "y z"])), st.text(st.sampled_from("aAb*`[](x)東. \n"), max_size=40))
def test_every_character_is_still_said_or_told_as_left_out(entries: dict[str, str], text: str) -> None:
    check(Speakable(None, Lexicon.of(entries)).say(Passage(0, text, 0, len(text))))
