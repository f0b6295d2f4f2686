"""What `aloud read` was asked for: which documents become which books, and where those go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.cli.files import is_folder
from api.cli.plain import plain
from pipeline.audio.joining.export import check as check_ending
from pipeline.errors import InvalidRequest, NotInstalled, UnreadableDocument
from pipeline.ground.folders import output_folder
from pipeline.narration import Document, read, reader
from pipeline.narration.choice import chosen
from pipeline.narration.document import as_text
from pipeline.narration.readers import READERS, instead, parts
from pipeline.narration.recital import together, with_a_cover_or_none

ENDINGS = ("mp3", "m4b", "m4a", "opus", "flac", "wav", "epub")
"""Beside these, whatever FFmpeg makes where it is installed."""
_CAPTIONS = (".vtt", ".srt")
"""Beside a sound of their name they belong to that: to a book, perhaps, that was made of this very folder."""
_MOST = 1000
"""Documents of a folder."""
_SHOWN = 10
"""Files that are named in one message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is wanted of the documents."""

    files: Sequence[str]
    voices: Sequence[str] = ()
    """Names; `fr=NAME` is for one language."""
    output: str = ""
    format: str = ""
    split: bool = False
    each: bool = False
    chapters: str = ""
    srt: bool = False
    allow_url: bool = False
    dry_run: bool = False
    price: float | None = None
    """Of a million characters."""
    json: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """One book and the file, or the folder, that it goes into."""

    document: Document
    target: Path
    ending: str


def editions(wish: Wish, paths: Sequence[Path], env: Mapping[str, str]) -> list[Edition]:
    """Every input is read before anything is spoken. Raises InvalidRequest."""
    ending = _ending(wish)
    output = Path(wish.output) if wish.output else output_folder(env) / "books"
    folder = not wish.output or is_folder(wish.output) or not output.suffix
    if not folder and (wish.split or wish.each and len(paths) > 1):
        raise InvalidRequest(f"-o {wish.output}: several files go into a folder; name one, with a slash at its end.")
    documents, sources = _all_read(paths), {path.absolute() for path in paths}
    shelf = Path(wish.files[0]) if len(wish.files) == 1 and len(paths) > 1 else None
    if not wish.each:
        named = shelf.resolve().name if shelf else documents[0].title if len(documents) == 1 or folder else output.stem
        documents = [together(documents, as_text(named))]
        paths = [shelf.resolve()] if shelf else paths
    made: list[Edition] = []
    for document, path in zip(documents, paths, strict=False):
        document = chosen(document, wish.chapters)
        target = output
        if wish.split and folder:
            target = output / file_name(parts(path.name)[0]) if len(documents) > 1 or not wish.output else output
        elif folder:
            target = output / f"{file_name(parts(path.name)[0])}.{ending}"
        made.append(Edition(document, target, ending))
    targets = [edition.target.absolute() for edition in made]
    if twice := [target.name for target in targets if targets.count(target) > 1]:
        raise InvalidRequest(f"Two of the files have the same name, and would both be {twice[0]}; rename one.")
    captions = () if ending == "epub" or wish.split else _CAPTIONS if wish.srt else _CAPTIONS[:1]
    beside = [target.with_suffix(kind) for target in targets for kind in captions]
    if over := sources.intersection([*targets, *beside]):
        raise InvalidRequest(f"{over.pop()} would be written over itself; name another file with -o.")
    return made


def _all_read(paths: Sequence[Path]) -> list[Document]:
    """Raises UnreadableDocument, which tells of every one that cannot be."""
    documents, wrong = list[Document](), list[str]()
    for path in paths:
        try:
            documents.append(with_a_cover_or_none(read(path)))
        except UnreadableDocument as error:
            wrong.append(error.message)
    if wrong:
        more = [f"{len(wrong) - _SHOWN:,} more cannot be read."] if len(wrong) > _SHOWN else []
        raise UnreadableDocument("\n".join(wrong[:_SHOWN] + more))
    return documents


def documents_in(place: Path) -> list[Path]:
    """Of a folder: those that there is a reader for, by their names, as people count. Raises InvalidRequest."""
    if not place.is_dir() or _readable(place):
        return [place]
    files = [file for file in place.iterdir() if file.is_file()]
    sounds = {file.stem for file in files if not _readable(file)}
    captions = {file for file in files if file.suffix.lower() in _CAPTIONS and file.stem in sounds}
    found = sorted((file for file in files if _readable(file) and file not in captions), key=_counted)
    if not found:
        raise InvalidRequest(f"{place} is a folder without any document: {', '.join(READERS)}.")
    if len(found) > _MOST:
        raise InvalidRequest(f"{place} holds {len(found):,} documents; name those that you want, {_MOST} at most.")
    return found


def _readable(file: Path) -> bool:
    try:
        return not file.name.startswith(".") and reader(parts(file.name)[1]) != ""
    except UnreadableDocument:
        return False


def unread_in(place: Path) -> Iterator[str]:
    """What is to be told of a folder's documents that are left out: there is no reader for them, or they lie deeper."""
    if not place.is_dir() or _readable(place):
        return
    shown = sorted((file for file in place.iterdir() if not file.name.startswith(".")), key=_counted)
    if strange := [file.name for file in shown if instead(file.suffix)]:
        known = f"there is a reader for {', '.join(READERS)}. Save them as one of these first."
        yield f"nothing is read of {_some(strange)} in the folder {place}: {known}"
    if deeper := [file.name for file in shown if _holds_documents(file)]:
        yield f"nothing is read of {_some(deeper)} in the folder {place}: name the folders, too, that are to be read."


def _holds_documents(folder: Path) -> bool:
    try:
        return folder.is_dir() and any(map(_readable, folder.iterdir()))
    except OSError:  # one that we may not look into
        return False


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _counted(file: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", file.name.lower())]


def _ending(wish: Wish) -> str:
    """The format: the output's own ending, or what --format says. Raises InvalidRequest."""
    suffix = Path(wish.output).suffix[1:].lower()
    stated = "" if is_folder(wish.output) else suffix
    ending = wish.format.lower() or stated or "mp3"
    if ending not in ENDINGS:
        try:
            check_ending(ending)
        except NotInstalled as error:
            raise InvalidRequest(error.message) from error
    if stated and stated != ending:
        raise InvalidRequest(f"-o {wish.output} and --format {wish.format} say two things; leave one of them out.")
    if ending == "epub" and (wish.split or wish.srt):
        what = "--split" if wish.split else "--srt"
        raise InvalidRequest(f"{what}: an EPUB is one file, which shows its text itself; leave {what} out.")
    return ending


def file_name(title: str) -> str:
    """A title as the name of a file, on any system."""
    bare = re.sub(r'[<>:"/\\|?*]+', " ", plain(title))
    short = " ".join(bare.split()).strip(". ").encode(errors="ignore")[:100].decode(errors="ignore").strip(". ")
    return short or "untitled"


def numbered(document: Document, place: int) -> str:
    """The name of a chapter's file: sorted by name, they are in order, also with those of another day."""
    numbers = [chapter.number or at for at, chapter in enumerate(document.chapters, 1)]
    digits = max(2, len(str(max(numbers))))
    return f"{numbers[place]:0{digits}} - {file_name(document.chapters[place].title)}"
