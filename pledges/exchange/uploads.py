"""Take the files that people send in forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from pledges.exchange.tables import MAX_BYTES, Table, TableError, read_table

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
        if file.size > MAX_BYTES:
            raise ValidationError(too_large(MAX_BYTES))
        try:
            table: Table = read_table(file.read())
        except TableError as fault:
            raise ValidationError(str(fault)) from fault
        return table


def tell_if_too_large(
    form: forms.Form, name: str, length: str, most_bytes: int = MAX_BYTES
) -> None:
    """Call a missing file too large when the request's length says so.

    Django doesn't take up such a file, so that the field by itself would call it missing.
    """
    if length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        form.fields[name].error_messages["required"] = too_large(most_bytes)


def too_large(most_bytes: int) -> str:
    """Return the sentence about a file that is larger than that."""
    return _TOO_LARGE % {"most": most_bytes // 1024 // 1024}
