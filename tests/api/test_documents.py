"""Documents: brought as files, spoken by their id."""

import os
import time

import pytest

from tests.api.client import check_run, speak, until
from tests.api.conftest import TEXT

PAGE = (
    f"<html><head><title>A page</title><script>alert(1)</script></head><body><h1>Head</h1><p>{TEXT}</p></body></html>"
)
STORY = TEXT.encode()


async def brought(client, name="story.txt", data=STORY, **options):
    return await client.post("/api/v1/documents", files={"file": (name, data)}, **options)


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


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("story.exe", b"MZ"),
        ("story", b"text"),
        ("", b"text"),
        ("story.txt", b""),
        ("book.epub", b"no zip"),
        ("a.pdf", b"x"),
    ],
)
async def test_what_is_no_document_is_refused_and_leaves_nothing(client, tmp_path, name, data):
    response = await brought(client, name or "x", data)
    assert response.status_code == 422
    assert str(tmp_path) not in response.text
    assert list((tmp_path / "output" / "documents").glob("*")) == []


async def test_a_document_over_the_limit_is_refused(served):
    client = await served(max_document=10_000)
    assert (await brought(client, data=b"One word. " * 900)).status_code == 201
    assert (await brought(client, data=b"One word. " * 3000)).status_code == 413


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
    monkeypatch.setattr("api.retention._PAUSE", 0.05)
    client = await served(retention_hours=1)
    made = (await brought(client)).json()["id"]
    (file,) = (tmp_path / "output" / "documents").glob(f"{made}*")
    os.utime(file, (time.time() - 7200,) * 2)

    async def gone():
        return (await client.get(f"/api/v1/documents/{made}")).status_code == 404

    await until(gone)
