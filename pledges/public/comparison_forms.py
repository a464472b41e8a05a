"""The form that chooses two pledges of a municipality to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.text import Wording

_MISSING = gettext_lazy("Välj ett löfte.")
_UNKNOWN = gettext_lazy("”%(value)s” är inget löfte som finns här. Välj ett i listan.")


class _InTheirLanguage(forms.Select):
    """A list whose options say in which language they are.

    When it isn't the page's.
    """

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, label, *args, **kwargs)
        if isinstance(label, Wording) and label.lang:
            option["attrs"]["lang"] = label.lang
        return option


class CompareForm(forms.Form):
    """The periods of two different pledges of one municipality."""

    fran = forms.ChoiceField(
        label=gettext_lazy("Från löftet"),
        error_messages={"required": _MISSING, "invalid_choice": _UNKNOWN},
        widget=_InTheirLanguage(attrs={"class": "input"}),
    )
    till = forms.ChoiceField(
        label=gettext_lazy("Till löftet"),
        error_messages={"required": _MISSING, "invalid_choice": _UNKNOWN},
        widget=_InTheirLanguage(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, pledges: Sequence[tuple[str, Wording]], **kwargs: Any) -> None:
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
