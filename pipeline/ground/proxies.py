"""Proxies that the environment names: they may stand between us and what is far, never between us and this machine."""

from __future__ import annotations

import contextlib
import socket
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies


def far(url: str) -> bool:
    """Whether one may stand before this address."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    with contextlib.suppress(OSError):
        host = socket.inet_ntoa(socket.inet_aton(host))  # 127.1
    try:
        address = ip_address(host)
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return not (address.is_loopback or address.is_unspecified)


def unusable() -> str:
    """What is told of one that a library cannot use: not its address, which may hold a password."""
    named = ", ".join(sorted(f"{name}_proxy" for name in getproxies()))
    return (
        f"The proxy that the environment names ({named}) cannot be used: its address begins with http:// or https://, "
        "or with socks5:// where the package socksio is installed; no_proxy has ::1 without brackets."
    )
