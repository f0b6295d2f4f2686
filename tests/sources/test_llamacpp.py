"""A real server of llama.cpp, with the smallest model there is: it streams, speaks, and stops when it is left."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from pipeline import create_streaming_pipeline
from pipeline.sources.openai import LLAMACPP
from tests.fakes.tiny_llama import ROOM, WORDS, write
from tests.sources.providers import asked, said, text_of

PYTHON = Path(sys.prefix, "llama", "bin", "python")
pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="no llama.cpp server here: `make llama` builds it, which needs a C++ compiler"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[str]:
    model = write(tmp_path_factory.mktemp("llama") / "tiny.gguf")
    command = [PYTHON, "-m", "llama_cpp.server", "--model", model, "--port", "0", "--n_ctx", str(ROOM), "--seed", "1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        assert process.stderr is not None
        address = None
        for line in process.stderr:
            if address := re.search(r"running on (http://\S+)", line):
                break
        assert address, "the server did not start"
        Thread(target=process.stderr.read).start()  # it goes on telling what it is asked
        yield address[1] + "/v1"
        process.terminate()


def words(text):
    return re.findall(r"\w+", text)


async def test_it_streams(server):
    items, times = [], []
    source = LLAMACPP.from_env({"LLAMACPP_BASE_URL": server})
    async for item in source.tokens(asked("Tell me something.", max_tokens=40, temperature=0.8)):
        items.append(item)
        times.append(time.monotonic())
    text = text_of(items)
    assert set(words(text)) <= set(WORDS) and len(words(text)) > 10
    assert len([item for item in items if isinstance(item, str)]) >= 30
    assert times[0] < times[-1]
    assert await source.models() != []


async def test_its_answer_is_spoken(server, tmp_path):
    env = {"LLAMACPP_BASE_URL": server}
    async with create_streaming_pipeline(
        "llamacpp", "tone", {"output_dir": tmp_path}, max_tokens=60, env=env
    ) as pipeline:
        events = [event async for event in pipeline.stream_chat_to_audio("Tell me something.")]
    assert events[-1].type == "complete"
    assert events[0].provider == "llamacpp" and events[0].streaming
    clips = [event for event in events if event.type == "audio"]
    assert clips and all(clip.seconds > 0 for clip in clips)
    first_clip = events.index(clips[0])
    assert any(event.type == "chunk" for event in events[first_clip:]), "heard while it was still being written"


async def test_it_stops_when_it_is_left_and_answers_the_next_one(server):
    source = LLAMACPP.from_env({"LLAMACPP_BASE_URL": server})
    long = source.tokens(asked("Tell me everything.", max_tokens=ROOM - 100))
    await anext(long)
    began = time.monotonic()
    await long.aclose()
    assert time.monotonic() - began < 0.25
    assert words(text_of(await said(source, asked("And now?", max_tokens=5))))
    assert time.monotonic() - began < 10, "the whole of the first answer would take a minute"
