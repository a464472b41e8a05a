"""Forms whose texts pass the door, and which show what the rules refuse."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pledge_portal.pages.typed_text import check_signs, data_with_line_feeds

_ENDS = re.compile(r"[\t\n\r]+")


class RuleForm(forms.Form):
    """A form that `form_page` answers with.

    `status` is the HTTP status of the answer when the form has errors; `cache_control` says who may
    keep the page. `tables` names the fields whose text is read as a table, each of its cells judged
    by itself.
    """

    status = 422
    cache_control = "no-store"
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
                lead_through_the_door(field)

    def full_clean(self) -> None:
        """Judge the fields; of one that is left empty is said which."""
        for name, field in self.fields.items():
            if field.error_messages["required"] is forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _what_is_missing(self[name])
        super().full_clean()

    def change_typed(self, **fields: str) -> None:
        """Show what was typed again, with these fields changed."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in fields.items():
            data[name] = value
        self.data = data

    @property
    def lost_files(self) -> list[forms.BoundField]:
        """The fields whose file was sent and has to be chosen again.

        No browser keeps it in a page that is answered with errors; a field with an error of its own
        says that something is wrong with the file.
        """
        files = [field for field in self if isinstance(field.field, forms.FileField)]
        return [field for field in files if self.files.get(field.html_name) and not field.errors]

    def add_errors(self, faults: Mapping[str, str]) -> None:
        """Show the faults that the rules found, by the name of their field."""
        for name, sentence in faults.items():
            self.add_error(name if name in self.fields else None, ValidationError(sentence))


def _what_is_missing(field: forms.BoundField) -> str:
    """Return what is said of a field that is left empty and may not be."""
    widget = field.field.widget
    if field.is_hidden:
        return _("Något på sidan saknas. Läs in den på nytt och försök igen.")
    if isinstance(widget, forms.FileInput):
        sentence = _("Välj en fil i ”%(label)s”.")
    elif isinstance(widget, forms.CheckboxInput):
        sentence = _("Kryssa i ”%(label)s”.")
    elif isinstance(widget, forms.Select | forms.RadioSelect):
        sentence = _("Välj ett svar under ”%(label)s”.")
    else:
        sentence = _("Fyll i ”%(label)s”.")
    return sentence % {"label": field.label}


def lead_through_the_door(field: forms.CharField) -> None:
    """Let a field's text pass the door that all texts pass (typed_text)."""
    field.validators = [check_signs, *field.validators]
    if isinstance(field.widget, forms.TextInput):
        field.to_python = _on_one_line(field.to_python)  # type: ignore[method-assign,assignment]


def _on_one_line(to_python: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what reads a field of one line.

    A tab or an end of line is a space. Browsers take away the ends of lines, but not the tabs of a
    cell that is pasted.
    """
    return lambda value: to_python(_ENDS.sub(" ", value) if isinstance(value, str) else value)
