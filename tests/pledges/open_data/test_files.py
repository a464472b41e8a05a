"""Files of open data are made by the queue, served only while true."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
import time_machine
from django.db import ProgrammingError
from django.test import Client
from django.utils import timezone

from pledge_portal.database.acting import as_public
from pledges.models import (
    Area,
    Indicator,
    Municipality,
    Observation,
    OpenDataFile,
    OpenDataFilePiece,
    StatisticsImport,
)
from pledges.open_data import stored_file
from pledges.open_data.archive import write_archive
from pledges.statistics.areas import ensure_areas
from tests.builders import a_municipality, a_pledge, an_action
from tests.jobs import run_jobs
from tests.pledges.open_data.conftest import Fetch

pytestmark = pytest.mark.django_db
ADDRESS = "/oppna-data/alvsbyn.zip"
NOTE = "En not som tas bort"


def read(address: str = ADDRESS) -> zipfile.ZipFile:
    response = Client().get(address)
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def made(address: str = ADDRESS) -> zipfile.ZipFile:
    """Ask for a file, have it made and read it."""
    waiting = Client().get(address)
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (503, "10")
    assert run_jobs()
    return read(address)


def test_it_holds_what_the_api_does(world: None, fetch: Fetch) -> None:
    archive = made()
    assert archive.testzip() is None
    book = openpyxl.load_workbook(io.BytesIO(archive.read("alla.xlsx")))
    names = [name.removesuffix(".csv") for name in archive.namelist() if name.endswith(".csv")]
    assert book.sheetnames == names
    for name in names:
        records = fetch(name, municipality="2560", limit="1000")["records"]
        lines = archive.read(f"{name}.jsonl").decode().splitlines()
        assert [json.loads(line) for line in lines] == records
        text = archive.read(f"{name}.csv").decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
        assert len(rows) == book[name].max_row == len(records) + 1
    assert "CC0 1.0" in archive.read("LICENSER.txt").decode()


def test_what_is_removed_is_gone_at_once() -> None:
    action = an_action(a_pledge().commitments.get(number=1), public_note=NOTE)
    assert NOTE in made().read("actions.csv").decode()
    first = OpenDataFile.objects.get(municipality__slug="alvsbyn")
    etag = Client().get(ADDRESS).headers["ETag"]
    unchanged = Client().get(ADDRESS, headers={"If-None-Match": etag})
    assert unchanged.status_code == 304
    action.published.delete()
    assert Client().get(ADDRESS, headers={"If-None-Match": etag}).status_code == 503
    run_jobs()
    # Who is reading the old one meanwhile gets no mixture.
    with pytest.raises(OpenDataFilePiece.DoesNotExist):
        b"".join(stored_file.bytes_of(first))
    assert NOTE not in read().read("actions.csv").decode()


def test_a_day_that_passes_makes_it_anew_and_the_same_bytes_stay() -> None:
    a_pledge(commitment={"kind": "other"})
    with time_machine.travel(datetime(2025, 3, 1, 12, tzinfo=UTC), tick=False):
        made()
        before = OpenDataFile.objects.get(municipality__slug="alvsbyn")
    with time_machine.travel(datetime(2025, 3, 2, 12, tzinfo=UTC), tick=False):
        assert Client().get(ADDRESS).status_code == 503
        run_jobs()
        assert Client().get(ADDRESS).status_code == 200
        after = OpenDataFile.objects.get(municipality__slug="alvsbyn")
    assert (before.pk, before.sha256) == (after.pk, after.sha256)
    assert before.shows != after.shows


def test_all_municipalities_are_one_file_of_files() -> None:
    a_pledge(a_municipality("Arvika"))
    pledge = a_pledge()
    archive = made("/oppna-data/alla.zip")
    assert archive.testzip() is None
    assert {*archive.namelist()} == {"gemensamt.zip", "alvsbyn.zip", "arvika.zip"}
    response = Client().get(ADDRESS)
    assert archive.read("alvsbyn.zip") == b"".join(response.streaming_content)
    assert int(response.headers["Content-Length"]) == len(archive.read("alvsbyn.zip"))
    shared = zipfile.ZipFile(io.BytesIO(archive.read("gemensamt.zip")))
    assert {name for name in shared.namelist() if name.endswith(".csv")} == {
        "municipalities.csv",
        "police-areas.csv",
        "indicators.csv",
        "observations.csv",
    }
    # The file of all is never of yesterday in part.
    an_action(pledge.commitments.get(number=1))
    assert Client().get("/oppna-data/alla.zip").status_code == 503


def test_the_hour_finds_what_no_longer_holds() -> None:
    a_pledge()
    stored_file.renew_open_data_of_all()
    assert run_jobs() == 2
    stored_file.renew_open_data_of_all()
    assert run_jobs() == 0


def test_the_public_can_not_read_kept_files() -> None:
    with pytest.raises(ProgrammingError), as_public():
        OpenDataFile.objects.exists()


def test_memory_does_not_grow_with_the_rows() -> None:
    place = a_municipality()
    ensure_areas()
    _observations(place, 550)
    few = _peak(place)
    _observations(place, 1_500)
    assert _peak(place) < few + 1_500_000


def _observations(place: Municipality, number: int) -> None:
    indicator = Indicator.objects.create(
        key=f"nyckeltal-{number}", kind="key_figure", unit="other", name_sv="Nyckeltal",
        source="Kolada (RKA)", source_code=str(number),
    )  # fmt: skip
    area, _is_new = Area.objects.get_or_create(
        municipality=place, defaults={"code": "2560", "level": "municipality", "name": "Älvsbyn"}
    )
    imported = StatisticsImport.objects.create(
        file_name="a", format="plain", fingerprint=f"{number:064}", imported_at=timezone.now()
    )
    months = (date(1600 + n // 12, 1 + n % 12, 1) for n in range(number))
    Observation.objects.bulk_create(
        Observation(
            indicator=indicator, area=area, period="month", begins=month, value=1,
            imported_in=imported,
        )
        for month in months
    )  # fmt: skip


def _peak(place: Municipality) -> int:
    """Return how many bytes are held at most while a file is made."""
    tracemalloc.start()
    try:
        write_archive(io.BytesIO(), place, timezone.localdate() + timedelta(days=1))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
