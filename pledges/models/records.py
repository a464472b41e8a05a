"""Archive packages that people have had made.

Each says whose it is, when it was asked for and how far it has come, and has its bytes. The bytes
lie in the database and not in a file: every server of the portal can make and hand out the same
package, and what is secret lies where secrets are kept and is thrown away with them. They lie in
pieces, so that no more than one is ever in memory, and for some days only: a package can be made
anew, and its row stays and tells its checksum.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge, PledgeQuerySet, of_own_pledges


def archivable_by(user: Person) -> PledgeQuerySet:
    """Return the pledges that a person may make packages of.

    Those are the adopted ones of their places. A draft can still be deleted, and is no record yet.
    """
    own = of_own_pledges(user, Action.EXPORT_RECORDS)
    adopted = Pledge.objects.filter(adopted_at__isnull=False)
    return adopted.filter(pk__in=Pledge.objects.filter(own).order_by().values("pk"))


class ArchivePackageQuerySet(models.QuerySet["ArchivePackage"]):
    """Packages, for those who made them and their colleagues.

    Never for a public page.
    """

    def visible_to(self, user: Person) -> ArchivePackageQuerySet:
        """Return those made for the archives of a person's own places."""
        own = of_own_places(
            user, Action.EXPORT_RECORDS, municipality="municipality", police_area="police_area"
        )
        return self.filter(own)

    def latest_first(self) -> ArchivePackageQuerySet:
        """Order by when they were asked for, the latest first."""
        return self.order_by("-asked_at", "-pk")

    def outlived(self, at: datetime) -> ArchivePackageQuerySet:
        """Return those whose bytes have been kept as long as they may."""
        pieces = ArchivePackagePiece.objects.filter(package=OuterRef("pk"))
        return self.filter(Exists(pieces), asked_at__lte=at - ArchivePackage.RETENTION)


class ArchivePackage(models.Model):
    """A package that was asked for.

    `municipality` or `police_area` is whose archive it is for; with neither it is the operator's,
    and has what every party holds.
    """

    RETENTION = timedelta(days=7)

    class Kind(models.TextChoices):
        """What it has."""

        WHOLE = "whole", _("för e-arkivet: allt, också det som är hemligt")
        PUBLIC = "public", _("bara det som är offentligt")

    class State(models.TextChoices):
        """How far it has come."""

        MAKING = "making", _("görs")
        READY = "ready", _("klart")
        FAILED = "failed", _("avbrutet")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="archive_packages")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, related_name="+"
    )
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(_("innehåll"), max_length=10, choices=Kind)
    state = models.CharField(_("läge"), max_length=10, choices=State, default=State.MAKING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("begärt av"),
    )
    asked_at = models.DateTimeField(_("begärt"))
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    fault = models.CharField(_("varför det inte blev klart"), max_length=500, blank=True)
    file_name = models.CharField(_("fil"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("storlek"), default=0)

    objects = ArchivePackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("arkivpaket")
        verbose_name_plural = _("arkivpaket")
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality=None) | Q(police_area=None),
                name="package_for_one_archive",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(sha256="") & Q(size__gt=0),
                name="ready_package_has_its_checksum",
            ),
            models.UniqueConstraint(
                fields=["pledge", "kind", "municipality", "police_area"],
                condition=Q(state="making"),
                nulls_distinct=False,
                name="one_package_is_made_at_a_time",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.file_name or str(self.uid)

    @property
    def holder(self) -> Municipality | PoliceArea | None:
        """Whose archive it is for; None for the operator's."""
        return self.municipality or self.police_area

    @property
    def is_ready(self) -> bool:
        """Whether it is whole."""
        return self.state == self.State.READY

    @property
    def is_under_way(self) -> bool:
        """Whether it is being made, or waits for its turn."""
        return self.state == self.State.MAKING

    @property
    def percent(self) -> int:
        """How far it has come, in whole per cent; never 100 until it is ready."""
        if self.is_ready:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class ArchivePackagePiece(models.Model):
    """A piece of a package's bytes, numbered from 1."""

    package = models.ForeignKey(ArchivePackage, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        verbose_name = _("del av ett arkivpaket")
        verbose_name_plural = _("delar av arkivpaket")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["package", "number"], name="package_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.package_id}: {self.number}"
