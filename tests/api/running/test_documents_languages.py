"""A document is said in the languages that it names, over HTTP, too."""

import pytest

from tests.api.client import check_run, events, speak
from tests.api.running.test_documents import brought, titles


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
