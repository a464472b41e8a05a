"""Dated corrections of what everyone can read of dialogues."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dialogues.models.dialogue import Heard
from dialogues.models.guards import GUARD_TEXT_CORRECTION
from dialogues.models.thread import Quote, ThemeAnswer
from pledge_portal.database.triggers import REFUSE_TRUNCATE, REFUSE_UPDATE
from pledges.models import Municipality
from pledges.models.correction import DatedCorrection

# What can be corrected: each a field of a correction.
SUBJECTS = ("heard", "theme_answer", "quote")


class TextCorrection(DatedCorrection):
    """A correction of a summary, of what a theme led to, or of a quote.

    That of a quote goes with it, when its writer wants to be quoted no more: the database sees to
    it (guard_published_words).
    """

    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("kommun")
    )
    heard = models.ForeignKey(
        Heard,
        on_delete=models.PROTECT,
        null=True,
        related_name="corrections",
        verbose_name=_("vad vi hörde"),
    )
    theme_answer = models.ForeignKey(
        ThemeAnswer,
        on_delete=models.PROTECT,
        null=True,
        related_name="corrections",
        verbose_name=_("svar på ett tema"),
    )
    quote = models.ForeignKey(
        Quote,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="corrections",
        verbose_name=_("citat"),
    )

    class Meta(DatedCorrection.Meta):
        verbose_name = _("rättelse av det som är sagt")
        verbose_name_plural = _("rättelser av det som är sagt")
        constraints = [
            models.CheckConstraint(
                condition=Q(heard__isnull=False, theme_answer=None, quote=None)
                | Q(heard=None, theme_answer__isnull=False, quote=None)
                | Q(heard=None, theme_answer=None, quote__isnull=False),
                name="correction_of_one_text",
            ),
            REFUSE_UPDATE,
            GUARD_TEXT_CORRECTION,
            REFUSE_TRUNCATE,
        ]
