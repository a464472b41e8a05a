"""Files of statistics in all the shapes that sources give them, for tests."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import openpyxl

from pledge_portal.accounts.models import User
from pledges.statistics.importing import Report, import_file, preview_file

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)
# Described once, known from then on.
PLAIN_HEADINGS = "indikator;omrade;period;kon;varde;per_100000;nedre;ovre;anmarkning"


def imported_report(
    content: str | bytes, name: str = "fil.csv", *, by: User | None = None, **options: Any
) -> Report:
    """Import a file as the operator's command does, or as a person."""
    return import_file(stream_of(content), name, by=by, at=AT, **options)


def previewed(content: str | bytes, name: str = "fil.csv", *, by: User | None = None) -> Report:
    """Look a file over without writing."""
    return preview_file(stream_of(content), name, by=by, at=AT)


def stream_of(content: str | bytes) -> io.BytesIO:
    return io.BytesIO(content.encode() if isinstance(content, str) else content)


def a_workbook(*rows: Iterable[object]) -> bytes:
    """Return a workbook with one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def a_long_table(*rows: str, headings: str = "Brott;Region;År;Period;Antal;/100 000 inv") -> str:
    """Brå's database file: a row for each figure."""
    return "\r\n".join([headings, *rows, ""])


def a_wide_table(*rows: str) -> str:
    """Brå's classic table: two years of counts and rates for Älvsbyn."""
    return "\r\n".join(
        [
            "Anmälda brott, antal och per 100 000 inv.;;;;",
            "Område: Älvsbyns kommun;;;;",
            "Brottstyp;2023;;2024;",
            ";Antal;Per 100 000 inv.;Antal;Per 100 000 inv.",
            *rows,
            "Källa: Brå;;;;",
            "* Preliminära uppgifter.;;;;",
        ]
    )


def kolada(*entries: dict[str, Any], **around: Any) -> str:
    """Return what Kolada's programming interface answers."""
    return json.dumps({"count": len(entries), "values": list(entries), **around})


def an_entry(value: Any = 812.5, **fields: Any) -> dict[str, Any]:
    """One key figure of one municipality and year."""
    inner = {"gender": "T", "count": 1, "status": "", "value": value}
    return {"kpi": "N07403", "municipality": "2560", "period": 2024, "values": [inner], **fields}


def plain(*rows: str, headings: str = PLAIN_HEADINGS) -> str:
    """Return the portal's own CSV."""
    return "\n".join([headings, *rows, ""])
