"""What is known of a decision: its day, who took it, and where it stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class HasDecision(models.Model):
    """Something that somebody decided; each part may be unknown."""

    decided_on = models.DateField(_("beslutsdag"), null=True, blank=True)
    decided_by = models.CharField(_("beslutat av"), max_length=160, blank=True)
    decision_paragraph = models.CharField(_("paragraf i protokollet"), max_length=40, blank=True)

    class Meta:
        abstract = True
