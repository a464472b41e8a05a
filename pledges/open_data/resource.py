"""A resource of open data, and the register of all of them.

A resource says which rows the public may read (always a `public()` queryset), in which order they
are given, and its columns. The API, its OpenAPI document, the files, the catalogue and the page
that explains them are all made from that. Subjects above this one register their own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from importlib import import_module
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pledges.models import Municipality
from pledges.open_data.columns import Column


class Terms(Enum):
    """On what terms a resource may be used, and the source to name."""

    FREE = "free"
    STATISTICS = "statistics"
    RESIDENTS = "residents"

    @property
    def licence(self) -> str | None:
        """The licence's address, None where there is none for all of it."""
        return CC0 if self is Terms.FREE else None

    @property
    def text(self) -> str | Promise:
        """The terms in a sentence or two."""
        return _TERMS[self]


CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
_TERMS = {
    Terms.FREE: _("Får användas fritt (CC0 1.0). Ange gärna källan: kommunen och Polisen."),
    Terms.STATISTICS: _(
        "Källan står vid varje siffra och ska anges. Källans egna villkor gäller: Kolada har"
        " CC BY 4.0."
    ),
    Terms.RESIDENTS: _(
        "Invånares egna ord, utan namn. Den som skrev har rätten till sin text: citera med källa,"
        " och ta bort det som tas bort här."
    ),
}


@dataclass(frozen=True)
class Key:
    """A part of what rows are ordered by, and how a cursor holds it.

    `path` is the field's as queries name it. `shown` reads from a row what the cursor holds, never
    a running number; `parse` makes of it what the field is compared with, and raises ValueError.
    """

    path: str
    parse: Callable[[str], Any] = str
    shown: Callable[[Any], Any] | None = None

    def of(self, row: Any) -> str:
        """Return what a cursor holds of a row."""
        if self.shown is not None:
            return str(self.shown(row))
        for name in self.path.split("__"):
            row = getattr(row, name)
        return str(row)


@dataclass(frozen=True)
class Resource:
    """Public rows in an order, and the columns of what is made of them.

    `rows` gives those that are public on a day, `order` tells them apart. `items` makes of a page
    of rows what columns read, in a number of queries that doesn't grow with them: as many as there
    are rows, or more or fewer, as where periods are of commitments. `municipality` is the filter
    for what is of one, `days` the fields of the first and last day that it is about.
    """

    name: str
    title: str | Promise
    description: str | Promise
    terms: Terms
    rows: Callable[[date], QuerySet[Any]]
    order: tuple[Key, ...]
    columns: tuple[Column, ...]
    municipality: Callable[[Municipality], Q]
    items: Callable[[list[Any], date], Iterable[Any]] = lambda rows, _on: rows
    days: tuple[str, str] | None = None
    # What a page's limit counts, where that isn't its records.
    counted: str | Promise = field(default="")
    # The filter for what all municipalities share, None where there is nothing such.
    shared: Q | None = None

    def record(self, item: Any) -> dict[str, Any]:
        """Return an item as an object of JSON."""
        return {column.name: column.value(item) for column in self.columns}


_RESOURCES: dict[str, Resource] = {}
_MODULES: list[str] = []
_loading = threading.RLock()


def declared_in(module: str) -> None:
    """Name a module that registers resources.

    It is read when they are first asked for: by then models have the columns of their languages.
    """
    _MODULES.append(module)


def register(*resources: Resource) -> None:
    """Add resources to those that everybody may read."""
    for resource in resources:
        _RESOURCES[resource.name] = resource


def resources() -> list[Resource]:
    """Return every resource, in the order that they are told of."""
    with _loading:
        while _MODULES:
            import_module(_MODULES[0])
            _MODULES.pop(0)
    return list(_RESOURCES.values())


def resource_named(name: str) -> Resource | None:
    """Return the resource of a name, None if there is none."""
    return next((resource for resource in resources() if resource.name == name), None)
