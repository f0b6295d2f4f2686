"""What holds for every test."""

import os
import re
import sys
from pathlib import Path

# Before numpy is loaded: for matrices as small as ours, several threads take four times as long as one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from api.serving.memory import collect_seldom

# Hypothesis would measure by the clock on the wall, which a busy machine fails without any fault of ours. What it tries
# is the same each time: who looks for what nobody has thought of runs `make test T=--hypothesis-profile=random`.
settings.register_profile("random", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("aloud", settings.get_profile("random"), derandomize=True, database=None)
settings.load_profile("aloud")


def pytest_collection_finish():
    """Thousands of tests and all that they import would be looked at for garbage again and again."""
    collect_seldom()


PAGE = "tests/api/page/"


@pytest.hookimpl(optionalhook=True)  # where pytest-xdist is installed
def pytest_xdist_make_scheduler(config, log):
    """Two files at a time, but all of the page one after another, with one browser: two would wait for each other."""
    from xdist.scheduler import LoadFileScheduling

    class Rooms(LoadFileScheduling):
        def _split_scope(self, nodeid):
            file = super()._split_scope(nodeid)
            return PAGE if file.startswith(PAGE) else file

    return Rooms(config, log) if config.option.dist == "loadfile" else None


ROOT = Path(__file__).parents[1]
SETTING = re.compile(
    r"(?i)(aloud|otel)_.+|(anthropic|gemini|ollama|openai|xai|llamacpp)_.+|.+_(api_key|base_url|model)|espeak_data_path"
)


@pytest.fixture(scope="session", autouse=True)
def nobodys_settings():
    """What the tests are run with is not what they test: whoever runs them may have set paid keys or a proxy."""
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(SETTING.fullmatch, list(os.environ)):
            patch.delenv(name)
        for name in ("NO_PROXY", "no_proxy"):
            patch.setenv(name, "127.0.0.1,localhost", prepend=",")
        yield


@pytest.fixture(scope="session", autouse=True)
def elsewhere(tmp_path_factory):
    """Not where a file `.env` of theirs may lie, which all that is started here would read; what is started finds this
    tree all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("elsewhere"))
        patch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once(tmp_path_factory):
    """Where Python is to leave no compiled files, each program that a test starts would compile all it needs anew:
    half of its start. They have a place of their own for them."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode:
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield
