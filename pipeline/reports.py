"""What the flow tells of what happened: events made of passages, clips and failures."""

from __future__ import annotations

import dataclasses
import logging
from typing import Literal

import anyio

from pipeline.audio.recording.pauses import rest
from pipeline.errors import AloudError
from pipeline.events import Audio, Chapter, Cued, Failed, Fallback, PassageCut, Pause, Sound, Speaking
from pipeline.types import Clip, Cue, Growing, Handover, Passage

logger = logging.getLogger("aloud.flow")


def passage(of: Passage) -> PassageCut:
    return PassageCut(
        index=of.index,
        text=of.text,
        spoken=of.spoken,
        start=of.start,
        end=of.end,
        omitted=of.omitted,
        reason=of.reason,
        voice="/".join(filter(None, (of.voice.engine, of.voice.name))) if of.voice else None,
        step=of.step or None,
        chapter=of.chapter or None,
    )


def cue(of: Cue, at_text: int) -> Cued:
    return Cued(
        start=at_text,
        step=of.step or None,
        speaker=dataclasses.asdict(of.voice) if of.voice else None,
        pause=of.pause or None,
        chapter=of.chapter or None,
    )


def between(of: Cue, at_text: int, before: Passage | None, url: str = "") -> list[Pause | Sound | Chapter]:
    """What is heard where a cue is reached, behind the passage `before` it. `url`: of its sound."""
    found: list[Pause | Sound | Chapter] = []
    if silence := rest(of.pause, before):
        found.append(Pause(seconds=silence))
    if of.chapter:
        found.append(Chapter(title=of.chapter, start=at_text))
    if of.sound is not None:
        found.append(Sound(url=url, seconds=of.sound.seconds))
    return found


def speaking(of: Passage, growing: Growing, url: str, begins: float) -> Speaking:
    return Speaking(
        index=of.index,
        url=url,
        path=growing.path,
        media_type=growing.media_type,
        begins=begins,
        start=of.start,
        end=of.end,
    )


def audio(of: Passage, clip: Clip, url: str, begins: float, took: float) -> Audio:
    """`took`: seconds since the passage was handed to the voice."""
    waited = max(0.0, took - clip.synthesis - clip.storing)
    return Audio(
        index=of.index,
        url=url,
        path=clip.path,
        media_type=clip.media_type,
        seconds=clip.seconds,
        begins=begins,
        text=of.text,
        start=of.start,
        end=of.end,
        words=clip.words,
        engine=clip.engine,
        cached=clip.cached,
        timing={"waited": round(waited, 4), "synthesis": round(clip.synthesis, 4), "storing": round(clip.storing, 4)},
    )


def failed(of: Passage, error: AloudError) -> Failed:
    return Failed(index=of.index, code=error.code, message=error.message, start=of.start, end=of.end)


def fallback(stage: Literal["llm", "tts"], handover: Handover, at_text: int) -> Fallback:
    return Fallback(
        stage=stage,
        from_=handover.from_,
        to=handover.to,
        code=handover.code,
        message=handover.message,
        at_text=at_text,
    )


def reason(of: Passage) -> str:
    """Why a passage is not spoken at all."""
    return next((gap.reason for gap in of.omitted if gap.reason != "blank"), "blank")


def cause(error: BaseException) -> AloudError:
    """The reason behind an exception or a group; one task's end breaks its neighbours' streams, which is none."""
    leaves = [leaf for leaf in _leaves(error) if not isinstance(leaf, anyio.BrokenResourceError)]
    known = next((leaf for leaf in leaves if isinstance(leaf, AloudError)), None)
    if known is not None:
        return known
    logger.error("a run broke", exc_info=error)
    name = type(leaves[0]).__name__ if leaves else type(error).__name__
    return AloudError(f"The run broke on an unexpected {name}; the log has the details.")


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]
