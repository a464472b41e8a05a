"""What readers say is wrong on a page."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pledge_portal.accounts.permissions import Action, Person, keys_of_own_places
from pledges.models import Municipality


class PageReportQuerySet(models.QuerySet["PageReport"]):
    """Reports of pages."""

    def visible_to(self, user: Person) -> PageReportQuerySet:
        """Keep those of municipalities whose contact a person keeps.

        The operator sees those of all, and those of no municipality.
        """
        own = keys_of_own_places(user, Action.KEEP_CONTACTS)
        return self if own is None else self.filter(municipality__in=own[0])

    def waiting(self) -> PageReportQuerySet:
        """Keep those that nobody has dealt with, who has waited longest first."""
        return self.filter(handled_at=None).order_by("reported_at", "pk")


class PageReport(models.Model):
    """That something is wrong on a page, in a reader's own words.

    `municipality` is whose page it is, None for the portal's own; `path` is empty for no page in
    particular. The address goes when it is dealt with.
    """

    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("kommun"),
    )
    path = models.CharField(_("sida"), max_length=300, blank=True)
    text = models.TextField(_("vad som är fel"), max_length=2000)
    email = models.EmailField(_("e-postadress"), max_length=254, blank=True)
    sending = models.UUIDField(unique=True)
    reported_at = models.DateTimeField(_("skickat"))
    handled_at = models.DateTimeField(_("avklarat"), null=True)

    objects = PageReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("fel på en sida")
        verbose_name_plural = _("fel på sidor")

    def __str__(self) -> str:
        return self.path
