# ruff: noqa: S608  (every name in these statements is our own; what files say goes by COPY)
"""Stage the rows of a file in temporary tables.

They are streamed there, checked, and compared with what is stored. All of it in SQL, so that a file
of a million rows takes no more memory than one of ten. Every function works within the caller's
transaction, at whose end the tables are gone (they are made by sql/stage_statistics.sql).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy

from pledges.models import EarlierFigure, Observation
from pledges.statistics.source_rows import ReadObservation

Progress = Callable[[str, int], None]

_A_BATCH = 2_000
_A_STEP = 100_000
_OBSERVATIONS = Observation._meta.db_table
_EARLIER = EarlierFigure._meta.db_table
_KEY = "indicator, area, gender, period, begins"


def load(rows: Iterable[ReadObservation], progress: Progress) -> int:
    """Stream rows into the temporary table; return how many they were.

    Nothing else can be asked of the database until the last has come. What `rows` raises goes
    through, and the table is as it was.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SELECT stage_statistics()")
        number = 0
        with cursor.copy("COPY statistics_rows FROM STDIN") as copy:
            batch: list[str] = []
            for row in rows:
                batch.append(_line(row))
                if len(batch) == _A_BATCH:
                    copy.write("".join(batch))
                    number += len(batch)
                    batch.clear()
                    progress("read", number)
            copy.write("".join(batch))
            number += len(batch)
        progress("read", number)
        return number


def _line(row: ReadObservation) -> str:
    """Return a row in COPY's own text format.

    No cell holds a tab, a line end or a backslash.
    """
    per_100_000 = "\\N" if row.per_100_000 is None else row.per_100_000
    value = "\\N" if row.value is None else row.value
    lower = "\\N" if row.lower is None else row.lower
    upper = "\\N" if row.upper is None else row.upper
    return (
        f"{row.indicator}\t{row.area}\t{row.gender}\t{row.period}\t{row.begins}\t{value}\t"
        f"{per_100_000}\t{lower}\t{upper}\t{row.note}\t{row.row}\t{row.column}\t"
        f"{'t' if row.is_rate_only else 'f'}\n"
    )


@dataclass(frozen=True)
class Contradiction:
    """Two rows of a file that contradict each other."""

    line: int
    other_line: int
    heading: int


def join_rates() -> list[tuple[int, int]]:
    """Bring rates that have rows of their own to their counts.

    Return line and heading of those whose count is missing in the file.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO statistics_rates SELECT * FROM statistics_rows WHERE is_rate_only"
        )
        if cursor.rowcount == 0:
            return []
        cursor.execute("DELETE FROM statistics_rows WHERE is_rate_only")
        has_same_key = " AND ".join(f"rated.{name} = counted.{name}" for name in _KEY.split(", "))
        cursor.execute(
            "UPDATE statistics_rows counted SET per_100_000 = rated.per_100_000"
            f" FROM statistics_rates rated WHERE {has_same_key} AND counted.value IS NOT NULL"
        )
        cursor.execute(
            "SELECT line, heading FROM statistics_rates rated WHERE NOT EXISTS"
            f" (SELECT 1 FROM statistics_rows counted WHERE {has_same_key})"
            " ORDER BY line, heading LIMIT 500"
        )
        return cursor.fetchall()


def drop_duplicates(most: int, *, missing_yields: bool) -> tuple[list[Contradiction], int, int]:
    """Leave one row of those that say the same.

    Return the first contradictions, how many there are, and how many rows were left out. With
    `missing_yields` a row that lacks a figure gives way to one that has it, as in Brå's files,
    where an offence that was searched within is echoed once more without figures.
    """
    figures = "value, per_100_000, lower, upper, note"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO statistics_doubles SELECT {_KEY}"
            f" FROM statistics_rows GROUP BY {_KEY} HAVING count(*) > 1"
        )
        if cursor.rowcount == 0:
            return [], 0, 0
        has_same_key = " AND ".join(f"d.{name} = r.{name}" for name in _KEY.split(", "))
        dropped = 0
        if missing_yields:
            others = " AND ".join(f"o.{name} = r.{name}" for name in _KEY.split(", "))
            cursor.execute(
                f"DELETE FROM statistics_rows r USING statistics_doubles d WHERE {has_same_key}"
                " AND r.value IS NULL AND EXISTS (SELECT 1 FROM statistics_rows o"
                f" WHERE {others} AND o.value IS NOT NULL)"
            )
            dropped += cursor.rowcount
        ranked = (
            f"SELECT r.*, r.ctid AS place, rank() OVER (PARTITION BY {_prefixed('r')}"
            " ORDER BY r.line, r.heading) AS place_in_file,"
            f" first_value(r.line) OVER w AS first_line,"
            f" first_value(ROW({_prefixed('r', figures)})) OVER w AS first_said"
            f" FROM statistics_rows r JOIN statistics_doubles d ON {has_same_key}"
            f" WINDOW w AS (PARTITION BY {_prefixed('r')} ORDER BY r.line, r.heading)"
        )
        differs = f"ROW({figures}) IS DISTINCT FROM first_said"
        cursor.execute(
            f"SELECT line, first_line, heading, count(*) OVER () FROM ({ranked}) ranked"
            f" WHERE {differs} ORDER BY line, heading LIMIT %s",
            [most],
        )
        contradictions = cursor.fetchall()
        if contradictions:
            return (
                [Contradiction(*row[:3]) for row in contradictions],
                contradictions[0][3],
                dropped,
            )
        cursor.execute(
            "DELETE FROM statistics_rows WHERE ctid IN"
            f" (SELECT place FROM ({ranked}) ranked WHERE place_in_file > 1)"
        )
        return [], 0, dropped + cursor.rowcount


def drop_without_figures(unknown: list[int]) -> int:
    """Drop the rows of new indicators without any figure; return how many.

    They are headings: what has never had a figure isn't measured. `unknown` are their numbers.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM statistics_rows WHERE indicator IN (SELECT indicator FROM statistics_rows"
            " WHERE indicator = ANY(%s) GROUP BY indicator"
            " HAVING bool_and(value IS NULL AND note = 'missing'))",
            [unknown],
        )
        return int(cursor.rowcount)


def _prefixed(prefix: str, names: str = _KEY) -> str:
    return ", ".join(f"{prefix}.{name}" for name in names.split(", "))


@dataclass(frozen=True)
class RowCounts:
    """How many rows are new, would change a figure, or change nothing.

    `missing_in_file` of the unchanged ones lack a figure that the portal has, and leave it as it
    is.
    """

    added: int
    revised: int
    unchanged: int
    missing_in_file: int


# A file without rates or intervals takes none away from a figure that it confirms.
_SAYS_ANOTHER = """
    (o.value IS DISTINCT FROM r.value OR o.note <> r.note
     OR (r.per_100_000 IS NOT NULL AND o.per_100_000 IS DISTINCT FROM r.per_100_000)
     OR (r.lower IS NOT NULL AND (o.lower, o.upper) IS DISTINCT FROM (r.lower, r.upper)))
"""


def compare(indicators: dict[int, int], *, missing_yields: bool, revises: bool) -> RowCounts:
    """Compare the rows with what is stored.

    `indicators` gives the keys of known indicators by their numbers in the file; with `revises`
    False, figures that are stored are left as they are.
    """
    yields = "r.note = 'missing' AND o.value IS NOT NULL" if missing_yields else "false"
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO statistics_named VALUES (%s, %s)", list(indicators.items()))
        cursor.execute("SELECT analyze_statistics()")
        cursor.execute(
            "INSERT INTO statistics_compared SELECT r.*, o.id AS stored, o.id IS NOT NULL AND "
            f" NOT ({yields}) AND {_SAYS_ANOTHER} AND %s AS is_revised,"
            f" o.id IS NOT NULL AND {yields} AS is_kept,"
            " row_number() OVER (ORDER BY r.indicator, r.area, r.gender, r.period, r.begins) AS n"
            " FROM statistics_rows r LEFT JOIN statistics_named named ON named.number = r.indicator"
            f" LEFT JOIN {_OBSERVATIONS} o ON o.indicator_id = named.id AND o.area_id = r.area"
            " AND o.gender = r.gender AND o.period = r.period AND o.begins = r.begins",
            [revises],
        )
        cursor.execute(
            "SELECT count(*) FILTER (WHERE stored IS NULL), count(*) FILTER (WHERE is_revised),"
            " count(*) FILTER (WHERE stored IS NOT NULL AND NOT is_revised),"
            " count(*) FILTER (WHERE is_kept) FROM statistics_compared"
        )
        return RowCounts(*cursor.fetchone())


# A figure that changes more than this needs a yes of its own: its source may be another than meant.
# The number of times, and in words.
_LARGE_CHANGE = 3
LARGE_CHANGE_TEXT = gettext_lazy("mer än tre gånger")


def _is_large(name: str) -> str:
    sizes = f"abs(o.{name}), abs(r.{name})"
    return (
        f"coalesce(greatest({sizes}) > {_LARGE_CHANGE} * least({sizes})"
        f" OR sign(o.{name}) * sign(r.{name}) < 0, false)"
    )


def changes(most: int) -> list[dict[str, Any]]:
    """Return each figure that would change, before and after.

    The large changes come first; they are more than `most` when one more is returned. The keys of
    indicator and area, and texts that JSON can hold.
    """
    figures = ["value", "per_100_000", "lower", "upper"]
    merged = {name: f"coalesce(r.{name}, o.{name})" for name in figures}
    after = ", ".join(
        f"(CASE WHEN o.value = r.value THEN {merged[name]} ELSE r.{name} END)::text"
        for name in figures
    )
    before = ", ".join(f"o.{name}::text" for name in figures)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.indicator_id, o.area_id, o.gender, o.period, o.begins::text,"
            f" ARRAY[{before}, o.note], ARRAY[{after}, r.note],"
            f" {_is_large('value')} OR {_is_large('per_100_000')} AS is_large"
            f" FROM statistics_compared r JOIN {_OBSERVATIONS} o ON o.id = r.stored"
            " WHERE r.is_revised ORDER BY is_large DESC, r.n LIMIT %s",
            [most + 1],
        )
        names = ["indicator", "area", "gender", "period", "begins", "before", "after", "is_large"]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def areas_and_periods() -> tuple[list[int], Any, Any]:
    """Return the areas and the time that the rows are of.

    The areas' keys, and the first and last day that a period begins; None without rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(DISTINCT area), min(begins), max(begins) FROM statistics_rows"
        )
        areas, first, last = cursor.fetchone()
        return areas or [], first, last


def indicators_with_rows() -> set[int]:
    """Return the numbers of the indicators that have rows left."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT indicator FROM statistics_rows")
        return {number for (number,) in cursor.fetchall()}


def write(imported_in: int, indicators: dict[int, int], progress: Progress) -> None:
    """Store the new rows, and the revised ones with their earlier figures."""
    figures = "value, per_100_000, lower, upper, note"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(conname), ', ') FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'f' AND condeferrable",
            [_OBSERVATIONS],
        )
        keys = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM statistics_compared")
        last = cursor.fetchone()[0]
        cursor.execute("DELETE FROM statistics_named")
        cursor.executemany("INSERT INTO statistics_named VALUES (%s, %s)", list(indicators.items()))
        cursor.execute("SELECT analyze_statistics()")
        cursor.execute(
            f"INSERT INTO {_EARLIER} (observation_id, {figures}, imported_in_id, replaced_in_id)"
            f" SELECT o.id, {_prefixed('o', figures)}, o.imported_in_id, %s"
            f" FROM statistics_compared r JOIN {_OBSERVATIONS} o ON o.id = r.stored"
            " WHERE r.is_revised",
            [imported_in],
        )
        # The rate and the interval of a figure that changed go with it.
        cursor.execute(
            f"UPDATE {_OBSERVATIONS} o SET value = r.value, note = r.note, imported_in_id = %s,"
            " per_100_000 = CASE WHEN o.value = r.value"
            " THEN coalesce(r.per_100_000, o.per_100_000) ELSE r.per_100_000 END,"
            " lower = CASE WHEN o.value = r.value THEN coalesce(r.lower, o.lower) ELSE r.lower END,"
            " upper = CASE WHEN o.value = r.value THEN coalesce(r.upper, o.upper) ELSE r.upper END"
            " FROM statistics_compared r WHERE r.is_revised AND o.id = r.stored",
            [imported_in],
        )
        # Checked step by step: at the end they would keep everyone waiting without a word.
        cursor.execute(f"SET CONSTRAINTS {keys} IMMEDIATE")
        for begin in range(0, last, _A_STEP):
            cursor.execute(
                f"INSERT INTO {_OBSERVATIONS} (indicator_id, area_id, gender, period, begins,"
                f" {figures}, imported_in_id)"
                " SELECT named.id, r.area, r.gender, r.period, r.begins,"
                f" {_prefixed('r', figures)}, %s"
                " FROM statistics_compared r JOIN statistics_named named"
                " ON named.number = r.indicator"
                " WHERE r.n > %s AND r.n <= %s AND r.stored IS NULL ORDER BY r.n",
                [imported_in, begin, begin + _A_STEP],
            )
            progress("stored", min(begin + _A_STEP, last))
        cursor.execute(f"SET CONSTRAINTS {keys} DEFERRED")
