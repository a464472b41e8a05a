"""The form in which staff say when what residents write is destroyed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm


class DisposalForm(WorkspaceForm):
    """After how many years what residents write is destroyed, if ever.

    Empty fields keep it for ever.
    """

    submissions_years = forms.IntegerField(
        label=gettext_lazy("Svar på dialoger: år efter dialogens slut"),
        required=False,
        min_value=1,
        max_value=100,
    )
    comments_years = forms.IntegerField(
        label=gettext_lazy("Publicerade kommentarer: år"),
        required=False,
        min_value=1,
        max_value=100,
    )
    hidden_years = forms.IntegerField(
        label=gettext_lazy("Dolda och återtagna kommentarer: år"),
        required=False,
        min_value=1,
        max_value=100,
    )
    decision = forms.CharField(
        label=gettext_lazy("Beslutet som säger det"),
        help_text=gettext_lazy("Till exempel: Kommunstyrelsen 2026-03-02 § 41"),
        required=False,
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        """Check that destroying rests on a decision."""
        cleaned = super().clean() or {}
        names = ("submissions_years", "comments_years", "hidden_years")
        if any(cleaned.get(name) for name in names) and not cleaned.get("decision"):
            self.add_error(
                "decision", _("Inget får gallras utan beslut. Skriv vilket beslut det är.")
            )
        return cleaned
