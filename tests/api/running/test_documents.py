"""Documents: brought as files, spoken by their id."""

import errno
import os
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.running.documents import Documents
from pipeline.stores.clips import FolderClipStore
from tests.api.client import check_run, events, speak, until
from tests.api.conftest import TEXT
from tests.narration.books import fb2, novel, odt, without

PAGE = (
    f"<html><head><title>A page</title><script>alert(1)</script></head><body><h1>Head</h1><p>{TEXT}</p></body></html>"
)
STORY = TEXT.encode()


async def brought(client, name="story.txt", data=STORY, **options):
    return await client.post("/api/v1/documents", files={"file": (name, data)}, **options)


def titles(made):
    return [chapter["title"] for chapter in made["chapters"]]


@pytest.mark.parametrize(
    ("name", "data"),
    [("story.txt", TEXT), ("story.md", f"# Head\n\n{TEXT}\n"), ("story.HTML", PAGE), ("st\u00f6ry.txt", TEXT)],
)
async def test_a_document_is_read_once_and_spoken_by_its_id(client, name, data):
    response = await brought(client, name, data.encode())
    assert response.status_code == 201, response.text
    made = response.json()
    assert made["chars"] >= len(TEXT)
    found = await speak(client, document=made["id"])
    check_run(found)
    assert "alert" not in str(found)
    spoken = " ".join(event["spoken"] for event in found if event["type"] == "passage")
    assert "another one" in spoken
    assert (await client.get(f"/api/v1/documents/{made['id']}")).json() == made
    assert (await client.delete(f"/api/v1/documents/{made['id']}")).status_code == 204
    assert (await client.get(f"/api/v1/documents/{made['id']}")).status_code == 404


@pytest.mark.parametrize("name", ["My Story.fb2.zip", "My Story.odt"])
async def test_packed_documents_are_read_too_and_go_by_their_names(client, tmp_path, name):
    if name.endswith("odt"):
        path = odt(tmp_path / "b.odt", f"<text:p>{TEXT}</text:p>")
    else:
        path = tmp_path / "b.zip"
        with zipfile.ZipFile(path, "w") as file:
            file.write(fb2(tmp_path / "b.fb2", f"<section><p>{TEXT}</p></section>"), "b.fb2")
    made = (await brought(client, name, path.read_bytes())).json()
    assert (titles(made), made["title"]) == (["My Story"], "My Story")
    check_run(await speak(client, document=made["id"]))


async def test_the_oldest_go_when_there_are_too_many_bytes(served, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0.05)
    client = await served(retention_bytes=10_000)
    made = [(await brought(client, data=f"{number} {TEXT}".encode() * 50)).json()["id"] for number in range(5)]

    async def there():
        return [document for document in made if (await client.get(f"/api/v1/documents/{document}")).is_success]

    async def few():
        return len(await there()) < 3

    await until(few)
    assert await there() == made[-len(await there()) :], "the newest stay"
    assert await there()


@pytest.mark.parametrize(("named", "given", "said"), [("fr", "", "fr"), ("fr", "de", "de"), ("xx", "", "")])
async def test_a_document_is_said_in_the_language_that_it_names(client, named, given, said):
    page = f"<html lang='{named}'><body><p>Il est parti ce matin, et il reviendra.</p></body></html>"
    made = (await brought(client, "page.html", page.encode())).json()

    async def length(**body):
        found = await speak(client, tts_provider="espeak", **body)
        return sum(event["seconds"] for event in found if event["type"] == "audio")

    text = "Il est parti ce matin, et il reviendra.\n\n"
    lengths = {language: await length(text=text, language=language) for language in ("", "fr", "de")}
    assert len(set(lengths.values())) == 3
    assert await length(document=made["id"], language=given) == lengths[said]


NONE = {"story.exe": b"MZ", "story": b"text", "x": b"text", "story.txt": b"", "book.epub": b"no zip", "a.pdf": b"x"}


async def test_what_is_no_document_is_refused_and_leaves_nothing(alone, tmp_path):
    for name, data in NONE.items():
        response = await brought(alone, name, data)
        assert response.status_code == 422, name
        assert str(tmp_path) not in response.text
    assert list((tmp_path / "output" / "documents").glob("*")) == []
    nameless = await alone.post("/api/v1/documents", files={"file": (None, b"text")})
    assert nameless.json()["error"]["message"] == "file: it must be a file, with its name."


async def test_pages_of_a_document_that_cannot_be_read_are_told_of_and_the_rest_is_spoken(client, tmp_path):
    made = (await brought(client, "b.epub", without(novel(tmp_path / "b.epub", each=2)).read_bytes())).json()
    assert titles(made) == ["Chapter 1", "Chapter 3"]
    assert made["unread"] == [
        '"Chapter 2": it lacks OEBPS/c2.xhtml, which it names: the file is damaged or not complete'
    ]
    assert (await client.get(f"/api/v1/documents/{made['id']}")).json() == made
    check_run(await speak(client, document=made["id"]))
    assert (await brought(client)).json()["unread"] == []


async def test_a_document_for_which_there_is_no_room_is_refused_and_leaves_nothing(
    alone, tmp_path, monkeypatch, caplog
):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("api.running.documents.os", SimpleNamespace(replace=full))
    response = await brought(alone)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "store_full")
    (noted,) = [record for record in caplog.records if "store_full" in record.message]
    assert noted.exc_info is None, "a full disk is no place for the same stack again and again"
    assert list((tmp_path / "output" / "documents").glob("*")) == []


async def test_a_document_for_which_there_is_no_room_while_it_comes_is_told_so(alone, monkeypatch, caplog):
    """It was said not to be UTF-8, and the log said nothing."""

    async def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("starlette.datastructures.UploadFile.write", full)
    response = await brought(alone)
    assert (response.status_code, response.json()["error"]["code"]) == (503, "store_failed")
    assert "No space left" in response.text and "retry-after" in response.headers
    assert "No space left" in caplog.text


async def test_a_folder_of_another_user_is_told_as_such(alone, monkeypatch):
    def refuse(*_, **given):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("api.running.documents.anyio.open_file", refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    response = await brought(alone)
    assert response.status_code == 503
    assert "Permission denied" in response.text


async def test_a_document_over_the_limit_is_refused(served):
    client = await served(max_document=10_000)
    assert (await brought(client, data=b"One word. " * 900)).status_code == 201
    assert (await brought(client, data=b"One word. " * 3000)).status_code == 413


def test_what_a_service_that_was_killed_had_not_read_is_gone(tmp_path):
    for name in ("dabc.json", "dabc.part", "dxyz.pdf"):
        (tmp_path / name).touch()
    Documents(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["dabc.json"]


def test_where_nothing_can_be_removed_it_is_left(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "dxyz.pdf").touch()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "0.wav.growing").touch()
    os.utime(tmp_path / "run" / "0.wav.growing", (0, 0))
    monkeypatch.setattr(os, "unlink", refused)
    monkeypatch.setattr(Path, "unlink", refused)
    Documents(tmp_path / "documents")
    FolderClipStore(tmp_path)


@pytest.mark.parametrize("left", ["", "{", "[]", '{"id": "d"}'])
async def test_a_document_whose_file_is_damaged_is_to_be_brought_again(alone, tmp_path, left):
    id_ = (await brought(alone)).json()["id"]
    (tmp_path / "output" / "documents" / f"{id_}.json").write_text(left)
    for refused in (
        await alone.get(f"/api/v1/documents/{id_}"),
        await alone.post("/api/v1/runs", json={"document": id_}),
    ):
        assert refused.status_code == 410 and "bring it again" in refused.text


async def test_a_document_that_is_not_there_begins_nothing(alone):
    for id_ in ("nothing", "d" + "x" * 22, "../aloud", "d" * 500):
        response = await alone.post("/api/v1/runs", json={"document": id_})
        assert response.status_code in (404, 422)
    assert (await alone.get("/api/v1/runs")).json()["runs"] == []


async def test_it_is_its_owners_own(served):
    client = await served(api_keys="key-of-ada,key-of-bob")
    ada, bob = ({"Authorization": f"Bearer key-of-{name}"} for name in ("ada", "bob"))
    assert (await brought(client)).status_code == 401
    made = (await brought(client, headers=ada)).json()["id"]
    for id_ in (made, "d" + "x" * 22):
        answers = [
            await client.get(f"/api/v1/documents/{id_}", headers=bob),
            await client.delete(f"/api/v1/documents/{id_}", headers=bob),
            await client.post("/api/v1/runs", json={"document": id_}, headers=bob),
        ]
        assert [answer.status_code for answer in answers] == [404] * 3
        assert len({answer.content for answer in answers}) == 1
    assert (await client.get(f"/api/v1/documents/{made}", headers=ada)).status_code == 200


async def test_it_goes_with_its_age(served, tmp_path, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0.05)
    client = await served(retention_hours=1)
    made = (await brought(client)).json()["id"]
    (file,) = (tmp_path / "output" / "documents").glob(f"{made}*")
    os.utime(file, (time.time() - 7200,) * 2)

    async def gone():
        return (await client.get(f"/api/v1/documents/{made}")).status_code == 404

    await until(gone)


TONGUES = (
    "<html lang=en><head><title>Two trips</title></head><body><h1>One</h1><p>It was a fine morning, and they left.</p>"
    "<p lang=fr>Il est parti ce matin, et il reviendra.</p><h1>Two</h1><p>Then all of them came back.</p></body></html>"
)
FRENCH = "Il est parti ce matin, et il reviendra.\n\n"


def sounds(found):
    """What is heard, in order: the seconds of each clip with the language of its voice, and titles of chapters."""
    cues = [event for event in found if event["type"] == "cue"]
    for event in found:
        if event["type"] == "chapter":
            yield event["title"]
        elif event["type"] == "audio":
            cue = next(cue for cue in reversed(cues) if cue["start"] <= event["start"])
            yield event["text"].strip(), cue.get("speaker", {}).get("language", ""), event["seconds"]


@pytest.mark.parametrize(("asked", "voice"), [({}, ""), ({"voices": {"fr": "fr-be"}}, "fr-be")])
async def test_each_part_of_a_document_is_said_in_its_own_language_and_its_chapters_are_told(client, asked, voice):
    made = (await brought(client, "trips.html", TONGUES.encode())).json()
    assert titles(made) == ["One", "Two"]
    batch = {"tts_provider": "espeak", "buffer": {"mode": "batch"}}
    found = await speak(client, document=made["id"], **asked, **batch)
    check_run(found)
    alone = await speak(client, text=FRENCH, language="fr", voice=voice, **batch)
    (seconds,) = [event["seconds"] for event in alone if event["type"] == "audio"]
    heard = list(sounds(found))
    assert [item if isinstance(item, str) else item[1] for item in heard] == ["One", "", "", "fr", "Two", "", ""]
    assert heard[3] == (FRENCH.strip(), "fr", seconds)
    chapters = [event for event in found if event["type"] == "chapter"]
    text = "".join(event["content"] for event in found if event["type"] == "chunk")
    assert [text[event["start"] :].partition("\n")[0] for event in chapters] == ["# One", "# Two"]
    assert [e["chapter"] for e in found if e["type"] == "passage"] == ["One"] * 3 + ["Two"] * 2
    again = (await client.post(f"/api/v1/runs/{found[0]['run']}/retry")).json()["id"]
    assert list(sounds(await events(client, again))) == heard


async def test_who_wants_one_voice_or_one_language_gets_it_for_the_whole_document(client):
    made = (await brought(client, "trips.html", TONGUES.encode())).json()
    for asked in ({"voice": "en-us"}, {"language": "de"}):
        found = await speak(client, document=made["id"], tts_provider="espeak", **asked)
        assert not any("speaker" in event for event in found if event["type"] == "cue")
        assert [event["title"] for event in found if event["type"] == "chapter"] == ["One", "Two"]


async def test_a_document_in_a_script_has_its_chapters_and_its_languages_too(client):
    made = (await brought(client, "trips.html", TONGUES.encode())).json()
    steps = [
        {"type": "speak", "inputs": {"text": "Listen."}},
        {"id": "d", "type": "document", "inputs": {"path": made["id"]}},
        {"type": "document", "config": {"voice": "espeak/en-us"}, "inputs": {"path": made["id"]}},
    ]
    found = await speak(client, script={"steps": steps}, tts_provider="espeak", buffer={"mode": "batch"})
    check_run(found)
    languages = [item if isinstance(item, str) else item[1] for item in sounds(found)]
    own = ["One", *3 * ["en-us"], "Two", *2 * ["en-us"]]  # the voice that is named says all of it, in its language
    assert languages == ["", "One", "en", "en", "fr", "Two", "en", "en", *own]
    assert [event["seconds"] for event in found if event["type"] == "pause"] == [
        0.6,
        0.95,
        0.95,
    ]  # and a paragraph's own


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "Bonjour.", "voices": {"fr": "fr-fr"}}, "invalid_request"),
        ({"voices": {"fr": "nobody"}}, "unknown_voice"),
        ({"voices": {"in French": "fr-fr"}}, "invalid_request"),
        ({"voice": "nobody"}, "unknown_voice"),
    ],
)
async def test_voices_that_cannot_be_are_refused_before_anything_begins(client, body, code):
    made = (await brought(client, "trips.html", TONGUES.encode())).json()
    body = body if "text" in body else {"document": made["id"], **body}
    response = await client.post("/api/v1/runs", json={"tts_provider": "espeak", **body})
    assert (response.status_code, response.json()["error"]["code"]) == (422, code)


async def test_an_untitled_text_is_a_chapter_by_the_name_of_its_file(client):
    assert titles((await brought(client)).json()) == ["story"]
