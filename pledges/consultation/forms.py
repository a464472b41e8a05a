"""The forms of those who ask residents about a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm


def _text(label: Any, most: int, hint: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class PublishForm(WorkspaceForm):
    """What residents are asked, and until when.

    `read` is a fingerprint of the draft as it was shown to the publisher.
    """

    free_texts = ("introduction_sv", "introduction_en")

    read = forms.CharField(widget=forms.HiddenInput, max_length=64)
    introduction_sv = _text(
        gettext_lazy("Vad vill ni veta av invånarna?"),
        3000,
        gettext_lazy(
            "Det står först på sidan. Skriv kort vad ni undrar och vad som går att påverka."
        ),
    )
    introduction_en = _text(gettext_lazy("Samma sak på engelska"), 3000, required=False)
    closes_on = forms.DateField(
        label=gettext_lazy("Sista dag att lämna synpunkter"), widget=DayInput()
    )

    def texts(self) -> dict[str, str]:
        """Return what residents are asked; only of a valid form."""
        return {name: self.cleaned_data[name] for name in self.free_texts}

    def show_again(self, read: str) -> None:
        """Keep what was typed, but for the draft as it is now."""
        self.change_typed(read=read)


class OutcomeForm(WorkspaceForm):
    """How what residents said changed the pledge."""

    free_texts = ("outcome_sv", "outcome_en")

    outcome_sv = _text(
        gettext_lazy("Så påverkade synpunkterna löftet"),
        5000,
        gettext_lazy("Skriv vad som ändrades och vad som inte ändrades, och varför."),
    )
    outcome_en = _text(gettext_lazy("Samma sak på engelska"), 5000, required=False)

    def texts(self) -> dict[str, str]:
        """Return the outcome in both languages; only of a valid form."""
        return {name: self.cleaned_data[name] for name in self.free_texts}
