"""Some chapters of a document, wherever a request or a script's step names one."""

import json
from pathlib import Path

import httpx
import pytest

from tests.api.client import TERMINAL, check_run, events, speak, until
from tests.api.process import Process
from tests.api.running.test_documents import brought
from tests.narration.books import docx, fb2, novel, odt, pdf

PARTS = {
    "The sea": "It was calm. Nobody was there.",
    "The harbour": "Two boats lay in it, and a third was still being built.",
    "The gulls": "They saw it all.",
    "The night": "Then it was dark.",
}
BOOK = "".join(f"# {title}\n\n{text}\n\n" for title, text in PARTS.items()).encode()
TONE = {"tts_provider": "tone", "buffer": {"mode": "batch"}}


async def book(client, name="Coast.md", data=BOOK, **options):
    return (await brought(client, name, data, **options)).json()


def told(found):
    return [event["title"] for event in found if event["type"] == "chapter"]


def said(found):
    return "".join(event["content"] for event in found if event["type"] == "chunk")


async def begun(client, **body):
    return await client.post("/api/v1/runs", json=body)


async def test_its_chapters_are_listed_with_what_a_client_needs_to_choose(client):
    made = await book(client)
    assert [(one["number"], one["title"]) for one in made["chapters"]] == list(enumerate(PARTS, 1))
    assert sum(one["chars"] for one in made["chapters"]) == made["chars"]
    for one in made["chapters"]:
        found = await speak(client, document=made["id"], chapters=str(one["number"]), **TONE)
        check_run(found)
        assert (told(found), len(said(found))) == ([one["title"]], one["chars"])
        assert said(found).startswith(f"# {one['title']}\n") and PARTS[one["title"]] in said(found)
    assert (await client.get(f"/api/v1/documents/{made['id']}")).json() == made


@pytest.mark.parametrize(
    ("chapters", "titles", "listed"),
    [
        ("", list(PARTS), "Coast"),
        ("1-", list(PARTS), "Coast"),
        ("2", ["The harbour"], "The harbour \u2013 Coast"),
        (2, ["The harbour"], "The harbour \u2013 Coast"),
        (" 2 - 3 ", ["The harbour", "The gulls"], "The harbour and 1 more \u2013 Coast"),
        ("4,1-2", ["The sea", "The harbour", "The night"], "The sea and 2 more \u2013 Coast"),
    ],
)
async def test_those_that_are_chosen_are_spoken_and_what_is_listed_says_which(client, chapters, titles, listed):
    made = await book(client)
    found = await speak(client, document=made["id"], chapters=chapters, **TONE)
    check_run(found, "".join(f"# {title}\n\n{PARTS[title]}\n\n" for title in titles))
    assert told(found) == titles and found[0]["title"] == listed
    assert (await client.get(f"/api/v1/runs/{found[0]['run']}")).json()["title"] == listed


@pytest.mark.parametrize(
    ("chapters", "message"),
    [
        ("5", "chapters 5: the document has the chapters 1 to 4."),
        ("0", "chapters 0: the document has the chapters 1 to 4."),
        ("3-9", "chapters 3-9: the document has the chapters 1 to 4."),
        ("The sea", "chapters The sea: write it like 3, 3-5 or 2,4-."),
        ("4-2", "chapters 4-2: write it like 3, 3-5 or 2,4-."),
        (True, "chapters: input should be a valid string."),
        ([3], "chapters: input should be a valid string."),
        ("1," * 5001, "chapters: string should have at most 10000 characters."),
    ],
)
async def test_those_that_it_does_not_have_are_refused_before_anything_begins(alone, chapters, message):
    refused = await begun(alone, document=(await book(alone))["id"], chapters=chapters)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["message"]) == (422, "invalid_request", message)
    assert (await alone.get("/api/v1/runs")).json()["runs"] == []


@pytest.mark.parametrize("body", [{"text": "A text."}, {"prompt": "A question."}, {"script": {"steps": []}}])
async def test_what_is_no_document_has_none(client, body):
    refused = await begun(client, chapters="1", **body)
    assert refused.status_code == 422 and "leave them out" in refused.json()["error"]["message"]


async def test_on_a_socket_they_are_chosen_too(client, talking):
    made = await book(client)
    async with talking(client) as talk:
        await talk.say("start", document=made["id"], chapters="3")
        assert told(await talk.until(*TERMINAL)) == ["The gulls"]
        await talk.say("start", document=made["id"], chapters="9")
        refused = (await talk.until("refused"))[-1]
        assert refused["message"] == "chapters 9: the document has the chapters 1 to 4."


async def test_a_document_that_is_too_long_is_heard_chapter_by_chapter(served):
    client = await served(max_chars=130, chars_per_day=130)
    made = await book(client)
    assert made["chars"] > 130
    refused = await begun(client, document=made["id"])
    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "text_too_long")
    assert refused.json()["error"]["message"] == (
        f"The document has {made['chars']} characters; the most allowed at once is 130 (ALOUD_MAX_CHARS); "
        "choose chapters, such as 1-2."
    )
    first, second, *_ = made["chapters"]
    check_run(await speak(client, document=made["id"], chapters="1-2"))
    left = 130 - first["chars"] - second["chars"]
    assert (await begun(client, text="x" * (left + 1))).status_code == 429, "as many count as were chosen"
    assert (await begun(client, text="x" * left)).status_code == 201


async def test_a_text_that_is_too_long_may_be_brought_as_a_document(served):
    client = await served(max_chars=130)
    refused = await begun(client, text=BOOK.decode())
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (413, "text_too_long")
    assert error["message"].endswith("bring it as a document, and choose chapters.")


async def test_one_that_is_too_long_alone_is_told_to_be_and_the_others_are_spoken(served):
    client = await served(max_chars=100)
    made = await book(client, data=BOOK + b"# The end\n\n" + b"On and on. " * 20)
    refused = await begun(client, document=made["id"], chapters="5")
    assert refused.status_code == 413 and "divide it, and bring its parts" in refused.text
    assert "such as 1." in (await begun(client, document=made["id"])).json()["error"]["message"]
    assert told(await speak(client, document=made["id"], chapters="4")) == ["The night"]
    whole = await book(client, "Notes.txt", b"On and on. " * 20)
    assert [one["title"] for one in whole["chapters"]] == ["Notes"]
    refused = await begun(client, document=whole["id"], chapters="1")
    assert refused.status_code == 413 and "divide it, and bring its parts" in refused.text


def files(folder: Path):
    headed = "".join(f"<h1>{title}</h1><p>{text}</p>" for title, text in PARTS.items())
    style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
    paragraphs = "".join(
        f"<w:p>{style}<w:r><w:t>{title}</w:t></w:r></w:p><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        for title, text in PARTS.items()
    )
    headings = "".join(
        f'<text:h text:outline-level="1">{title}</text:h><text:p>{text}</text:p>' for title, text in PARTS.items()
    )
    sections = "".join(
        f"<section><title><p>{title}</p></title><p>{text}</p></section>" for title, text in PARTS.items()
    )
    outline = {title: page for page, title in enumerate(PARTS)}
    yield "b.html", f"<html><body>{headed}</body></html>".encode()
    yield "b.docx", docx(folder / "b.docx", paragraphs).read_bytes()
    yield "b.odt", odt(folder / "b.odt", headings).read_bytes()
    yield "b.fb2", fb2(folder / "b.fb2", sections).read_bytes()
    yield "b.pdf", pdf(folder / "b.pdf", [[title, text] for title, text in PARTS.items()], outline).read_bytes()


async def test_every_kind_of_document_that_has_chapters_can_be_heard_by_them(client, tmp_path):
    for name, data in files(tmp_path):
        made = await book(client, name, data)
        assert [one["title"] for one in made["chapters"]] == list(PARTS), name
        found = await speak(client, document=made["id"], chapters="2", **TONE)
        check_run(found)
        assert told(found) == ["The harbour"] and "Two boats lay" in said(found) and "They saw" not in said(found), name


async def test_a_restart_and_a_retry_carry_on_with_the_same_chapters(tmp_path):
    process = Process(tmp_path, tone_factor=0.3)
    async with process, httpx.AsyncClient(base_url=process.url, timeout=60) as client:
        made = await book(client, "b.epub", novel(tmp_path / "b.epub", chapters=4).read_bytes())
        run = (await begun(client, document=made["id"], chapters="2,4")).json()["id"]

        async def heard():
            return (await client.get(f"/api/v1/runs/{run}")).json()["last"] > 8

        await until(heard)
        await process.kill()
        process._env |= {"ALOUD_TONE_FACTOR": "0"}
        await process.start()
        found = await events(client, run)
        check_run(found)
        assert told(found) == ["Chapter 2", "Chapter 4"]
        await client.delete(f"/api/v1/documents/{made['id']}")
        again = await events(client, (await client.post(f"/api/v1/runs/{run}/retry")).json()["id"])
        assert (told(again), said(again), again[0]["title"]) == (told(found), said(found), found[0]["title"])


# ---- in scripts -----------------------------------------------------------------------------------------------------


def step(made, **inputs):
    return {"type": "document", "inputs": {"path": made["id"], **inputs}}


async def test_a_step_of_a_script_chooses_its_own(client):
    made = await book(client)
    many = {"id": "n", "type": "each", "inputs": {"items": [4, 2]}, "steps": [step(made, chapters="{n.item}")]}
    steps = [step(made, chapters="2-3"), {"type": "pause", "inputs": {"seconds": 1}}, step(made, chapters=1), many]
    found = await speak(client, script={"steps": steps}, **TONE)
    check_run(found)
    assert told(found) == ["The harbour", "The gulls", "The sea", "The night", "The harbour"]
    again = (await client.post(f"/api/v1/runs/{found[0]['run']}/retry")).json()["id"]
    assert told(await events(client, again)) == told(found)


async def test_a_script_whose_document_does_not_have_them_is_told_where(alone):
    made = await book(alone)
    steps = [{"type": "speak", "inputs": {"text": "Hear this."}}, step(made, chapters="4-5")]
    for script, line, place in (
        ({"steps": steps}, None, ""),
        (json.dumps({"steps": steps}, indent=1), 13, "line 13: "),
    ):
        error = (await begun(alone, script=script)).json()["error"]
        assert error["message"] == f"{place}steps[2]: chapters 4-5: the document has the chapters 1 to 4."
        assert error["details"] == {"line": line, "where": "steps[2]"}
    refused = await begun(alone, script={"steps": [step(made, chapters="one"), step(made, chapters=0)]})
    assert "steps[1].inputs.chapters must be like 3, 3-5 or 2,4-" in refused.text
    assert "steps[2].inputs.chapters is 0" in refused.text
    assert (await alone.get("/api/v1/runs")).json()["runs"] == []


async def test_a_script_of_documents_that_are_too_long_is_refused_before_it_begins(served):
    client = await served(max_chars=800)
    made = await book(client, data=BOOK + b"# The end\n\n" + b"On and on. " * 60)
    refused = await begun(client, script={"steps": [step(made)]})
    assert refused.status_code == 413
    assert refused.json()["error"]["message"].startswith("steps[1]: The document has ")
    assert "choose chapters, such as 1-4" in refused.text
    two = [step(made, chapters="1-4"), step(made, chapters=5)]
    refused = await begun(client, script={"steps": two})
    assert refused.status_code == 413 and "The documents of the script have" in refused.text
    silent = [step(made) | {"id": "d", "config": {"speak": False}}, step(made, chapters="4")]
    assert told(await speak(client, script={"steps": silent})) == ["The night"]
