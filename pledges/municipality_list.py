"""The 290 municipalities of Sweden, from data/municipalities.csv."""

import csv
from pathlib import Path

from django.db import transaction

from pledges.models import Municipality
from pledges.models.municipality import swedish_sort_key, without_diacritics
from pledges.statistics.areas import ensure_areas

LIST = Path(__file__).resolve().parent / "data" / "municipalities.csv"


@transaction.atomic
def load_municipalities() -> int:
    """Add the municipalities that are missing, with their areas of statistics.

    By SCB code; returns how many were new. Those that are there keep what staff may have changed.
    """
    with LIST.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    before = Municipality.objects.count()
    Municipality.objects.bulk_create(
        [
            Municipality(
                code=row["code"],
                name=row["name"],
                official_name=row["official_name"],
                slug=row["slug"],
                sort_key=swedish_sort_key(row["name"]),
                search_key=without_diacritics(row["name"]),
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    ensure_areas()
    return Municipality.objects.count() - before
