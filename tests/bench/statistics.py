"""Imports all reported offences of Sweden.

They are those of 290 municipalities, 12 types, 20 years and 12 months.

Prints as JSON the figures, the seconds that the import took, its figures a second, the most memory
that the process held while it read (in bytes, and beyond what it held before), and the seconds of
the same file once more. Run in the environment of a served demonstration; what is there already is
only measured once more. Names of municipalities as arguments: theirs alone.
"""

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from pledge_portal.database.acting import as_owner  # noqa: E402
from pledges.models import Municipality  # noqa: E402
from pledges.statistics.importing import import_file  # noqa: E402

OFFENCES = 12
YEARS = range(2005, 2025)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")
SECONDS_BETWEEN_LINES = 1.0


def main() -> None:
    """Make the file, import it twice, print."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "anmalda-brott.csv"
        rows = make_file(file, sys.argv[1:])
        before = peak_memory()
        seconds = import_once(file)
        peak = peak_memory()
        again = import_once(file)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE pledges_observation")
    json.dump(
        {
            "rows": rows,
            "seconds": seconds,
            "rows_per_second": rows / seconds,
            "peak": peak,
            "beyond": peak - before,
            "again": again,
        },
        sys.stdout,
    )


def make_file(file: Path, only: list[str]) -> int:
    """Write Brå's database file; return the number of its rows.

    `only` names municipalities; all are written when it is empty. Theirs are the same figures as in
    the whole file.
    """
    number = 0
    names = list(Municipality.objects.alphabetical().values_list("name", flat=True))
    with file.open("w", encoding="cp1252", newline="\r\n") as stream:
        stream.write("Brott;Region;År;Period;Antal;/100 000 inv\n")
        for offence in range(1, OFFENCES + 1):
            for place, name in enumerate(names):
                if only and name not in only:
                    continue
                for year in YEARS:
                    for month, word in enumerate(MONTHS):
                        count = (offence * 7 + place * 3 + year + month) % 40
                        stream.write(f"Prov {offence};{name};{year};{word};{count};{count * 3},5\n")
                        number += 1
    return number


def import_once(file: Path) -> float:
    """Import the file as the operator's command does; return the seconds."""
    told_at = time.monotonic()

    def tell(stage: str, rows: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= SECONDS_BETWEEN_LINES:
            told_at = time.monotonic()
            print(f"  {stage} {rows}", file=sys.stderr, flush=True)

    began = time.perf_counter()
    with file.open("rb") as stream:
        import_file(stream, file.name, by=None, at=timezone.now(), progress=tell)
    return time.perf_counter() - began


def peak_memory() -> int:
    """Return the most memory that this process has held, in bytes."""
    unit = 1 if os.uname().sysname == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main()
