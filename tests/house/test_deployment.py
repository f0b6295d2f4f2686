"""What can be known of the container without a container engine."""

import asyncio
import re
import shlex
import socket
import sys
from pathlib import Path

import yaml

from api.settings import Settings
from tests.api.conftest import served  # noqa: F401  the fixture is used by its name
from tests.house.test_settings import KEYS

ROOT = Path(__file__).parents[2]
LINES = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text()).splitlines()


def instructions(name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in LINES if line.startswith(f"{name} ")]


def test_all_that_is_copied_is_there_and_let_in() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in instructions("COPY"):
        if not line.startswith("--from"):
            for source in shlex.split(line)[:-1]:
                assert (ROOT / source).exists()
                assert source in allowed


def test_it_runs_as_nobody_in_particular_and_is_asked_how_it_is() -> None:
    last = max(index for index, line in enumerate(LINES) if line.startswith("FROM"))
    final = LINES[last:]
    assert instructions("USER") == ["aloud"]
    assert any(line.startswith("HEALTHCHECK") and "/livez" in line for line in final)
    assert instructions("ENTRYPOINT") == ['["aloud"]']
    assert not any("pip" in line for line in final), "what builds it stays in the first stage"


async def test_how_it_is_asked_finds_a_service_and_misses_one_that_is_gone(served) -> None:  # noqa: F811
    (command,) = [line.partition("CMD ")[2] for line in LINES if line.startswith("HEALTHCHECK")]
    client = await served()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        for port, found in ((client.base_url.port, True), (nobody.getsockname()[1], False)):
            env = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "ALOUD_PORT": str(port)}
            env["http_proxy"] = "http://127.0.0.1:9"  # as engines hand it on to their containers
            asked = await asyncio.create_subprocess_shell(command, env=env, stderr=asyncio.subprocess.DEVNULL)
            assert (await asked.wait() == 0) is found


def test_it_will_not_start_for_the_whole_world_without_a_key() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    service = compose["services"]["aloud"]
    assert service["environment"]["ALOUD_API_KEYS"].startswith("${ALOUD_API_KEYS:?")
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    for name in service["environment"]:
        assert name in KEYS or name.removeprefix("ALOUD_").lower() in Settings.model_fields
    mounts = [mount.split(":") for one in compose["services"].values() for mount in one["volumes"]]
    assert {volume for volume, _ in mounts} == set(compose["volumes"])
    assert ["spoken", "/data"] in mounts and instructions("VOLUME") == ["/data"]
