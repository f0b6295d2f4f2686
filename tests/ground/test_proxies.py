"""A proxy may stand before what is far, and before nothing on this machine, however its address is written."""

import httpx
import pytest

from pipeline.errors import SourceRefused
from pipeline.ground.proxies import far
from pipeline.sources.connection.connections import Connections, Place


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST", "localhost.", "models.localhost", "127.0.0.1", "127.0.0.1.", "127.1", "127.8.8.8",
        "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "me:secret@localhost",
    ],
)  # fmt: skip
def test_this_machine_is_not_far(host: str) -> None:
    assert not far(f"http://{host}:11434/v1")
    assert not far(f"http://{host}")


@pytest.mark.parametrize(
    "host",
    [
        "far.example", "localhost.example", "mylocalhost", "10.0.0.1", "127.example", "[2001:db8::1]",
        "[::ffff:10.0.0.1]",
    ],
)  # fmt: skip
def test_whatever_else_is(host: str) -> None:
    assert far(f"https://{host}/v1")


async def test_what_cannot_be_used_is_told_by_the_names_that_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "[::1]")  # which httpx takes for a host and its port
    async with Connections() as connections:
        with pytest.raises(SourceRefused, match=r"\(no_proxy\) cannot be used.* ::1 without brackets"):
            connections.client(httpx, Place.of("http://far.example"))
