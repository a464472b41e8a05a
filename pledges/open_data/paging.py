"""Pages of a resource: each begins after a row, and not at a number.

A cursor holds what tells the last row of a page apart, in names that are public anyway. Finding the
next page costs the same however far it is, and what is removed meanwhile moves nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pledge_portal.pages.text import whole_number
from pledges.models import Municipality
from pledges.open_data.resource import Key, Resource

DEFAULT_LIMIT, MAX_LIMIT = 100, 1000
PARAMETERS = ("municipality", "from", "to", "limit", "cursor")
_CODE = re.compile(r"[0-9]{4}\Z", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_MAX_CURSOR_LENGTH = 2_000


class BadQuestion(Exception):
    """A parameter that can't be understood; the text says why."""

    def __init__(self, parameter: str, reason: Any) -> None:
        super().__init__(parameter)
        self.parameter = parameter
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """What is asked of a resource."""

    municipality: Municipality | None = None
    first: date | None = None
    last: date | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str = ""


@dataclass(frozen=True)
class Page:
    """Items of some rows; `next` is where those after them begin, "" if none."""

    items: list[Any]
    next: str


def question_of(resource: Resource, sent: Any) -> Question:
    """Return what the parameters of an address ask; raises BadQuestion."""
    first, last = _day(sent, "from"), _day(sent, "to")
    if resource.days is None and (first or last):
        raise BadQuestion("from" if first else "to", _("Resursen har inga dagar att välja på."))
    return Question(_municipality(sent), first, last, _limit(sent), sent.get("cursor", ""))


def _municipality(sent: Any) -> Municipality | None:
    code = sent.get("municipality", "")
    if not code:
        return None
    municipality = Municipality.objects.filter(code=code).first() if _CODE.match(code) else None
    if municipality is None:
        raise BadQuestion("municipality", _("Skriv en kommunkod med fyra siffror, som 2560."))
    return municipality


def _day(sent: Any, name: str) -> date | None:
    text = sent.get(name, "")
    if not text:
        return None
    try:
        if _DAY.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadQuestion(name, _("Skriv en dag som 2026-01-31."))


def _limit(sent: Any) -> int:
    text = sent.get("limit", "")
    if not text:
        return DEFAULT_LIMIT
    if 1 <= (limit := whole_number(text, most_digits=4) or 0) <= MAX_LIMIT:
        return limit
    raise BadQuestion("limit", _("Skriv ett antal från 1 till 1000."))


def rows_for(resource: Resource, question: Question, on: date) -> QuerySet[Any]:
    """Return a resource's public rows that are asked for, in order."""
    rows = resource.rows(on).order_by(*(key.path for key in resource.order))
    if question.municipality is not None:
        rows = rows.filter(resource.municipality(question.municipality))
    if resource.days is not None:
        first, last = resource.days
        if question.first is not None:
            rows = rows.filter(**{f"{last}__gte": question.first})
        if question.last is not None:
            rows = rows.filter(**{f"{first}__lte": question.last})
    return rows


def page_of(resource: Resource, question: Question, on: date) -> Page:
    """Return a page of a resource; raises BadQuestion for a bad cursor."""
    rows = rows_for(resource, question, on)
    if question.cursor:
        rows = rows.filter(later_than(resource.order, _values(resource.order, question.cursor)))
    page = list(rows[: question.limit + 1])
    shown = page[: question.limit]
    following = cursor_at(resource.order, shown[-1]) if len(page) > question.limit else ""
    return Page(list(resource.items(shown, on)), following)


def all_items(
    resource: Resource, question: Question, on: date, *, is_shared: bool = False
) -> Iterator[Any]:
    """Yield every item that is asked for, a page of rows at a time.

    `is_shared` gives only what all municipalities share.
    """
    rows, after = rows_for(resource, question, on), Q()
    if is_shared and resource.shared is not None:
        rows = rows.filter(resource.shared)
    while True:
        page = list(rows.filter(after)[: question.limit])
        yield from resource.items(page, on)
        if len(page) < question.limit:
            return
        last = [key.parse(key.of(page[-1])) for key in resource.order]
        after = later_than(resource.order, last)


def as_uuid(text: str) -> UUID:
    """Return a key drawn by lot as a cursor holds it."""
    return UUID(text)


def as_number(text: str) -> int:
    """Return a small number as a cursor holds it."""
    if (number := whole_number(text, most_digits=4)) is None:
        raise ValueError
    return number


def as_day(text: str) -> date:
    """Return a day as a cursor holds it."""
    if not _DAY.match(text):
        raise ValueError
    return date.fromisoformat(text)


def cursor_at(order: Sequence[Key], row: Any) -> str:
    """Return the cursor that stands after a row."""
    text = json.dumps([key.of(row) for key in order], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(order: Sequence[Key], cursor: str) -> list[Any]:
    try:
        if len(cursor) > _MAX_CURSOR_LENGTH or not cursor.isascii():
            raise ValueError
        padded = cursor + "=" * (-len(cursor) % 4)
        texts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(texts, list) or len(texts) != len(order):
            raise ValueError
        for text in texts:
            # Neither halves of signs nor what the database takes for no text.
            if not isinstance(text, str) or b"\x00" in text.encode():
                raise ValueError
        return [key.parse(text) for key, text in zip(order, texts, strict=True)]
    except (ValueError, binascii.Error, RecursionError, ObjectDoesNotExist, ValidationError):
        raise BadQuestion("cursor", _("Ta adressen till nästa sida ur svaret.")) from None


def later_than(order: Sequence[Key], values: Sequence[Any]) -> Q:
    """Return the filter for the rows that follow one.

    Its first part is what an index is read by.
    """
    later = Q()
    equal: dict[str, Any] = {}
    for key, value in zip(order, values, strict=True):
        later |= Q(**equal, **{f"{key.path}__gt": value})
        equal[key.path] = value
    return Q(**{f"{order[0].path}__gte": values[0]}) & later
