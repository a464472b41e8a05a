"""Lines of the log: what happened, never what anybody has typed.

A line holds only what the code itself says. Of a message that is the text in the source without
what is put into it, and fields that our own code names (`extra`); of an exception its type and the
lines of code, not its text: PostgreSQL's quotes what was written, Django's the address. So nothing
has to be recognised as secret. Other libraries put a message together before they log it; of those
lines only the place is told.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.template import TemplateDoesNotExist, TemplateSyntaxError

from pledge_portal.operations.current_request import current_request

_OURS = frozenset({"pledge_portal", "pledges", "dialogues", "news"})
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# gunicorn's first process speaks of its processes alone; its others of requests.
_ABOUT_PROCESSES = ("gunicorn.error", "arbiter")
# Their texts speak of the code or the settings.
_ABOUT_THE_CODE = (
    ImportError,
    ImproperlyConfigured,
    TemplateDoesNotExist,
    TemplateSyntaxError,
)
_MAX_FRAMES = 25
_PLACEHOLDER = re.compile(r"%(\(\w+\))?[-+ #0-9.]*[a-zA-Z]|\W")


def entry_of(record: logging.LogRecord) -> dict[str, Any]:
    """Return what the log tells of a record, in the order that it is written."""
    moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    entry: dict[str, Any] = {
        "time": moment.replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "event": _event_of(record),
        "logger": record.name,
    }
    request = current_request.get()
    if request is not None:
        entry |= {"request": request.id, "method": request.method, "route": request.route}
    if _is_ours(record):
        entry |= {
            name: _value(value) for name, value in vars(record).items() if name not in _STANDARD
        }
    else:
        entry["at"] = f"{_shortened(record.pathname)}:{record.lineno} {record.funcName}"
    if record.exc_info and record.exc_info[1] is not None:
        entry["errors"] = [_described(error) for error in _chain(record.exc_info[1])]
    return entry


class JsonFormatter(logging.Formatter):
    """One JSON object on each line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return json.dumps(entry_of(record), ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """The same for people: a line, and below it where the fault arose."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line or lines."""
        return as_text(entry_of(record))


def as_text(entry: dict[str, Any]) -> str:
    """Return an entry as lines for people."""
    rest = dict(entry)
    errors = rest.pop("errors", [])
    head = f"{rest.pop('time')} {rest.pop('level').upper()} {rest.pop('event')}"
    fields = (f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in rest.items())
    lines = [" ".join([head, *fields])]
    for error in errors:
        detail = f": {error['detail']}" if "detail" in error else ""
        lines += [f"  {error['type']}{detail}", *(f"    {frame}" for frame in error["at"])]
    return "\n".join(lines)


def _event_of(record: logging.LogRecord) -> str:
    message = record.msg if isinstance(record.msg, str) else ""
    if (record.name, record.module) == _ABOUT_PROCESSES:
        return record.getMessage().partition("\n")[0]
    if _is_ours(record):
        return message
    # With nothing to put into it, nobody knows what has been put into it already.
    return message if record.args and _PLACEHOLDER.sub("", message) else record.name


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in _OURS


def _value(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:200]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and those that led to it, the first cause last."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _described(error: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    described: dict[str, Any] = {"type": f"{type(error).__module__}.{type(error).__qualname__}"}
    if detail := _detail(error):
        described["detail"] = detail
    described["at"] = [f"{_shortened(at.filename)}:{at.lineno} {at.name}" for at in frames]
    return described


def _detail(error: BaseException) -> str:
    """Return what can be told of an exception besides its type."""
    if isinstance(error, _ABOUT_THE_CODE):
        return str(error)
    if isinstance(error, OSError):
        return error.strerror or ""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is None:
        return ""
    parts = (diagnosis.sqlstate, diagnosis.table_name, diagnosis.constraint_name)
    return " ".join(filter(None, parts))


def _shortened(path: str) -> str:
    """Return a file of code without the folders that it is installed in."""
    return path.rpartition("site-packages/")[2].removeprefix(f"{settings.BASE_DIR}/")
