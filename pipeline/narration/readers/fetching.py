"""Documents from the network: from public addresses alone, and no more of them than a document needs."""

from __future__ import annotations

import codecs
import ipaddress
import re
import ssl
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import anyio
import httpx

from pipeline.errors import InvalidRequest, SourceFailed, SourceTimeout, SourceUnreachable, UnreadableDocument
from pipeline.narration.readers import MEDIA_TYPES, parts, reader

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

LARGEST = 50 << 20
"""Bytes."""
REDIRECTS = 3
SECONDS = 60.0
"""For all of it."""
_PATIENCE = 15.0
"""Seconds for a connection, and between two pieces."""
_GLOBAL = ipaddress.ip_network("2000::/3")
"""All of IPv6 that the public network has. Other addresses lead to neighbours, or into IPv4, and some of them are
called global all the same."""
_NAME = 100
"""Bytes of a file's name, without its ending."""
_VAGUE = ("", "application/octet-stream", "binary/octet-stream", "text/plain", "application/zip")
"""Media types that say less than a name's ending."""


def is_address(text: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text) is not None


def is_public(address: Address) -> bool:
    """Whether it is an address of the public network, not of this machine, its neighbours or its cloud."""
    if isinstance(address, ipaddress.IPv6Address):
        if inner := address.ipv4_mapped or address.sixtofour:
            return is_public(inner)
        if address not in _GLOBAL:
            return False
    return address.is_global and not address.is_multicast


async def fetched(
    url: str, folder: Path, *, public: Callable[[Address], bool] = is_public, trust: ssl.SSLContext | None = None
) -> Path:
    """Writes what is there into the folder; its name tells what it is. Raises InvalidRequest and its kind for what may
    not or cannot be read, SourceUnreachable, SourceTimeout and SourceFailed.

    `public`: where it may be. `trust`: whose certificates are believed; usually those that the system knows."""
    try:
        with anyio.fail_after(SECONDS):
            here = _checked(httpx.URL(url))
            async with httpx.AsyncClient(verify=trust or True, trust_env=False, timeout=_PATIENCE) as client:
                for _ in range(REDIRECTS + 1):
                    request = await _request(client, here, public)
                    answer = await client.send(request, stream=True)
                    try:
                        if not answer.has_redirect_location:
                            return await _kept(answer, here, folder)
                    finally:
                        await answer.aclose()
                    here = _checked(here.join(answer.headers["Location"]))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise InvalidRequest(f"{url[:200]!r} is no address.") from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise SourceTimeout(f"{here.host} took longer than is waited for.") from error
    except httpx.HTTPError as error:
        raise SourceUnreachable(f"{here.host} cannot be reached: {error or type(error).__name__}.") from error
    raise SourceFailed(f"{here.host} sends from one address to the next, more than {REDIRECTS} times.")


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme != "https":
        raise InvalidRequest(f"{url.scheme}:// is not fetched: only https:// is.")
    if not url.host:
        raise InvalidRequest("The address names no host.")
    if (url.port or 0) > 65_535:
        raise InvalidRequest(f"The address of {url.host} names the port {url.port}, which there is not.")
    if url.userinfo:
        raise InvalidRequest(f"The address of {url.host} holds a name or a password; those are not sent.")
    return url


async def _request(client: httpx.AsyncClient, url: httpx.URL, public: Callable[[Address], bool]) -> httpx.Request:
    """Goes to the address that was checked, whatever the name means a moment later."""
    try:
        found = await anyio.getaddrinfo(url.host, url.port or 443, proto=6)  # TCP
    except OSError as error:
        raise SourceUnreachable(f"{url.host} is not known: {error.strerror or error}.") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(public(address) for address in addresses):
        raise InvalidRequest(f"{url.host} is not in the public network; nothing is fetched from there.")
    headers = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity", "User-Agent": "aloud"}
    there = url.copy_with(host=str(addresses[0]))
    return client.build_request("GET", there, headers=headers, extensions={"sni_hostname": url.host})


async def _kept(answer: httpx.Response, url: httpx.URL, folder: Path) -> Path:
    if answer.status_code != 200:
        raise SourceFailed(f"{url.host} answers {answer.status_code} {answer.reason_phrase}.")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise UnreadableDocument(f"{url.host} sends it packed, which nobody asked for.")
    name = unquote(PurePosixPath(url.path).name)
    called, ending = parts(name)
    kind = _kind(answer.headers.get("Content-Type", ""), ending, url.host)
    stem = re.sub(r"[^\w. -]+", " ", called).strip(" .") or url.host
    path, left = folder / f"{stem.encode()[:_NAME].decode(errors='ignore')}.{kind}", LARGEST
    async with await anyio.open_file(path, "xb") as file:
        if answer.charset_encoding in ("utf-8", "utf8", "UTF-8") and kind in ("html", "txt", "md"):
            await file.write(codecs.BOM_UTF8)  # what the server says counts more than what the page does
        async for piece in answer.aiter_raw():
            left -= len(piece)
            if left < 0:
                raise UnreadableDocument(f"{url.host} sends more than {LARGEST >> 20} MiB; that is no document.")
            await file.write(piece)
    return path


def _kind(media_type: str, ending: str, host: str) -> str:
    bare = media_type.partition(";")[0].strip().lower()
    if bare in _VAGUE and ending:
        return reader(ending)
    if bare not in MEDIA_TYPES:
        raise UnreadableDocument(f"{host} sends {bare or 'something'!r}; there is no reader for that.")
    return MEDIA_TYPES[bare]
