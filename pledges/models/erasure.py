"""Personal details that were taken away, and files withheld for them.

What was taken away stands nowhere, here either: a row tells who decided, when, why and in how many
texts. In the texts a mark stands in its place.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge


class ErasureQuerySet(models.QuerySet["Erasure"]):
    """What was taken away, for those who answer for the records.

    Never for a public page.
    """

    def visible_to(self, user: Person) -> ErasureQuerySet:
        """Return what was taken away from the texts of a person's own places."""
        return self.filter(
            of_own_places(
                user, Action.ERASE_DETAILS, municipality="municipality", police_area="police_area"
            )
        )


class Erasure(models.Model):
    """That a personal detail was taken away.

    Written once; `texts` is counted by the function that takes away (sql/erase_detail.sql).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, related_name="+", verbose_name=_("kommun")
    )
    police_area = models.ForeignKey(
        PoliceArea, models.PROTECT, null=True, related_name="+", verbose_name=_("lokalpolisområde")
    )
    decision = models.CharField(_("beslut"), max_length=80)
    decided_on = models.DateField(_("beslutat den"))
    reason = models.CharField(_("skäl"), max_length=500)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    erased_at = models.DateTimeField()
    texts = models.PositiveIntegerField(default=0)

    objects = ErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("borttagen personuppgift")
        verbose_name_plural = _("borttagna personuppgifter")
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality=None) ^ Q(police_area=None),
                name="erasure_of_one_place",
            ),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.decision}, {self.decided_on}"

    @property
    def place(self) -> Municipality | PoliceArea:
        """The party whose records it was taken away from."""
        place = self.municipality or self.police_area
        assert place is not None  # noqa: S101  (the database's own constraint)
        return place


class WithheldDocument(models.Model):
    """A file of a pledge that the public isn't shown.

    A personal detail stands in it. The bytes are kept as they are: what was signed is. Written by
    the owner's function alone (sql/withhold_document.sql), never changed or taken away. Public, so
    that it is told openly.
    """

    pledge = models.ForeignKey(
        Pledge, models.PROTECT, related_name="withheld_documents", verbose_name=_("löfte")
    )
    sha256 = models.CharField(_("fil"), max_length=64)
    decision = models.CharField(_("beslut"), max_length=80)
    withheld_on = models.DateField(_("visas inte sedan"))
    # None where the pledge was restored from its archive package.
    erasure = models.ForeignKey(Erasure, models.PROTECT, null=True, related_name="documents")

    class Meta:
        verbose_name = _("fil som inte visas")
        verbose_name_plural = _("filer som inte visas")
        constraints = [
            models.UniqueConstraint(fields=["pledge", "sha256"], name="file_withheld_once"),
            REFUSE_CHANGE,
            REFUSE_TRUNCATE,
        ]
        indexes = [models.Index(fields=["sha256"], name="withheld_by_sha256")]

    def __str__(self) -> str:
        return self.sha256


def is_withheld() -> Exists:
    """Return the annotation that says whether a row's file is withheld.

    It is so for its own pledge: nobody decides on a file of another's.
    """
    return Exists(
        WithheldDocument.objects.filter(sha256=OuterRef("sha256"), pledge=OuterRef("pledge"))
    )
