"""What has been done, as the public reads it: page, feed and file."""

import csv
import io
from datetime import date
from xml.etree import ElementTree

import pytest
import time_machine

from pledges.actions import action_disclosure
from pledges.actions.tallies import reported_in_public
from pledges.lifecycle import standing
from pledges.models import Commitment, CompletedAction
from tests.builders import a_follow_up, a_municipality, a_place, a_pledge, an_action
from tests.pages.conftest import Reader
from tests.pages.test_public_answers import queries

pytestmark = pytest.mark.django_db

PLEDGE = "/alvsbyn/2023-2025/"
PAGE = f"{PLEDGE}insatser/"
ATOM = "{http://www.w3.org/2005/Atom}"


def commitments(**fields: object) -> list[Commitment]:
    pledge = a_pledge(commitments=2, commitment={"kind": "cooperation", **fields})
    return list(pledge.commitments.select_related("pledge"))


def test_it_shows_what_was_done_when_and_where(reader: Reader) -> None:
    first, second = commitments()
    an_action(first, place=a_place(), public_note="Mötet samlade 12 företag.", amount=2)
    an_action(second, done_on=date(2024, 5, 6), outcome="partly")
    text = reader.text(PAGE)
    text_of_both = "Polisen söker efter narkotika med hund i skolan"
    assert f"{text_of_both} (1), 3 april 2024: 2 hundsök Älvåkraskolan" in text
    assert "Mötet samlade 12 företag." in text
    assert f"{text_of_both} (2), 6 maj 2024. Delvis genomförd" in text
    own = reader.text(f"{PLEDGE}ataganden/2/")
    assert "6 maj 2024. Delvis genomförd" in own
    assert text.index("6 maj 2024") < text.index("3 april 2024")
    assert "2 insatser" in text


def test_the_commitments_own_page_and_the_municipalitys_show_the_latest(reader: Reader) -> None:
    first, _second = commitments()
    an_action(first)
    assert "3 april 2024" in reader.text(f"{PLEDGE}ataganden/1/")
    assert "Inget som får visas är redovisat" in reader.text(f"{PLEDGE}ataganden/2/")
    assert "3 april 2024" in reader.text("/alvsbyn/")


def test_a_search_is_shown_by_its_term_when_the_year_is_over(reader: Reader) -> None:
    commitment = commitments(kind="drug_dog_search")[0]
    action_disclosure.disclose(
        commitment,
        place_detail="level",
        date_detail="term",
        embargo_days=0,
        shows_search_outcome=True,
    )
    an_action(commitment, place=a_place(), premises_searched=3, indications=1, finds=0)
    with time_machine.travel(date(2024, 12, 30)):
        assert "vårterminen" not in reader.text(PAGE).lower()
        assert "0 insatser" in reader.text(PAGE)
    text = reader.text(PAGE)
    assert "vårterminen 2024 Högstadieskola" in text
    assert "3 genomsökta lokaler, 1 markering, 0 fynd" in text
    assert "Älvåkraskolan" not in text
    assert "april" not in text


def test_it_is_filtered_by_commitment_and_paged(reader: Reader) -> None:
    first, second = commitments()
    for _ in range(51):
        an_action(first)
    an_action(second, public_note="Det andra åtagandet")
    text = reader.text(f"{PAGE}?atagande=1")
    assert "51 insatser" in text
    assert "Det andra åtagandet" not in text
    assert "Sida 1 av 2" in text
    assert 'href="?atagande=1&amp;sida=2"' in reader.get(f"{PAGE}?atagande=1").content.decode()
    assert "Sida 2 av 2" in reader.text(f"{PAGE}?sida=2")


@pytest.mark.parametrize("query", ["?sida=99", "?sida=x", "?atagande=99", "?atagande=%00", "?x=1"])
def test_a_query_that_makes_no_sense_gives_the_list(reader: Reader, query: str) -> None:
    an_action(commitments()[0])
    assert "3 april 2024" in reader.text(PAGE + query)


def test_it_asks_no_more_for_many_actions(reader: Reader) -> None:
    first, second = commitments()
    an_action(first, place=a_place())
    before = queries(reader, PAGE)
    for commitment in (first, second) * 20:
        an_action(commitment, place=a_place(f"Skola {CompletedAction.objects.count()}"))
    assert queries(reader, PAGE)[1] == before[1]
    assert queries(reader, f"{PLEDGE}insatser.atom")[1] == 12


def test_the_feed_holds_the_same_and_tells_no_time_of_typing(reader: Reader) -> None:
    an_action(commitments()[0], public_note="Möte med <företag>")
    feed = ElementTree.fromstring(reader.get(f"{PLEDGE}insatser.atom").content)  # noqa: S314
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert "3 april 2024" in entry.findtext(f"{ATOM}title", "")
    assert "Möte med <företag>" in entry.findtext(f"{ATOM}summary", "")
    assert entry.findtext(f"{ATOM}updated", "").startswith("2024-04-03T00:00:00")
    assert "Demonstrationsuppgift" not in reader.get(f"{PLEDGE}insatser.atom").content.decode()


def test_a_feed_says_of_itself_and_of_each_entry_that_it_is_made_up(reader: Reader) -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"}, is_demonstration=True)
    an_action(pledge.commitments.select_related("pledge").get(), is_demonstration=True)
    feed = ElementTree.fromstring(reader.get(f"{PLEDGE}insatser.atom").content)  # noqa: S314
    assert feed.findtext(f"{ATOM}subtitle", "").startswith("Demonstrationsuppgift. ")
    [entry] = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary", "").startswith("Demonstrationsuppgift. ")


def test_the_file_opens_in_a_spreadsheet_and_runs_nothing(reader: Reader) -> None:
    an_action(commitments()[0], public_note="=1+1;x", place=a_place())
    content = reader.get(f"{PLEDGE}insatser.csv").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(content), delimiter=";")
    assert row["text"] == "'=1+1;x"
    assert row["plats"] == "Älvåkraskolan"
    assert row["fran_och_med"] == "2024-04-03"


def test_what_is_reported_never_stands_without_what_the_council_says(reader: Reader) -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    year = {"first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
    an_action(pledge.commitments.select_related("pledge").get(), amount=2)
    a_follow_up(pledge, verdict="partly_kept", reason="Sent på året", **year)
    council = "Rådet den 12 februari 2025 om 1 åtagande: 1 delvis uppfyllt."
    assert council in reader.text(PAGE)
    assert "Rådets bedömning Delvis uppfyllt Mötet 12 februari 2025, om hela 2024." in reader.text(
        f"{PAGE}?atagande=1"
    )
    response = reader.get(f"{PLEDGE}insatser.atom")
    feed = ElementTree.fromstring(response.content)  # noqa: S314
    assert feed.findtext(f"{ATOM}subtitle", "").startswith(council)
    # A new word makes no new entry, so the newest entry's time says nothing of the feed.
    assert "Last-Modified" not in response.headers
    content = reader.get(f"{PLEDGE}insatser.csv").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(content), delimiter=";")
    assert [row[name] for name in ("antal", "bedomning", "bedomd_av", "mote")] == [
        *("2", "Delvis uppfyllt", "rådet", "2025-02-12"),
    ]
    assert [row[name] for name in ("bedomd_fran_och_med", "bedomd_till_och_med", "skal")] == [
        *("2024-01-01", "2024-12-31", "Sent på året"),
    ]


def test_a_row_has_the_word_about_its_own_time_alone(reader: Reader) -> None:
    pledge = a_pledge(commitments=1, commitment={"kind": "other"})
    commitment = pledge.commitments.select_related("pledge").get()
    for year in (2023, 2024, 2025):
        an_action(commitment, done_on=date(year, 3, 3))
    for year, verdict in ((2023, "not_kept"), (2024, "kept")):
        span = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}
        meeting = date(year + 1, 2, 12)
        a_follow_up(pledge, verdict=verdict, reason="Läget.", meeting_on=meeting, **span)
    content = reader.get(f"{PLEDGE}insatser.csv").content.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(content), delimiter=";")
    assert [(row["fran_och_med"][:4], row["bedomning"]) for row in rows] == [
        ("2025", ""),
        ("2024", "Uppfyllt"),
        ("2023", "Ej uppfyllt"),
    ]


@pytest.mark.parametrize("ending", ["insatser/", "insatser.atom", "insatser.csv"])
def test_a_draft_has_no_list(reader: Reader, ending: str) -> None:
    a_pledge(signed=False)
    assert reader.get(PLEDGE + ending).status_code == 404


def test_a_pledge_of_several_municipalities_says_where(reader: Reader) -> None:
    both = [a_municipality(), a_municipality("Piteå")]
    commitment = a_pledge(both, commitments=1, commitment={"kind": "other"}).commitments.get()
    an_action(commitment, municipality=both[1])
    assert "3 april 2024 Piteås kommun" in reader.text(PAGE)
    assert "3 april 2024, Piteås kommun" in reader.text(f"{PLEDGE}ataganden/1/")


@pytest.mark.parametrize(
    ("period", "done_on", "when"),
    [
        ("season", date(2024, 3, 20), "mars–maj 2024"),
        ("half_year", date(2024, 7, 10), "juli 2024"),
        ("year", date(2024, 3, 20), "vårterminen 2024"),
    ],
)
def test_a_secret_kind_told_by_terms_counts_in_its_own_period(
    reader: Reader, period: str, done_on: date, when: str
) -> None:
    """The spring term holds winter days, and ends in the second half-year."""
    [commitment, _other] = commitments(kind="drug_dog_search", target_period=period)
    an_action(commitment, done_on=done_on)
    assert when in reader.text(PAGE)
    reported = reported_in_public([commitment.pledge], date(2026, 11, 23))
    rows = reported.progress(commitment, standing(commitment.pledge, date(2026, 11, 23))).rows
    [own] = [row for row in rows if row.done]
    assert own.span.first <= done_on <= own.span.last


@pytest.mark.parametrize(
    ("kind", "text", "language", "name"),
    [
        ("drug_habit_survey", "Vi frågar eleverna varje år.", "", "Drogvaneundersökning"),
        ("drug_habit_survey", "Vi frågar eleverna varje år.", "/en", "Drug-habit survey"),
        ("other", "Vi lyser upp parken.", "", "Vi lyser upp parken"),
        ("other", "Vi lyser upp parken.", "/en", '<span lang="sv">Vi lyser upp parken</span>'),
        ("other", f"Vi {'lyser upp ' * 9}parken.", "", f"Vi{' lyser upp' * 5} lyser …"),
        ("other", "å" * 90, "", "å" * 59 + "…"),
    ],
)
def test_a_thing_is_called_by_what_it_is(
    reader: Reader, kind: str, text: str, language: str, name: str
) -> None:
    """Where its kind says it, else by the first words of its text."""
    [commitment] = a_pledge(
        commitments=1, commitment={"kind": kind, "text": text}
    ).commitments.select_related("pledge")
    an_action(commitment, done_on=date(2024, 5, 6), amount=1)
    when = "6 May 2024" if language else "6 maj 2024"
    html = reader.get(f"{language}{PAGE}").content.decode()
    assert f'">{name}</a>, <time datetime="2024-05-06">{when}</time></p>' in html
    feed = ElementTree.fromstring(reader.get(f"{language}{PLEDGE}insatser.atom").content)  # noqa: S314
    plain = name.removeprefix('<span lang="sv">').removesuffix("</span>")
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == [
        f"{plain}, {when}"
    ]
    page = reader.get(f"{language}{PLEDGE}ataganden/1/").content.decode()
    number = "commitment 1" if language else "åtagande 1"
    assert f"<title>{plain}: {number}, Älvsbyns kommun 2023–2025" in page
