"""How the columns of a row are written as JSON, and read back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_duration
from django.utils.duration import duration_iso_string
from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange, Range


class ValueUnreadable(Exception):
    """A value that its column can't have; the text is the column's name."""


def to_json(value: Any, field: Any = None) -> Any:
    """Return a column's value, as the database gives it, as JSON has it.

    Times are in UTC with microseconds, decimals are texts, so that nothing is rounded.
    """
    if isinstance(field, models.JSONField):
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Range):
        return {
            "empty": value.isempty,
            "lower": to_json(value.lower),
            "upper": to_json(value.upper),
        }
    return value


def from_json(value: Any, field: Any) -> Any:
    """Return what `to_json` made a value from, fit for the column.

    Raises ValueUnreadable.
    """
    if isinstance(field, models.JSONField) and not (value is None and field.null):
        return Jsonb(value)
    if value is None:
        if not field.null:
            raise ValueUnreadable(field.column)
        return None
    try:
        return _read(value, field)
    except (TypeError, ValueError, KeyError, ArithmeticError, ValidationError) as error:
        raise ValueUnreadable(field.column) from error


def _read(stored: Any, field: Any) -> Any:
    value: Any = stored
    if isinstance(field, ArrayField):
        if not isinstance(value, list):
            raise TypeError
        return [_read(item, field.base_field) for item in value]
    if isinstance(field, DateRangeField):
        if value["empty"]:
            return DateRange(empty=True)
        days = (value["lower"], value["upper"])
        lower, upper = (None if day is None else date.fromisoformat(day) for day in days)
        return DateRange(lower, upper)
    if isinstance(field, models.BooleanField):
        expected: type = bool
    elif isinstance(field, models.IntegerField):
        expected = int
    else:
        expected = str
    if type(stored) is not expected:
        raise TypeError
    if isinstance(field, models.DateTimeField):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if isinstance(field, models.DurationField):
        length = parse_duration(value)
        if length is None:
            raise ValueError
        return length
    if isinstance(field, models.DateField | models.TimeField | models.DecimalField):
        return field.to_python(value)
    if isinstance(field, models.UUIDField):
        return UUID(value)
    if isinstance(value, str) and "\x00" in value:
        raise ValueError
    return value


def line(row: Any) -> str:
    """Return a row as one line of JSON, the same for equal rows."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
