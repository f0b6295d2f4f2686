"""`aloud read` as a user has it: files in, a book out, and an exit code that tells how it went."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest
from typer.testing import CliRunner

from api.cli.commands import app
from api.cli.read import by_language
from pipeline.engines import ENGINES
from pipeline.errors import InvalidRequest
from tests.api.cli.conftest import Within
from tests.api.cli.test_commands import running
from tests.narration.binding.test_overlays import check
from tests.narration.books import epub, novel


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_book_with_chapters_captions_and_a_report(within: Within, tmp_path: Path) -> None:
    novel(tmp_path / "b.epub", chapters=2, each=5)
    done = within("read", "b.epub", "-o", "books/b.m4b", "-e", "tone", "--srt", "-s", "4")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().split() == ["books/b.m4b", "books/b.vtt", "books/b.srt"]
    assert b"2 chapters" in done.stderr
    with av.open(str(tmp_path / "books" / "b.m4b")) as file:
        assert [chapter["metadata"]["title"] for chapter in file.chapters()] == ["Chapter 1", "Chapter 2"]
        assert file.metadata["artist"] == "Ann Author"
    assert "Chapter 2" in (tmp_path / "books" / "b.vtt").read_text()
    again = within("read", "b.epub", "-o", "books/b.m4b", "-e", "tone", "-s", "4")
    assert again.returncode == 0
    assert b"100% of it finished before" in again.stderr


def test_all_of_it_is_said_to_be_finished_only_when_it_is(within: Within, tmp_path: Path) -> None:
    french = "<p lang=fr>Je ne sais pas.</p>"
    (tmp_path / "t.html").write_text("<html lang=en>" + "<p>The other voice reads this.</p>" * 200 + french)
    assert within("read", "t.html", "-e", "espeak", "-v", "en-us", "-v", "fr=fr-fr").returncode == 0
    again = within("read", "t.html", "-e", "espeak", "-v", "en-us", "-v", "fr=fr-be")
    assert b"99% of it finished before" in again.stderr


def test_chapters_can_be_chosen_and_split(within: Within, tmp_path: Path) -> None:
    novel(tmp_path / "b.epub", chapters=4, each=5)
    done = within("read", "b.epub", "-o", "out/", "--split", "--chapters", "2-3", "-e", "tone", "-s", "4")
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in (tmp_path / "out").glob("*.mp3"))
    assert made == ["02 - Chapter 2.mp3", "03 - Chapter 3.mp3"]


def test_a_damaged_cover_is_told_of(within: Within, tmp_path: Path) -> None:
    item = '<item id="c" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>'
    image = b"\xff\xd8\xff\xe0" + bytes(100)
    epub(tmp_path / "b.epub", {"a.xhtml": "<p>Some words.</p>"}, manifest=item, more={"OEBPS/c.jpg": image})
    done = within("read", "b.epub", "-o", "b.m4b", "-e", "tone")
    assert done.returncode == 0, done.stderr
    assert b"left out, cover: it is damaged" in done.stderr


def test_a_book_may_light_up_what_it_says(within: Within, tmp_path: Path) -> None:
    novel(tmp_path / "b.epub", chapters=2, each=5)
    done = within("read", "b.epub", "-o", "b-with-voice.epub", "-e", "tone", "-s", "4")
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().split() == ["b-with-voice.epub"]
    check(tmp_path / "b-with-voice.epub")


def test_several_files_are_one_book_or_one_each(within: Within, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The first of them.")
    (tmp_path / "b.md").write_text("# Second\n\nThe second of them.")
    one = within("read", "a.txt", "b.md", "-o", "both.mp3", "-e", "tone", "--json")
    assert one.returncode == 0, one.stderr
    assert [chapter["title"] for chapter in lines(one)[-1]["chapters"]] == ["a", "Second"]
    each = within("read", "a.txt", "b.md", "--each", "-o", "out/", "-f", "wav", "-e", "tone")
    assert each.returncode == 0, each.stderr
    twice = within("read", "a.txt", "a.txt", "--each", "-o", "out/", "-f", "wav", "-e", "tone")
    assert (twice.returncode, b"would both be a.wav" in twice.stderr) == (2, True)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.wav")) == ["a.wav", "b.wav"]


def test_a_folder_is_a_book_of_all_that_can_be_read_in_it(within: Within, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("10.txt", "9.txt", "b.md", ".hidden.txt", "picture.png"):
        (folder / name).write_text(f"This is {name[:-4]} of them.")
    done = within("read", "articles", "-o", "out/", "-f", "wav", "-e", "tone", "--json")
    assert done.returncode == 0, done.stderr
    assert [chapter["title"] for chapter in lines(done)[-1]["chapters"]] == ["9", "10", "b"]
    assert (tmp_path / "out" / "articles.wav").exists()
    (tmp_path / "empty").mkdir()
    refused = within("read", "empty", "-o", "x.mp3")
    assert refused.returncode == 2
    assert b"a folder without any document" in refused.stderr


def test_a_book_that_lies_in_the_folder_it_is_made_of_does_not_become_a_part_of_itself(
    within: Within, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("The first of them.")
    (tmp_path / "film.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nThe second of them.\n")
    for _ in range(2):
        done = within("read", ".", "-o", "book.wav", "-e", "tone", "--srt", "--json")
        assert done.returncode == 0, done.stderr
        assert [chapter["title"] for chapter in lines(done)[-1]["chapters"]] == ["a", "film"]


def test_documents_of_a_folder_that_there_is_no_reader_for_are_told_of(within: Within, tmp_path: Path) -> None:
    for name in ("a.txt", "b.RTF", "c.mobi", "cover.jpg", ".d.doc", "e.zip"):
        (tmp_path / name).write_text("Some words.")
    done = within("read", ".", "-o", "out/", "-e", "tone", "-q")
    assert (done.returncode, done.stderr) == (
        0,
        b"aloud: nothing is read of b.RTF, c.mobi in the folder .: "
        b"there is a reader for txt, md, html, epub, docx, odt, fb2, pdf. Save them as one of these first.\n",
    )


def test_folders_in_a_folder_are_told_of_where_documents_are_in_them(within: Within, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    for name in ("later/b.md", "pictures/c.png", ".kept/d.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("Other words.")
    done = within("read", ".", "-o", "out/", "-e", "tone", "-q")
    assert (done.returncode, done.stderr) == (
        0,
        b"aloud: nothing is read of later in the folder .: name the folders, too, that are to be read.\n",
    )


def test_all_files_that_cannot_be_read_are_told_of_at_once(within: Within, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.epub").write_text("no zip")
    done = within("read", "a.txt", "b.txt", "c.epub", "-o", "out/", "-e", "tone")
    assert done.returncode == 2
    assert b"b.txt is empty" in done.stderr
    assert b"c.epub: it is no zip file" in done.stderr


def test_a_dry_run_says_what_would_be_done_and_makes_nothing(within: Within, tmp_path: Path) -> None:
    novel(tmp_path / "b.epub", chapters=2)
    done = within("read", "b.epub", "-o", "b.mp3", "-e", "tone", "--dry-run", "--json", "--price-per-million", "3")
    assert done.returncode == 0, done.stderr
    (plan,) = lines(done)
    assert plan["type"] == "plan"
    assert plan["characters_to_speak"] == plan["characters"]
    assert plan["cost"] == pytest.approx(plan["characters"] * 3 / 1e6, abs=0.0001)
    done = within("read", "b.epub", "-o", "b.mp3", "-e", "tone", "--dry-run", "--price-per-million", "3")
    told = done.stderr.decode().splitlines()
    assert re.fullmatch(r"about 0:\d\d to make it, told from a sample that was spoken", told.pop(4))
    assert told == [
        "A Book: 2 chapters, 244 words",
        "    1  Chapter 1  (122 words)",
        "    2  Chapter 2  (122 words)",
        "about 1:42 of sound and 0.8 MB in b.mp3",
        "1,401 characters are still to be spoken: 0.00 at 3 for a million",
    ]
    assert not (tmp_path / "b.mp3").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.epub"],
        ["-"],
        ["."],
        ["empty.txt"],
        ["a.txt", "-o", "b.xyz"],
        ["a.txt", "--chapters", "7"],
        ["a.txt", "-f", "vinyl"],
        ["a.txt", "-e", "nobody"],
        ["a.txt", "--split", "-o", "b.mp3"],
        ["a.txt", "-f", "epub", "--split"],
        ["a.txt", "-e", "tone", "--price-per-million", "3"],
        ["https://example.com/a.txt"],
        ["https://127.0.0.1/a.txt", "--allow-url"],
        ["b.epub", "-o", "b.epub"],
        ["a.txt", "-e", "tone", "-v", "fr=nobody"],
        ["a.txt", "-e", "tone", "-v", "low", "-v", "high"],
        ["a.txt", "-e", "tone", "--lexicon", "empty.toml"],
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("Some words.")
    Path("empty.txt").touch()
    novel(Path("b.epub"), chapters=1)
    done = CliRunner().invoke(app, ["read", *arguments])
    assert done.exit_code == 2, done.stderr
    assert done.stderr.startswith("aloud: ")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("*.mp3"))


def test_interrupted_it_says_so_and_goes_on_later(env: dict[str, str], within: Within, tmp_path: Path) -> None:
    novel(tmp_path / "b.epub", chapters=3, each=20)
    slow = env | {"ALOUD_TONE_FACTOR": "0.02"}
    command = ["read", str(tmp_path / "b.epub"), "-o", str(tmp_path / "b.mp3"), "-e", "tone", "--json"]
    with running(slow, *command) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("passages"):
                break
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130
    assert b"goes on" in said
    assert not (tmp_path / "b.mp3").exists()
    done = within(*command)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "b.mp3").is_file()


def test_when_nobody_reads_what_it_tells_it_ends_without_a_word(env: dict[str, str], tmp_path: Path) -> None:
    novel(tmp_path / "b.epub", chapters=3, each=20)
    slow = env | {"ALOUD_TONE_FACTOR": "0.02"}
    with running(slow, "read", str(tmp_path / "b.epub"), "-e", "tone", "--json") as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 130


def test_what_is_left_out_and_skipped_is_reported(within: Within, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<nav>Home</nav><h1>One</h1><p>Words.</p><pre>x = 1</pre>")
    done = within("read", "a.html", "-o", "a.mp3", "-e", "tone", "--json")
    report = lines(done)[-1]
    assert report["left_out"] == {"navigation": 1}
    assert report["left_out_at"] == [{"reason": "navigation", "text": "Home", "where": "a.html, line 1"}]
    assert report["skipped_at"] == []


def test_each_language_has_its_voice_and_words_are_said_as_the_lexicon_has_them(within: Within, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html lang=en><p>We use nginx here.<p lang=fr>Nous sommes partis ce matin.")
    (tmp_path / "words").write_text("nginx = engine x and then a good deal more of it\n")
    made = []
    for more in ([], ["-v", "fr=low"], ["-v", "fr=low", "-v", "high"], ["--lexicon", "words"]):
        done = within("read", "a.html", "-o", f"{len(made)}.wav", "-e", "tone", *more, "--json")
        assert done.returncode == 0, done.stderr
        made.append((tmp_path / f"{len(made)}.wav").read_bytes())
    assert len(set(made)) == 4
    assert len(made[3]) > len(made[0])


def test_a_voice_for_a_language_that_the_book_does_not_have_is_said_to_read_nothing(
    within: Within, tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text("<html lang=en-GB><title>Trip</title><p>A morning.<p lang=fr>Nous sommes partis.")
    voices = [option for name in ("en=high", "fr=low", "fr-ca=low", "zz=middle") for option in ("-v", name)]
    done = within("read", "a.html", "-o", "a.wav", "-e", "tone", "-q", *voices)
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == [
        "aloud: --voice fr-ca=low reads nothing: Trip is in en-gb, fr.",
        "aloud: --voice zz=middle reads nothing: Trip is in en-gb, fr.",
    ]


def test_a_passage_that_fails_is_told_with_its_place_and_the_code_is_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENGINES, "counted", "tests.narration.child:Counted")
    for name, value in {"SPOKEN": "spoken", "WRONG": "BROKEN", "ALOUD_OUTPUT_DIR": "out"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text("# One\n\nThis is fine.\n\n# Two\n\nThis is fine and good. This is BROKEN for ever.\n")
    done = CliRunner().invoke(app, ["read", "a.md", "-o", "a.wav", "-e", "counted"])
    assert (done.exit_code, done.stdout.split()) == (3, ["a.wav", "a.vtt"])
    assert 'not spoken, chapter 2 "Two", characters 30 to 55: This is BROKEN for ever. (' in done.stderr
    assert "[This is BROKEN for ever.]" in " ".join(Path("a.vtt").read_text().split())
    again = CliRunner().invoke(app, ["read", "a.md", "-o", "a.wav", "-e", "counted", "--json"])
    (failed,) = json.loads(again.stdout.splitlines()[-1])["failed"]
    assert (failed["chapter"], failed["title"], failed["text"]) == (2, "Two", "This is BROKEN for ever.")


if sys.platform == "win32":
    pytest.skip("signals are sent in the way of Unix", allow_module_level=True)


def test_a_voice_may_be_for_one_language() -> None:
    assert by_language(["anna", "fr=celine", "pt_BR=ana"]) == ("anna", {"fr": "celine", "pt-br": "ana"})
    assert by_language(["tone/low"]) == ("tone/low", {})
    for wrong in (["anna", "ben"], ["=anna"], ["fr="], ["français!=x"], ["fr=ana", "FR=ben"]):
        with pytest.raises(InvalidRequest, match="--voice"):
            by_language(wrong)
