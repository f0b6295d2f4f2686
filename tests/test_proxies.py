"""A proxy may stand before what is far, and before nothing on this machine, however its address is written."""

import pytest

from pipeline.proxies import far, unusable


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


def test_hosts_that_need_no_proxy_are_not_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "[::1]")
    assert "(https)" in unusable() and "NO_PROXY" in unusable()
