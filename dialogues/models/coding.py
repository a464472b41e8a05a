"""Themes that staff find in what residents write in their own words."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dialogues.models.submission import Submission
from dialogues.models.theme import Theme


class CodedTheme(models.Model):
    """A theme that somebody found in a submission, beside those ticked."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="coded")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="coded")
    coded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    coded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("kodat tema")
        verbose_name_plural = _("kodade teman")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "theme"], name="theme_coded_once_in_a_submission"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.theme}"
