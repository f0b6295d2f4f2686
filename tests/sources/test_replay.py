"""A text at the pace of a model."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InvalidSetting
from pipeline.sources.replay import _TOKEN, ReplaySource
from pipeline.types import Message, Request
from tests.stopwatch import least

TEXT = "Models speak in pieces of three or four characters, with the space in front. " * 4


async def said(source, text=TEXT):
    return [token async for token in source.tokens(Request((Message("user", text),)))]


async def test_tokens_are_like_a_models_and_add_up_to_the_text():
    tokens = await said(ReplaySource(rate=1e9))
    assert "".join(tokens) == TEXT
    assert 2.5 < len(TEXT) / len(tokens) < 4.5


@given(st.text())
def test_no_character_is_lost(text):
    assert "".join(token[0] for token in _TOKEN.finditer(text)) == text


async def test_the_pace_is_kept():
    async def share():
        """Of the time that so many tokens should take."""
        began = time.monotonic()
        tokens = await said(ReplaySource("word " * 20, rate=200))
        return (time.monotonic() - began) / (len(tokens) / 200)

    assert 0.9 < await least(share, 1.5) < 1.5


@pytest.mark.parametrize("rate", ["0", "-1", "fast", "nan"])
def test_a_pace_that_is_none_is_refused_by_name(rate):
    with pytest.raises(InvalidSetting, match="ALOUD_REPLAY_RATE"):
        ReplaySource.from_env({"ALOUD_REPLAY_RATE": rate})
    assert ReplaySource.from_env({}).streaming
