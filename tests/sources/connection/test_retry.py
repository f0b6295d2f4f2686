"""What can pass is asked again, as often and as late as it should be."""

import pytest

from pipeline.errors import (
    SourceBusy,
    SourceFailed,
    SourceRefused,
    SourceTimeout,
    SourceTruncated,
    SourceUnreachable,
)
from pipeline.sources.connection import retry
from pipeline.sources.connection.patience import Patience
from pipeline.sources.connection.retry import PatientSource, Retries
from tests.fakes.models import Turn, fake
from tests.sources.providers import SHORT, heard, source, text_of

THRICE = Retries(again=2, delay=0.01)

BEFORE = {
    # fault: the error at last, how many requests it takes
    "401": (SourceRefused, 1),
    "403": (SourceRefused, 1),
    "404": (SourceRefused, 1),
    "400": (SourceRefused, 1),
    "408": (SourceTimeout, 3),
    "429": (SourceBusy, 3),
    "500": (SourceFailed, 3),
    "503": (SourceBusy, 3),
    "529": (SourceBusy, 3),
    "empty": (SourceTruncated, 3),
    "error": (SourceFailed, 3),
    "cut": (SourceTruncated, 3),
    "silence": (SourceTimeout, 3),
    "garbage": (SourceTruncated, 1),
    "huge": (SourceTruncated, 1),
}

WITHIN = {
    "error": SourceFailed,
    "cut": SourceTruncated,
    "silence": SourceTimeout,
    "no-marker": SourceTruncated,
    "garbage": SourceTruncated,
    "huge": SourceTruncated,
}


@pytest.mark.parametrize("fault", BEFORE)
async def test_before_the_first_word_what_can_pass_is_asked_again(form, fault):
    error, requests = BEFORE[fault]
    patience = SHORT if fault == "silence" else None
    async with fake(form, Turn(fault=fault, after=0)) as server:
        items, raised = await heard(PatientSource(source(server, patience=patience), THRICE))
    assert type(raised) is error
    assert text_of(items) == ""
    assert len(server.asked) == requests


@pytest.mark.parametrize("fault", WITHIN)
async def test_after_the_first_word_nothing_is_asked_again(form, fault):
    patience = Patience(between=0.3) if fault == "silence" else None
    async with fake(form, Turn(fault=fault, after=2)) as server:
        items, raised = await heard(PatientSource(source(server, patience=patience), THRICE))
    assert type(raised) is WITHIN[fault]
    assert text_of(items) == ("One. Two three." if fault == "no-marker" else "One. Two ")
    assert len(server.asked) == 1


async def test_a_provider_that_is_not_there_is_asked_thrice(form):
    async with fake(form) as server:
        pass  # now nobody listens at its port
    items, raised = await heard(PatientSource(source(server, patience=SHORT), THRICE))
    assert (type(raised), items) == (SourceUnreachable, [])
    assert f"127.0.0.1:{server.port}" in str(raised)


async def test_one_failure_is_got_over(form):
    async with fake(form, Turn(fault="500"), Turn(fault="cut", after=0), Turn()) as server:
        items, raised = await heard(PatientSource(source(server), THRICE))
    assert raised is None
    assert text_of(items) == "One. Two three."
    assert len(server.asked) == 3


async def test_a_server_that_is_loading_its_model_is_waited_for(form, monkeypatch):
    monkeypatch.setattr(retry, "_LOADING", 0.001)
    loading = Turn(fault="503", message="Loading model")
    async with fake(form, *[loading] * 5, Turn()) as server:
        items, raised = await heard(PatientSource(source(server), Retries(again=0, loading=30)))
        assert (raised, text_of(items), len(server.asked)) == (None, "One. Two three.", 6)
    async with fake(form, loading) as server:
        _, raised = await heard(PatientSource(source(server), Retries(again=0, loading=0.01)))
    assert type(raised) is SourceBusy and "is loading its model" in raised.message


async def test_retry_after_is_waited_for(form):
    async with fake(form, Turn(fault="429", headers={"Retry-After": "0.4"}), Turn()) as server:
        _, raised = await heard(PatientSource(source(server), THRICE))
    assert raised is None
    first, second = server.asked
    assert second.at - first.at >= 0.4
    assert THRICE.wait(0, SourceBusy("busy", retry_after=0.4)) < 0.5, "and not much longer"


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("Quota exceeded, limit: 10, model: gemma\nPlease retry in 31.44s.", 31.44),
        ("Used 99, Requested 9. Please try again in 1m4.5s. Visit us", 64.5),
        ("Please try again in 20ms.", 0.02),
        ("Please retry after 20 seconds.", 20),
        ("Please try again in 1h2m.", 3720),
        ("Please try again in a moment.", None),
        ("Please retry in 1.2.3s.", None),
        ("Please retry in 5\u017f.", None),
        (f"Please retry in {'9' * 400}s.", 31_622_400),
    ],
)
async def test_how_long_to_wait_may_be_told_in_words_alone(words, seconds):
    for fault in ("429", "error"):  # also within an answer
        async with fake("openai", Turn(fault=fault, after=0, message=f"Rate limit. {words}")) as server:
            _, raised = await heard(source(server))
        assert raised.retry_after == (seconds and pytest.approx(seconds))
        assert raised.details == {}


@pytest.mark.parametrize(("told", "seconds", "said"), [("86400", 86_400, "86,400"), ("inf", 31_622_400, "31,622,400")])
async def test_a_wait_without_end_is_not_waited(form, told, seconds, said):
    async with fake(form, Turn(fault="429", headers={"Retry-After": told})) as server:
        _, raised = await heard(PatientSource(source(server), THRICE))
    assert raised.retry_after == seconds
    assert f"in {said} s" in raised.message
    assert len(server.asked) == 1
