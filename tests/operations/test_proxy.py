"""nginx as in deploy/ stands between strangers and the portal."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from tests.operations.conftest import BY_PROXY, OperatedPortal
from tests.served import ROOT

EXAMPLE = ROOT / "deploy" / "nginx.conf"
STRANGER = "127.0.0.2"
SLUGS = ["ale", "arjeplog", "boden", "bjuv", "falun", "gagnef", "haparanda", "jokkmokk", "kalix"]
ODD_HEADERS = [
    {"SCRIPT_NAME": "/{slug}"},
    {"Script-Name": "/{slug}"},
    {"X-Script-Name": "/elak"},
    {"PATH_INFO": "/elak/"},
    {"X-Forwarded-Host": "elak.example"},
    {"X-Forwarded-Prefix": "/elak", "X-Forwarded-Port": "6666"},
    {"Forwarded": "host=elak.example;proto=http"},
    {"X-Forwarded-Ssl": "off", "X-Forwarded-Protocol": "http"},
    {"X-Original-URL": "/elak/", "X-Rewrite-URL": "/elak/"},
]
Ask = Callable[..., tuple[int, dict[str, str], str]]


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for localhost, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timezone.timedelta(days=1))
        .not_valid_after(now + timezone.timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@pytest.fixture(scope="module")
def nginx(operated: OperatedPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start nginx with the example: only ports, name and paths are changed."""
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = make_certificate(folder)
    example = EXAMPLE.read_text(encoding="utf-8")
    for before, after in {
        "127.0.0.1:8000": urlsplit(operated.url).netloc,
        "listen 443 ssl": f"listen 127.0.0.1:{operated.public_port} ssl",
        "listen 80;": f"listen unix:{folder}/http;",
        "medborgarlofte.example.se": "localhost",
        "/etc/ssl/medborgarlofte.pem": str(certificate),
        "/etc/ssl/private/medborgarlofte.key": str(key),
        "/var/log/nginx/medborgarlofte.log": str(folder / "portal.log"),
    }.items():
        assert before in example
        example = example.replace(before, after)
    (folder / "portal.conf").write_text(example, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 768; }}\n"
        f"http {{\n{temporary}include {folder}/portal.conf;\n}}\n",
        encoding="utf-8",
    )
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert program, "Debian's nginx-light is missing: tools/setup test installs it"
    # As root its workers would be another account's, which may not enter pytest's folders.
    server = subprocess.Popen(
        [
            program,
            "-p",
            folder,
            "-c",
            folder / "nginx.conf",
            "-g",
            "daemon off; master_process off;",
        ],
        stdin=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", operated.public_port)).close()
                break
            except OSError:
                assert server.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline
                time.sleep(0.1)
        yield operated.public_port
    finally:
        server.terminate()
        server.wait(30)


@cache
def trusting() -> ssl.SSLContext:
    """Return a context that takes any certificate: it isn't what is tested."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def ask(
    port: int, path: str, headers: dict[str, str] | None = None, *, through_nginx: bool = True
) -> tuple[int, dict[str, str], str]:
    """Return status, headers and text of a page."""
    connection: http.client.HTTPConnection
    if through_nginx:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting())
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    ours = {"Host": "localhost"} | ({} if through_nginx else BY_PROXY)
    try:
        connection.request("GET", path, headers=ours | (headers or {}))
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, named, answer.read().decode()
    finally:
        connection.close()


def half_sent(port: int, text: str) -> socket.socket:
    """Return a connection from a stranger's address that has said only this."""
    connection = socket.create_connection(("127.0.0.1", port), source_address=(STRANGER, 0))
    wrapped = trusting().wrap_socket(connection)
    wrapped.sendall(text.encode())
    return wrapped


@pytest.mark.parametrize(
    "text",
    [
        "GET /om/ HTTP/1.1\r\nHost: localhost\r\nX-Long: ",
        "POST /verifiera/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\nhalf",
    ],
    ids=["header", "body"],
)
def test_sixty_half_sent_requests_stop_nobody_else(nginx: int, text: str) -> None:
    slow = [half_sent(nginx, text) for _ in range(60)]
    try:
        for _ in range(5):
            began = time.monotonic()
            assert ask(nginx, "/om/")[0] == 200
            assert time.monotonic() - began < 5
    finally:
        for connection in slow:
            connection.close()


def test_one_address_has_a_bounded_number_of_connections(nginx: int) -> None:
    request = "POST /verifiera/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\nhalf"
    slow = [half_sent(nginx, request) for _ in range(105)]
    try:
        last = slow[-1]
        last.settimeout(10)
        assert b" 429 " in last.recv(200)
        assert ask(nginx, "/om/")[0] == 200
    finally:
        for connection in slow:
            connection.close()


def test_bodies_and_headers_are_bounded(nginx: int) -> None:
    assert ask(nginx, "/om/", {"X-Long": "x" * 9000})[0] == 400
    request = f"POST /verifiera/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {30 << 20}\r\n\r\n"
    connection = half_sent(nginx, request)
    connection.settimeout(10)
    assert b" 413 " in connection.recv(200)
    connection.close()


@pytest.mark.parametrize("through_nginx", [True, False], ids=["nginx", "directly"])
@pytest.mark.parametrize(
    ("slug", "odd"),
    list(zip(SLUGS, ODD_HEADERS, strict=True)),
    ids=[next(iter(h)) for h in ODD_HEADERS],
)
def test_odd_headers_from_a_stranger_reach_no_page_that_others_get(
    operated: OperatedPortal, nginx: int, slug: str, odd: dict[str, str], through_nginx: bool
) -> None:
    port = nginx if through_nginx else urlsplit(operated.url).port
    assert port is not None
    # English pages for one of the two ways: each page is new to the portal when the stranger asks.
    path = f"/en/{slug}/" if through_nginx else f"/{slug}/"
    sent = {name: value.format(slug=slug) for name, value in odd.items()}
    strangers = ask(port, path, sent, through_nginx=through_nginx)
    others = ask(port, path, through_nginx=through_nginx)
    for status, _headers, text in (strangers, others):
        assert status == 200
        assert "elak" not in text
        assert "6666" not in text
        assert re.search(rf'<link rel="canonical" href="https://[^"]*{path}"', text)
        assert f'href="/{slug}/static/' not in text
        assert f'href="/{slug}/om/' not in text


def test_browsers_are_asked_for_https_for_an_hour_and_no_preloading(nginx: int) -> None:
    _status, headers, _text = ask(nginx, "/om/")
    assert headers["strict-transport-security"] == "max-age=3600"


def test_requests_get_the_proxys_id(operated: OperatedPortal, nginx: int) -> None:
    _status, headers, _text = ask(nginx, "/om/", {"X-Request-Id": "f" * 32})
    assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
    assert headers["x-request-id"] != "f" * 32
