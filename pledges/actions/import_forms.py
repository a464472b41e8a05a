"""The forms of importing actions and places from files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.exchange.tables import MOST_BYTES, Table, TableError, read_table
from pledges.models import Municipality

_TOO_LARGE = gettext_lazy("Filen är för stor. Den får vara högst %(most)s MB.")


class TableFileField(forms.FileField):
    """A file with a table: its clean value is the Table that it holds."""

    def __init__(self, **options: Any) -> None:
        accepted = {"accept": ".csv,.txt,.xlsx"}
        super().__init__(
            max_length=255,
            allow_empty_file=True,
            widget=forms.FileInput(attrs=accepted),
            error_messages={
                "required": gettext_lazy("Välj en fil först."),
                "invalid": gettext_lazy("Filen kom inte fram. Försök igen."),
                "max_length": gettext_lazy("Filens namn är för långt. Byt namn på den först."),
            },
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the table that the file holds.

        A file too large to be taken into memory is refused before it is read.
        """
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > MOST_BYTES:
            raise ValidationError(too_large(MOST_BYTES))
        try:
            table: Table = read_table(file.read())
        except TableError as fault:
            raise ValidationError(str(fault)) from fault
        return table


def tell_if_too_large(
    form: forms.Form, name: str, length: str, most_bytes: int = MOST_BYTES
) -> None:
    """Call a missing file too large when the request's length says so.

    Django doesn't take up such a file, so that the field by itself would call it missing.
    """
    if length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        form.fields[name].error_messages["required"] = too_large(most_bytes)


def too_large(most_bytes: int) -> str:
    """Return the sentence about a file that is larger than that."""
    return _TOO_LARGE % {"most": most_bytes // 1024 // 1024}


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
