"""Bring your own model, behind a server of OpenAI's kind: MINE_URL=... python examples/source.py "Explain tides" """

import json
import os
import sys

import httpx

from pipeline import create_streaming_pipeline
from pipeline.errors import SourceBusy, SourceRefused, SourceTimeout, SourceTruncated, SourceUnreachable


class MineSource:
    name, model, streaming = "mine", "small", True

    def __init__(self, url, seconds=60.0):
        self.url = url
        self.seconds = seconds  # between two tokens: how long to wait for a model is the source's own to say

    @classmethod
    def from_env(cls, env):
        return cls(env.get("MINE_URL", "http://127.0.0.1:11434/v1"), float(env.get("ALOUD_LLM_TIMEOUT", "60")))

    async def tokens(self, request):
        messages = [{"role": "system", "content": request.system}] if request.system else []
        messages += [{"role": message.role, "content": message.content} for message in request.messages]
        body = {"model": request.model or self.model, "messages": messages, "stream": True}
        try:
            async with (  # left when this generator is closed: the model stops
                httpx.AsyncClient(timeout=self.seconds) as client,
                client.stream("POST", f"{self.url}/chat/completions", json=body) as answer,
            ):
                if answer.status_code in (429, 503):
                    raise SourceBusy("mine is busy.")  # asked again, and then the next source takes over
                if answer.is_error:
                    raise SourceRefused(f"mine refuses ({answer.status_code}).")  # not asked again
                async for line in answer.aiter_lines():
                    if line == "data: [DONE]":
                        return
                    if line.startswith("data: "):
                        for choice in json.loads(line[6:])["choices"]:
                            yield choice["delta"].get("content") or ""
        except httpx.TimeoutException as error:
            raise SourceTimeout("mine took too long to answer.") from error
        except httpx.ConnectError as error:
            raise SourceUnreachable(f"mine cannot be reached at {self.url}.") from error
        except httpx.TransportError as error:
            raise SourceTruncated("The connection to mine broke.") from error
        raise SourceTruncated("mine broke off.")  # to return says that all was said


if __name__ == "__main__":
    pipeline = create_streaming_pipeline(MineSource.from_env(os.environ), "auto", {"output_dir": "output/examples"})
    for event in pipeline.stream_chat_to_audio(" ".join(sys.argv[1:]) or "Why is the sky blue?"):
        print(event.type, getattr(event, "text", getattr(event, "message", "")))
