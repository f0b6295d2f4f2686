"""What systemd is told by a service that it has started with `Type=notify`."""

from __future__ import annotations

import logging
import os
import socket

logger = logging.getLogger("aloud.server")


def tell(state: str) -> None:
    """READY=1: it takes requests. STOPPING=1: it ends by itself. Nothing, where nobody wants to know."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place:
        return
    if place.startswith("@"):  # a name that is no file
        place = "\0" + place[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(state.encode(), place)
    except OSError as error:
        logger.warning("systemd could not be told %s: %s", state, error.strerror or error)
