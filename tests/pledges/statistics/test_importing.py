"""Imports are whole or not at all, and twice the same as once.

Earlier figures are stored, and scopes respected.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections, transaction
from django.db.utils import InterfaceError

from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_owner
from pledges.models import Area, EarlierFigure, Indicator, Observation, StatisticsImport
from pledges.statistics.areas import surrounding_areas
from pledges.statistics.importing import preview_file
from tests.builders import a_person, a_superuser
from tests.pledges.statistics.conftest import Places
from tests.pledges.statistics.files import (
    AT,
    a_long_table,
    imported_report,
    plain,
    previewed,
    stream_of,
)

pytestmark = pytest.mark.django_db

A_FILE = a_long_table(
    "Misshandel;Älvsbyn;2024;;12;152",
    "Misshandel;Piteå;2024;;300;709",
    "Misshandel;Habo;2024;;20;157",
    "Misshandel;Norrbottens län;2024;;2 000;805",
    "Misshandel;Hela landet;2024;;80 000;756",
)


def value(code: str = "2560") -> Decimal | None:
    return Observation.objects.get(area__code=code).value


def test_looking_over_tells_what_would_come_and_writes_nothing(places: Places) -> None:
    report = previewed(A_FILE)
    assert (report.added, report.revised, report.unchanged) == (5, 0, 0)
    assert report.new == ["Misshandel"]
    assert report.areas == ["Riket", "Habo", "Norrbottens län", "Älvsbyn", "Piteå"]
    assert not Observation.objects.exists()
    assert not Indicator.objects.exists()
    assert not StatisticsImport.objects.exists()


def test_the_same_file_again_changes_nothing_and_says_so(places: Places) -> None:
    first = imported_report(A_FILE)
    before = list(Observation.objects.order_by("pk").values())
    again = imported_report(A_FILE, "en kopia.csv")
    assert again.brings_nothing
    assert again.same_as == first.done
    assert (again.added, again.revised, again.unchanged) == (0, 0, 5)
    assert list(Observation.objects.order_by("pk").values()) == before
    assert StatisticsImport.objects.count() == 1


def test_a_revision_replaces_the_figure_and_keeps_the_earlier_one(places: Places) -> None:
    first = imported_report(A_FILE).done
    report = imported_report(
        a_long_table("Misshandel;Älvsbyn;2024;;14;178", "Misshandel;Piteå;2024;;300;709")
    )
    assert (report.added, report.revised, report.unchanged) == (0, 1, 1)
    changed = Observation.objects.get(area__code="2560")
    assert (changed.value, changed.per_100_000) == (14, 178)
    assert changed.imported_in == report.done
    earlier = EarlierFigure.objects.get()
    assert earlier.observation == changed
    assert (earlier.value, earlier.per_100_000) == (12, 152)
    assert (earlier.imported_in, earlier.replaced_in) == (first, report.done)


def test_an_old_file_sent_once_more_does_not_set_figures_back(places: Places) -> None:
    imported_report(A_FILE)
    imported_report(a_long_table("Misshandel;Älvsbyn;2024;;14;178"))
    assert imported_report(A_FILE).brings_nothing
    assert value() == 14


def test_a_figure_keeps_its_rate_when_a_file_without_rates_confirms_it(places: Places) -> None:
    imported_report(A_FILE)
    without = a_long_table("Misshandel;Älvsbyn;2024;12", headings="Brott;Region;År;Antal")
    assert imported_report(without).brings_nothing
    imported_report(without.replace("12", "13"))
    changed = Observation.objects.get(area__code="2560")
    assert (changed.value, changed.per_100_000) == (13, None)


def test_a_figure_that_lacks_in_bras_file_stays_and_a_secret_one_goes(places: Places) -> None:
    imported_report(A_FILE)
    report = imported_report(a_long_table("Misshandel;Älvsbyn;2024;;..;.."))
    assert (report.missing_in_file, report.revised) == (1, 0)
    assert value() == 12
    imported_report(a_long_table("Misshandel;Älvsbyn;2024;;Sekretess;.."))
    gone = Observation.objects.get(area__code="2560")
    assert (gone.value, gone.per_100_000, gone.note) == (None, None, "secret")


def test_a_preliminary_figure_becomes_final(places: Places) -> None:
    imported_report(a_long_table("Misshandel;Älvsbyn;2024 prel;;12;152"))
    assert imported_report(a_long_table("Misshandel;Älvsbyn;2024;;12;152")).revised == 1
    assert Observation.objects.get().note == ""
    assert EarlierFigure.objects.get().note == "preliminary"


def test_rows_that_say_the_same_are_taken_once(places: Places) -> None:
    row = "Misshandel;Älvsbyn;2024;;12;152"
    report = imported_report(a_long_table(row, row, "Misshandel;2560;2024;;12;152"))
    assert (report.added, report.duplicates) == (1, 2)


def test_an_editor_brings_in_the_own_municipality_alone(places: Places) -> None:
    editor = a_person("e@example.se", Role.EDITOR, places.alvsbyn)
    report = imported_report(A_FILE, by=editor)
    assert [row.area.code for row in Observation.objects.select_related("area")] == ["2560"]
    assert dict(report.other_areas) == {"Piteå": 1, "Habo": 1, "Norrbottens län": 1, "Riket": 1}
    assert report.done is not None
    assert report.done.sent_by == editor


def test_the_police_bring_in_their_area_and_its_municipalities(
    places: Places, population: Indicator
) -> None:
    officer = a_person("p@example.se", Role.EDITOR, places.police_area)
    rows = [
        f"folkmangd;{area};2024;;1;;;;"
        for area in ("Älvsbyn", "Piteå", "Habo", "25", "lpo Piteå älvdal")
    ]
    imported_report(plain(*rows), by=officer)
    level = Area.Level
    assert sorted(Observation.objects.values_list("area__level", flat=True)) == [
        *[level.MUNICIPALITY] * 2,
        level.POLICE_AREA,
    ]


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SIGNATORY, Role.ADMINISTRATOR])
def test_other_roles_bring_in_nothing(places: Places, role: Role) -> None:
    assert imported_report(A_FILE, by=a_person("x@example.se", role, places.alvsbyn)).brings_nothing
    assert not Observation.objects.exists()


def test_faults_of_others_rows_do_not_stand_in_ones_way(
    places: Places, population: Indicator
) -> None:
    editor = a_person("e@example.se", Role.EDITOR, places.alvsbyn)
    rows = ("folkmangd;Habo;i fjol;;fel;;;;", "folkmangd;Älvsbyn;2024;;7900;;;;")
    assert imported_report(plain(*rows), by=editor).added == 1


def test_nobody_but_the_operator_changes_figures_of_county_and_country(places: Places) -> None:
    imported_report(A_FILE)
    other = A_FILE.replace("2 000", "1").replace("80 000", "1")
    coordinator = a_person("s@example.se", Role.COORDINATOR, places.alvsbyn)
    assert imported_report(other, by=coordinator).brings_nothing
    assert value("25") == 2000
    assert imported_report(other, by=a_superuser(), accepts_large=True).revised == 2
    assert value("25") == value("00") == 1


def test_the_same_file_from_another_municipality_adds_its_own_rows(places: Places) -> None:
    imported_report(A_FILE, by=a_person("a@example.se", Role.EDITOR, places.alvsbyn))
    report = imported_report(A_FILE, by=a_person("h@example.se", Role.EDITOR, places.habo))
    assert report.added == 1
    assert Observation.objects.count() == 2


def test_an_import_that_breaks_off_midway_writes_nothing(
    places: Places, population: Indicator
) -> None:
    rows = [f"folkmangd;2560;{year};;7900;;;;" for year in range(1900, 2020)]

    def stop(stage: str, _rows: int) -> None:
        if stage == "stored":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        imported_report(plain(*rows), progress=stop)
    assert not Observation.objects.exists()
    assert not StatisticsImport.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stage", ["read", "compare", "stored"])
def test_a_connection_that_is_killed_midway_leaves_nothing(
    places: Places, population: Indicator, stage: str
) -> None:
    rows = [
        f"folkmangd;2560;{year}-{m:02d};;1;;;;" for year in range(1900, 2020) for m in range(1, 13)
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = cursor.fetchone()[0]
    killed = []

    def kill() -> None:
        try:
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        finally:
            connection.close()

    def at(reached: str, _rows: int) -> None:
        if reached == stage and not killed:
            killed.append(reached)
            thread = threading.Thread(target=kill)
            thread.start()
            thread.join()

    with pytest.raises((OperationalError, InterfaceError)):
        imported_report(plain(*rows), progress=at)
    assert killed
    connections["default"].close()
    assert not Observation.objects.exists()
    assert not StatisticsImport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_wait_for_each_other(places: Places) -> None:
    others: list[object] = []

    def other() -> None:
        try:
            others.append(imported_report(A_FILE, "den andra.csv").brings_nothing)
        finally:
            connection.close()

    threads = [threading.Thread(target=other)]

    def at(stage: str, _rows: int) -> None:
        if stage == "compare":
            threads[0].start()
            threads[0].join(0.5)
            assert threads[0].is_alive(), "the other import went on while this one wrote"

    imported_report(A_FILE, progress=at)
    threads[0].join(30)
    assert others == [True]
    assert Observation.objects.count() == 5


class Endless:
    """A file of as many rows as asked for, that is never whole in memory."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.seek(0)

    def seek(self, _place: int) -> int:
        self._lines = self._make()
        self._left = b""
        return 0

    def _make(self) -> Iterator[bytes]:
        yield b"indikator;omrade;period;kon;varde\n"
        for number in range(self.rows):
            area = ("2560", "2581", "0643", "0305", "00", "25")[number % 6]
            gender = "TKM"[number // 6 % 3]
            month, year = number // 18 % 12 + 1, number // 216
            name, period = f"folkmangd-{year // 120}", f"{1900 + year % 120}-{month:02d}"
            yield f"{name};{area};{period};{gender};1\n".encode()

    def read(self, size: int) -> bytes:
        pieces = [self._left]
        length = len(self._left)
        while length < size:
            line = next(self._lines, None)
            if line is None:
                break
            pieces.append(line)
            length += len(line)
        whole = b"".join(pieces)
        self._left = whole[size:]
        return whole[:size]


def peak_of(rows: int) -> int:
    """Return the most memory in bytes that previewing so many rows takes."""
    process, most = psutil.Process(), 0

    def look(_stage: str, _rows: int) -> None:
        nonlocal most
        most = max(most, process.memory_info().rss)

    file: Any = Endless(rows)
    assert preview_file(file, "fil.csv", by=None, at=AT, progress=look).added == rows
    return most


def test_ten_times_the_rows_take_no_more_memory(places: Places) -> None:
    Indicator.objects.bulk_create(
        Indicator(
            key=f"folkmangd-{number}",
            kind="population",
            unit="count",
            name_sv=f"Folkmängd {number}",
            source="SCB",
            source_code=f"folkmangd-{number}",
        )
        for number in range(25)
    )
    peak_of(50_000)  # what is made once and kept
    few, many = peak_of(50_000), peak_of(500_000)
    assert many < few + 10_000_000, f"{few} bytes for 50,000 rows, {many} for 500,000"


def test_the_command_tells_what_came_in_and_ends_well(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "brott.csv"
    file.write_text(A_FILE, encoding="utf-8")
    call_command("import_statistics", file, "--look")
    output = capsys.readouterr().out
    assert "brott.csv (Brås tabell): 5 nya, 0 ändrade, 0 oförändrade." in output
    assert "Nya indikatorer: Misshandel." in output
    assert "Inget är ändrat." in output
    assert not Observation.objects.exists()
    call_command("import_statistics", file)
    assert Observation.objects.count() == 5
    call_command("import_statistics", file)
    assert "Samma fil importerades den" in capsys.readouterr().out


def test_the_command_prints_every_fault_and_goes_on_with_the_next_file(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = tmp_path / "fel.csv", tmp_path / "rätt.csv"
    rows = (f"Misshandel;Ingenstans {number};2024;;fel;1" for number in range(300))
    bad.write_text(a_long_table(*rows), encoding="utf-8")
    good.write_text(A_FILE, encoding="utf-8")
    with pytest.raises(CommandError, match="2 filer lästes inte in"):
        call_command("import_statistics", bad, tmp_path / "ingen.csv", good)
    output = capsys.readouterr().err
    assert output.count("fel.csv: rad ") == 300
    assert "fel.csv: rad 301, Region: Området ”Ingenstans 299” är okänt." in output
    assert "ingen.csv går inte att läsa" in output
    assert Observation.objects.count() == 5


def test_areas_beside_a_municipality(places: Places) -> None:
    areas = surrounding_areas(places.alvsbyn)
    assert areas is not None
    assert [area.name for area in areas.all_areas()] == [
        *("Älvsbyn", "Piteå", "Piteå älvdal", "Norrbottens län", "Riket")
    ]


def test_looking_over_leaves_the_stream_to_be_read_again(places: Places) -> None:
    stream = stream_of(A_FILE)
    with transaction.atomic():
        preview_file(stream, "fil.csv", by=None, at=AT)
        assert preview_file(stream, "fil.csv", by=None, at=AT).added == 5
