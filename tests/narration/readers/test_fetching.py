"""A document from the network is fetched from a public address alone, once, and in bounds."""

import ipaddress
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.errors import InvalidRequest, SourceFailed, SourceUnreachable, UnreadableDocument
from pipeline.narration.readers import fetching, read
from pipeline.narration.readers.fetching import Address, fetched, is_address, is_public

LONG = "\U00020000" * 100
"""400 bytes; no file may have such a name."""
PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/talk.html": (200, {"Content-Type": "text/html"}, b"<h1>A talk</h1><p>Some words."),
    "/utf8": (200, {"Content-Type": "text/html; charset=utf-8"}, "<meta charset=latin1><p>Grüße.".encode()),
    "/notes.md": (200, {"Content-Type": "text/plain"}, b"# Notes\n\nSome words."),
    "/down%2F..%2Floads": (200, {"Content-Type": "text/plain"}, b"Some words."),
    "/picture": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    "/moved": (302, {"Location": "/talk.html"}, b""),
    "/inside": (302, {"Location": "https://127.0.0.1/talk.html"}, b""),
    "/nowhere": (301, {}, b""),
    "/unchanged": (304, {}, b""),
    "/port": (302, {"Location": "https://localhost:99999/"}, b""),
    f"/{quote(LONG)}.txt": (200, {"Content-Type": "text/plain"}, b"Some words."),
    "/plainly": (302, {"Location": "http://localhost/talk.html"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/packed": (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"\x1f\x8b"),
    "/large.txt": (200, {"Content-Type": "text/plain"}, b"word " * 20_000),
}


class _Site(BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.headers["Host"])
        status, headers, body = PAGES.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the test's certificate, is not here")
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    subprocess.run(
        [*"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj".split()]
        + ["/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", path, "-out", f"{path}.crt"],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def site(certificate: Path) -> Iterator[tuple[str, ssl.SSLContext, list[str]]]:
    """Its address, the trust in it, and the hosts that it was asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Site", (_Site,), {"asked": asked}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))  # seconds between two looks for its end
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}", ssl.create_default_context(cafile=certificate), asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def anywhere(_: Address) -> bool:
    return True


Site = tuple[str, ssl.SSLContext, list[str]]


@pytest.mark.parametrize(
    ("path", "name", "text"),
    [
        ("/talk.html", "talk.html", "# A talk\n\nSome words.\n\n"),
        ("/moved", "talk.html", "# A talk\n\nSome words.\n\n"),
        ("/utf8", "utf8.html", "Grüße.\n\n"),
        ("/notes.md", "notes.md", "# Notes\n\nSome words."),
        ("/down%2F..%2Floads", "loads.txt", "Some words.\n\n"),
        (f"/{quote(LONG)}.txt", f"{LONG[:25]}.txt", "Some words.\n\n"),
    ],
)
async def test_a_document_is_kept_under_a_name_that_tells_its_kind(
    site: Site, tmp_path: Path, path: str, name: str, text: str
) -> None:
    url, trust, asked = site
    found = await fetched(url + path, tmp_path, public=anywhere, trust=trust)
    assert found == tmp_path / name
    assert read(found).chapters[0].text == text
    assert set(asked) == {url.removeprefix("https://")}, "asked for by its name, whatever address it has"


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/nothing", SourceFailed, "404"),
        ("/picture", UnreadableDocument, "image/png"),
        ("/round", SourceFailed, "more than 3 times"),
        ("/nowhere", SourceFailed, "301"),
        ("/unchanged", SourceFailed, "304"),
        ("/port", InvalidRequest, "99999"),
        ("/plainly", InvalidRequest, "only https://"),
        ("/packed", UnreadableDocument, "packed"),
        ("/large.txt", UnreadableDocument, "no document"),
    ],
)
async def test_what_is_no_document_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, error: type[Exception], words: str
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 1 << 16)
    url, trust, _ = site
    with pytest.raises(error, match=words):
        await fetched(url + path, tmp_path, public=anywhere, trust=trust)


async def test_a_redirect_is_checked_like_the_address_itself(site: Site, tmp_path: Path) -> None:
    url, trust, asked = site
    seen: list[Address] = []

    def once(address: Address) -> bool:
        seen.append(address)
        return len(asked) == 0

    with pytest.raises(InvalidRequest, match="not in the public network"):
        await fetched(f"{url}/inside", tmp_path, public=once, trust=trust)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "host",
    "127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 localhost [::1] [::ffff:127.0.0.1] [64:ff9b::7f00:1] 10.0.0.7 "
    "169.254.169.254 [fe80::1] [fd00::1] [2002:7f00:1::] [fec0::1] [::127.0.0.1] [::ffff:0:7f00:1] [64:ff9b:1::a00:1] "
    "[2001::1] 0.0.0.0 224.0.0.1 100.64.0.1".split(),
)
async def test_nothing_is_fetched_from_this_machine_or_its_neighbours(tmp_path: Path, host: str) -> None:
    with pytest.raises((InvalidRequest, SourceUnreachable)) as refused:
        await fetched(f"https://{host}/secret.txt", tmp_path)
    assert re.search("not in the public network|is not known|is no address", refused.value.message)


@pytest.mark.parametrize(
    "url", ["http://example.com/a.txt", "file:///etc/passwd", "https://u:p@example.com/", "https://"]
)
async def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await fetched(url, tmp_path)
    assert "u:p" not in refused.value.message


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(site: Site, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreachable, match="certificate"):
        await fetched(f"{site[0]}/talk.html", tmp_path, public=anywhere)


def test_addresses_of_the_public_network_are_public() -> None:
    for public in ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"):
        assert is_public(ipaddress.ip_address(public))


def test_an_address_is_told_from_a_file() -> None:
    assert is_address("https://example.com/a.txt")
    assert not is_address("C:/books/a.txt")
    assert not is_address("notes: today.txt")
