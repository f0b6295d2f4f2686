"""What is no answer, and what a relative of OpenAI's says of it."""

import pytest

from pipeline.errors import SourceBusy, SourceFailed, SourceRefused, SourceTruncated
from pipeline.sources.openai import OpenAISource
from tests.fakes.models import Turn, fake
from tests.sources.answers.written import END, HELLO, chunk, events
from tests.sources.providers import asked, heard, source, text_of

TOLD = {
    "a page": (Turn(raw=b"<html>Welcome", kind="text/HTML"), SourceRefused, "web page"),
    "an error under 200": (
        Turn(raw=b'{"error": {"message": "no credit", "type": "billing"}}'),
        SourceRefused,
        "credit",
    ),
    "an error as a text": (Turn(raw=events(HELLO, {"error": "it crashed"})), SourceFailed, "it crashed"),
    "an error as an object": (Turn(raw=events({"object": "error", "message": "it crashed"})), SourceFailed, "crashed"),
    "a list": (Turn(raw=b'[{"error": {"code": 503, "message": "overloaded"}}]'), SourceBusy, "overloaded"),
    "an error as it is": (Turn(raw=events(HELLO, {"message": "it crashed", "code": ""})), SourceFailed, "it crashed"),
    "an overload in a chunk": (Turn(raw=events(chunk({}, "error", error={"code": 429}))), SourceBusy, ""),
    "content that is no text": (Turn(raw=events(chunk({"content": 5}), END)), SourceTruncated, "cannot be read"),
    "a call that Gemini cannot read": (
        Turn(raw=events(HELLO, chunk({}, "function_call_filter: MALFORMED_FUNCTION_CALL"))),
        SourceTruncated,
        "malformed_function_call",
    ),
    "a refusal in words": (
        Turn(raw=events(chunk({"refusal": "I can't "}), chunk({"refusal": "help."}), END)),
        SourceRefused,
        "I can't help.",
    ),
    "Groq's": (Turn(raw=events(HELLO, chunk({}, "stop", x_groq={"error": "it crashed"}))), SourceFailed, "it crashed"),
    "MiniMax's": (
        Turn(raw=events({"choices": None, "base_resp": {"status_code": 1002, "status_msg": "rate limit"}})),
        SourceBusy,
        "rate limit",
    ),
    "what OpenRouter was told": (
        Turn(
            raw=events(
                chunk({}, "error", error={"message": "Provider returned error", "metadata": {"raw": "too warm"}})
            )
        ),
        SourceFailed,
        "too warm",
    ),
    "lists without end": (Turn(raw=b"data: " + b"[" * 100_000 + b"\n\n"), SourceTruncated, "cannot be read"),
    "nowhere to go": (Turn(fault="307"), SourceRefused, "where nothing is"),
}


@pytest.mark.parametrize("shape", TOLD)
async def test_what_is_no_answer_is_told_as_what_it_is(shape):
    turn, kind, told = TOLD[shape]
    async with fake("openai", turn) as server:
        _, raised = await heard(source(server))
    assert type(raised) is kind
    assert told in raised.message


async def test_an_error_in_place_of_a_whole_answer_is_told():
    turn = Turn(fault="200", body={"error": {"message": "no credit", "type": "billing"}})
    async with fake("openai", turn) as server:
        _, raised = await heard(OpenAISource(url=server.url, streaming=False))
    assert type(raised) is SourceRefused
    assert "no credit" in raised.message


@pytest.mark.parametrize(
    ("refused", "body"),
    [
        ("stream_options", {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"]}]}),
        ("max_tokens", {"error": {"message": "'max_tokens' is not supported. Use 'max_completion_tokens'."}}),
    ],
)
async def test_what_a_relative_refuses_and_can_be_left_out_or_said_otherwise_is(refused, body):
    def answering(sent):
        return Turn(fault="422", body=body) if refused in sent else Turn()

    async with fake("openai", answering) as server:
        items, raised = await heard(source(server), asked(max_tokens=7))
    assert (raised, text_of(items)) == (None, "One. Two three.")
    first, second = (sent.body for sent in server.asked)
    assert second.get("max_tokens", second.get("max_completion_tokens")) == 7
    assert {*first} - {*second} == {refused}


@pytest.mark.parametrize(
    ("status", "body", "kind", "told"),
    [
        ("401", {"detail": "Not authenticated"}, SourceRefused, "Not authenticated"),
        ("404", {"error": "no model x"}, SourceRefused, "no model x"),
        ("400", [{"error": {"message": "key not valid", "code": 400}}], SourceRefused, "key not valid"),
        ("400", {"errors": [{"message": "no model y", "code": 5007}], "success": False}, SourceRefused, "no model y"),
        ("429", {"error": {"message": "used up", "code": "insufficient_quota"}}, SourceRefused, "used up"),
        ("429", {"error": {"message": "slowly", "code": "rate_limit_exceeded"}}, SourceBusy, "slowly"),
    ],
)
async def test_a_refusal_is_told_in_the_providers_words(status, body, kind, told):
    async with fake("openai", Turn(fault=status, body=body)) as server:
        _, raised = await heard(source(server))
    assert type(raised) is kind
    assert told in raised.message
