"""The form that looks for changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from pledge_portal.database.history import History
from pledge_portal.history.presentation import kind_name
from pledge_portal.history.reading import ChangeFilter

_A_DAY = forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d")
_NOT_A_DAY = {"invalid": _("Skriv dagen som år-månad-dag, till exempel 2025-03-04.")}


class ChangesForm(forms.Form):
    """Who, what, when and which words; everything may be left out."""

    ord = forms.CharField(
        label=_("Ord i det som ändrades eller i skälet"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    vem = forms.CharField(
        label=_("Vem, namn eller e-post"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    slag = forms.ChoiceField(
        label=_("Vad"), required=False, widget=forms.Select(attrs={"class": "input"})
    )
    fran = forms.DateField(
        label=_("Från och med"), required=False, widget=_A_DAY, error_messages=_NOT_A_DAY
    )
    till = forms.DateField(
        label=_("Till och med"), required=False, widget=_A_DAY, error_messages=_NOT_A_DAY
    )
    hor_till = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1
    )

    def __init__(self, *args: Any, histories: list[History], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted((kind_name(history), history.kind) for history in histories)
        choices = [("", _("Allt")), *((kind, name) for name, kind in kinds)]
        self.fields["slag"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that the days come in order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("fran"), cleaned.get("till")
        if first and last and last < first:
            self.add_error("till", ValidationError(_("Sista dagen kommer före den första.")))
        return cleaned

    def change_filter(self) -> ChangeFilter:
        """Return what is asked for, as far as it was understood."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        return ChangeFilter(
            actor=data.get("vem", ""),
            kind=data.get("slag", ""),
            since=data.get("fran"),
            until=data.get("till"),
            words=data.get("ord", ""),
            belongs_to=data.get("hor_till"),
        )
