"""Anthropic's language as others speak it."""

import json

from pipeline.types import Thinking
from tests.fakes.models import Turn, fake
from tests.sources.providers import asked, heard, source, text_of

BLOCKS = (("thinking", "thinking_delta", "hm"), ("text", "text_delta", "All is well."))


def events():
    yield {"type": "message_start", "message": {"role": "assistant", "content": []}}
    for index, (kind, delta, said) in enumerate(BLOCKS):
        yield {"type": "content_block_start", "index": index, "content_block": {"type": kind}}
        yield {"type": "content_block_delta", "index": index, "delta": {"type": delta, kind: said}}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "content_block_start", "index": len(BLOCKS), "content_block": {"type": "text"}}
    yield {"type": "content_block_stop", "index": len(BLOCKS)}
    yield {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
    yield {"type": "message_stop"}


async def test_a_block_may_begin_and_end_without_its_empty_text():
    raw = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events()).encode()
    async with fake("anthropic", Turn(raw=raw)) as server:
        items, raised = await heard(source(server), asked(thinking=True))
    assert raised is None
    assert text_of(items) == "All is well."
    assert Thinking("hm") in items
