"""The forms of importing actions and places from files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.exchange.uploads import TableFileField
from pledges.models import Municipality


class ActionImportForm(WorkspaceForm):
    """A file of earlier actions, with the pledge and side it belongs to."""

    target = forms.ChoiceField(label=gettext_lazy("Vilket löfte gäller filen?"))
    file = TableFileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("Excel (.xlsx) eller CSV, högst 5 000 rader."),
    )

    def __init__(self, *args: Any, targets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = targets  # type: ignore[attr-defined]


class ConfirmImportForm(WorkspaceForm):
    """The yes to an import.

    With questions about its rows, a box to tick as well.
    """

    is_sure = forms.BooleanField(
        label=gettext_lazy("Jag har läst anmärkningarna. Importera ändå."),
        error_messages={"required": gettext_lazy("Läs anmärkningarna och kryssa i rutan.")},
    )

    def __init__(self, *args: Any, has_questions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_questions:
            del self.fields["is_sure"]


class UndoImportForm(WorkspaceForm):
    """Why an import is undone."""

    free_texts = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Varför?"),
        max_length=500,
        help_text=gettext_lazy("Skälet läses bara av den som arbetar med löftet."),
    )


class PlaceListForm(WorkspaceForm):
    """A list of places: pasted or in a file, a place on each line."""

    tables = ("pasted",)

    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=gettext_lazy("Kommun"))
    pasted = forms.CharField(
        label=gettext_lazy("Klistra in en lista"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Skriv en plats på varje rad: namnet, semikolon, och skolans stadium. Utelämna "
            "stadiet om det inte är en skola."
        ),
    )
    file = TableFileField(
        label=gettext_lazy("Eller välj en fil"),
        required=False,
        help_text=gettext_lazy("Excel (.xlsx) eller CSV med rubrikerna Namn och Stadium."),
    )

    def __init__(self, *args: Any, municipalities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["municipality"]
        field.queryset = municipalities
        only = list(municipalities[:2])
        if len(only) == 1:
            field.initial, field.widget = only[0].pk, forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways."""
        cleaned = super().clean()
        if not self.errors and not cleaned.get("pasted") and not cleaned.get("file"):
            raise ValidationError(_("Klistra in en lista eller välj en fil."))
        return cleaned
