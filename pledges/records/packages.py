"""Making packages for people: by the queue, with progress told.

Nobody waits for an answer, and a worker that is killed midway is followed by one that begins anew;
nothing half-made is ever handed out. A package is written to a file of the worker's temporary
folder first, and goes into the database when it is whole.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import PersonErasure, User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.database.locked_rows import locked_keys
from pledge_portal.queue.jobs import defer, job
from pledges.models import (
    ArchivePackage,
    ArchivePackagePiece,
    Erasure,
    Municipality,
    Pledge,
    PoliceArea,
)
from pledges.records.exporting import ExportError, export, name_of
from pledges.records.scope import Holder

_PIECE = 1024 * 1024
_SECONDS_BETWEEN_WORDS = 1.0


def ask_for(pledge: Pledge, kind: str, holder: Holder, *, by: User, at: datetime) -> ArchivePackage:
    """Have a package made, and return its row at once.

    Or the one that is being made already. Bytes of packages that have been kept as long as they may
    are thrown away here. Raises ExportError when there can be no such package.
    """
    if kind == ArchivePackage.Kind.PUBLIC and not Pledge.objects.public().filter(pk=pledge.pk):
        raise ExportError(
            _("Löftet är inte offentligt än: alla har inte undertecknat. Gör ett helt paket.")
        )
    purge_expired(at)
    scope = {
        "pledge": pledge,
        "kind": kind,
        "municipality": holder if isinstance(holder, Municipality) else None,
        "police_area": holder if isinstance(holder, PoliceArea) else None,
    }
    try:
        with transaction.atomic():
            package = ArchivePackage.objects.create(**scope, asked_by=by, asked_at=at)
            defer(make_package, package=package.pk)
    except IntegrityError:
        return ArchivePackage.objects.get(**scope, state=ArchivePackage.State.MAKING)
    return package


@transaction.atomic
def purge_expired(at: datetime) -> int:
    """Erase the bytes of packages kept as long as they may; return how many."""
    outlived = locked_keys(ArchivePackage.objects.outlived(at))
    ArchivePackagePiece.objects.filter(package__in=outlived).delete()
    return len(outlived)


def _give_up(package: int) -> None:
    """Say that a package will not be made."""
    making = ArchivePackage.objects.filter(pk=package, state=ArchivePackage.State.MAKING).first()
    if making is not None:
        _fail(making, _("Ett fel uppstod. Försök igen, och säg till driften om det inte går."))


# Somebody waits for it, and would rather hear of a fault than wait for days.
@job("make_package", gettext_lazy("Arkivpaket"), max_tries=4, given_up=_give_up)
def make_package(package: int) -> None:
    """Make a package that was asked for, in the name of whoever did."""
    making = ArchivePackage.objects.filter(pk=package, state=ArchivePackage.State.MAKING)
    asked = making.select_related("asked_by").first()
    if asked is None:
        return
    by = asked.asked_by
    teller = _Teller(package)
    try:
        with on_behalf_of(person=by.pk, name=str(by), email=by.email):
            make(package, teller)
    finally:
        teller.close()


class _Teller:
    """Tells how far a package has come, on a connection of its own.

    What is told on the one that reads would show only when its snapshot is over.
    """

    def __init__(self, pk: int) -> None:
        self._pk = pk
        self._connection = connection.copy()
        self._next = 0.0

    def report(self, done: int, total: int) -> None:
        """Tell it, though not more often than anyone looks."""
        if time.monotonic() < self._next and done < total:
            return
        self._next = time.monotonic() + _SECONDS_BETWEEN_WORDS
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pledges_archivepackage SET done = %s, total = %s"
                " WHERE id = %s AND state = 'making'",
                [done, total, self._pk],
            )

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()


def make(pk: int, teller: _Teller | None = None) -> None:
    """Make a package that was asked for, and keep its bytes.

    What can't be is told in its row.
    """
    package = ArchivePackage.objects.select_related("municipality", "police_area").get(pk=pk)
    progress = teller.report if teller is not None else lambda _done, _total: None
    try:
        with tempfile.TemporaryFile() as file:
            pledge = Pledge.objects.select_related("police_area").get(pk=package.pledge_id)
            only_public = package.kind == ArchivePackage.Kind.PUBLIC
            export(
                pledge,
                file,
                at=package.asked_at,
                only_public=only_public,
                holder=package.holder,
                progress=progress,
            )
            name = name_of(pledge, package.asked_at, only_public=only_public)
            _keep(package, file, f"{name}.zip")
    except ExportError as error:
        _fail(package, str(error))


def _fail(package: ArchivePackage, sentence: str) -> None:
    package.state, package.fault = ArchivePackage.State.FAILED, sentence
    package.save(update_fields=["state", "fault"])


def _keep(package: ArchivePackage, file: IO[bytes], name: str) -> None:
    """Put a whole package into the database, and say that it is ready.

    Both or neither.
    """
    size = file.tell()
    file.seek(0)
    digest = hashlib.sha256()
    with transaction.atomic():
        number = 0
        while piece := file.read(_PIECE):
            number += 1
            digest.update(piece)
            ArchivePackagePiece.objects.create(package=package, number=number, content=piece)
        package.state = ArchivePackage.State.READY
        package.file_name, package.sha256, package.size = name, digest.hexdigest(), size
        package.save(update_fields=["state", "file_name", "sha256", "size"])
        # Whoever took something away waited for that row, or was first: then it is seen here.
        later = {"erased_at__gte": package.asked_at}
        if (
            Erasure.objects.filter(**later).exists()
            or PersonErasure.objects.filter(**later).exists()
        ):
            raise ExportError(
                _("En personuppgift togs bort medan paketet gjordes. Gör ett nytt paket.")
            )


def bytes_of(package: ArchivePackage) -> Iterator[bytes]:
    """Yield a ready package's bytes, a piece at a time."""
    numbers = ArchivePackagePiece.objects.filter(package=package).order_by("number")
    for number in list(numbers.values_list("number", flat=True)):
        piece = ArchivePackagePiece.objects.values_list("content", flat=True)
        yield bytes(piece.get(package=package, number=number))
