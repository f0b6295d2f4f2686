"""Documents: brought as files, spoken by their id."""

import zipfile

import pytest

from tests.api.client import check_run, speak
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


async def test_an_untitled_text_is_a_chapter_by_the_name_of_its_file(client):
    assert titles((await brought(client)).json()) == ["story"]
