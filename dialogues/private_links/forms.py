"""Form for one's own private link by e-mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.open_forms import OpenForm


class MailLinkForm(OpenForm):
    """Where the link is sent."""

    email = forms.EmailField(
        label=gettext_lazy("Din e-postadress"),
        help_text=gettext_lazy("Den används till det här mejlet och sparas inte sedan."),
        max_length=254,
        error_messages={"required": gettext_lazy("Skriv din e-postadress.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def refuse_for_a_while(self) -> None:
        """Say that too many came from the same network."""
        self.status = 429
        self.add_error(
            None, gettext_lazy("Det har kommit mycket från din uppkoppling. Försök om en timme.")
        )
