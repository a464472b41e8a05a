"""The form of a correction."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.models.correction import MAX_CORRECTION_LENGTH


class TextCorrectionForm(WorkspaceForm):
    """What was wrong and what is right, in Swedish and perhaps in English."""

    free_texts = ("text_sv", "text_en")
    text_sv = forms.CharField(
        label=gettext_lazy("Rättelse"),
        help_text=gettext_lazy("Skriv vad som var fel och vad som är rätt. Skriv inga namn."),
        max_length=MAX_CORRECTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    text_en = forms.CharField(
        label=gettext_lazy("På engelska"),
        max_length=MAX_CORRECTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
