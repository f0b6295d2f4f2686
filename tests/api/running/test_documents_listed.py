"""The list of one's documents."""

import pytest

from tests.api.running.test_documents import brought


async def listed(client, **query):
    return (await client.get("/api/v1/documents", params=query)).json()["documents"]


async def test_whoever_comes_back_finds_his_documents_the_newest_first(alone):
    assert await listed(alone) == []
    named = {"first": b"Once.", "second": b"# Two\n\nTwice."}
    made = [(await brought(alone, f"{name}.md", data)).json() for name, data in named.items()]
    told = [{name: one[name] for name in ("id", "title", "created", "chars")} for one in reversed(made)]
    assert await listed(alone) == told
    assert [one["title"] for one in told] == ["Two", "first"]
    await alone.delete(f"/api/v1/documents/{made[0]['id']}")
    assert await listed(alone) == told[:1]


async def test_each_key_has_a_list_of_its_own(served):
    client = await served(api_keys="key-of-ada,key-of-bob")
    ada, bob = ({"Authorization": f"Bearer key-of-{name}"} for name in ("ada", "bob"))
    made = (await brought(client, headers=ada)).json()["id"]
    assert (await client.get("/api/v1/documents")).status_code == 401
    assert (await client.get("/api/v1/documents", headers=bob)).json() == {"documents": []}
    (one,) = (await client.get("/api/v1/documents", headers=ada)).json()["documents"]
    assert one["id"] == made


async def test_a_long_list_comes_in_pages(alone, monkeypatch):
    monkeypatch.setattr("api.running.documents.time.time", lambda: 1.0)  # of one moment, all of them
    made = {(await brought(alone)).json()["id"] for _ in range(5)}
    first = await listed(alone, limit=2)
    second = await listed(alone, limit=2, before=1.0, before_id=first[-1]["id"])
    third = await listed(alone, limit=2, before=1.0, before_id=second[-1]["id"])
    assert [len(page) for page in (first, second, third)] == [2, 2, 1]
    assert {one["id"] for one in (*first, *second, *third)} == made
    assert await listed(alone, before=1.0) == [], "those of an earlier moment"


@pytest.mark.parametrize("left", ["", "{", "[]", '{"id": "d"}', "\n"])
async def test_one_that_is_damaged_hides_no_other(alone, tmp_path, left):
    one, other = [(await brought(alone)).json()["id"] for _ in range(2)]
    (tmp_path / "output" / "documents" / f"{one}.json").write_text(left)
    assert [found["id"] for found in await listed(alone)] == [other]
