"""The history of staff-held data: what has one, and its tables.

Every model that is registered here has an event table of its own, to which a trigger of the house
(sql/record_change.sql) writes each insertion, change and deletion: when, on whose behalf (see
`acting.on_behalf_of`), the row as it became and, of a change, how the changed columns were. Event
tables refuse UPDATE, DELETE and TRUNCATE. Raw SQL gets past neither trigger. What the law wants
erased is taken away by two functions of the owner's alone (docs/history.md).

An app registers its models in its module `tracking`, which is read when all models are ready:
modeltranslation adds columns until then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string

from pledge_portal.database.triggers import REFUSE_CHANGE, REFUSE_TRUNCATE, Trigger

# Gives, for a person, the filter for the events that they may read.
Readers = Callable[[Any], Q]

INSERTED, UPDATED, DELETED = "insert", "update", "delete"


class Change(models.Model):
    """What every event table has, beside its model's own columns.

    Those are of the model whose changes it keeps. It has also `pgh_obj`, the row that was changed,
    which may be gone.
    """

    pgh_id = models.BigAutoField(primary_key=True)
    pgh_created_at = models.DateTimeField(db_index=True)
    # INSERTED, UPDATED or DELETED.
    pgh_label = models.TextField()
    # How the columns that were changed were before; null when the row was inserted or deleted.
    pgh_before = models.JSONField(null=True)
    # The words of what was changed, in lower case, for the search.
    pgh_words = models.TextField()
    # The key of the row that the changed one belongs to: of a commitment, its pledge's.
    pgh_belongs_to = models.BigIntegerField(null=True, db_index=True)
    pgh_transaction = models.BigIntegerField()
    # On whose behalf, and why: see acting.on_behalf_of.
    pgh_context = models.JSONField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


@dataclass(frozen=True)
class History:
    """The fact that a model has a history.

    `kind` is its name in addresses; `title` the fields that name a row to a reader; `belongs_to`
    the model that `pgh_belongs_to` holds a key of.
    """

    model: type[models.Model]
    events: Any  # a class of Change, made when the portal starts
    kind: str
    title: tuple[str, ...]
    readers: Readers
    belongs_to: type[models.Model] | None

    @property
    def fields(self) -> list[Any]:
        """The model's own fields that the history keeps."""
        recorded = {field.name for field in self.events._meta.fields}
        return [field for field in self.model._meta.local_concrete_fields if field.name in recorded]


_histories: dict[type[models.Model], History] = {}


def keep_history(
    model: type[models.Model],
    kind: str,
    *,
    title: Sequence[str],
    readers: Readers,
    belongs_to: str = "",
    without: Sequence[str] = (),
) -> None:
    """Keep the history of a model, but for the columns `without`.

    `belongs_to` is the path of fields, as Django writes them, to the row that a row belongs to;
    "pk" for the row itself. Migrations must be made anew.
    """
    meta = model._meta
    whole, path = _path(model, belongs_to)
    table = f"{meta.db_table}event"
    record_change = Trigger(
        function="record_change",
        fires="AFTER INSERT OR UPDATE OR DELETE",
        arguments=(table, *path),
        table=meta.db_table,
    )
    constraints = [REFUSE_CHANGE, REFUSE_TRUNCATE, record_change]
    events: Any = type(
        f"{model.__name__}Event",
        (Change,),
        {
            "__module__": model.__module__,
            "Meta": type("Meta", (), {"app_label": meta.app_label, "constraints": constraints}),
            **{f.name: _column(f) for f in meta.local_concrete_fields if f.name not in without},
            "pgh_obj": _reference(model, db_index=True),
        },
    )
    _histories[model] = History(model, events, kind, tuple(title), readers, whole)


def _reference(to: Any, **options: Any) -> Any:
    """Return a field for a key that nothing watches.

    What it leads to may be gone.
    """
    return models.ForeignKey(
        to, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", **options
    )


def _column(field: Any) -> Any:
    """Return a field that holds what a field of the model held.

    It is not unique, no key, and has no index.
    """
    _name, path, arguments, options = field.deconstruct()
    if isinstance(field, models.AutoField):
        return models.BigIntegerField()
    if isinstance(field, models.ForeignKey):
        names = ("verbose_name", "help_text", "blank", "null", "editable", "default")
        same_options = {name: options[name] for name in names if name in options}
        return _reference(options["to"], db_index=False, **same_options)
    plain = {"primary_key": False, "unique": False, "db_index": False}
    return import_string(path)(*arguments, **{**options, **plain})


def _path(
    model: type[models.Model], names: str
) -> tuple[type[models.Model] | None, tuple[str, ...]]:
    """Return the model that a path of fields ends at, and its way there.

    The way is the columns and tables it goes by.
    """
    if not names:
        return None, ()
    if names == "pk":
        return model, (str(model._meta.pk.column),)
    steps: list[str] = []
    at = model
    for name in names.split("__"):
        field: Any = at._meta.get_field(name)
        steps += [at._meta.db_table, field.column]
        at = field.related_model
    return at, tuple(steps[1:])


def histories() -> list[History]:
    """Return all that have a history, in the order that they were registered."""
    return list(_histories.values())


def history_of(model: type[models.Model]) -> History | None:
    """Return the history of a model, if it has one."""
    return _histories.get(model)
