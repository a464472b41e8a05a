"""A municipality's statistics in public.

Pages, charts, files and the document say the same.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from pledge_portal.database.acting import as_public
from pledges.models import (
    Area,
    Commitment,
    EarlierFigure,
    Indicator,
    IndicatorLink,
    Municipality,
    Observation,
    Pledge,
    StatisticsDocument,
    StatisticsImport,
    SurveyRound,
)
from pledges.models.statistics import first_day_of
from pledges.statistics import document
from pledges.statistics.areas import ensure_areas
from pledges.statistics.stored_document import renew_statistics_documents
from pledges.surveys import publishing
from tests.builders import (
    SURVEYING,
    a_municipality,
    a_pledge,
    a_police_area,
    a_survey_round,
    an_action,
    some_sums,
)
from tests.jobs import run_jobs
from tests.pages.conftest import Reader
from tests.verapdf import assert_conforms

pytestmark = pytest.mark.django_db

PAGE = "/alvsbyn/statistik/"
INDICATOR = f"{PAGE}narkotikabrott/"
YEARS = range(2018, 2026)


@pytest.fixture(autouse=True)
def _pages_are_made_anew(settings: Any) -> None:
    settings.PUBLIC_PAGES_MB = 0


def published(round_: SurveyRound) -> SurveyRound:
    """Publish a round."""
    publishing.publish(round_, is_sure=True, by=None, at=timezone.now(), today=timezone.localdate())
    return round_


def a_surveying_pledge() -> Pledge:
    return a_pledge(commitments=1, commitment=SURVEYING)


def an_indicator(key: str = "narkotikabrott", name: str = "Narkotikabrott", **fields: Any) -> Any:
    defaults = {"kind": "reported_offences", "unit": "count", "source": "Brå"}
    return Indicator.objects.create(
        **{"key": key, "name_sv": name, "source_code": name, **defaults, **fields}
    )


def figures(indicator: Indicator, code: str, values: dict[int, Any], **fields: Any) -> None:
    """Store yearly figures of an area."""
    brought, _made = StatisticsImport.objects.get_or_create(
        file_name="fil.csv", format="plain", defaults={"imported_at": timezone.now()}
    )
    Observation.objects.bulk_create(
        Observation(
            indicator=indicator,
            area=Area.objects.get(code=code),
            period="year",
            begins=first_day_of("year", year),
            value=value,
            imported_in=brought,
            **fields,
        )
        for year, value in values.items()
    )


def some_statistics(own: dict[int, int] | None = None) -> Indicator:
    """Store reported offences of Älvsbyn, its county and the country.

    With their inhabitants.
    """
    ensure_areas()
    people = an_indicator("folkmangd", "Folkmängd", kind="population", source="SCB")
    offences = an_indicator()
    of_areas = {"2560": (7900, 12), "25": (249_000, 300), "00": (10_500_000, 11_000)}
    for code, (inhabitants, number) in of_areas.items():
        figures(people, code, dict.fromkeys(YEARS, inhabitants))
        same = dict.fromkeys(YEARS, number)
        figures(offences, code, own or same if code == "2560" else same)
    return offences


def test_a_municipality_without_figures_says_so(reader: Reader) -> None:
    a_pledge()
    text = reader.text(PAGE)
    assert "Här finns ingen statistik för Älvsbyns kommun än." in text
    assert reader.get(f"{PAGE}statistik.pdf").status_code == 404
    for gone in (f"{PAGE}drogvanor/", "/finns-inte/statistik/"):
        assert reader.get(gone).status_code == 404


def test_it_is_reached_by_clicking(reader: Reader) -> None:
    a_pledge()
    for page in ("/alvsbyn/", "/alvsbyn/2023-2025/"):
        assert f'href="{PAGE}"' in reader.get(page).content.decode()
    assert "Här finns ingen statistik än." in reader.text("/alvsbyn/")
    assert PAGE in reader.get("/sitemap.xml").content.decode()


def test_the_municipalitys_page_promises_what_is_there(reader: Reader) -> None:
    a_municipality()
    some_statistics()
    text = reader.text("/alvsbyn/")
    assert "Statistik Anmälda brott. Visa statistiken" in text
    assert "Drogvanor" not in text
    published(a_survey_round(a_surveying_pledge().commitments.get(number=1)))
    assert "Drogvanor bland unga och anmälda brott. Visa" in reader.text("/alvsbyn/")
    assert "Drug habits among the young and reported offences. Show" in reader.text("/en/alvsbyn/")


def test_a_survey_is_told_with_its_numbers_and_how_certain_a_change_is(reader: Reader) -> None:
    pledge = a_surveying_pledge()
    commitment = pledge.commitments.get()
    published(a_survey_round(commitment, school_year=2023))
    few = {"narcotics_30_days": {"girls": 2, "boys": 3}}
    published(a_survey_round(commitment, school_year=2024, sums=some_sums(**few)))
    text = reader.text(PAGE)
    assert "Läsåret 2024/25: 32 % av 77 elever har någon gång använt narkotika." in text
    assert "Ingen säker förändring sedan läsåret 2023/24." in text
    assert "visas inte" in text
    apart = reader.text(f"{PAGE}drogvanor/")
    assert "Årskurs 9, läsåret 2024/25" in apart
    assert "Läsåret 2024/25 är det ingen säker skillnad mellan flickor och pojkar." in apart
    assert f'href="{PAGE}drogvanor/"' in reader.get(PAGE).content.decode()
    assert "Narkotika, årskurs 9" in reader.text(pledge_page(commitment))


def pledge_page(commitment: Commitment) -> str:
    return f"/alvsbyn/2023-2025/ataganden/{commitment.number}/"


@pytest.mark.parametrize("period", ["year", "school_year"])
def test_dog_searches_are_told_by_school_year(reader: Reader, period: str) -> None:
    pledge = a_pledge(commitments=1, commitment={"target_period": period})
    an_action(pledge.commitments.select_related("pledge__police_area").get())
    searches = "Läsåret 2023/24 gjordes 1 hundsök i skolan."
    assert searches in reader.text(PAGE)
    # Beside a target of calendar years they would be a second clock.
    own = reader.text(pledge_page(pledge.commitments.get()))
    assert (searches in own) is (period == "school_year")
    rows = read_csv(reader, f"{PAGE}diagram/hundsok.csv")
    assert rows == [["Läsår", "Hundsök"], ["2023/24", "1"]]


def test_an_indicator_is_told_with_its_uncertainty_and_compared(reader: Reader) -> None:
    a_pledge()
    some_statistics()
    text = reader.text(INDICATOR)
    assert "12 anmälda narkotikabrott 2025, eller 152 per 100 000 invånare (78 till 265)." in text
    assert "Ingen säker förändring jämfört med åren före löftet." in text
    assert "Länet i övrigt" in text
    assert "Landet i övrigt" in text
    assert "Siffrorna visar vad som har anmälts, inte vad löftet har lett till." in text
    assert "Ingen säker förändring jämfört med åren före löftet." in reader.text(PAGE)


def test_a_certain_change_is_told_as_one(reader: Reader) -> None:
    a_pledge()
    some_statistics({year: 10 if year < 2023 else 40 for year in YEARS})
    assert "Säkert fler än före löftet: 4,0 gånger så många" in reader.text(INDICATOR)


def test_problem_and_commitment_are_tied_both_ways(reader: Reader) -> None:
    pledge = a_pledge(commitments=1)
    offences = some_statistics()
    commitment = pledge.commitments.get()
    IndicatorLink.objects.create(
        focus_area=commitment.focus_area,
        commitment=commitment,
        indicator=offences,
        reason_sv="Visar om narkotika märks mer.",
    )
    assert "Siffror som hör till löftet" in reader.text(PAGE)
    text = reader.text(INDICATOR)
    assert (
        "Problemet: Narkotika i skolan , Polisen söker efter narkotika med hund i skolan (1)"
        in text.replace("skolan,", "skolan ,")
    )
    assert "Visar om narkotika märks mer." in text
    page = reader.get(pledge_page(commitment)).content.decode()
    assert f'href="{INDICATOR}"' in page
    assert "Visar om narkotika märks mer." in page


def test_a_link_of_a_draft_is_told_nowhere(reader: Reader) -> None:
    a_pledge()
    draft = a_pledge(signed=False, period="2027-2029")
    offences = some_statistics()
    IndicatorLink.objects.create(
        focus_area=draft.focus_areas.get(), indicator=offences, reason_sv="HEMLIGT"
    )
    for page in (PAGE, INDICATOR):
        assert "HEMLIGT" not in reader.text(page)
        assert "2027-2029" not in reader.get(page).content.decode()


def test_what_does_not_count_events_is_told_by_its_sources_own_interval(reader: Reader) -> None:
    pledge = a_pledge()
    ensure_areas()
    safety = an_indicator(
        "otrygghet", "Otrygga sent på kvällen", kind="safety_survey", unit="percent", better="lower"
    )
    area = Area.objects.get(police_area=pledge.police_area)
    figures(safety, area.code, {2022: 30, 2024: 20}, lower=18, upper=32)
    text = reader.text(f"{PAGE}otrygghet/")
    assert "Lokalpolisområde Piteå älvdal" in text
    assert "Siffran gäller hela lokalpolisområdet, inte bara kommunen." in text


def test_what_its_source_has_changed_is_told_as_it_was(reader: Reader) -> None:
    a_pledge()
    offences = some_statistics()
    changed = Observation.objects.get(indicator=offences, area__code="2560", begins="2024-01-01")
    EarlierFigure.objects.create(
        observation=changed,
        value=1041,
        imported_in=changed.imported_in,
        replaced_in=changed.imported_in,
        replaced_at=timezone.now(),
    )
    text = reader.text(INDICATOR)
    assert "Källan har ändrat siffror i efterhand. Så var de förut:" in text
    assert "2024: 1 041 (till den 23 november 2026)" in text.replace("\xa0", " ")


@pytest.mark.parametrize("key", ["finns-inte", "folkmangd"])
def test_what_is_no_indicator_here_is_not_found(reader: Reader, key: str) -> None:
    a_pledge()
    some_statistics()
    assert "Det finns inga sådana siffror här." in reader.text(f"{PAGE}{key}/", status=404)
    for address in (f"{PAGE}{key}/siffror.csv", f"{PAGE}diagram/indikator-{key}.svg"):
        assert reader.get(address).status_code == 404


def test_every_figure_of_an_indicator_can_be_taken_out(reader: Reader) -> None:
    a_pledge()
    some_statistics()
    rows = read_csv(reader, f"{INDICATOR}siffror.csv")
    assert len(rows) == 1 + 3 * 8
    assert rows[1][:4] == ["narkotikabrott", "2560", "2018", "12"]


def read_csv(reader: Reader, address: str) -> list[list[str]]:
    answer = reader.get(address)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def test_drawings_are_whole_files_of_their_own(reader: Reader) -> None:
    pledge = a_surveying_pledge()
    published(a_survey_round(pledge.commitments.get()))
    some_statistics()
    page = reader.get(PAGE).content.decode() + reader.get(INDICATOR).content.decode()
    drawings = set(re.findall(r'href="(/alvsbyn[^"]+\.svg)"', page))
    assert len(drawings) == 4
    for address in drawings:
        answer = reader.get(address)
        assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
        root = ElementTree.fromstring(answer.content)
        assert root.find("{http://www.w3.org/2000/svg}title") is not None


def test_it_reads_in_english(reader: Reader) -> None:
    pledge = a_surveying_pledge()
    published(a_survey_round(pledge.commitments.get()))
    some_statistics()
    assert "Statistics" in reader.text(f"/en{PAGE}")
    assert "School year" in reader.get(f"/en{PAGE}").content.decode()
    assert "the rest of the country" in reader.text(f"/en{INDICATOR}").lower()


def test_the_questions_do_not_grow_with_what_there_is_to_tell(reader: Reader) -> None:
    pledge = a_surveying_pledge()
    commitment = pledge.commitments.get()
    published(a_survey_round(commitment))
    offences = some_statistics()

    def asked(page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(page).status_code == 200
        return len(captured)

    for page in (PAGE, INDICATOR, pledge_page(commitment)):
        reader.get(page)  # what is kept of a signed pledge is asked for once
    before = [asked(page) for page in (PAGE, INDICATOR, pledge_page(commitment))]
    for number in range(6):
        published(a_survey_round(commitment, school_year=2015 + number))
        more = an_indicator(f"brott-{number}", f"Brott {number}")
        figures(more, "2560", {2023: 4, 2024: 5})
        for indicator in (more, offences):
            IndicatorLink.objects.get_or_create(
                focus_area=commitment.focus_area, commitment=commitment, indicator=indicator
            )
    after = [asked(page) for page in (PAGE, INDICATOR, pledge_page(commitment))]
    # The first of any has one question that none doesn't: that of its earlier figures.
    assert after[:2] == before[:2]
    assert after[2] <= before[2] + 10


@pytest.fixture
def every_output(reader: Reader) -> Any:
    """Return a function that reads all that is published of surveys.

    Pages, charts, tables and the document.
    """

    def read() -> dict[str, bytes]:
        run_jobs()
        addresses = [
            PAGE,
            f"/en{PAGE}",
            f"{PAGE}drogvanor/",
            "/alvsbyn/2023-2025/ataganden/1/",
            f"{PAGE}statistik.pdf",
        ]
        page = reader.get(PAGE).content.decode()
        addresses += sorted(set(re.findall(r'href="(/alvsbyn[^"]+\.(?:svg|csv))"', page)))
        for question in ("narcotics-30-days", "narcotics-ever", "smoking"):
            for form in ("svg", "csv"):
                addresses.append(f"{PAGE}diagram/drogvanor-kon-arskurs-9-{question}.{form}")
        captured = {}
        for address in addresses:
            answer = reader.get(address)
            # None of its shares is shown, so that there is no chart to draw.
            is_drawn = "kon-arskurs-9-narcotics-30-days" not in address
            assert answer.status_code == (200 if is_drawn else 404), address
            captured[address] = answer.content
        return captured

    return read


def test_what_is_told_the_same_is_the_same_to_the_byte_everywhere(every_output: Any) -> None:
    """Whatever pupils answered behind what is hidden changes nothing.

    Nor do those who are left out.
    """
    surveys = [
        {"narcotics_30_days": {"girls": 3, "boys": 4, "other": 0}},
        {"narcotics_30_days": {"girls": 4, "boys": 3, "other": 2}},
        {
            "narcotics_30_days": {"girls": 3, "boys": 4, "other": 1},
            "smoking": {"girls": 7, "boys": 6, "other": 3},
        },
    ]
    outputs = []
    for changes in surveys:
        rows: dict[str, dict[str, int]] = {
            "answered": {"girls": 38, "boys": 39, "other": 4},
            "smoking": {"girls": 7, "boys": 6, "other": 0},
            "alcohol": {"girls": 18, "boys": 16, "other": 1},
            "narcotics_ever": {"girls": 12, "boys": 13, "other": 2},
            **changes,
        }
        with transaction.atomic():
            pledge = a_surveying_pledge()
            published(a_survey_round(pledge.commitments.get(), sums=some_sums(**rows)))
            outputs.append(every_output())
            transaction.set_rollback(True)
    assert outputs[0].keys() == outputs[1].keys() == outputs[2].keys()
    for address in outputs[0]:
        assert outputs[0][address] == outputs[1][address] == outputs[2][address], address
    told_differently = outputs[0][f"{PAGE}drogvanor.csv"]
    assert told_differently.count(b"visas inte") == 2


def test_the_document_is_made_by_the_queue_and_shows_nothing_that_is_no_more(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def as_html(html: str, _identifier: bytes) -> bytes:
        made.append(html)
        return html.encode()

    monkeypatch.setattr(document, "accessible_pdf", as_html)
    address = f"{PAGE}statistik.pdf"
    pledge = a_surveying_pledge()
    run_jobs()
    assert made == []
    survey_round = published(a_survey_round(pledge.commitments.get()))
    run_jobs()
    assert len(made) == 2
    before = reader.get(address)
    assert (before.status_code, before["Content-Type"]) == (200, "application/pdf")
    assert "har någon gång använt narkotika" in before.content.decode()
    # The answers come first.
    answers = before.content.decode().split("<h2>")[1]
    assert answers.startswith("Det här säger siffrorna</h2>")
    assert "har någon gång använt narkotika" in answers
    assert b'lang="en"' in reader.get(f"/en{address}").content
    # Nothing has changed: nothing is made.
    renew_statistics_documents()
    run_jobs()
    assert len(made) == 2
    some_statistics()
    publishing.withdraw(survey_round, reason="Fel", by=None, at=timezone.now())
    for _reader in range(3):
        answer = reader.get(address)
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert "Dokumentet görs just nu" in answer.content.decode()
    waiting = ProcrastinateJob.objects.filter(status="todo", task_name="renew_statistics_document")
    assert waiting.count() == 1
    assert len(made) == 2
    run_jobs()
    after = reader.get(address)
    assert "har någon gång använt narkotika" not in after.content.decode()
    assert "Narkotikabrott" in after.content.decode()
    assert not StatisticsDocument.objects.filter(content=before.content).exists()
    Observation.objects.all().delete()
    assert reader.get(address).status_code == 404
    renew_statistics_documents()
    run_jobs()
    assert not StatisticsDocument.objects.exists()


def test_the_public_can_not_read_kept_documents() -> None:
    with pytest.raises(ProgrammingError), as_public():
        StatisticsDocument.objects.exists()


def test_the_document_says_what_the_page_says(reader: Reader, tmp_path: Path) -> None:
    pledge = a_surveying_pledge()
    few = {"narcotics_30_days": {"girls": 3, "boys": 4}}
    published(a_survey_round(pledge.commitments.get(), sums=some_sums(**few)))
    some_statistics()
    figures(an_indicator("glada", "Glada \U0001f600"), "2560", {2025: 3})
    run_jobs()
    answer = reader.get(f"{PAGE}statistik.pdf")
    assert answer["Content-Type"] == "application/pdf"
    file = tmp_path / "statistik.pdf"
    file.write_bytes(answer.content)
    text = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    words = " ".join(text.split())
    assert "32 % av 77 elever har någon gång använt narkotika" in words
    assert "visas inte" in words
    assert "12 anmälda narkotikabrott 2025, eller" in words
    assert "Glada [grinning face]" in words
    assert_conforms(answer.content, "ua1")
    assert_conforms(answer.content, "3a")
    again = reader.get(f"{PAGE}statistik.pdf", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_a_pledge_of_several_municipalities_shows_each_its_own(reader: Reader) -> None:
    a_pledge()
    some_statistics()
    elsewhere = Municipality.objects.create(
        code="2581", name="Piteå", official_name="Piteå kommun", slug="pitea"
    )
    ensure_areas()
    assert "Narkotikabrott" not in reader.text(f"/{elsewhere.slug}/statistik/")


def test_a_neighbours_figures_are_never_shown_as_ones_own(reader: Reader) -> None:
    pledge = a_pledge()
    neighbour = a_municipality("Piteå", "2581")
    a_police_area(municipalities=[*pledge.municipalities.all(), neighbour])
    ensure_areas()
    figures(an_indicator(), "2581", {2024: 4711})
    for address in (
        INDICATOR,
        f"{INDICATOR}siffror.csv",
        f"{PAGE}diagram/indikator-narkotikabrott.svg",
    ):
        assert reader.get(address).status_code == 404
    assert "Narkotikabrott" not in reader.text(PAGE)


def test_the_unit_and_every_uncertainty_are_told_and_drawn(reader: Reader) -> None:
    pledge = a_pledge()
    ensure_areas()
    safety = an_indicator("otrygg", "Otrygg ute", kind="safety_survey", unit="percent")
    area = Area.objects.get(police_area=pledge.police_area)
    figures(safety, area.code, {2023: 20, 2025: 18}, lower=14, upper=23)
    figures(safety, "00", {2023: 25, 2025: 25}, lower=24, upper=26)
    text = reader.text(f"{PAGE}otrygg/")
    assert "Otrygg ute 2025: 18 procent (14 till 23)." in text
    assert "År 2025: 18 procent, mot 25 procent i hela landet." in text
    rows = read_csv(reader, f"{PAGE}diagram/indikator-otrygg.csv")
    assert rows[0][1:7] == [
        *(f"Lokalpolisområde Piteå älvdal{end}" for end in ("", ", lägst", ", högst")),
        *("Riket", "Riket, lägst", "Riket, högst"),
    ]
    assert rows[-1][:7] == ["2025", "18", "14", "23", "25", "24", "26"]
    assert rows[2][:7] == ["2024", *["uppgift saknas"] * 6]


def test_what_no_chart_can_show_is_not_drawn_and_says_why(reader: Reader) -> None:
    a_pledge()
    offences = some_statistics({year: 12 for year in YEARS if year != 2020})
    figures(offences, "2560", {2020: None}, note="secret")
    rows = read_csv(reader, f"{PAGE}diagram/indikator-narkotikabrott.csv")
    assert rows[3][:4] == ["2020", *["sekretess hos källan"] * 3]
    only = an_indicator("ran", "Rån")
    figures(only, "2560", {2024: None, 2025: None}, note="secret")
    assert reader.get(f"{PAGE}diagram/indikator-ran.svg").status_code == 404
