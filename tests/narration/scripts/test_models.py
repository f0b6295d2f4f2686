"""Whom a script asks, and with what."""

from collections.abc import AsyncGenerator
from pathlib import Path

from pipeline import create_streaming_pipeline
from pipeline.narration.scripts import parsed
from pipeline.sources.replay import ReplaySource
from pipeline.types import Request
from tests.narration.scripts.test_stage import performed, spoken


async def test_a_source_of_the_callers_own_is_asked_by_steps_that_name_none(tmp_path: Path) -> None:
    script = """
steps:
  - {id: a, type: llm_chat, inputs: {message: Who is it}}
  - {id: b, type: llm_chat, config: {provider: replay}, inputs: {message: Say this.}}
"""
    async with create_streaming_pipeline(
        lambda asked: f"You ask: {asked}", "tone", {"output_dir": tmp_path}
    ) as pipeline:
        events = [event async for event in pipeline.stream_script_to_audio(parsed(script))]
    assert [text.strip() for text, _, _ in spoken(events)] == ["You ask: Who is it", "Say this."]


async def test_what_a_run_says_of_models_holds_for_steps_that_say_nothing(tmp_path: Path) -> None:
    script = """
steps:
  - {type: llm_chat, inputs: {message: One}}
  - {type: llm_chat, config: {temperature: 0.9, model: mine}, inputs: {message: Two, system: Be brief.}}
"""
    asked: list[Request] = []

    class Asked:
        name, model, streaming = "asked", "usual", True

        async def tokens(self, request: Request) -> AsyncGenerator[str, None]:
            asked.append(request)
            yield "Well."

    said = {"temperature": 0.1, "max_tokens": 7, "system": "Be kind.", "model": "theirs", "llm_options": {"seed": 1}}
    async with create_streaming_pipeline(Asked(), "tone", {"output_dir": tmp_path}) as pipeline:
        assert [event async for event in pipeline.stream_script_to_audio(parsed(script), **said)][-1].type == "complete"
    assert [(one.text, one.temperature, one.model, one.system) for one in asked] == [
        ("One", 0.1, "theirs", "Be kind."),
        ("Two", 0.9, "mine", "Be brief."),
    ]
    assert all((one.max_tokens, one.llm_options) == (7, {"seed": 1}) for one in asked)


async def test_another_provider_is_not_told_what_the_runs_own_is(tmp_path: Path, monkeypatch) -> None:
    asked: list[Request] = []
    say = ReplaySource.tokens
    monkeypatch.setattr(ReplaySource, "tokens", lambda self, request: (asked.append(request), say(self, request))[1])
    script = "steps:\n  - {type: llm_chat, config: {provider: replay}, inputs: {message: Say this.}}\n"
    await performed(tmp_path, script, model="theirs", temperature=0.1, llm_options={"seed": 1})
    assert [(one.model, one.temperature, one.llm_options) for one in asked] == [("", 0.1, {})]
