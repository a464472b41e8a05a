"""Writing a pledge together.

Its versions, what colleagues remark, and the parties' approvals.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, Person
from pledge_portal.database.triggers import REFUSE_TRUNCATE, REFUSE_UPDATE
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge, of_own_pledges

MAX_PART_LENGTH = 40


class PledgeVersion(models.Model):
    """The whole text of a draft as it was after one change.

    Kept as long as the pledge is.
    """

    class Act(models.TextChoices):
        """What was done to the text."""

        STARTED = "started", _("började skriva")
        CHANGED = "changed", _("ändrade")
        ADDED = "added", _("lade till")
        REMOVED = "removed", _("tog bort")
        MOVED = "moved", _("flyttade")
        ANNEXED = "annexed", _("lade till en bilaga")
        UNANNEXED = "unannexed", _("tog bort en bilaga")
        RESTORED = "restored", _("återställde")
        ELSEWHERE = "elsewhere", _("ändrat utanför redigeringen")

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    contents = models.JSONField()
    act = models.CharField(max_length=12, choices=Act)
    part = models.CharField(max_length=MAX_PART_LENGTH, blank=True)
    # Whoever left keeps their name here; a command has none.
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    saved_at = models.DateTimeField()

    saved_by_id: int | None

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versioner")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "number"], name="version_number_once"),
            REFUSE_TRUNCATE,
            REFUSE_UPDATE,
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}, {self.number}"


class RemarkQuerySet(models.QuerySet["Remark"]):
    """What colleagues say of drafts to each other."""

    def visible_to(self, user: Person) -> RemarkQuerySet:
        """Return those of the drafts that a person writes on."""
        own = of_own_pledges(user, Action.WRITE_PLEDGES, "pledge__")
        return self.filter(pk__in=Remark.objects.filter(own).order_by().values("pk"))


class Remark(models.Model):
    """What somebody who writes on a draft says of a part of it.

    Or of a passage; to the others who write.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="remarks")
    part = models.CharField(max_length=MAX_PART_LENGTH)
    quoted = models.CharField(_("stycke"), max_length=500, blank=True)
    text = models.TextField(_("kommentar"), max_length=2000)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("kollegas kommentar")
        verbose_name_plural = _("kollegors kommentarer")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="settled_by_someone",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.text[:60]}"


class TextApproval(models.Model):
    """That a party stands behind a draft's text as it was in one version.

    It holds for that version alone: any later change of the text asks for a new one.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="text_approvals")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, related_name="+"
    )
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, related_name="+"
    )
    version = models.PositiveIntegerField(_("version"))
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("godkännande av texten")
        verbose_name_plural = _("godkännanden av texten")
        ordering = ["approved_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality=None, police_area__isnull=False)
                | Q(municipality__isnull=False, police_area=None),
                name="text_approved_by_one_party",
            ),
            models.UniqueConstraint(
                fields=["pledge", "municipality", "police_area"],
                nulls_distinct=False,
                name="a_party_approves_the_text_once",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id}, version {self.version}"
