"""Columns' names and values as a reader understands them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.database.history import History, history_of
from pledge_portal.pages.text import day as in_words

# Columns that are drawn from others, so that they tell nothing of their own.
_DRAWN = frozenset({"id", "sort_key", "search_key"})

# Fields whose models give them no name on screen.
_LABELS = {
    "approved_at": gettext_lazy("godkänd"),
    "approved_by": gettext_lazy("godkänd av"),
    "corrected_at": gettext_lazy("rättad"),
    "corrected_by": gettext_lazy("rättad av"),
    "created_at": gettext_lazy("skapad"),
    "created_by": gettext_lazy("skapad av"),
    "digest": gettext_lazy("innehållets fingeravtryck"),
    "during": gettext_lazy("giltighetstid"),
    "figures": gettext_lazy("hur långt det hade kommit"),
    "fingerprint": gettext_lazy("fingeravtryck (SHA-256)"),
    "in_review_at": gettext_lazy("lämnad för granskning"),
    "invented": gettext_lazy("påhittat för demonstrationen"),
    "number": gettext_lazy("nummer"),
    "opened_at": gettext_lazy("öppnad"),
    "opened_by": gettext_lazy("öppnad av"),
    "part": gettext_lazy("del av löftet"),
    "period": gettext_lazy("period i adressen"),
    "position": gettext_lazy("ordning"),
    "published_at": gettext_lazy("publicerad"),
    "published_by": gettext_lazy("publicerad av"),
    "recorded_by": gettext_lazy("registrerad av"),
    "recorded_side": gettext_lazy("registrerad för"),
    "sent_at": gettext_lazy("skickad"),
    "sent_by": gettext_lazy("skickad av"),
    "settled_at": gettext_lazy("avklarad"),
    "settled_by": gettext_lazy("avklarad av"),
    "sha256": gettext_lazy("fingeravtryck (SHA-256)"),
    "size": gettext_lazy("storlek i byte"),
    "step": gettext_lazy("antal underskrifter"),
    "struck_by": gettext_lazy("struken av"),
    "submission": gettext_lazy("inskickningens nummer"),
    "uid": gettext_lazy("unikt nummer"),
    "undone_by": gettext_lazy("ångrad av"),
    "version": gettext_lazy("version"),
    "written_at": gettext_lazy("skriven"),
    "written_by": gettext_lazy("skriven av"),
}

_MAX_TITLE_LENGTH = 80


class Unnamed(LookupError):
    """A field has no name that can be shown."""


def label(field: Any) -> str:
    """Return a field's name on screen; raise Unnamed when it has none."""
    if language := getattr(field, "language", ""):
        name = label(field.translated_field)
        return name if language == "sv" else _("%(field)s, på engelska") % {"field": name}
    if "verbose_name" in field.deconstruct()[3]:  # given by hand, not drawn from its name
        return str(field.verbose_name)
    if field.name in _LABELS:
        return str(_LABELS[field.name])
    if field.is_relation:
        return str(field.related_model._meta.verbose_name)
    raise Unnamed(f"{field.model.__name__}.{field.name}")


def display_fields(history: History, row: dict[str, Any]) -> list[Any]:
    """Return the fields of a row that tell a reader something.

    modeltranslation keeps the Swedish text a second time, under the field's bare name.
    """
    return [
        field
        for field in history.fields
        if field.name not in _DRAWN
        and (f"{field.name}_sv" not in row or row[f"{field.name}_sv"] != row.get(field.column))
    ]


class Names:
    """The names of rows that other rows point at, fetched together.

    A few queries for each model, however many rows there are.
    """

    def __init__(self) -> None:
        self._missing: dict[type[models.Model], set[int]] = defaultdict(set)
        self._names: dict[tuple[type[models.Model], int], str] = {}

    def collect(self, history: History, *rows: dict[str, Any] | None) -> None:
        """Ask for the names of all that these rows, or parts of rows, point at."""
        for field in history.fields:
            for row in rows:
                if field.is_relation and row and row.get(field.column) is not None:
                    self._missing[_target(field)].add(row[field.column])

    def fetch(self) -> None:
        """Fetch all names collected; of a deleted row, the name it last had."""
        while self._missing:
            model, keys = self._missing.popitem()
            history = history_of(model)
            keys = {key for key in keys if (model, key) not in self._names}
            if history is None or not keys:
                continue
            rows = {
                row["pk"]: row
                for row in model._base_manager.filter(pk__in=keys).values("pk", *history.title)
            }
            if deleted := keys - rows.keys():
                latest = history.events.objects.filter(pgh_obj__in=deleted)
                latest = latest.order_by("pgh_obj", "-pgh_id").distinct("pgh_obj")
                rows |= {r["pgh_obj"]: r for r in latest.values("pgh_obj", *history.title)}
            for key, row in rows.items():
                parts = [
                    display_value(history.model._meta.get_field(name), row[name], self)
                    for name in history.title
                    if not history.model._meta.get_field(name).is_relation
                ]
                self._names[model, key] = _joined(parts)

    def name_of(self, model: type[models.Model], key: int) -> str:
        """Return a row's name, or its number when it has none."""
        name = self._names.get((model, key))
        return name or _("nr %(number)s") % {"number": key}


def _target(field: Any) -> type[models.Model]:
    return field.related_model


def _joined(parts: Iterable[str]) -> str:
    return Truncator(", ".join(part for part in parts if part)).chars(_MAX_TITLE_LENGTH)


def title(history: History, row: dict[str, Any], names: Names) -> str:
    """Return what names a row to a reader, such as "1, Polisen söker …".

    Its number if nothing does.
    """
    fields: list[Any] = [history.model._meta.get_field(name) for name in history.title]
    parts = [display_value(field, row.get(field.column), names) for field in fields]
    return _joined(parts)


def display_value(field: Any, value: Any, names: Names) -> str:
    """Return a column's value, as JSON or Django gives it, in words.

    "" when there is none.
    """
    if value is None or value == "" or value == []:
        return ""
    if field.is_relation:
        return names.name_of(_target(field), value)
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        at = parse_datetime(value) if isinstance(value, str) else value
        return date_format(timezone.localtime(at), r"j F Y \k\l. H.i")
    if isinstance(field, models.DateField):
        return _day(parse_date(value) if isinstance(value, str) else value)
    if isinstance(field, DateRangeField):
        return _days(str(value))
    if isinstance(value, list) and field.name == "older_english":
        return ", ".join(label(field.model._meta.get_field(f"{name}_sv")) for name in value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {item}" for key, item in value.items())
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(value)


def _day(day: date | None) -> str:
    return in_words(day) if day else ""


def _days(written: str) -> str:
    """Return a range of days as PostgreSQL writes it in words.

    "[2023-01-01,2026-01-01)" has its last day on the 31st of December.
    """
    if written == "empty":
        return _("ingen dag")
    first, _comma, after = written.strip("[()]").partition(",")
    end = parse_date(after)
    if end is None:
        return _("från %(day)s, tills vidare") % {"day": _day(parse_date(first))}
    return f"{_day(parse_date(first))} – {_day(end - timedelta(days=1))}"
