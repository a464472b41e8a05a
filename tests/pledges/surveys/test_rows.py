"""Pasted tables and files: what they are read as, and every fault in them."""

from __future__ import annotations

import html
import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pledges.exchange.tables import TableError, read_table
from pledges.models import SurveyRound
from pledges.models.survey import AnsweringGroup, Grade, Measure
from pledges.surveys import rounds
from pledges.surveys.cells import SurveyRowsError
from pledges.surveys.names import grade_of, group_of, question_of, school_year_in
from pledges.surveys.round_lists import read_list
from pledges.surveys.rows import as_text, pasted, read_round
from tests.builders import a_survey_round
from tests.pledges.actions.test_recording_pages import words
from tests.pledges.surveys.conftest import Place

IMPORT = "/arbetsyta/drogvanor/import/"
A_TABLE = """\tTjejer\tKillar\tTotalt
Antal svar\t41\t40\t81
Snusar\t12 %\t14\t19
Vejp/e-cigg\t8\t9\t
Har blivit erbjuden narkotika\t-\t..\t
Röker\t1\u2009,0\t7,0\t8
Lustgas\t1\t2\t3
"""
HEADINGS = "Läsår;Årskurs;Grupp;Inbjudna;Svarade;Snusar;Har någon gång använt narkotika;Röker"
A_LIST = f"""{HEADINGS}
2022/23;åk 9;flickor;84;38;8;6;7
2022/23;åk 9;pojkar;;39;12;8;6

2023-2024;gymnasiet år 2;alla;75;60;20 %;;
"""


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("Röker", Measure.SMOKING),
        ("rökning", Measure.SMOKING),
        ("Tobak", Measure.SMOKING),
        ("Har snusat", Measure.SNUS),
        ("SNUS", Measure.SNUS),
        ("vejp/e-cigg", Measure.E_CIGARETTES),
        ("Elektroniska cigaretter", Measure.E_CIGARETTES),
        ("Alkohol senaste 12 månaderna", Measure.ALCOHOL),
        ("Har druckit alkohol", Measure.ALCOHOL),
        ("Narkotika någon gång", Measure.NARCOTICS_EVER),
        ("Narkotika senaste 30 dagarna", Measure.NARCOTICS_30_DAYS),
        ("Använt narkotika senaste månaden", Measure.NARCOTICS_30_DAYS),
        ("Erbjuden narkotika", Measure.OFFERED),
        ("narcotics_ever", Measure.NARCOTICS_EVER),
        # What could be another question is none.
        ("Röker dagligen", None),
        ("Har aldrig använt narkotika", None),
        ("Vitt snus", None),
        ("Alkohol senaste 30 dagarna", None),
        ("Narkotika senaste 12 månaderna", None),
        ("Cannabis", None),
        ("", None),
    ],
)
def test_questions_are_known_by_schools_own_names(name: str, measure: Measure | None) -> None:
    assert question_of(name) == measure


@pytest.mark.parametrize("measure", Measure)
def test_the_portals_own_names_are_known(measure: Measure) -> None:
    assert question_of(str(measure.label).capitalize()) == measure


def test_groups_grades_and_school_years_are_known() -> None:
    girls, boys, other, everyone = AnsweringGroup
    for name, group in {
        "Flickor": girls, "tjejer (antal)": girls, "Antal flickor": girls, "Killar %": boys,
        "Annat eller inte uppgett": other, "Ej uppgett": other, "TOTALT": everyone, "Lärare": None,
    }.items():  # fmt: skip
        assert group_of(name) == group, name
    for name, grade in {
        "9": Grade.NINE, "åk 9": Grade.NINE, "Årskurs 9": Grade.NINE, "gy 2": Grade.UPPER_TWO,
        "Gymnasiet år 2": Grade.UPPER_TWO, "gymnasiet åk 2": Grade.UPPER_TWO, "7": None, "2": None,
    }.items():  # fmt: skip
        assert grade_of(name) == grade, name
    for name, year in {
        "2023/24": 2023, "2023-2024": 2023, "2023": 2023, "1999/00": 1999, "2023/25": None,
        "i fjol": None, "23/24": None,
    }.items():  # fmt: skip
        assert school_year_in(name) == year, name


def test_a_table_as_a_spreadsheet_copies_it_is_read() -> None:
    result = read_round(pasted(A_TABLE))
    assert result.cells == {
        **{"answered-girls": 41, "answered-boys": 40, "snus-girls": 5, "snus-boys": 14},
        **{"e_cigarettes-girls": 8, "e_cigarettes-boys": 9},
        **{"smoking-girls": 1, "smoking-boys": 7},
    }
    assert result.remarks == [
        "De här raderna läses inte: Lustgas.",
        "Rad 3, Tjejer: 12 % av 41 räknas om till 5 elever.",
        "Talen för alla räknar portalen fram som summan av könen.",
    ]


def test_columns_of_per_cent_and_thousands_are_read() -> None:
    result = read_round(pasted("Fråga;Alla (%)\nSvarade;1 200\nSnusar;12,5\nRöker;0"))
    assert result.cells == {"answered-all": 1200, "snus-all": 150, "smoking-all": 0}


FAULTY_TABLES = [
    ("Svarade\t41", "Klistra in hela tabellen"),
    ("\tFlickor\nSnusar\t4", "Rad 1: Raden ”Svarade” saknas"),
    ("\tFlickor\nSvarade\t4", "Rad 1: Ingen rad är en fråga som portalen känner igen."),
    ("\tNorra skolan\nSvarade\t4\nSnusar\t1", "Rad 1: Rubrikerna ska vara grupperna"),
    ("\tFlickor\tTjejer\nSvarade\t4\t4\nSnusar\t1\t1", "Rad 1, Tjejer: Det finns två kolumner för"),
    ("\tAlla\nSvarade\t9\nSnus\t1\nSnusar\t2", "Rad 4, Snusar: Rad 3 gäller också ”Snusar”."),
    ("\tAlla\nSvarade\t9\nSnusar\ten", "Rad 3, Alla: ”en” går inte att läsa."),
    ("\tAlla\nSvarade\t9\nSnusar\t-3", "Rad 3, Alla: ”-3” går inte att läsa."),
    ("\tAlla\nSvarade\t9\nSnusar\t<5", "Rad 3, Alla: ”<5” går inte att läsa."),
    ("\tAlla\nSvarade\t9\nSnusar\t1,5", "Rad 3, Alla: ”1,5” går inte att läsa."),
    ("\tAlla\nSvarade\t1.000\nSnusar\t1", "Rad 2, Alla: ”1.000” går inte att läsa."),
    ("\tAlla\nSvarade\t9\nSnusar\t101 %", "Rad 3, Alla: Det kan inte vara mer än 100 %."),
    ("\tAlla\nSvarade\t90 %\nSnusar\t1", "Rad 2, Alla: Här behövs ett antal elever"),
    ("\tAlla\nSvarade\t\nSnusar\t10 %", "Rad 3, Alla: Här behövs ett antal elever"),
    (
        "\tFlickor\tPojkar\tAlla\nSvarade\t4\t5\t11\nSnusar\t1\t1\t2",
        "Rad 2, Alla: 11 är inte summan av könen, 9.",
    ),
    ("\tAlla\nSvarade\t9\t8\nSnusar\t1", "Rad 2 har fler celler än det finns rubriker."),
    (A_LIST, "Det här är en lista med flera omgångar. Läs in den under Importera."),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "sentence"), FAULTY_TABLES)
def test_every_fault_of_a_pasted_table_is_named_and_what_was_typed_stays(
    coordinator: Client, place: Place, text: str, sentence: str
) -> None:
    typed = place.typed(note="Skrivet", pasted=text, fill="1", **{"snus-girls": "7"})
    answer = coordinator.post("/arbetsyta/drogvanor/ny/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in html.unescape(words(answer))
    assert 'name="snus-girls" value="7"' in page
    assert "Skrivet" in page
    assert text.splitlines()[0].split("\t")[-1].split(";")[0] in page


@pytest.mark.django_db
def test_a_pasted_table_fills_the_form_and_saves_nothing(coordinator: Client, place: Place) -> None:
    typed = place.typed(note="Skrivet", pasted=A_TABLE, fill="1")
    answer = coordinator.post("/arbetsyta/drogvanor/ny/", typed)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'name="snus-girls" value="5"' in page
    assert 'name="alcohol-girls" value' not in page, "what was typed before is replaced"
    assert "Skrivet" in page
    assert "12 % av 41 räknas om till 5 elever." in words(answer)
    assert "Inget är sparat än." in words(answer)
    assert not SurveyRound.objects.exists()


@pytest.mark.django_db
def test_a_table_comes_from_a_workbook_too(coordinator: Client, place: Place) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["", "Alla"], ["Svarade", 60], ["Snusar", 12.0]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("t.xlsx", stream.getvalue())
    answer = coordinator.post("/arbetsyta/drogvanor/ny/", place.typed(file=file, fill="1"))
    assert 'name="snus-all" value="12"' in answer.content.decode()


@pytest.mark.django_db
def test_a_table_that_is_pasted_but_not_read_is_not_passed_over(
    coordinator: Client, place: Place
) -> None:
    answer = coordinator.post("/arbetsyta/drogvanor/ny/", place.typed(pasted=A_TABLE))
    assert answer.status_code == 422
    assert "Tabellen är inte inläst." in words(answer)
    assert "Vejp/e-cigg" in answer.content.decode()
    assert not SurveyRound.objects.exists()


def test_a_list_holds_several_rounds() -> None:
    result = read_list(read_table(A_LIST.encode()))
    nine, upper = result.rounds
    assert (nine.school_year, nine.grade, nine.invited) == (2022, Grade.NINE, 84)
    assert nine.cells["snus-boys"] == 12
    assert (upper.school_year, upper.grade, upper.invited) == (2023, Grade.UPPER_TWO, 75)
    assert upper.cells == {"answered-all": 60, "snus-all": 12}
    assert result.remarks == ["Rad 5, Snusar: 20 % av 60 räknas om till 12 elever."]


def test_a_list_written_out_again_keeps_its_row_numbers() -> None:
    table = read_table(A_LIST.encode())
    assert read_table(as_text(table).encode()) == table
    with pytest.raises(TableError, match="för stor"):
        as_text(read_table("\n".join([HEADINGS, *["x" * 100_000] * 5]).encode()))


def form_data(place: Place, text: str, **fields: Any) -> dict[str, Any]:
    target = f"{place.commitment.pk}-{place.municipality.pk}"
    return {"target": target, "method": "web_at_school", "pasted": text, **fields}


def row(text: str) -> str:
    return f"{HEADINGS}\n{text}"


FAULTY_LISTS = [
    ("Läsår;Årskurs\n2022;9", "Rad 1, Grupp: Kolumnen saknas."),
    ("Läsår;Årskurs\n2022;9", "Rad 1, Svarade: Kolumnen saknas."),
    ("Läsår;Årskurs\n2022;9", "Rad 1: Ingen kolumn är en fråga som portalen känner igen."),
    (HEADINGS + ";snus\n2022;9", "Rad 1, snus: Kolumnen finns två gånger."),
    (row("förra;9;alla;80;60;9;9;9"), "Rad 2, Läsår: Skriv läsåret så här: 2024/25."),
    (row("2022/24;9;alla;80;60;9;9;9"), "Rad 2, Läsår: Skriv läsåret så här: 2024/25."),
    (row("2099;9;alla;80;60;9;9;9"), "Rad 2, Läsår: Läsåret har inte börjat än."),
    (row("1985;9;alla;80;60;9;9;9"), "Rad 2, Läsår: Läsåret ska vara 1990/91 eller senare."),
    (row("2022;8;alla;80;60;9;9;9"), "Rad 2, Årskurs: Skriv ”9” eller ”gy 2”."),
    (row("2022;9;lärare;80;60;9;9;9"), "Rad 2, Grupp: Skriv flickor, pojkar, annat eller alla."),
    (row("2022;9;alla;;60;9;9;9"), "Rad 2, Inbjudna: Fyll i hur många elever"),
    (row("2022;9;alla;50;60;9;9;9"), "Rad 2, Inbjudna: 60 svarade, men det fanns bara 50"),
    (row("2022;9;alla;80;60;61;9;9"), "Rad 2: Snusar, alla: 61 är fler än de 60 som svarade."),
    (row("2022;9;alla;80;60;;;"), "Rad 2: Fyll i svaren på minst en fråga."),
    (row("2022;9;alla;80;;9;9;9"), "Rad 2: Fyll i hur många som svarade"),
    (row("2022;9;alla;80;60;9;x;9"), "Rad 2, Har någon gång använt narkotika: ”x” går inte"),
    (
        row("2022;9;flickor;80;30;9;9;9\n2022;9;pojkar;81;30;9;9;9"),
        "Rad 2, Inbjudna: Omgångens rader har olika antal elever i årskursen: 80, 81.",
    ),
    (
        row("2022;9;flickor;80;30;9;9;9\n2022;9;tjejer;80;30;9;9;9"),
        "Rad 3, Grupp: Omgången har redan en rad för flickor.",
    ),
    (row("2022;9;flickor;80;30;9;9;9"), "Rad 2: Svarade, pojkar: fyll i hur många som svarade"),
    (
        row("2022;9;flickor;80;30;9;9;9\n2022;9;pojkar;80;30;;9;9"),
        "Rad 3: Snusar, pojkar: talet saknas.",
    ),
    (row("2024;9;alla;80;60;9;9;9"), "Rad 2, Läsår: Det finns redan en omgång för årskurs 9"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "sentence"), FAULTY_LISTS)
def test_every_fault_of_a_list_is_named_and_nothing_is_stored(
    coordinator: Client, place: Place, text: str, sentence: str
) -> None:
    a_survey_round(place.commitment)
    answer = coordinator.post(IMPORT, form_data(place, text))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert SurveyRound.objects.count() == 1


def cells_of(answer: Any) -> str:
    return str(answer.context["form"]["cells"].value())


@pytest.mark.django_db
def test_a_list_is_shown_first_and_stored_after_the_yes(coordinator: Client, place: Place) -> None:
    shown = coordinator.post(
        IMPORT, form_data(place, "", file=SimpleUploadedFile("l.csv", A_LIST.encode()))
    )
    assert shown.status_code == 200
    text = words(shown)
    assert "2 omgångar. Inget är sparat än." in text
    assert "Årskurs 9, läsåret 2022/23 77 av 84 elever svarade." in text
    assert not SurveyRound.objects.exists()
    yes = form_data(place, "", cells=cells_of(shown))
    done = coordinator.post(IMPORT, yes, follow=True)
    assert "2 omgångar är sparade." in words(done)
    first = SurveyRound.objects.with_sums().get(school_year=2022)
    assert rounds.sums_of(first).as_json()["yes"]["snus"] == {"girls": 8, "boys": 12}
    again = coordinator.post(IMPORT, yes)
    assert again.status_code == 422
    assert "Det finns redan en omgång för årskurs 9 läsåret 2022/23." in words(again)
    assert SurveyRound.objects.count() == 2


@pytest.mark.django_db
def test_questions_about_a_list_have_to_be_answered(coordinator: Client, place: Place) -> None:
    text = row("2022;9;alla;300;60;9;9;9")
    shown = coordinator.post(IMPORT, form_data(place, text))
    assert "Rad 2: Bara 60 av 300 elever svarade, färre än en tredjedel." in words(shown)
    yes = form_data(place, "", cells=cells_of(shown))
    unsure = coordinator.post(IMPORT, yes)
    assert unsure.status_code == 422
    assert "Läs anmärkningarna och kryssa i rutan." in words(unsure)
    assert not SurveyRound.objects.exists()
    coordinator.post(IMPORT, {**yes, "is_sure": "on"})
    assert SurveyRound.objects.get().invited == 300


@pytest.mark.django_db
def test_a_list_that_came_back_broken_is_refused_in_words(
    coordinator: Client, place: Place
) -> None:
    for cells in ("", "x", "x" * 500_000, "a\x00b\nc"):
        answer = coordinator.post(IMPORT, form_data(place, "", cells=cells), follow=True)
        assert answer.status_code in {200, 422}
    strange = coordinator.post(IMPORT, {**form_data(place, A_LIST), "target": "1-1"})
    assert strange.status_code == 422
    assert not SurveyRound.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["tabell", "lista"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_templates_are_read_when_they_are_filled_in(
    coordinator: Client, kind: str, form: str
) -> None:
    answer = coordinator.get(f"/arbetsyta/drogvanor/mall/?slag={kind}&format={form}")
    assert answer.status_code == 200
    table = read_table(answer.content)
    if kind == "tabell":
        for row in table.rows:
            row.cells[1:] = ["20", "20", "", ""]
        assert len(read_round(table).cells) == 16
    else:
        for row in table.rows:
            row.cells[3:] = ["50"] + ["20"] * 8
        assert len(read_list(table).rounds[0].cells) == 16


@pytest.mark.parametrize(
    ("headings", "shares", "numbers"),
    [
        (["Andel som röker", "Andel som snusar"], [(0.12, 0.3), (0.08, 0.25)], [7, 18, 4, 14]),
        (["Röker", "Snusar"], [(1, 0), (1, 0)], [60, 0, 55, 0]),
    ],
)
def test_shares_of_a_workbook_are_what_it_shows(
    headings: list[str], shares: list[tuple[float, float]], numbers: list[int]
) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["Läsår", "Årskurs", "Grupp", "Inbjudna", "Svarade", *headings])
    sheet.append(["2026/27", "9", "flickor", 130, 60, *shares[0]])
    sheet.append(["2026/27", "9", "pojkar", 130, 55, *shares[1]])
    for cell in ("F2", "G2", "F3", "G3"):
        sheet[cell].number_format = "0%"
    stream = io.BytesIO()
    workbook.save(stream)
    (list_round,) = read_list(read_table(stream.getvalue())).rounds
    cells = list_round.cells
    assert [
        cells[f"{measure}-{group}"]
        for group in ("girls", "boys")
        for measure in ("smoking", "snus")
    ] == numbers


def test_faults_are_told_in_the_order_of_the_rows() -> None:
    with pytest.raises(SurveyRowsError) as refused:
        read_round(pasted("\tAlla\nSvarade\tx\nSnus\ty\nRöker\tz"))
    assert [number for number, _fault in refused.value.faults] == [2, 3, 4]
