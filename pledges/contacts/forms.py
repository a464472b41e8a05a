"""Take how a party is reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.models import Contact

FIELDS = ("contact_role", "contact_phone", "contact_email", "contact_web")


def _column(name: str) -> Any:
    return Contact._meta.get_field(name)


class ContactForm(WorkspaceForm):
    """A function with its telephone, e-mail and address on the web."""

    free_texts = ("contact_role",)

    contact_role = forms.CharField(
        label=gettext_lazy("Funktion"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Till exempel trygghetssamordnare. Skriv ingen persons namn."),
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Telefon"),
        max_length=30,
        required=False,
        validators=_column("contact_phone").validators,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    contact_email = forms.EmailField(
        label=gettext_lazy("E-post"),
        required=False,
        help_text=gettext_lazy("Helst en funktionsadress."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    contact_web = forms.CharField(
        label=gettext_lazy("Webbadress"),
        max_length=200,
        required=False,
        validators=_column("contact_web").validators,
        help_text=gettext_lazy("Till exempel https://www.alvsbyn.se/trygghet."),
    )
