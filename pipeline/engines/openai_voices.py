"""The voices of OpenAI, and of servers with its speech endpoint, which list theirs in ways of their own."""

from __future__ import annotations

from typing import Any

from pipeline.types import VoiceInfo

OPENAI = [VoiceInfo(name) for name in (
    "alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin", "cedar",
)]  # fmt: skip


def told(listed: Any) -> list[VoiceInfo]:
    """Each once; none where the answer is no list of voices."""
    rows = listed.get("voices", listed.get("data", [])) if isinstance(listed, dict) else listed
    infos = [_info(row) for row in rows] if isinstance(rows, list) else []
    return list({info.name: info for info in infos if info.name}.values())


def _info(row: Any) -> VoiceInfo:
    if not isinstance(row, dict):
        return VoiceInfo(str(row))
    spoken = row.get("languages") or row.get("language")
    languages = tuple(one for one in (spoken if isinstance(spoken, list) else [spoken]) if isinstance(one, str))
    return VoiceInfo(str(row.get("id") or row.get("name") or ""), languages, str(row.get("gender") or "").lower())
