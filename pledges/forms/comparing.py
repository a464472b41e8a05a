"""The form that chooses two pledges of a municipality to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_MISSING = gettext_lazy("Välj ett löfte.")
_UNKNOWN = gettext_lazy("”%(value)s” är inget löfte som finns här. Välj ett i listan.")


class CompareForm(forms.Form):
    """The periods of two different pledges of one municipality."""

    fran = forms.ChoiceField(
        label=gettext_lazy("Från löftet"),
        error_messages={"required": _MISSING, "invalid_choice": _UNKNOWN},
        widget=forms.Select(attrs={"class": "input"}),
    )
    till = forms.ChoiceField(
        label=gettext_lazy("Till löftet"),
        error_messages={"required": _MISSING, "invalid_choice": _UNKNOWN},
        widget=forms.Select(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, pledges: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Take the pledges as (period, name)."""
        super().__init__(*args, **kwargs)
        for name in ("fran", "till"):
            self.fields[name].choices = pledges  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse one pledge compared with itself."""
        cleaned = super().clean() or {}
        if "fran" in cleaned and cleaned["fran"] == cleaned.get("till"):
            self.add_error("till", _("Välj två olika löften."))
        return cleaned
