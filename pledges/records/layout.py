"""Lay a package out, and write it as a stream.

It has folders, manifests and lists of checksums, in two layers: what anyone may read lies at the
top with a manifest and a list of checksums of its own, what is secret or personal in the folder
`sekretess` with the like. Take that folder away, and the rest is still whole and proves itself.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.utils import timezone

FORMAT = "medborgarlofte-arkivpaket"
VERSION = 1
SECRETS = "sekretess"
MANIFEST = "manifest.json"
CHECKSUMS = "manifest-sha256.txt"
README = "README.txt"
JSON, PDF, TEXT = "application/json", "application/pdf", "text/plain; charset=utf-8"


@dataclass(frozen=True)
class PackageFile:
    """A file of a package: path in the layer's folder, checksum, what it is."""

    path: str
    sha256: str
    bytes: int
    media_type: str
    about: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as the manifest has it."""
        return {
            "path": self.path,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "media_type": self.media_type,
            "about": self.about,
        }


class _Measured:
    """A file being written: counts its bytes and reckons its SHA-256."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes = 0

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self.bytes += len(piece)
        self._stream.write(piece)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


class PackageWriter:
    """Writes a package to a stream, one file after another.

    Nothing is held in memory. `folder` is the name of the one folder that all lies in, `at` the
    time that every file bears.
    """

    def __init__(self, stream: IO[bytes], folder: str, at: datetime) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self._folder = folder
        self._time = timezone.localtime(at).timetuple()[:6]
        self.entries: dict[bool, list[PackageFile]] = {False: [], True: []}

    @contextmanager
    def file(
        self, path: str, *, secret: bool, media_type: str, about: str, is_listed: bool = True
    ) -> Iterator[_Measured]:
        """Write one file of a layer, to be told of in its manifest if `is_listed`."""
        whole = "/".join([self._folder, *([SECRETS] if secret else []), path])
        member = zipfile.ZipInfo(whole, self._time)
        # A PDF is compressed already.
        packed = zipfile.ZIP_STORED if media_type == PDF else zipfile.ZIP_DEFLATED
        member.compress_type = packed
        member.external_attr = 0o644 << 16
        with self._zip.open(member, "w", force_zip64=True) as stream:
            measured = _Measured(stream)
            yield measured
        if is_listed:
            entry = PackageFile(path, measured.sha256, measured.bytes, media_type, about)
            self.entries[secret].append(entry)

    def write(
        self, path: str, content: bytes, *, secret: bool, media_type: str, about: str
    ) -> None:
        """Write a file whose content is at hand."""
        with self.file(path, secret=secret, media_type=media_type, about=about) as stream:
            stream.write(content)

    def write_table(
        self, path: str, head: dict[str, Any], lines: Iterable[str], *, secret: bool
    ) -> None:
        """Write rows, each as a line of JSON, under a head.

        The head tells what they are.
        """
        about = head["about"]
        with self.file(path, secret=secret, media_type=JSON, about=about) as stream:
            opening = json.dumps(head, ensure_ascii=False, indent=1)
            stream.write(f'{opening[:-2]},\n "rows": ['.encode())
            between = "\n"
            for line in lines:
                stream.write(f"{between}{line}".encode())
                between = ",\n"
            stream.write(b"\n]}\n")

    def write_manifest(self, description: dict[str, Any], *, secret: bool) -> str:
        """Write a layer's manifest and checksums; return the manifest's SHA-256."""
        files = sorted(self.entries[secret], key=lambda file: file.path)
        whole = {**description, "files": [file.to_dict() for file in files]}
        content = (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
        digest = hashlib.sha256(content).hexdigest()
        with self.file(
            MANIFEST, secret=secret, media_type=JSON, about="", is_listed=False
        ) as stream:
            stream.write(content)
        sums = [(file.sha256, file.path) for file in files] + [(digest, MANIFEST)]
        with self.file(
            CHECKSUMS, secret=secret, media_type=TEXT, about="", is_listed=False
        ) as stream:
            stream.write("".join(f"{digest}  {path}\n" for digest, path in sums).encode())
        return digest

    def __enter__(self) -> PackageWriter:
        return self

    def __exit__(self, kind: object, *fault: object) -> None:
        """End the ZIP file, or leave it broken off as it is."""
        if kind is None:
            self._zip.close()
        else:
            self._zip.fp = None
