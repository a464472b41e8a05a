"""Forms whose texts pass the door, and which show what the rules refuse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pledge_portal.pages.typed_text import check_signs, data_with_line_feeds


class RuleForm(forms.Form):
    """A form that `form_page` answers with.

    `status` is the HTTP status of the answer when the form has errors. `tables` names the fields
    whose text is read as a table, each of its cells judged by itself.
    """

    status = 422
    tables: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args:
            args = (data_with_line_feeds(args[0]), *args[1:])
        elif "data" in kwargs:
            kwargs["data"] = data_with_line_feeds(kwargs["data"])
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            is_other = isinstance(field.widget, forms.PasswordInput) or name in self.tables
            if isinstance(field, forms.CharField) and not is_other:
                field.validators = [check_signs, *field.validators]

    def change_typed(self, **fields: str) -> None:
        """Show what was typed again, with these fields changed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in fields.items():
            data[name] = value
        self.data = data

    def add_errors(self, faults: Mapping[str, str]) -> None:
        """Show the faults that the rules found, by the name of their field."""
        for name, sentence in faults.items():
            self.add_error(name if name in self.fields else None, ValidationError(sentence))
