"""Form for anyone who finds that something is wrong on a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dialogues.cautious_forms import CautiousForm
from pledge_portal.pages.typed_fields import PlainTextField

MAX_LENGTH = 2000


class PageReportForm(CautiousForm):
    """What is wrong, and where an answer is sent."""

    text = PlainTextField(
        label=gettext_lazy("Vad är fel?"),
        help_text=gettext_lazy("Till exempel en siffra, ett datum eller en länk."),
        max_length=MAX_LENGTH,
        error_messages={"required": gettext_lazy("Skriv vad som är fel på sidan.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-postadress, om du vill ha svar"),
        help_text=gettext_lazy("Den visas bara för dem som får ditt meddelande."),
        required=False,
        max_length=254,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 5
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean(self) -> dict[str, Any]:
        """Look for personal data and tips."""
        cleaned = super().clean() or {}
        self.ask_about_text("text")
        return cleaned
