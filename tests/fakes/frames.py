"""What models put on the wire, in the form of each provider."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Turn:
    tokens: Sequence[str] = ("One. ", "Two ", "three.")
    fault: str = ""
    """A status, or: mute, error, error-line, cut, silence, no-marker, garbage, separator, empty, bytewise, huge."""
    after: int = 2
    """Tokens said before the fault."""
    thinking: str = ""
    calls: Sequence[tuple[str, dict[str, Any]]] = ()
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "the fake says so"
    body: Any = None
    """Of a refusal, in place of the provider's own with that message."""
    reason: str = ""
    """Another reason to end than the usual one."""
    pings: int = 0
    """Signs of life before the first token, one each `gap` seconds."""
    gap: float = 0.0
    raw: bytes | None = None
    """Sent as it is, in place of the provider's own events."""
    kind: str = ""
    """Another content type than the provider's own."""
    cut_at: int | None = None
    """Bytes of the answer after which the connection is reset."""


def _json(value: Any, raw: bool = False) -> bytes:
    return json.dumps(value, ensure_ascii=not raw).encode("utf-8", "surrogatepass")


class _Ollama:
    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    def _line(self, message: dict[str, Any], raw: bool = False, **more: Any) -> bytes:
        said = {"message": {"role": "assistant", "content": "", **message}, "response": message.get("content", "")}
        if "thinking" in message:
            said["thinking"] = message["thinking"]
        return (
            _json({"model": "tiny", "created_at": "2026-01-01T00:00:00Z", **said, "done": False, **more}, raw) + b"\n"
        )

    def ping(self) -> bytes:
        return b"\n"

    def opening(self) -> list[bytes]:
        return [self._line({"thinking": self.turn.thinking})] if self.turn.thinking else []

    def token(self, text: str, raw: bool = False) -> bytes:
        return self._line({"content": text}, raw)

    def error(self) -> bytes:
        return _json({"error": self.turn.message}) + b"\n"

    def garbage(self) -> bytes:
        return b"@@@ no JSON {\n"

    def ending(self) -> list[bytes]:
        out = []
        if self.turn.calls:
            calls = [{"function": {"name": name, "arguments": given}} for name, given in self.turn.calls]
            out.append(self._line({"tool_calls": calls}))
        done = {"done": True, "done_reason": self.turn.reason or "stop", "prompt_eval_count": 7, "eval_count": 5}
        return [*out, self._line({}, **done)]


class _Anthropic:
    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    def _event(self, kind: str, raw: bool = False, **more: Any) -> bytes:
        return f"event: {kind}\ndata: ".encode() + _json({"type": kind, **more}, raw) + b"\n\n"

    def _block(self, index: int, block: dict[str, Any], *deltas: dict[str, Any]) -> list[bytes]:
        return [
            self._event("content_block_start", index=index, content_block=block),
            *(self._event("content_block_delta", index=index, delta=delta) for delta in deltas),
            self._event("content_block_stop", index=index),
        ]

    def ping(self) -> bytes:
        return self._event("ping")

    def opening(self) -> list[bytes]:
        message = {
            "id": "msg", "type": "message", "role": "assistant", "model": "tiny", "content": [],
            "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 7, "output_tokens": 1},
        }  # fmt: skip
        out = [self._event("message_start", message=message), self._event("ping")]
        if self.turn.thinking:
            block = {"type": "thinking", "thinking": "", "signature": ""}
            thought = {"type": "thinking_delta", "thinking": self.turn.thinking}
            out += self._block(0, block, thought, {"type": "signature_delta", "signature": "xyz"})
        return [*out, self._event("content_block_start", index=1, content_block={"type": "text", "text": ""})]

    def token(self, text: str, raw: bool = False) -> bytes:
        return self._event("content_block_delta", raw, index=1, delta={"type": "text_delta", "text": text})

    def error(self) -> bytes:
        return self._event("error", error={"type": "api_error", "message": self.turn.message})

    def garbage(self) -> bytes:
        return b"event: content_block_delta\ndata: @@@ no JSON {\n\n"

    def ending(self) -> list[bytes]:
        out = [self._event("content_block_stop", index=1)]
        for number, (name, given) in enumerate(self.turn.calls):
            block = {"type": "tool_use", "id": f"t{number}", "name": name, "input": {}}
            text = json.dumps(given)
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in _pieces(text)]
            out += self._block(2 + number, block, *deltas)
        reason = self.turn.reason or ("tool_use" if self.turn.calls else "end_turn")
        delta = {"stop_reason": reason, "stop_sequence": None}
        return [
            *out,
            self._event("message_delta", delta=delta, usage={"output_tokens": 5}),
            self._event("message_stop"),
        ]


class _OpenAI:
    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    def _chunk(self, delta: dict[str, Any], reason: str | None = None, raw: bool = False) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
        return self._data({"choices": choices}, raw)

    def _data(self, more: dict[str, Any], raw: bool = False) -> bytes:
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "tiny", **more}
        return b"data: " + _json(chunk, raw) + b"\n\n"

    def ping(self) -> bytes:
        return b": PROCESSING\n\n"

    def opening(self) -> list[bytes]:
        out = [self._chunk({"role": "assistant", "content": ""})]
        return [*out, self._chunk({"reasoning_content": self.turn.thinking})] if self.turn.thinking else out

    def token(self, text: str, raw: bool = False) -> bytes:
        return self._chunk({"content": text}, raw=raw)

    def error(self) -> bytes:
        return b"data: " + _json({"error": {"message": self.turn.message, "type": "server_error"}}) + b"\n\n"

    def garbage(self) -> bytes:
        return b"data: @@@ no JSON {\n\n"

    def ending(self) -> list[bytes]:
        out = []
        for number, (name, given) in enumerate(self.turn.calls):
            text = json.dumps(given)
            first = {
                "index": number,
                "id": f"t{number}",
                "type": "function",
                "function": {"name": name, "arguments": ""},
            }
            out.append(self._chunk({"tool_calls": [first]}))
            deltas = [{"tool_calls": [{"index": number, "function": {"arguments": part}}]} for part in _pieces(text)]
            out += map(self._chunk, deltas)
        out.append(self._chunk({}, self.turn.reason or ("tool_calls" if self.turn.calls else "stop")))
        usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
        return [*out, self._data({"choices": [], "usage": usage}), b"data: [DONE]\n\n"]


def _pieces(text: str) -> list[str]:
    return [text[:3], *(text[at : at + 50_000] for at in range(3, len(text), 50_000))]


FRAMES: dict[str, Any] = {"ollama": _Ollama, "anthropic": _Anthropic, "openai": _OpenAI}
