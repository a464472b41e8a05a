"""Files that nobody should send are answered plainly; serving goes on."""

from __future__ import annotations

import http.client
import io
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pytest

from tests.served import ServedPortal

BOUNDARY = "a-boundary-of-the-tests"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n'
    "Content-Type: application/pdf\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


def send(served: ServedPortal, parts: Iterator[bytes], length: int) -> tuple[int, str]:
    """Post a file of `length` bytes to be verified; return status and page."""
    address = urlsplit(served.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
    connection.putrequest("POST", "/verifiera/")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    connection.putheader("Content-Length", str(len(HEAD) + length + len(TAIL)))
    connection.endheaders(HEAD)
    for part in parts:
        connection.send(part)
    connection.send(TAIL)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def files_under(folder: Path) -> set[Path]:
    letters = folder / "letters"  # of the tests before: the queue sends them in its own time
    return {path for path in folder.rglob("*") if path.is_file() and letters not in path.parents}


def test_a_hundred_megabytes_are_refused_in_plain_words_and_leave_nothing_behind(
    served: ServedPortal,
) -> None:
    before = files_under(served.folder)
    megabyte = b"%PDF-1.7\n" + bytes(1024 * 1024 - 9)
    status, page = send(served, (megabyte for _ in range(100)), 100 * 1024 * 1024)
    assert status == 413
    assert "Filen är för stor. Ett medborgarlöfte är mindre än 20 MB." in page
    assert files_under(served.folder) == before


def a_bomb() -> bytes:
    """Return a small PDF whose page unfolds to a gigabyte.

    Each of its layers looks modest.
    """
    zeros = zlib.compressobj(9)
    once = b"".join(zeros.compress(bytes(1024 * 1024)) for _ in range(1024)) + zeros.flush()
    twice = zlib.compress(once, 9)
    output = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        stream = pikepdf.Stream(pdf, b"")
        stream.write(
            twice, filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        )
        page.obj.Contents = pdf.make_indirect(stream)
        pdf.save(output, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return output.getvalue()


def test_a_decompression_bomb_neither_stops_nor_slows_the_portal(served: ServedPortal) -> None:
    bomb = a_bomb()
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(send, served, iter([bomb]), len(bomb)) for _ in range(4)]
        slowest = 0.0
        while not all(answer.done() for answer in answers):
            began = time.monotonic()
            address = urlsplit(served.url)
            reader = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
            reader.request("GET", "/alvsbyn/2023-2025/")
            assert reader.getresponse().status == 200
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.05)
    assert {answer.result()[0] for answer in answers} <= {200, 503}
    assert all("Äkta:" not in answer.result()[1] for answer in answers)
    # Far above what a page takes, far below what a stopped server would: no speed test.
    assert slowest < 30


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data"),
        (b"x" * 100, "multipart/form-data; boundary=y"),
        (b"--a\r\n\r\n", "multipart/form-data; boundary=a"),
        (b"file=x", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"\xff\xfe\x00", "text/plain; charset=nonsense"),
    ],
)
def test_a_form_that_is_no_form_gets_an_error_page_and_never_a_500(
    served: ServedPortal, body: bytes, content_type: str
) -> None:
    address = urlsplit(served.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    connection.request("POST", "/verifiera/", body, {"Content-Type": content_type})
    answer = connection.getresponse()
    assert answer.status in {400, 413}
    assert "<h1" in answer.read().decode()
