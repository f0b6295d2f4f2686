"""Chunks, as OpenAI and its relatives write them."""

import json

TEXT = "Hello there. All is well."


def chunk(delta, reason=None, **more):
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more}


def events(*chunks):
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)


HELLO, WELL, END = chunk({"content": "Hello there. "}), chunk({"content": "All is well."}), chunk({}, "stop")
