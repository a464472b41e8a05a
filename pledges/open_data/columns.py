"""Columns of open data: what each holds, and how it is read from a row.

One column is a member of a JSON record, a column of a CSV file and of a workbook, a property of the
OpenAPI document, and a line of the page that explains it all. Names are English and never change
within a version of the API; texts of a language end with its code.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from pledge_portal.pages.csv_files import FileNumber
from pledge_portal.pages.text import Wording

# Between the parts of a list in a cell.
_BETWEEN = " | "


class Kind(Enum):
    """What a column holds, as JSON Schema has it."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    YES_OR_NO = "boolean"
    KEY = "uuid"
    ADDRESS = "address"
    TEXTS = "texts"

    @property
    def schema(self) -> dict[str, Any]:
        """What JSON Schema says of a value that is there."""
        return dict(_SCHEMAS[self])


_SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.DAY: {"type": "string", "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.YES_OR_NO: {"type": "boolean"},
    Kind.KEY: {"type": "string", "format": "uuid"},
    Kind.ADDRESS: {"type": "string", "format": "uri"},
    Kind.TEXTS: {"type": "array", "items": {"type": "string"}},
}


@dataclass(frozen=True)
class Column:
    """A column: its name, what it means, and how to read it.

    `choices` are the only values that it has, with what each means.
    """

    name: str
    kind: Kind
    meaning: str | Promise
    read: Callable[[Any], Any]
    choices: tuple[tuple[str, str | Promise], ...] = ()

    def value(self, item: Any) -> Any:
        """Return what a record of JSON holds; nothing is null."""
        value = self.read(item)
        if value is None or value == "":
            return None
        if self.kind is Kind.TEXTS:
            return [str(part) for part in value]
        if self.kind is Kind.NUMBER:
            return int(value) if value == int(value) else float(value)
        if self.kind is Kind.MOMENT:
            return timezone.localtime(value).isoformat()
        if isinstance(value, date):
            return value.isoformat()
        if self.kind in {Kind.INTEGER, Kind.YES_OR_NO}:
            return value
        return str(value)

    def cell(self, item: Any) -> Any:
        """Return what a workbook's cell holds: days and numbers keep their kind."""
        value = self.read(item)
        if self.kind is Kind.TEXTS:
            return _BETWEEN.join(map(str, value or ()))
        if isinstance(value, datetime):
            return timezone.localtime(value)
        if value is None or isinstance(value, (int, Decimal, date)):
            return value
        return str(value)

    def csv_cell(self, item: Any) -> Any:
        """Return what a cell of CSV holds, numbers with a decimal point."""
        value = self.cell(item)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            return FileNumber(str(self.value(item)))
        if isinstance(value, int):
            return FileNumber(str(value))
        return value.isoformat() if isinstance(value, date) else value


def column(
    name: str,
    kind: Kind,
    meaning: str | Promise,
    read: Callable[[Any], Any] | str = "",
    choices: Iterable[tuple[str, str | Promise]] = (),
) -> Column:
    """Return a column, read by a function or by the path of an attribute."""
    reader = attrgetter(read or name) if isinstance(read, str) else read
    return Column(name, kind, meaning, reader, tuple(choices))


def of_field(
    model: type[models.Model], field: str, *, at: str = "", name: str = ""
) -> tuple[Column, ...]:
    """Return the columns of a model's field: two where it has English.

    `at` is the path from a row to the model's, such as "pledge.". What it means is what the field
    is called in the workspace.
    """
    django_field: Any = model._meta.get_field(field)
    name = name or field
    if hasattr(model, f"{field}_sv"):
        return in_both_languages(name, django_field.verbose_name, at.rstrip("."), field)
    kind = _kind_of(django_field)
    choices = tuple((value, label) for value, label in django_field.choices or () if value)
    return (Column(name, kind, django_field.verbose_name, attrgetter(f"{at}{field}"), choices),)


def in_both_languages(
    name: str, meaning: str | Promise, at: str, field: str
) -> tuple[Column, Column]:
    """Return the columns of a text that may have English.

    English that is older than the Swedish is left out, as on pages.
    """

    def english(item: Any) -> str | None:
        row = attrgetter(at)(item) if at else item
        is_older = field in getattr(row, "older_english", ())
        return None if is_older else getattr(row, f"{field}_en")

    swedish = attrgetter(f"{at}.{field}_sv" if at else f"{field}_sv")
    return (
        Column(f"{name}_sv", Kind.TEXT, meaning, swedish),
        Column(f"{name}_en", Kind.TEXT, meaning, english),
    )


def said(name: str, meaning: str | Promise, read: Callable[[Any], Any]) -> tuple[Column, Column]:
    """Return the columns of what pages say, in each language.

    The item is an object with a view for each language, `sv` and `en`. What pages say in Swedish
    for want of English is left out of the English column.
    """
    return (
        Column(f"{name}_sv", Kind.TEXT, meaning, lambda item: plain(read(item.sv))),
        Column(f"{name}_en", Kind.TEXT, meaning, lambda item: plain(read(item.en))),
    )


def plain(text: Any) -> str | None:
    """Return what a page says as plain text.

    None for what isn't in the page's language.
    """
    if isinstance(text, Wording):
        return None if text.lang else text.text
    return html.unescape(strip_tags(text)) if hasattr(text, "__html__") else str(text)


def _kind_of(field: Any) -> Kind:
    for field_class, kind in (
        (ArrayField, Kind.TEXTS),
        (models.UUIDField, Kind.KEY),
        (models.DateTimeField, Kind.MOMENT),
        (models.DateField, Kind.DAY),
        (models.BooleanField, Kind.YES_OR_NO),
        (models.DecimalField, Kind.NUMBER),
        (models.IntegerField, Kind.INTEGER),
    ):
        if isinstance(field, field_class):
            return kind
    return Kind.TEXT


IS_DEMONSTRATION = column(
    "is_demonstration", Kind.YES_OR_NO, _("om uppgiften är påhittad för en demonstration")
)
