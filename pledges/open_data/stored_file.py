"""Keep each municipality's open data as one file, made by the queue.

A reader gets a kept file only while nothing that it shows has changed: it is kept under the day and
the versions that pages are kept under (page_versions), read before it is made. What is removed is
gone from it at once, since the whole file is. Files are made beforehand for the municipalities with
a pledge; for another when somebody has asked for its own. The file of all is those, one after
another, put together as it is sent.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import IO, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from pledge_portal.database.acting import as_portal, as_public
from pledge_portal.pages.page_versions import Versions, current_versions
from pledge_portal.queue.chores import chore
from pledge_portal.queue.jobs import defer, job
from pledge_portal.version import version
from pledges.models import Municipality, OpenDataFile, OpenDataFilePiece, ValidityPeriod
from pledges.open_data.archive import write_archive

_PIECE = 1024 * 1024
_NO_TIME = (1980, 1, 1, 0, 0, 0)
SHARED = "gemensamt"


def current_file(municipality: Municipality | None) -> OpenDataFile | None:
    """Return the kept file, if it holds right now."""
    shows = _shows(municipality, timezone.localdate(), current_versions.read_anew())
    with as_portal():
        return OpenDataFile.objects.filter(municipality=municipality, shows=shows).first()


def current_files() -> list[OpenDataFile] | None:
    """Return the files of all, or None while any of them doesn't hold.

    What does not is asked for.
    """
    on, versions = timezone.localdate(), current_versions.read_anew()
    with as_portal():
        files = {
            file.municipality_id: file
            for file in OpenDataFile.objects.select_related("municipality")
        }
        places: list[Municipality | None] = [None, *_places()]
    current = []
    for place in places:
        file = files.get(place.pk if place else None)
        if file is None or file.shows != _shows(place, on, versions):
            ask_for_file(place)
        else:
            current.append(file)
    return current if len(current) == len(places) else None


def bytes_of(file: OpenDataFile) -> Iterator[bytes]:
    """Yield a file's bytes, a piece at a time.

    A file that was thrown away meanwhile breaks off: the reader sees that it is not whole.
    """
    for number in range(1, _pieces(file) + 1):
        with as_portal():
            piece = OpenDataFilePiece.objects.values_list("content", flat=True)
            content = bytes(piece.get(file=file, number=number))
        yield content


def _pieces(file: OpenDataFile) -> int:
    return -(-file.size // _PIECE)


class _Sink:
    """Takes what a ZIP file is written of, and gives it on."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, content: bytes) -> int:
        """Take some bytes."""
        self._written.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Do nothing: it is taken as it comes."""

    def take(self) -> bytes:
        """Return what was written since the last time."""
        written, self._written = b"".join(self._written), []
        return written


def bytes_of_all(files: Sequence[OpenDataFile]) -> Iterator[bytes]:
    """Yield a ZIP file of files, a piece at a time."""
    sink: Any = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            info = zipfile.ZipInfo(f"{name_of(file.municipality)}.zip", _NO_TIME)
            with archive.open(info, "w", force_zip64=True) as member:
                for piece in bytes_of(file):
                    member.write(piece)
                    yield sink.take()
    yield sink.take()


def etag_of(files: Iterable[OpenDataFile]) -> str:
    """Return what tells the file of all apart from its earlier ones."""
    return hashlib.sha256(" ".join(file.sha256 for file in files).encode()).hexdigest()


def name_of(municipality: Municipality | None) -> str:
    """Return what a file is called, without its ending."""
    return municipality.slug if municipality is not None else SHARED


def ask_for_file(municipality: Municipality | None) -> None:
    """Have a file made anew, if it has to be."""
    name = f"renew_open_data {name_of(municipality)}"
    defer(renew_open_data, once=name, municipality=municipality.pk if municipality else None)


# After what somebody waits for.
@job("renew_open_data", gettext_lazy("Öppna data"), priority=-1)
def renew_open_data(municipality: int | None) -> None:
    """Make a file unless it holds already."""
    make_file(Municipality.objects.get(pk=municipality) if municipality is not None else None)


def make_file(place: Municipality | None) -> None:
    """Make a municipality's file, or that of what all share, if it has to be."""
    on, versions = timezone.localdate(), current_versions.read_anew()
    shows = _shows(place, on, versions)
    if OpenDataFile.objects.filter(municipality=place, shows=shows).exists():
        return
    with tempfile.TemporaryFile() as file:
        # As everybody sees it, and in one language.
        with as_public(), translation.override("sv"):
            write_archive(file, place, on)
        _keep(place, shows, file)


def _keep(place: Municipality | None, shows: str, file: IO[bytes]) -> None:
    size = file.tell()
    file.seek(0)
    hashed = hashlib.sha256()
    while piece := file.read(_PIECE):
        hashed.update(piece)
    digest = hashed.hexdigest()
    file.seek(0)
    with transaction.atomic():
        earlier = OpenDataFile.objects.filter(municipality=place)
        if earlier.filter(sha256=digest).update(shows=shows):
            return
        # A new row: who is reading the old one gets nothing of the new.
        earlier.delete()
        row = OpenDataFile.objects.create(municipality=place, shows=shows, sha256=digest, size=size)
        number = 0
        while piece := file.read(_PIECE):
            number += 1
            OpenDataFilePiece.objects.create(file=row, number=number, content=piece)


def _places() -> Iterable[Municipality]:
    """Return the municipalities whose files are made beforehand, in order."""
    return Municipality.objects.filter(
        Q(pk__in=ValidityPeriod.objects.values("municipality"))
        | Q(pk__in=OpenDataFile.objects.exclude(municipality=None).values("municipality"))
    ).order_by("code")


@chore("renew_open_data_of_all", gettext_lazy("Öppna data"))
def renew_open_data_of_all() -> None:
    """Have every file made anew that no longer holds."""
    current_files()


def _shows(municipality: Municipality | None, on: date, versions: Versions) -> str:
    own = versions.of_municipality(municipality.slug) if municipality is not None else 0
    shown = f"{version()}\n{on}\n{versions.shared}\n{own}"
    return hashlib.sha256(shown.encode()).hexdigest()
