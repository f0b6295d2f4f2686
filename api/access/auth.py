"""Who asks: keys in a header, and addresses that are good for one run and a short time.

With no keys configured there is one owner, "", who is whoever sits at this machine.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Sequence

from pydantic import SecretStr

from api.errors import Unauthorized
from api.settings import LONGEST_KEY
from pipeline.wire import Line

LIFETIME = 3600
"""Seconds for which an address is good, at least."""
_STEP = 600
"""Seconds for which all addresses of a run are alike, so that they can be cached."""
TICKET = 60
"""Seconds within which a socket must be opened by an address for it."""
_ADDRESSED = frozenset({"start", "audio", "speaking", "sound"})
_ADDRESS = re.compile(rb'("(?:url|events)":")(/api/v1/runs/([A-Za-z0-9_-]+)/[^"?]+)(?=")')


class Keys:
    def __init__(self, keys: Sequence[SecretStr], root: str = "") -> None:
        """`root`: the path below which callers find the service."""
        self._root = root
        self._digests = [_digest(key.get_secret_value()) for key in keys]
        self._secret = hashlib.blake2b(b"".join(sorted(self._digests)), person=b"aloud addresses").digest()

    def owner(self, authorization: str | None) -> str:
        """Of an `Authorization: Bearer KEY` header. Raises Unauthorized."""
        if not self._digests:
            return ""
        scheme, _, key = (authorization or "").strip().partition(" ")
        if scheme.lower() != "bearer" or not key.strip() or len(key) > LONGEST_KEY:
            raise Unauthorized("This service wants a key: send it as `Authorization: Bearer KEY`.")
        offered = hashlib.sha256(key.strip().encode("utf-8", "surrogatepass")).digest()
        found = [digest for digest in self._digests if hmac.compare_digest(digest, offered)]
        if not found:
            raise Unauthorized("This key is not known here.")
        return _owner(found[0])

    # ---- addresses --------------------------------------------------------------------------------------------------

    def query(self, run: str) -> str:
        """What makes an address of this run's good without a key."""
        expires = int(time.time() // _STEP + 1) * _STEP + LIFETIME
        return f"expires={expires}&signature={self._signature(run, expires)}"

    def at(self, address: str) -> str:
        """As callers reach it."""
        return self._root + address

    def sign(self, run: str, address: str) -> str:
        """An address of this run's, as callers reach it, good without a key."""
        return self.at(f"{address}?{self.query(run)}" if self._digests else address)

    def good(self, run: str, expires: str, signature: str) -> bool:
        if not expires.isascii() or not expires.isdigit() or len(expires) > 12 or int(expires) < time.time():
            return False
        return hmac.compare_digest(self._signature(run, int(expires)).encode(), signature.encode("utf-8", "replace"))

    def ticket(self, owner: str) -> str:
        """What makes the address of a socket good for `owner`, who can send no key with it; "" where none is needed."""
        if not self._digests:
            return ""
        expires = int(time.time()) + TICKET
        return f"expires={expires}&signature={self._signature(_socket(owner), expires)}"

    def holder(self, expires: str, signature: str) -> str:
        """Whose ticket it is. Raises Unauthorized."""
        for digest in self._digests:
            if self.good(_socket(_owner(digest)), expires, signature):
                return _owner(digest)
        raise Unauthorized("This address has expired, or is not whole; POST /api/v1/stream/ticket gives a new one.")

    def signed(self, line: Line) -> bytes:
        """The line, its addresses as callers reach them, good without a key."""
        if line.type not in _ADDRESSED or not (self._digests or self._root):
            return line.data
        return _ADDRESS.sub(
            lambda found: found[1] + self.sign(found[3].decode(), found[2].decode()).encode(), line.data
        )

    def _signature(self, run: str, expires: int) -> str:
        mac = hmac.digest(self._secret, f"{run} {expires}".encode(), "sha256")
        return base64.urlsafe_b64encode(mac[:18]).decode()


def _owner(digest: bytes) -> str:
    return digest.hex()[:24]


def _socket(owner: str) -> str:
    """What a ticket is signed for; the id of a run has no space in it."""
    return f"socket {owner}"


def _digest(key: str) -> bytes:
    kind, colon, digest = key.partition(":")
    return bytes.fromhex(digest) if colon and kind == "sha256" else hashlib.sha256(key.encode()).digest()
