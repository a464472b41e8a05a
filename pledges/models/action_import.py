"""Files of earlier actions.

Held until their sender says yes, then only as a memory of it.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, of_own_places
from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.municipality import Municipality, PoliceArea
from pledges.models.pledge import Pledge


class ActionImportQuerySet(models.QuerySet["ActionImport"]):
    """Imports of actions."""

    def visible_to(self, user: Person, at: datetime) -> ActionImportQuerySet:
        """Return a person's own files, and what their side has imported.

        Files that wait for a yes hold internal notes, so nobody else sees one before it is
        confirmed.
        """
        own = of_own_places(
            user, Action.RECORD_ACTIONS, municipality="municipality", police_area="police_area"
        )
        waiting = Q(confirmed_at=None, sent_by=user.pk, sent_at__gt=at - ActionImport.RETENTION)
        return self.filter(own).filter(waiting | Q(confirmed_at__isnull=False))

    def confirmed(self) -> ActionImportQuerySet:
        """Return those that were carried out, the latest first.

        Undone ones too.
        """
        return self.filter(confirmed_at__isnull=False).order_by("-confirmed_at", "-pk")

    def forgotten(self, at: datetime) -> ActionImportQuerySet:
        """Return those whose sender never said yes, and whose time has run out."""
        return self.filter(confirmed_at=None, sent_at__lte=at - ActionImport.RETENTION)


class ActionImport(models.Model):
    """A file of earlier actions for one pledge and one side of it.

    `content` holds the file's texts while it waits for its sender's yes, and nothing afterwards:
    {"headings": [...], "rows": [[number, [cell, ...]], ...]}. `fingerprint` is the SHA-256 of them,
    by which the same file is known when it comes again.
    """

    RETENTION = timedelta(days=1)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="action_imports")
    police_area = models.ForeignKey(
        PoliceArea, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    file_name = models.CharField(_("fil"), max_length=120)
    content = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(_("importerad"), null=True, blank=True)
    undone_at = models.DateTimeField(_("ångrad"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undo_reason = models.CharField(_("skäl"), max_length=500, blank=True)

    objects = ActionImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import av insatser")
        verbose_name_plural = _("importer av insatser")
        constraints = [
            models.CheckConstraint(
                condition=Q(municipality=None, police_area__isnull=False)
                | Q(municipality__isnull=False, police_area=None),
                name="import_of_one_side",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undo_reason="")
                | Q(confirmed_at__isnull=False, undone_at__isnull=False, undo_reason__gt=""),
                name="import_undone_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(content={}),
                name="import_keeps_no_texts_once_confirmed",
            ),
            models.UniqueConstraint(
                fields=["pledge", "fingerprint"],
                condition=Q(confirmed_at__isnull=False, undone_at=None),
                name="a_file_is_imported_once",
            ),
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def place(self) -> PoliceArea | Municipality:
        """The police area or the municipality that the file tells of."""
        place = self.municipality or self.police_area
        assert place is not None  # noqa: S101  (held by the database)
        return place
