"""That a pledge was signed outside the portal, and taken in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.guards import GUARD_SIGNED_ELSEWHERE
from pledges.models.pledge import Pledge


class PledgeSignedElsewhere(models.Model):
    """Who vouches for a pledge that was signed elsewhere, and since when.

    `vouched_for` is the party in whose name they do, as it was called. The document is step 0 of
    the pledge's; the days of signing are those of its signatures, never the day of taking it in.
    """

    pledge = models.OneToOneField(Pledge, on_delete=models.PROTECT, related_name="signed_elsewhere")
    vouched_for = models.CharField(_("intygat av"), max_length=200)
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    taken_in_at = models.DateTimeField(_("intaget"))
    pages = models.PositiveSmallIntegerField(_("sidor"))

    class Meta:
        verbose_name = _("intaget löfte")
        verbose_name_plural = _("intagna löften")
        constraints = [GUARD_SIGNED_ELSEWHERE, REFUSE_TRUNCATE]

    def __str__(self) -> str:
        return f"{self.pledge} {self.taken_in_at:%Y-%m-%d}"
