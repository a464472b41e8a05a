"""Files of real shapes are taken for what they say that they are.

The files lie in `data`; their values are made up.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pledge_portal.accounts.models import Role
from pledges.models import Indicator, IndicatorAlias, Municipality, Observation
from pledges.statistics.areas import AreaFinder, ensure_areas
from pledges.statistics.importing import Report
from pledges.statistics.source_rows import StatisticsFileError
from tests.builders import a_municipality, a_person
from tests.pledges.statistics.conftest import Places
from tests.pledges.statistics.files import (
    AT,
    a_long_table,
    a_workbook,
    an_entry,
    imported_report,
    kolada,
    previewed,
)

pytestmark = pytest.mark.django_db

FILES = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def _places(places: Places) -> None:
    for code, name in (
        *(("1440", "Ale"), ("2505", "Arvidsjaur"), ("0114", "Upplands Väsby")),
        ("2518", "Övertorneå"),
    ):
        a_municipality(name, code, f"{name} kommun")
    ensure_areas()


def brought(name: str, as_name: str = "") -> Report:
    return imported_report((FILES / name).read_bytes(), as_name or name)


def refusal(content: str | bytes, name: str = "fil.csv") -> str:
    with pytest.raises(StatisticsFileError) as refused:
        imported_report(content, name)
    assert not Observation.objects.exists()
    assert not Indicator.objects.exists()
    return str(refused.value.faults[0])


def figures(code: str, year: int) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    """Return an area's values and rates in a year, by indicator."""
    return {
        row.indicator.name: (row.value, row.per_100_000)
        for row in Observation.objects.filter(
            area__code=code, begins__year=year, gender="T"
        ).select_related("indicator")
    }


def test_scbs_table_is_never_crimes() -> None:
    assert "Filen säger inte vad siffrorna gäller." in refusal(
        (FILES / "scb.csv").read_bytes(), "scb.csv"
    )


def test_scbs_table_is_the_population_when_it_says_so(population: Indicator) -> None:
    text = '"Folkmängd efter region och år"\n\n' + (FILES / "scb.csv").read_text(encoding="utf-8")
    report = imported_report(text, "scb.csv")
    assert (report.format, report.new, report.known) == ("population", [], ["Folkmängd"])
    assert figures("2560", 2024) == {"Folkmängd": (7871, None)}
    assert figures("2581", 2023) == {"Folkmängd": (42343, None)}
    assert imported_report(text.replace('"2024"', '"Folkmängd 2024"'), "b.csv").brings_nothing


def test_bras_database_file_is_read_as_its_page_shows_it() -> None:
    tied = Indicator.objects.create(
        key="narkotikabrott",
        kind="reported_offences",
        unit="count",
        name_sv="Narkotikabrott",
        source="Brå",
        source_code="Narkotikabrott",
    )
    report = brought("Databasfil.txt")
    assert report.remarks == [
        "Filen säger inte hur bokstäverna är sparade. De läses som Windows-1252: År, Älvsbyn. Ser "
        "orden inte rätt ut, spara filen som CSV UTF-8."
    ]
    assert (report.added, report.known, report.new) == (6, ["Narkotikabrott"], ["Samtliga brott"])
    assert figures("2560", 2024) == {
        "Samtliga brott": (690, 8790),
        "Narkotikabrott": (38, 484),
    }
    assert figures("2560", 2023)["Narkotikabrott"] == (41, 519)
    assert figures("00", 2024)["Narkotikabrott"] == (130297, 1232)
    assert {row.period for row in Observation.objects.all()} == {"year"}
    assert tied.observations.count() == 3
    assert dict(report.ignored) == {"rader utan siffror, som rubriker": 1}
    assert Indicator.objects.count() == 2, "a heading without figures makes no indicator"


def test_bras_municipalities_are_read_and_say_as_what() -> None:
    report = brought("anmalda_brott_kommuner_2025.csv")
    assert figures("2560", 2025) == {"Samtliga brott": (701, 8905)}
    assert figures("0114", 2025) == {"Samtliga brott": (5012, 10500)}
    assert Observation.objects.get(area__code="2518").note == "missing"
    assert report.remarks == [
        "Filen nämner inget brott för sig, så siffrorna läses som alla anmälda brott."
    ]


@pytest.mark.parametrize("name", ["kommuner_2025.csv", "anmalda_brott_misshandel_2025.csv"])
def test_a_table_without_an_offence_is_never_all_of_them(name: str) -> None:
    content = (FILES / "anmalda_brott_kommuner_2025.csv").read_bytes()
    text = refusal(content, name)
    assert "säger inte" in text


def test_bras_national_table_is_the_country() -> None:
    report = brought("100La-2025.xlsx")
    assert report.areas == ["Riket"]
    assert figures("00", 2025) == {
        "Samtliga brott": (1480000, 13990),
        "Brott mot person": (312000, 2950),
    }


def test_ntu_by_area_is_a_share_of_the_question_in_its_title() -> None:
    report = brought("ntu_omrade.xlsx")
    assert report.format == "survey"
    indicator = Indicator.objects.get()
    assert (indicator.name, indicator.kind, indicator.unit, indicator.source) == (
        *("Otrygghet vid utevistelse sent på kvällen", "safety_survey", "percent"),
        "Brå, NTU",
    )
    assert figures("2560", 2025) == {indicator.name: (18, None)}
    assert figures("25", 2019) == {indicator.name: (20, None)}
    assert not Observation.objects.filter(lower__isnull=False).exists()


def test_ntu_by_county_has_its_bounds_its_genders_and_every_sheet() -> None:
    report = brought("ntu_lan_2017_2025.xlsx")
    assert report.added == 2 * 8 * 9
    home, worry = (
        "Otrygghet vid utevistelse sent på kvällen i det egna bostadsområdet",
        ("Oro för misshandel"),
    )
    assert sorted(report.new) == [worry, home]
    latest = Observation.objects.get(
        indicator__name=home, area__code="25", begins__year=2025, gender="T"
    )
    assert (latest.value, latest.lower, latest.upper) == (
        *(Decimal("21.5"), Decimal("19.5"), Decimal("23.5")),
    )
    women = Observation.objects.get(
        indicator__name=worry, area__code="00", begins__year=2025, gender="K"
    )
    assert (women.value, women.lower, women.upper) == (35, 34, 36)
    assert not Observation.objects.filter(begins__year=2024, lower__isnull=False).exists()


def test_bounds_of_another_year_are_told_and_not_taken() -> None:
    content = a_workbook(
        ["NTU. Oro för inbrott. Andel (%)"],
        ["Län", 2023, 2025, "Nedre gräns", "Övre gräns"],
        ["Norrbotten", 20, 30, 18, 22],
    )
    assert "Värdet ligger inte mellan gränserna." in refusal(content, "ntu.xlsx")


def test_a_local_safety_survey_is_read_with_its_questions_as_rows() -> None:
    content = a_workbook(
        ["Polisens trygghetsmätning 2025, Älvsbyns kommun. Andel (%)"],
        ["Fråga", 2023, 2025],
        ["Otrygg utomhus när det är mörkt", 21, 18.5],
        ["Orolig för inbrott", 12, ".."],
    )
    report = imported_report(content, "matning.xlsx")
    assert sorted(report.new) == ["Orolig för inbrott", "Otrygg utomhus när det är mörkt"]
    assert {row.kind for row in Indicator.objects.all()} == {"local_safety"}
    assert figures("2560", 2025)["Otrygg utomhus när det är mörkt"] == (Decimal("18.5"), None)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["NTU 2025. Oro för inbrott"], ["Län", 2025], ["Norrbotten", 20]], "vilken enhet"),
        ([["NTU. Andel (%)"], ["Län", 2025], ["Norrbotten", 20]], "vilken fråga"),
        ([["NTU. Oro. Andel (%)"], ["Ålder", 2025], ["16–19 år", 20]], "vilket område"),
        ([["NTU. Oro. Andel (%)"], ["Län", 2025], ["Norrbotten", "-"]], "Ett streck kan betyda"),
        ([["NTU. Oro. Andel (%)"], ["Län", 2025], ["Norrbotten", 120]], "mellan 0 och 100"),
        ([["NTU. Oro. Andel (%)"], ["Län", "Kvinnor"], ["Norrbotten", 2]], "inga år som kolumner"),
        (
            [["Personuppklarade brott"], ["Brottstyp", "Kommun", 2024], ["Rån", "Piteå", 2]],
            "något annat än anmälda brott",
        ),
        ([["Utsatta för brott. Andel"], ["Län", 2024], ["Norrbotten", 2]], "andelar, inte antal"),
        ([["Region", "Antal"], ["Piteå", 2]], "säger inte vad"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_not_be_read_is_refused_with_its_reason(
    rows: list[list[object]], words: str
) -> None:
    assert words in refusal(a_workbook(*rows), "fil.xlsx")


def test_kolada_of_both_versions_is_read_and_one_page_of_several_says_so() -> None:
    assert brought("kolada-v3-2560.json").remarks == []
    brought("kolada-v2.json")
    by_gender = {
        row.gender: row.value for row in Observation.objects.filter(indicator__source_code="U01402")
    }
    assert by_gender == {"K": Decimal("55.1"), "M": Decimal("71.2"), "T": Decimal(63)}
    assert figures("2560", 2023)["N07403"] == (Decimal("790.4"), None)
    page = kolada(an_entry(period=2021), next_url="https://api.kolada.se/v3/data?page=2")
    assert imported_report(page, "sida.json").remarks == [
        "Filen är en sida av flera. Hämta de andra sidorna också och importera dem för sig."
    ]


@pytest.mark.parametrize(
    ("heading", "name", "code"),
    [
        ("Län", "Stockholm", "01"),
        ("Kommun", "Stockholm", "0180"),
        ("Region", "Stockholm", "0180"),
        ("Län", "Norrbotten", "25"),
        ("Län", "Riket", "00"),
        ("Lokalpolisområde", "Piteå älvdal", "lpo"),
        ("Lokalpolisområde", "Piteå", None),
        ("Län", "Piteå", None),
        ("Kommun", "Piteå älvdal", None),
    ],
)
def test_the_heading_says_which_sort_of_area_a_name_is(
    heading: str, name: str, code: str | None
) -> None:
    a_municipality("Stockholm", "0180", "Stockholms stad")
    ensure_areas()
    finder = AreaFinder()
    key = finder.find(name, heading)
    codes = dict(Observation.area.field.related_model.objects.values_list("pk", "code"))
    assert (codes.get(key) or "None").startswith(code or "None")


def test_a_name_that_staff_have_added_is_the_indicator_it_is(places: Places) -> None:
    imported_report(a_long_table("Misshandel;Älvsbyn;2024;;12;152"))
    indicator = Indicator.objects.get()
    IndicatorAlias.objects.create(
        indicator=indicator, source="Brå", name="Misshandelsbrott", added_at=AT
    )
    report = imported_report(a_long_table("MISSHANDELSBROTT;Älvsbyn;2025;;14;178"))
    assert (report.known, report.new) == (["Misshandel"], [])
    assert indicator.observations.count() == 2


def test_two_names_of_one_thing_in_a_file_are_one_and_contradictions_are_told() -> None:
    rows = ("Narkotikabrott;Älvsbyn;2024;;12;152", "Narkotikastrafflagen;Älvsbyn;2024;;12;152")
    assert previewed(a_long_table(*rows)).duplicates == 1
    other = a_long_table(rows[0], "Narkotikastrafflagen;Älvsbyn;2024;;13;152")
    assert "säger något annat om samma sak" in refusal(other)


def test_a_table_of_several_sheets_is_asked_for_one_at_a_time() -> None:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(a_workbook(["Om tabellen"])))
    for name in ("2024", "2025"):
        sheet = book.create_sheet(name)
        for row in (["Brottstyp", "Kommun", int(name)], ["Rån", "Piteå", 3]):
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert "flera blad med tabeller: 2024, 2025" in refusal(stream.getvalue(), "fil.xlsx")
    del book["2025"]
    stream = io.BytesIO()
    book.save(stream)
    assert imported_report(stream.getvalue(), "fil.xlsx").remarks == ["Bladet Sheet läses inte."]


def test_an_editor_of_one_municipality_brings_nothing_of_the_country() -> None:
    editor = a_person("e@example.se", Role.EDITOR, Municipality.objects.get(code="2560"))
    report = imported_report((FILES / "100La-2025.xlsx").read_bytes(), "100La.xlsx", by=editor)
    assert report.brings_nothing
    assert dict(report.other_areas) == {"Riket": 2}
