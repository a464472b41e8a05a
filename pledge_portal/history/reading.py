"""Finding the changes that a person may read, in all event tables at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils import timezone

from pledge_portal.accounts.permissions import Person
from pledge_portal.database.history import Change, History, histories

_COLUMNS = (
    *("pgh_kind", "pgh_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_belongs_to"),
    *("pgh_before", "pgh_context", "pgh_row"),
)


@dataclass(frozen=True)
class ChangeFilter:
    """What a reader asks for.

    Days are whole days in the portal's time zone, both included; `actor` is a part of a name, an
    address or a command's name; `words` a part of what was changed, as it was or became, or of the
    reason; `belongs_to` the key of what the changed rows belong to.
    """

    actor: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""
    belongs_to: int | None = None

    def filter(self) -> Q:
        """Return the filter for event rows, but for the kind."""
        condition = Q()
        if self.actor:
            for key in ("name", "email", "command", "os_user"):
                condition |= Q(**{f"pgh_context__{key}__icontains": self.actor})
        if self.words:
            condition &= Q(pgh_words__contains=self.words.lower()) | Q(
                pgh_context__reason__icontains=self.words
            )
        if self.since:
            condition &= Q(pgh_created_at__gte=_midnight(self.since))
        if self.until:
            condition &= Q(pgh_created_at__lt=_midnight(self.until + timedelta(days=1)))
        if self.belongs_to is not None:
            condition &= Q(pgh_belongs_to=self.belongs_to)
        return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class ReadChange:
    """One change, its columns as JSON has their values.

    `row` is the row as it became (or was, when deleted) and `before` how the changed columns were
    (None when the row was inserted or deleted), both by column.
    """

    history: History
    pk: int
    at: datetime
    label: str
    object_id: int
    belongs_to: int | None
    before: dict[str, Any] | None
    context: dict[str, Any]
    row: dict[str, Any]


class Changes:
    """The changes that a person may read and asks for, the newest first.

    They can be counted and sliced, as a Paginator does. Each event table gives its newest and
    PostgreSQL merges them: one query for a page, one for the count, however many tables there are.
    """

    def __init__(
        self,
        user: Person,
        change_filter: ChangeFilter,
        of_object: tuple[History, int] | None = None,
    ) -> None:
        """`of_object` asks for the changes of one object alone."""
        self._histories = {
            history.kind: history
            for history in histories()
            if (not change_filter.kind or history.kind == change_filter.kind)
            and (of_object is None or history == of_object[0])
        }
        # Many histories share their readers, who are looked up once.
        may_read = {
            readers: readers(user) for readers in {h.readers for h in self._histories.values()}
        }
        condition = change_filter.filter()
        if of_object is not None:
            condition &= Q(pgh_obj=of_object[1])
        self._tables: list[tuple[History, QuerySet[Change]]] = [
            (history, history.events.objects.filter(may_read[history.readers] & condition))
            for history in self._histories.values()
        ]

    def count(self) -> int:
        """Return how many there are."""
        return _union([rows.order_by().values_list("pgh_id") for _h, rows in self._tables]).count()

    def __getitem__(self, part: slice) -> list[ReadChange]:
        """Return a part of them, the newest first."""
        if not part.stop:
            return []
        tables = [
            rows.annotate(
                pgh_kind=Value(history.kind, output_field=CharField()),
                pgh_row=JSONObject(**{field.column: F(field.attname) for field in history.fields}),
            )
            .order_by("-pgh_created_at", "-pgh_id")
            .values_list(*_COLUMNS)[: part.stop]
            for history, rows in self._tables
        ]
        together = _union(tables)
        if len(tables) > 1:  # one alone is in order already
            together = together.order_by("-pgh_created_at", "pgh_kind", "-pgh_id")
        return [ReadChange(self._histories[row[0]], *row[1:]) for row in together[part]]


def _union(tables: list[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = tables
    return first.union(*others, all=True)


def readable_histories(user: Person) -> list[History]:
    """Return those histories that can hold anything that a person may read."""
    readable = []
    may_read = {readers: readers(user) for readers in {history.readers for history in histories()}}
    for history in histories():
        try:
            str(history.events.objects.filter(may_read[history.readers]).query)
        except EmptyResultSet:
            continue
        readable.append(history)
    return readable
