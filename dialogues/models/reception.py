"""When a municipality takes in what residents write."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pledges.models import Municipality


class Reception(models.Model):
    """Hours and emergency stop of a municipality's open forms.

    Without a row they are open.
    """

    municipality = models.OneToOneField(
        Municipality, on_delete=models.PROTECT, related_name="reception", verbose_name=_("kommun")
    )
    opens = models.TimeField(_("öppnar"), null=True, blank=True)
    closes = models.TimeField(_("stänger"), null=True, blank=True)
    is_stopped = models.BooleanField(_("nödstopp"), default=False)
    publishes_at_once = models.BooleanField(
        _("kommentarer visas innan någon har granskat dem"), default=False
    )
    stopped_because = models.CharField(_("skäl som alla ser"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("mottagning av inlägg")
        verbose_name_plural = _("mottagning av inlägg")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="reception_has_both_hours_or_none",
            ),
        ]

    def __str__(self) -> str:
        return str(self.municipality)

    def is_open(self, at: time) -> bool:
        """Return whether anything is taken in at a time of day.

        The hours may pass midnight.
        """
        if self.is_stopped:
            return False
        if self.opens is None or self.closes is None or self.opens == self.closes:
            return True
        if self.opens < self.closes:
            return self.opens <= at < self.closes
        return at >= self.opens or at < self.closes
