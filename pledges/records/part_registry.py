"""Register the parts that a package is made of.

Here an app says what its own tables give to it, when it is ready (`register`). Every model with a
path to a pledge is a part, or is left out for a reason that the package tells; a test holds that
nobody forgets one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from pledges.records.scope import Scope

Rows = Callable[[Scope], "QuerySet[Any]"]
# What a row of a model is called in a package, by its key, or the other way round.
Called = Callable[[type[models.Model], Any], Any]


@dataclass(frozen=True)
class Part:
    """The rows of one table that belong to a pledge.

    `name` is that of its files. `public` gives those rows that anyone may read; a part without it
    is secret altogether. `secret` are columns that are secret although the row is public; columns
    that name an account, or a row that isn't public, are so in any case. `left_out` are columns
    that no package has, each with the reason. `history` is the filter for the part's events, None
    when their tables keep none of it. `document` gives the name of the file that a row's bytes go
    to, without its `ending`. `keyed` are columns of JSON that hold values of another model's fields
    by their names, and so keys of what those name; `named` are columns that name rows in a way of
    their own, with what calls them otherwise. `same_by` are the columns by which a row is
    known that an earlier package brought already: one dialogue can belong to several pledges.
    `sealed` is the column that locks a row, and the part whose rows have to be written before.
    """

    model: type[models.Model]
    name: str
    about: str
    rows: Rows
    public: Rows | None = None
    secret: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    history: Callable[[Scope], Q] | None = None
    document: Callable[[Any], str] | None = None
    ending: str = ".pdf"
    order: tuple[str, ...] = ("pk",)
    keyed: dict[str, type[models.Model]] = field(default_factory=dict)
    named: dict[str, Callable[[Any, Called], Any]] = field(default_factory=dict)
    same_by: tuple[str, ...] = ()
    sealed: tuple[str, type[models.Model]] | None = None

    @property
    def columns(self) -> list[Any]:
        """Return the fields that stand in a row, in order; not its bytes."""
        return [
            column
            for column in stored_fields(self.model)
            if not isinstance(column, models.BinaryField)
            and not (column.primary_key and not isinstance(column, models.UUIDField))
            and column.name not in self.left_out
            and not (column.name == "uid" and self.known_by_uid)
        ]

    @property
    def known_by_uid(self) -> bool:
        """Return whether its rows are known by a `uid`, and not by a number.

        The number is one within the package.
        """
        return any(column.name == "uid" for column in self.model._meta.local_concrete_fields)


@dataclass(frozen=True)
class Shared:
    """A table of things that several pledges name, such as municipalities.

    They are known by what they are called, and only made in a portal that lacks them: `describe`
    gives a name and a row, `find` the key of the one with a name, `make` makes one from its row and
    returns the key.
    """

    model: type[models.Model]
    name: str
    about: str
    describe: Callable[[Any], tuple[Any, dict[str, Any]]]
    find: Callable[[Any], Any]
    make: Callable[[dict[str, Any], Any], Any]
    related: tuple[str, ...] = ()
    is_personal: bool = False


_parts: list[Part] = []
_shared: list[Shared] = []
_left_out: dict[type[models.Model], str] = {}


def register(
    *,
    parts: Iterable[Part] = (),
    shared: Iterable[Shared] = (),
    left_out: dict[type[models.Model], str] | None = None,
) -> None:
    """Let packages have these parts too, in this order.

    What a row names comes before it. `left_out` are models that no package has, each with the
    reason, in Swedish. Twice is once.
    """
    registered = {part.model for part in _parts} | {table.model for table in _shared}
    _parts.extend(part for part in parts if part.model not in registered)
    _shared.extend(table for table in shared if table.model not in registered)
    _left_out.update(left_out or {})


def all_parts() -> list[Part]:
    """Return every part, in the order in which they are restored."""
    return list(_parts)


def all_shared() -> list[Shared]:
    """Return every table of things that several pledges name."""
    return list(_shared)


def all_left_out() -> dict[type[models.Model], str]:
    """Return the models that no package has, with the reasons."""
    return dict(_left_out)


def stored_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields with a column that the database doesn't compute."""
    return [column for column in model._meta.local_concrete_fields if not column.generated]
