"""Changes in words: who did what, and how each column was and became."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from pledge_portal.database.history import DELETED, INSERTED, History
from pledge_portal.history.differences import Piece, differences
from pledge_portal.history.reading import ReadChange
from pledge_portal.history.values import Names, display_fields, display_value, label, title

# Shorter texts are clearer whole, the one after the other.
_MIN_COMPARED_LENGTH = 40


@dataclass(frozen=True)
class Line:
    """One column of a change.

    Texts long enough to be compared have `pieces` instead of `before` and `after`.
    """

    label: str
    before: str = ""
    after: str = ""
    pieces: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class HistoryEntry:
    """One change, ready for a page."""

    anchor: str
    address: str
    kind: str
    title: str
    verb: str
    at: datetime
    author: str
    page: str
    reason: str
    is_update: bool
    lines: list[Line]


def entries(changes: list[ReadChange]) -> list[HistoryEntry]:
    """Return changes in words.

    The names of all that they point at are fetched together.
    """
    names = Names()
    for change in changes:
        names.collect(change.history, change.row, change.before)
    names.fetch()
    return [_history_entry(change, names) for change in changes]


def _history_entry(change: ReadChange, names: Names) -> HistoryEntry:
    history = change.history
    return HistoryEntry(
        anchor=f"{history.kind}-{change.pk}",
        address=object_address(history, change.object_id),
        kind=kind_name(history),
        title=title(history, change.row, names)
        or _("nr %(number)s") % {"number": change.object_id},
        verb=_verb(change.label),
        at=change.at,
        author=author(change.context),
        page=change.context.get("address", ""),
        reason=change.context.get("reason", ""),
        is_update=change.before is not None,
        lines=_lines(change, names),
    )


def kind_name(history: History) -> str:
    """Return what an object is, such as "Åtagande"."""
    name = str(history.model._meta.verbose_name)
    return name[:1].upper() + name[1:]


def object_address(history: History, key: int) -> str:
    """Return the address of an object's history."""
    return reverse("object_history", args=[history.kind, key])


def _verb(label: str) -> str:
    if label == INSERTED:
        return _("Lades till")
    return _("Togs bort") if label == DELETED else _("Ändrades")


def author(context: dict[str, Any]) -> str:
    """Return in words who made a change, from its context."""
    if name := context.get("name"):
        email = context.get("email")
        return f"{name} ({email})" if email and email != name else name
    if command := context.get("command"):
        return _("kommandot %(command)s, kört av %(user)s") % {
            "command": command,
            "user": context.get("os_user") or _("okänd"),
        }
    if email := context.get("email"):
        return _("%(email)s, som inte var inloggad") % {"email": email}
    if user := context.get("database_user"):
        return _("databaskontot %(user)s, utanför portalen") % {"user": user}
    return _("någon som inte var inloggad")


def _lines(change: ReadChange, names: Names) -> list[Line]:
    if change.before is None:
        whole = [
            (label(field), display_value(field, change.row.get(field.column), names))
            for field in display_fields(change.history, change.row)
        ]
        is_new = change.label == INSERTED
        return [
            Line(name, after=value) if is_new else Line(name, before=value)
            for name, value in whole
            if value
        ]
    was = change.row | change.before
    # Either version may be the one in which the two columns of a text differ.
    fields = {
        field
        for version in (change.row, was)
        for field in display_fields(change.history, version)
        if field.column in change.before
    }
    return [
        _changed_line(field, was.get(field.column), change.row.get(field.column), names)
        for field in sorted(fields)
    ]


def _changed_line(field: Any, was: Any, becomes: Any, names: Names) -> Line:
    before, after = display_value(field, was, names), display_value(field, becomes, names)
    is_text = isinstance(field, models.CharField | models.TextField) and not field.flatchoices
    if is_text and before and after and max(len(before), len(after)) >= _MIN_COMPARED_LENGTH:
        return Line(label(field), pieces=differences(before, after))
    return Line(label(field), before, after)
