"""Without a key, a provider says so before its library is loaded."""

import subprocess
import sys

import pytest

from pipeline.errors import SourceRefused
from pipeline.sources import make
from tests.sources.providers import heard

WITHOUT = """
import sys, anyio
from pipeline.errors import SourceRefused
from pipeline.sources import make

try:
    anyio.run(make("anthropic", {}).models)
except SourceRefused as error:
    print(error.message, "anthropic" in sys.modules)
"""


def test_its_library_is_left_alone():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [*"anthropic needs a key. Set ANTHROPIC_API_KEY. False".split()]


async def test_who_asks_for_an_answer_is_told():
    items, raised = await heard(make("anthropic", {"ANTHROPIC_API_KEY": " "}))
    assert items == [] and isinstance(raised, SourceRefused) and "Set ANTHROPIC_API_KEY" in raised.message


@pytest.mark.parametrize("name", ["anthropic", "openai"])
def test_with_a_key_it_is_itself(name):
    made = make(name, {f"{name.upper()}_API_KEY": "k", f"{name.upper()}_MODEL": "mine"})
    assert (made.name, made.model) == (name, "mine")
