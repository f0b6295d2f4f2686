"""The book job: every word once and in order, whatever stops it; what was made is never made again."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from pipeline.errors import EngineError, StoreFull
from pipeline.narration import read
from pipeline.narration.binding import marks
from pipeline.narration.document import WORD
from pipeline.narration.recital import Book, Shelf
from pipeline.narration.recital.recital import GAP
from tests.narration.books import epub, links, novel, prose
from tests.narration.child import IN_FLIGHT, make

ROOT = Path(__file__).parents[3]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Where books are made."""
    folder = tmp_path / "made"
    folder.mkdir()
    return folder


def spoken(folder: Path) -> list[str]:
    return [json.loads(line) for line in (folder / "spoken").read_text().splitlines()]


def texts(folder: Path) -> list[tuple[str, float]]:
    return [tuple(entry) for entry in json.loads((folder / "texts").read_text())]


def words(book: Book) -> list[str]:
    return [word for chapter in book.document.chapters for word in WORD.findall(chapter.text)]


def length(path: Path) -> float:
    with av.open(str(path)) as file:
        rate = file.streams.audio[0].codec_context.sample_rate
        return sum(frame.samples for frame in file.decode(audio=0)) / rate


@pytest.mark.parametrize("ending", ["mp3", "m4b", "opus", "flac", "wav"])
async def test_a_book_has_all_its_words_in_order_and_its_chapters(tmp_path: Path, made: Path, ending: str) -> None:
    target = tmp_path / f"b.{ending}"
    book = await make(novel(tmp_path / "b.epub"), target, made)
    said = [word for text, _ in texts(made) for word in WORD.findall(text)]
    assert said == words(book)
    found = marks(book)
    assert [mark.title for mark in found] == ["Chapter 1", "Chapter 2", "Chapter 3"]
    assert length(target) == pytest.approx(found[-1].ends, abs=0.1)
    firsts = [begins for text, begins in texts(made) if text.startswith("# Chapter")]
    assert [mark.begins for mark in found] == pytest.approx(firsts, abs=0.002)


async def test_a_chapter_begins_where_its_mark_says(tmp_path: Path, made: Path) -> None:
    book = await make(novel(tmp_path / "b.epub"), tmp_path / "b.m4b", made)
    with av.open(str(tmp_path / "b.m4b")) as file:
        places = [float(chapter["start"] * chapter["time_base"]) for chapter in file.chapters()]
        frames = [frame.to_ndarray().ravel() for frame in file.decode(audio=0)]
    samples = np.abs(np.concatenate(frames))
    for place in places[1:]:
        at = round(place * book.sample_rate)
        begins = at - 500 + int(np.argmax(samples[at - 500 : at + 5000] > 0.02))
        assert abs(begins / book.sample_rate - place) < 0.05


async def test_folders_may_have_any_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "7:30").mkdir()
    (tmp_path / "work:1").mkdir()
    await make(novel(tmp_path / "b.epub", each=2), Path("7:30/b.m4b"), Path("work:1"))
    with av.open(str(tmp_path / "7:30/b.m4b")) as file:
        assert len(file.chapters()) == 3


async def test_what_was_made_is_not_made_again(tmp_path: Path, made: Path) -> None:
    path = novel(tmp_path / "b.epub")
    await make(path, tmp_path / "b.mp3", made)
    before = spoken(made)
    await make(path, tmp_path / "b.mp3", made)
    await make(path, tmp_path / "b.m4b", made)
    assert spoken(made) == before
    await make(path, tmp_path / "b.mp3", made, speed=2.0)
    assert len(spoken(made)) == 2 * len(before)


async def test_one_sentence_edited_is_one_passage_spoken(tmp_path: Path, made: Path) -> None:
    paragraphs = prose(30)
    for number in range(2):
        body = "<h1>One</h1>" + "".join(f"<p>{text}</p>" for text in paragraphs)
        path = epub(tmp_path / "b.epub", {"a.xhtml": body})
        await make(path, tmp_path / "b.mp3", made)
        if number == 0:
            before = spoken(made)
            first = re.match(r"[^.]*\.", paragraphs[3])
            assert first
            paragraphs[3] = paragraphs[3].replace(first[0], "This one is quite another sentence.")
    assert spoken(made)[len(before) :] == ["This one is quite another sentence."]


async def test_a_passage_that_fails_leaves_a_marked_pause_and_is_tried_again(tmp_path: Path, made: Path) -> None:
    body = "<h1>One</h1><p>This is fine and good. This is BROKEN for ever. This is fine once more.</p>"
    path = epub(tmp_path / "b.epub", {"a.xhtml": body})
    book = await make(path, tmp_path / "b.wav", made, wrong="BROKEN")
    assert [loss.text for loss in book.progress.losses] == ["This is BROKEN for ever."]
    said = texts(made)
    place = next(begins for text, begins in said if "BROKEN" in text)
    after = next(begins for text, begins in said if "once more" in text)
    assert after - place == pytest.approx(GAP, abs=0.01)
    with av.open(str(tmp_path / "b.wav")) as file:
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])
    gap = np.abs(samples[round(place * book.sample_rate) : round(after * book.sample_rate)].astype(int))
    assert gap.max() > 1000
    again = await make(path, tmp_path / "b.wav", made)
    assert again.progress.losses == []
    assert spoken(made).count("This is BROKEN for ever.") == 2
    assert spoken(made).count("This is fine and good.") == 1


async def test_a_voice_that_says_nothing_at_all_is_an_error(tmp_path: Path, made: Path) -> None:
    with pytest.raises(EngineError):
        await make(novel(tmp_path / "b.epub"), tmp_path / "b.mp3", made, wrong=" ")
    assert not (tmp_path / "b.mp3").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no file here that is always full")
async def test_a_full_disk_is_told_and_the_book_goes_on_once_there_is_room(
    tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, begin, begun = novel(tmp_path / "b.epub"), Shelf.begin, 0

    def full(shelf: Shelf, key: str) -> Path:
        nonlocal begun
        part, begun = begin(shelf, key), begun + 1
        if begun == 2:
            part.symlink_to("/dev/full")
        return part

    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "begin", full)
        with pytest.raises(StoreFull, match="goes on"):
            await make(path, tmp_path / "b.mp3", made)
    assert not (tmp_path / "b.mp3").exists()
    book = await make(path, tmp_path / "b.mp3", made)
    assert [word for text, _ in texts(made) for word in WORD.findall(text)] == words(book)
    assert len(spoken(made)) <= len(set(spoken(made))) + IN_FLIGHT


def test_a_disk_that_is_full_everywhere_ends_the_command_and_more_room_ends_the_book(tmp_path: Path) -> None:
    disk, path = tmp_path / "disk", novel(tmp_path / "b.epub", chapters=4, each=10)
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no small disk can be made here: that takes root, and the right to mount")
    try:
        command = [sys.executable, "-m", "api", "read", str(path), "-o", str(disk / "b.mp3"), "-e", "espeak"]
        env = os.environ | {"PYTHONPATH": str(ROOT), "ALOUD_OUTPUT_DIR": str(disk)}
        full = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
        assert full.returncode == 1
        assert "no room" in full.stderr and "Traceback" not in full.stderr
        assert not (disk / "b.mp3").exists()
        subprocess.run(["mount", "-o", "remount,size=100m", str(disk)], check=True)
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        with av.open(str(disk / "b.mp3")) as file:
            assert len(file.chapters()) == 4
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.slow
def test_killed_again_and_again_it_ends_as_the_same_book(tmp_path: Path, made: Path) -> None:
    path, target, folder = novel(tmp_path / "b.epub", chapters=4, each=25), tmp_path / "b.mp3", made
    command = [sys.executable, "-m", "tests.narration.child", str(path), str(target), str(folder)]
    chance, kills = random.Random(8), 0
    for _ in range(8):
        done = subprocess.run([*command, str(chance.uniform(0.05, 0.9))], cwd=ROOT, capture_output=True, timeout=60)
        kills += done.returncode == -9
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert kills
    said = [text for text, _ in texts(folder)]
    assert [word for text in said for word in WORD.findall(text)] == [
        word for chapter in read(path).chapters for word in WORD.findall(chapter.text)
    ]
    asked = spoken(folder)
    assert len(asked) - len(set(asked)) <= kills * IN_FLIGHT


async def test_nothing_but_finished_portions_is_left_on_the_disk(tmp_path: Path, made: Path) -> None:
    pages = {f"c{n}.xhtml": f"<h1>C {n}</h1>" + "".join(f"<p>{t}</p>" for t in prose(10, n)) for n in range(30)}
    path = epub(tmp_path / "b.epub", pages, nav=links(*[(f"C {n}", f"c{n}.xhtml") for n in range(30)]))
    book = await make(path, tmp_path / "b.mp3", made)
    left = [file for file in (made / "work").iterdir() if not file.name.startswith(".")]
    assert left == [], "clips are gone once they are encoded"
    assert len(marks(book)) == 30


async def test_the_silence_between_paragraphs_is_the_same_wherever_the_book_is_divided(
    tmp_path: Path, made: Path
) -> None:
    (tmp_path / "b.md").write_text("\n\n".join(["# One", *prose(80), "# Two", *prose(5)]))
    target = tmp_path / "b.wav"
    book = await make(tmp_path / "b.md", target, made)
    assert len([portion for portion in book.portions if not portion.last]) > 2
    samples, rate = soundfile.read(target, dtype="int16")
    still = [len(run[0]) / rate for run in re.finditer(rb"\x01{500,}", (np.abs(samples) < 9).astype("u1").tobytes())]
    between = {round(seconds, 1) for seconds in still[:-1] if seconds > 0.5}
    assert between == {0.7, 0.8, 1.6}, "paragraphs, headings, chapters"
