"""Good files of Brå, Kolada and people are read right in all shapes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pledges.models import Area, Indicator, Observation
from pledges.statistics.areas import AreaFinder, ensure_areas
from pledges.statistics.cells import NotAFigure, count, measure, period, rate
from tests.pledges.statistics.conftest import Places
from tests.pledges.statistics.files import (
    a_long_table,
    a_wide_table,
    a_workbook,
    an_entry,
    imported_report,
    kolada,
    plain,
)

pytestmark = pytest.mark.django_db


def stored(code: str = "2560") -> dict[tuple[str, str, str], tuple[str | None, ...]]:
    """Return an area's stored figures.

    Value, rate and note by indicator, period and day.
    """
    return {
        (row.indicator.name, row.period, row.begins.isoformat()): (
            None if row.value is None else f"{row.value.normalize():f}",
            None if row.per_100_000 is None else f"{row.per_100_000:f}",
            row.note,
        )
        for row in Observation.objects.filter(area__code=code).select_related("indicator")
    }


A_YEAR = ("Misshandel", "year", "2024-01-01")


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("12", "12", ""),
        ("1 234", "1234", ""),
        ("1\u00a0234", "1234", ""),
        ("12\u2009345\u202f678", "12345678", ""),
        ("-", "0", ""),
        ("–", "0", ""),
        ("0", "0", ""),
        ("..", None, "missing"),
        ("…", None, "missing"),
        ("Uppgift saknas", None, "missing"),
        ("X", None, "secret"),
        ("Sekretess", None, "secret"),
        ("17*", "17", "preliminary"),
        ("2483,0", "2483", ""),
    ],
)
def test_a_count_is_read_as_its_source_means_it(text: str, value: str | None, note: str) -> None:
    result = count(text)
    assert result.value == (None if value is None else Decimal(value))
    assert result.note == note


def test_a_decimal_comma_and_a_decimal_point_both_part_the_decimals() -> None:
    assert rate("1 234,56").value == rate("1234.56").value == Decimal("1234.56")
    assert measure("0,123456").value == Decimal("0.1235")
    with pytest.raises(NotAFigure):
        count("1.234")


@pytest.mark.parametrize(
    ("text", "kind", "begins"),
    [
        ("2024", "year", date(2024, 1, 1)),
        ("2024 prel.", "year", date(2024, 1, 1)),
        ("2024*", "year", date(2024, 1, 1)),
        ("2024-03", "month", date(2024, 3, 1)),
        ("2024M03", "month", date(2024, 3, 1)),
        ("202403", "month", date(2024, 3, 1)),
        ("2024-03-01", "month", date(2024, 3, 1)),
        ("2024 mar", "month", date(2024, 3, 1)),
        ("Mars 2024", "month", date(2024, 3, 1)),
        ("sept. 2024", "month", date(2024, 9, 1)),
        ("2024K3", "quarter", date(2024, 7, 1)),
        ("Kvartal 4 2024", "quarter", date(2024, 10, 1)),
    ],
)
def test_periods_are_known_however_they_are_written(text: str, kind: str, begins: date) -> None:
    result = period(text)
    assert result is not None
    assert (result.kind, result.begins) == (kind, begins)
    assert result.is_preliminary == ("prel" in text or "*" in text)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Älvsbyn", "2560"),
        ("ÄLVSBYNS  KOMMUN", "2560"),
        ("Älvsbyn kommun", "2560"),
        ("A\u0308lvsbyn", "2560"),
        ("2560", "2560"),
        ("2560 Älvsbyn", "2560"),
        ("25 Norrbottens län", "25"),
        ("Norrbottens län", "25"),
        ("Hela landet", "00"),
        ("Riket", "00"),
        ("Habo", "0643"),
        ("Håbo", "0305"),
    ],
)
def test_areas_are_found_by_code_and_by_name(places: Places, name: str, code: str) -> None:
    result = AreaFinder().find(name)
    assert Area.objects.get(pk=result).code == code


@pytest.mark.parametrize("name", ["2581 Älvsbyn", "2024 jan", "Piteå älv", "Alvsbyn", ""])
def test_what_names_no_area_is_not_guessed(places: Places, name: str) -> None:
    assert AreaFinder().find(name) is None


def test_a_police_area_is_told_from_a_municipality_of_the_same_name(places: Places) -> None:
    area = places.police_area
    area.name = "Piteå"
    area.save()
    ensure_areas()
    finder = AreaFinder()
    assert finder.find("Piteå") == Area.objects.get(code="2581").pk
    assert finder.find("lokalpolisområde Piteå") == Area.objects.get(police_area=area).pk


def test_areas_are_made_once_and_take_new_names_along(places: Places) -> None:
    assert ensure_areas() == 0
    assert Area.objects.filter(level="county").count() == 21
    places.alvsbyn.name = "Nya Älvsbyn"
    places.alvsbyn.save()
    ensure_areas()
    assert Area.objects.get(code="2560").name == "Nya Älvsbyn"


def test_bras_database_file_is_read(places: Places) -> None:
    rows = (
        "Misshandel&nbsp;;Älvsbyn;2024;;12;152,3",
        "Misshandel;Älvsbyn;2025 prel;Jan;-;..",
        "Misshandel;Älvsbyn;2025 prel;Kvartal 1;3;38",
        "Totalt antal brott;Hela landet;2024;;1 489 632;14 070",
    )
    report = imported_report(a_long_table(*rows).encode("cp1252"), "Databasfil.txt")
    assert report.format == "bra"
    assert stored()[A_YEAR] == ("12", "152.30", "")
    assert stored()["Misshandel", "month", "2025-01-01"] == ("0", None, "preliminary")
    assert stored()["Misshandel", "quarter", "2025-01-01"] == ("3", "38.00", "preliminary")
    assert stored("00")["Samtliga brott", "year", "2024-01-01"] == ("1489632", "14070.00", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_every_encoding_and_separator_is_read(
    places: Places, encoding: str, separator: str
) -> None:
    text = a_long_table("Misshandel;Älvsbyn;2024;;12;152").replace(";", separator)
    imported_report(text.encode(encoding))
    assert stored()[A_YEAR] == ("12", "152.00", "")


def test_the_wide_table_is_read_with_measures_under_the_years(places: Places) -> None:
    imported_report(a_wide_table("Misshandel;10;126;-;..", "NARKOTIKABROTT*;..;..;7*;89,4"))
    assert stored() == {
        ("Misshandel", "year", "2023-01-01"): ("10", "126.00", ""),
        A_YEAR: ("0", None, ""),
        ("Narkotikabrott", "year", "2023-01-01"): (None, None, "missing"),
        ("Narkotikabrott", "year", "2024-01-01"): ("7", "89.40", "preliminary"),
    }


def test_the_wide_table_is_read_with_measures_above_and_beside(places: Places) -> None:
    imported_report(
        "Brottstyp;Region;Antal;;Per 100 000 inv.;\n;;2023;2024;2023;2024\n"
        "Misshandel;Älvsbyn;10;12;126;152"
    )
    headings = "Brottstyp;Region;2023 Antal;2023 per 100 000 inv.;2024 Antal;2024 /100 000 inv"
    assert imported_report(f"{headings}\nMisshandel;Älvsbyn;10;126;12;152").brings_nothing
    in_rows = (
        "Brottstyp;Region;Mått;2023;2024\nMisshandel;Älvsbyn;Antal;10;12\n"
        "Misshandel;Älvsbyn;Per 100 000 inv.;126;152"
    )
    assert imported_report(in_rows).brings_nothing
    assert stored() == {
        ("Misshandel", "year", "2023-01-01"): ("10", "126.00", ""),
        A_YEAR: ("12", "152.00", ""),
    }


def test_the_table_of_months_is_read_without_its_sums(places: Places) -> None:
    months = "Januari;Februari;Mars;April;Maj;Juni;Juli;Augusti;September;Oktober;November;December"
    report = imported_report(
        "\n".join(
            [
                "Tabell P3",
                "25 Norrbottens län",
                "Anmälda brott, efter brottstyp och månad, t.o.m. december 2024. Preliminära "
                "uppgifter.",
                f"Brottstyp;{';'.join(['Antal anmälda brott, månad för anmälan'] + [''] * 11)};"
                "Hittills",
                f";{months};under året",
                "SAMTLIGA BROTT;2483.0;2110.0;2816.0;1;2;3;4;5;6;7;8;9;33742.0",
                "3-7 kap. Brott mot person;;;;;;;;;;;;;",
                "Misshandel (5, 6 §)1;1;2;3;4;5;6;7;8;9;10;11;12;78",
                "Mot kvinna;1;1;1;1;1;1;1;1;1;1;1;1;12",
                "1) Ny definition från 2015.",
            ]
        )
    )
    assert report.added == 24
    result = stored("25")
    assert result["Samtliga brott", "month", "2024-01-01"] == ("2483", None, "preliminary")
    assert result["Misshandel (5, 6 §)", "month", "2024-12-01"] == ("12", None, "preliminary")
    assert [number for _reason, number in report.ignored] == [1, 1]


def test_areas_above_their_offences_are_read_and_police_regions_passed_over(
    places: Places,
) -> None:
    rows = ("Brottstyp;2023;2024", "Älvsbyn;;", "Misshandel;1;2", "Region Nord;;", "Misshandel;9;9")
    report = imported_report("\n".join([*rows, "Piteå kommun;;", "Misshandel;3;4", "Källa: Brå;;"]))
    assert report.added == 4
    assert stored()[A_YEAR] == ("2", None, "")
    assert stored("2581")[A_YEAR] == ("4", None, "")


def test_a_filter_above_the_headings_is_not_taken_for_them(places: Places) -> None:
    imported_report("Period:;2024\nOmråde:;Älvsbyn\nBrottstyp;2023;2024\nMisshandel;2021;2022")
    assert stored()[A_YEAR] == ("2022", None, "")


def test_the_year_of_a_table_without_one_is_in_its_name(places: Places) -> None:
    text = "\ufeffKommun;Antal;Per 100 000 inv.\r\nÄlvsbyn;702;8919\r\nPiteå;3 412;8071\r\n"
    imported_report(text, "anmalda_brott_kommuner_2024.csv")
    assert stored() == {("Samtliga brott", "year", "2024-01-01"): ("702", "8919.00", "")}


def test_an_offence_that_is_echoed_without_figures_gives_way(places: Places) -> None:
    rows = ("Misshandel;Älvsbyn;2024;;..;..", "Misshandel totalt;Älvsbyn;2024;;12;152")
    report = imported_report(a_long_table(*rows))
    assert (report.added, report.duplicates) == (1, 1)
    assert stored()[A_YEAR] == ("12", "152.00", "")


def test_names_of_offences_are_the_same_in_any_case_and_with_any_spaces(places: Places) -> None:
    imported_report(a_long_table("Misshandel;Älvsbyn;2024;;12;152"))
    imported_report(a_long_table("  MISSHANDEL\u00a0;Älvsbyn;2023;;9;114"))
    assert Indicator.objects.get().name == "Misshandel"


def test_a_workbook_is_read_whatever_its_cells_are(places: Places) -> None:
    content = a_workbook(
        ["Anmälda brott"],
        [],
        ["Brottstyp", "Område", "År", "Antal", "Per 100 000"],
        ["Misshandel", "Älvsbyn", 2024, 12, 152.27],
        ["Misshandel", "Älvsbyn", "2023", "9", ".."],
        ["Källa: Brå"],
    )
    imported_report(content, "brott.xlsx")
    assert stored()[A_YEAR] == ("12", "152.27", "")
    assert stored()["Misshandel", "year", "2023-01-01"] == ("9", None, "")


def test_koladas_answer_is_read_for_all_genders_places_and_reasons(places: Places) -> None:
    by_gender = [
        {"gender": "T", "count": 1, "status": "", "value": 812.123456, "isdeleted": False},
        {"gender": "K", "count": 1, "status": "", "value": 700, "isdeleted": False},
        {"gender": "M", "count": 1, "status": "Privacy", "value": None, "isdeleted": False},
    ]
    report = imported_report(
        kolada(
            an_entry(values=by_gender),
            an_entry(None, municipality="2581"),
            an_entry(930, municipality="0000", period="2023"),
            an_entry(790, municipality="0025"),
            an_entry(1, municipality="G101011"),
            an_entry(values=[{"gender": "T", "value": 1, "isdeleted": True}], period=2022),
            next_url=None,
        ),
        "kolada.json",
    )
    assert report.format == "kolada"
    notes = {
        (row.area.code, row.gender): (row.value, row.note)
        for row in Observation.objects.select_related("area")
    }
    assert notes == {
        ("2560", "T"): (Decimal("812.1235"), ""),
        ("2560", "K"): (Decimal(700), ""),
        ("2560", "M"): (None, "secret"),
        ("2581", "T"): (None, "missing"),
        ("00", "T"): (Decimal(930), ""),
        ("25", "T"): (Decimal(790), ""),
    }
    assert sorted(number for _reason, number in report.ignored) == [1, 1]
    indicator = Indicator.objects.get()
    assert (indicator.source, indicator.source_code) == ("Kolada (RKA)", "N07403")


def test_koladas_names_come_from_its_own_file_and_never_over_ones_own_words(
    places: Places,
) -> None:
    imported_report(kolada(an_entry(), an_entry(kpi="N07544")))
    Indicator.objects.filter(source_code="N07544").update(name_sv="Vårt eget namn")
    names = kolada(
        {"id": "N07403", "title": "Anmälda våldsbrott, antal/100 000 inv", "description": "Brå."},
        {"id": "N07544", "title": "Narkotikabrott, antal/100 000 inv"},
        {"id": "U00001", "title": "Något helt annat, andel (%)"},
    )
    report = imported_report(names)
    assert report.renamed == ["Anmälda våldsbrott, antal/100 000 inv"]
    one, other = Indicator.objects.order_by("source_code")
    assert (one.name_sv, one.unit) == ("Anmälda våldsbrott, antal/100 000 inv", "per_100_000")
    assert one.explanation_sv == "Brå."
    assert other.name_sv == "Vårt eget namn"
    assert imported_report(names).brings_nothing


def test_signs_that_can_not_be_stored_are_left_out_of_names(places: Places) -> None:
    imported_report(kolada(an_entry()))
    imported_report(kolada({"id": "N07403", "title": "Anmälda\x00 våldsbrott\ud800, antal"}))
    imported_report(a_long_table("Ocker\x01\u202e;Älvsbyn;2024;;1;2"))
    names = set(Indicator.objects.values_list("name_sv", flat=True))
    assert names == {"Anmälda våldsbrott , antal", "Ocker"}


def test_a_long_answer_from_kolada_is_read_entry_by_entry(places: Places) -> None:
    years = [an_entry(float(year), period=year) for year in range(1900, 2026)]
    description = {"kpi": "N07403", "municipality": "2560", "x": "å" * 300_000}
    rows = [{**description, **year} for year in years[:4]]
    imported_report(kolada(*rows, *years[4:]).encode("utf-8-sig"))
    assert Observation.objects.count() == 126


def test_a_safety_survey_comes_with_its_interval_and_a_new_indicator(places: Places) -> None:
    headings = (
        "Indikator;Område;Period;Värde;Nedre;Övre;Anmärkning;Namn;Namn_en;Slag;Enhet;Riktning"
    )
    row = "otrygg;lokalpolisområde Piteå älvdal;2025;17,9;13,8;22,9;;Otrygg ute;Unsafe;NTU;%;lägre"
    report = imported_report(plain(row, "otrygg;Riket;2025;25,3;;;prel;;;;;", headings=headings))
    assert report.new == ["Otrygg ute"]
    indicator = Indicator.objects.get()
    assert (indicator.kind, indicator.unit, indicator.better) == (
        "safety_survey",
        "percent",
        "lower",
    )
    assert (indicator.key, indicator.name_en) == ("otrygg-ute", "Unsafe")
    of_area = Observation.objects.get(area__level="police_area")
    assert (of_area.lower, of_area.value, of_area.upper) == (
        Decimal("13.8"),
        Decimal("17.9"),
        Decimal("22.9"),
    )
    assert Observation.objects.get(area__code="00").note == "preliminary"


def test_a_file_that_only_describes_indicators_makes_them(places: Places) -> None:
    text = plain(
        "otrygg;Otrygg ute;NTU;procent",
        "index;Index;trygghetsmätning;index",
        headings="indikator;namn;slag;enhet",
    )
    assert imported_report(text).new == ["Otrygg ute", "Index"]
    assert imported_report(text).brings_nothing
    assert Indicator.objects.get(source_code="index").kind == "local_safety"


def test_two_indicators_of_one_name_have_addresses_of_their_own(places: Places) -> None:
    text = "indikator;namn;slag;enhet;kalla\na;Oro;NTU;%;En\nb;Oro!;NTU;%;Två\nc;Oro;NTU;%;Tre"
    imported_report(text)
    assert sorted(Indicator.objects.values_list("key", flat=True)) == ["oro", "oro-2", "oro-3"]


def test_missing_and_secret_figures_say_why(places: Places, population: Indicator) -> None:
    rows = ("folkmangd;2560;2023;;;;;;saknas", "folkmangd;2560;2024;;X;;;;")
    imported_report(plain(*rows, "folkmangd;2560;2025;;..;;;;"))
    assert [note for _value, _rate, note in stored().values()] == ["missing", "secret", "missing"]
