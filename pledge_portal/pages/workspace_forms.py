"""What the workspace's forms share: their look, and the asking about personal data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.personal_data import Found, Sort, find_personal_data


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class WorkspaceForm(forms.Form):
    """A form as components/field.html shows it.

    `free_texts` names the fields that people write in. Identity numbers are refused there; what
    looks like a plate, a phone number or an address is asked about before anything is saved: the
    box `texts_are_fine` appears, and has to be ticked.
    """

    free_texts: tuple[str, ...] = ()

    texts_are_fine = forms.BooleanField(
        required=False, label=gettext_lazy("Texten innehåller inga personuppgifter. Spara ändå.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_about_texts = False
        for field in self.fields.values():
            widget = field.widget
            if not isinstance(widget, forms.HiddenInput | forms.CheckboxInput | forms.RadioSelect):
                widget.attrs["class"] = "input"
            # Ten rows are Django's own: too many for a thumb to pass on a phone.
            if isinstance(widget, forms.Textarea) and str(widget.attrs["rows"]) == "10":
                widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        """Look for personal data in the free texts."""
        cleaned = super().clean() or {}
        for name in self.free_texts:
            found = find_personal_data(cleaned.get(name) or "")
            numbers = [each for each in found if each.sort == Sort.IDENTITY_NUMBER]
            if numbers:
                self.add_error(name, _refusal(numbers))
            elif found and not cleaned.get("texts_are_fine"):
                self.asks_about_texts = True
                self.add_error(name, _question(found))
            elif found:
                self.asks_about_texts = True
        return cleaned

    def add_errors(self, faults: dict[str, str]) -> None:
        """Show the faults that the domain's rules found, each beside its field."""
        for name, sentence in faults.items():
            self.add_error(name if name in self.fields else None, ValidationError(sentence))

    def rebase(self, version: int) -> None:
        """Keep what was typed, but as a change of a later version."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]

    def shown_fields(self) -> list[forms.BoundField]:
        """Return the fields in order, without the hidden ones and the box about texts."""
        return [field for field in self.visible_fields() if field.name != "texts_are_fine"]


def _quoted(found: Iterable[Found]) -> str:
    return ", ".join(f"”{each.text}”" for each in found)


def _refusal(found: list[Found]) -> str:
    return _("Ta bort personnumret: %(pieces)s. Personnummer sparas aldrig här.") % {
        "pieces": _quoted(found)
    }


def _question(found: list[Found]) -> str:
    return _(
        "Det här ser ut som personuppgifter: %(pieces)s. Ta bort dem, eller kryssa för att texten "
        "är i sin ordning."
    ) % {"pieces": _quoted(found)}
