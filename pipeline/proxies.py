"""Proxies that the environment names: they may stand between us and what is far, never between us and this machine."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies


def far(url: str) -> bool:
    """Whether one may stand before this address."""
    host = urlsplit(url).hostname or ""
    try:
        address = ip_address(host)
        return not (address.is_loopback or address.is_unspecified)
    except ValueError:
        return host != "localhost"


def unusable() -> str:
    """What is told of one that a library cannot use: not its address, which may hold a password."""
    return (
        f"The proxy that the environment names ({', '.join(getproxies())}) cannot be used: its address begins with "
        "http:// or https://, or with socks5:// where the package socksio is installed."
    )
