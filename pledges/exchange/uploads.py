"""Take the files that people send in forms."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from pledge_portal.pages.text import whole_number
from pledges.exchange.tables import MAX_BYTES, Table, TableError, read_table

_TOO_LARGE = gettext_lazy("Filen är för stor. Den får vara högst %(most)s MB.")


class WholeFileField(forms.FileField):
    """A file of at most `max_bytes`; its clean value is the bytes.

    `accept` is what the browser offers: ends of names, or types. One too large is refused before it
    is read into memory.
    """

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": gettext_lazy("Välj en fil först."),
        "invalid": gettext_lazy("Filen kom inte fram. Försök igen."),
        "max_length": gettext_lazy("Filens namn är för långt. Byt namn på den först."),
    }

    def __init__(self, *, accept: str, max_bytes: int, **options: Any) -> None:
        self.max_bytes = max_bytes
        super().__init__(
            max_length=255,
            allow_empty_file=True,
            widget=forms.FileInput(attrs={"accept": accept}),
            **options,
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the bytes, or None where there is no file."""
        file = super().clean(data, initial)
        if not file:
            return None
        if file.size > self.max_bytes:
            raise ValidationError(too_large(self.max_bytes))
        return file.read()


class TableFileField(WholeFileField):
    """A file with a table: its clean value is the Table that it holds."""

    def __init__(self, **options: Any) -> None:
        super().__init__(accept=".csv,.txt,.xlsx", max_bytes=MAX_BYTES, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the table that the file holds."""
        content = super().clean(data, initial)
        if content is None:
            return None
        try:
            table: Table = read_table(content)
        except TableError as fault:
            raise ValidationError(str(fault)) from fault
        return table


def tell_if_too_large(
    form: forms.Form, name: str, length: str, most_bytes: int = MAX_BYTES
) -> None:
    """Call a missing file too large when the request's length says so.

    Django doesn't take up such a file, so that the field by itself would call it missing.
    """
    if (whole_number(length, most_digits=18) or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        form.fields[name].error_messages["required"] = too_large(most_bytes)


def too_large(most_bytes: int) -> str:
    """Return the sentence about a file that is larger than that."""
    return _TOO_LARGE % {"most": most_bytes // 1024 // 1024}
