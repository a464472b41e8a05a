"""The 290 municipalities of Sweden, from the list in data/municipalities.csv."""

import csv
from pathlib import Path

from django.db import transaction

from pledges.models import Municipality
from pledges.models.municipality import swedish_sort_key, without_diacritics
from pledges.statistics.areas import ensure_areas

LIST = Path(__file__).resolve().parent / "data" / "municipalities.csv"


@transaction.atomic
def load_municipalities() -> int:
    """Write all municipalities that are not there, by SCB code, and the areas of their statistics;
    return how many were new.

    Those that are there keep what staff may have changed in them.
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
