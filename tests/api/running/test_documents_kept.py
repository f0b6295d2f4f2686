"""Documents on the disk: with no room for them, damaged, of an earlier version, too old, too many."""

import errno
import json
import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.running.documents import Documents
from pipeline.stores.clips import FolderClipStore
from tests.api.client import speak, until
from tests.api.conftest import TEXT
from tests.api.running.test_documents import brought


async def test_the_oldest_go_when_there_are_too_many_bytes(served, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0.05)
    client = await served(retention_bytes=10_000)
    made = [(await brought(client, data=f"{number} {TEXT}".encode() * 50)).json()["id"] for number in range(5)]

    async def there():
        return [document for document in made if (await client.get(f"/api/v1/documents/{document}")).is_success]

    async def few():
        return len(await there()) < 3

    await until(few)
    left = await there()
    assert left and left == made[-len(left) :], "the newest stay"


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


@pytest.mark.parametrize(("title", "shown"), [("The coast", "The coast"), ("", "notes")])
async def test_one_that_an_earlier_version_kept_is_as_good(alone, tmp_path, title, shown):
    """It had all in one line, no length, and the name of the file beside the title."""
    made = (await brought(alone, "notes.md", b"# One\n\nIt began.\n\n# Two\n\nIt ended.\n")).json()
    path = tmp_path / "output" / "documents" / f"{made['id']}.json"
    told, rest = map(json.loads, path.read_text().split("\n"))
    del told["chars"]
    path.write_text(json.dumps({**told, **rest, "title": title, "name": "notes"}))
    made["title"] = shown
    assert (await alone.get(f"/api/v1/documents/{made['id']}")).json() == made
    (one,) = (await alone.get("/api/v1/documents")).json()["documents"]
    assert one == {name: made[name] for name in ("id", "title", "created", "chars")}
    found = await speak(alone, document=made["id"], chapters="2")
    assert found[0]["title"] == f"Two \u2013 {shown}"
    assert "".join(event["content"] for event in found if event["type"] == "chunk") == "# Two\n\nIt ended.\n"


async def test_it_goes_with_its_age(served, tmp_path, monkeypatch):
    monkeypatch.setattr("api.running.retention._PAUSE", 0.05)
    client = await served(retention_hours=1)
    made = (await brought(client)).json()["id"]
    (file,) = (tmp_path / "output" / "documents").glob(f"{made}*")
    os.utime(file, (time.time() - 7200,) * 2)

    async def gone():
        return (await client.get(f"/api/v1/documents/{made}")).status_code == 404

    await until(gone)
