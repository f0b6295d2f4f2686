"""Names and words that others chose show what they are, and move nothing on a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.editions import file_name
from api.cli.plain import plain
from tests.api.cli.conftest import Within
from tests.narration.books import epub, links

EVIL = "T\x1b[31m \x9b32m x\u202egnp.exe \x7f\u2066y"


def test_what_steers_a_terminal_or_turns_a_line_is_gone() -> None:
    assert plain(EVIL) == "T[31m 32m xgnp.exe y"
    assert plain(" \n one \n\t two\u2028three\r") == "one two three"


def test_spaces_stay_for_they_make_columns_and_are_in_names() -> None:
    assert plain("    1  One") == "    1  One"


def test_what_is_no_text_in_a_name_is_seen() -> None:
    assert plain("b\udcffad.md does not exist") == "b?ad.md does not exist"


def test_what_other_scripts_need_stays() -> None:
    for name in ("می\u200cخواهم", "👩\u200d🏽", "שלום\u200e!", "naïve", "東京"):
        assert plain(name) == name


@pytest.mark.parametrize("title", [EVIL, "\x9b", "\u202e\u2066", "a\nb"])
def test_a_title_becomes_a_name_that_is_read_as_it_is_written(title: str) -> None:
    assert plain(file_name(title)) == file_name(title) != ""


def test_the_files_of_a_book_bear_no_such_name(within: Within, tmp_path: Path) -> None:
    pages = {"a.xhtml": "<h1>One</h1><p>Words.</p>", "b.xhtml": "<h1>Two</h1><p>Words.</p>"}
    epub(tmp_path / "b.epub", pages, nav=links(("x\u202egnp.exe\x9b31m", "a.xhtml"), ("Two", "b.xhtml")))
    done = within("read", "b.epub", "-e", "tone", "--split", "-o", "out/")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.mp3")) == ["01 - xgnp.exe31m.mp3", "02 - Two.mp3"]
    for line in (done.stdout + done.stderr).decode().splitlines():
        assert "\u202e" not in line and "\x9b" not in line


@pytest.mark.skipif(sys.platform == "win32", reason="there are no terminals of this kind")
def test_a_mistake_in_a_strangers_script_does_not_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "talk.yaml").write_text('steps:\n  - {type: "\\e]0;owned\\a", "k\\x9b31m": 1}\n')
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "api", "script", tmp_path / "talk.yaml", "-e", "tone"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=terminal, timeout=60)
    os.close(terminal)
    shown = os.read(screen, 100_000).decode()
    os.close(screen)
    assert done.returncode == 2
    assert "must be one of" in shown
    assert not {"\x1b", "\x07", "\x9b"} & set(shown)
