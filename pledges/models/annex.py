"""What is annexed to a pledge: a plan that a part of its content lies in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.triggers import REFUSE_TRUNCATE
from pledges.models.guards import REFUSE_WHEN_LOCKED
from pledges.models.pledge import Pledge
from pledges.models.stored_file import StoredFile, matches_sha256


class PledgeAnnex(StoredFile):
    """A plan (PDF) that belongs to a pledge, and is public when the pledge is.

    The text that is signed names it with its SHA-256; from then on it never changes.
    """

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="annexes")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("titel"), max_length=200)
    size = models.PositiveIntegerField(_("storlek"))
    pages = models.PositiveSmallIntegerField(_("sidor"))
    annexed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("tillagd av"),
    )
    annexed_at = models.DateTimeField(_("tillagd"))

    class Meta:
        verbose_name = _("bilaga")
        verbose_name_plural = _("bilagor")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "position"], name="annex_position_once"),
            models.UniqueConstraint(fields=["pledge", "sha256"], name="annex_once"),
            matches_sha256("annex_matches_its_sha256"),
            REFUSE_WHEN_LOCKED,
            REFUSE_TRUNCATE,
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def store(
        cls, pledge: Pledge, content: bytes, *, title: str, pages: int, by: Any, at: datetime
    ) -> PledgeAnnex:
        """Write the bytes with their SHA-256 and size, as the pledge's last annex."""
        last = cls._default_manager.filter(pledge=pledge).aggregate(last=models.Max("position"))
        return cls._write(
            content,
            pledge=pledge,
            position=(last["last"] or 0) + 1,
            title=title,
            size=len(content),
            pages=pages,
            annexed_by=by,
            annexed_at=at,
        )
