"""The demonstration is a true story: its numbers agree everywhere.

It is read as everybody reads it, from a copy of the database that has it loaded.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from pledges.actions.portal_counts import disagreements
from pledges.demonstration.actions import rows_of
from pledges.demonstration.follow_ups import entries_of
from pledges.demonstration.pledge import ALVSBYN, LULEA
from pledges.documents.report import TrustRoot
from pledges.documents.verify import examine
from pledges.models import Commitment, PledgeDocument, Signature
from tests.served import own_database
from tests.settings import RUN

TODAY = datetime(2026, 11, 30, 12, tzinfo=UTC)
PLEDGE = "/alvsbyn/2023-2025/"
OF_A_PART = "/lulea/2025-2026-exempelby/"
ADDRESSES = {ALVSBYN: PLEDGE, LULEA: OF_A_PART}
SURVEY, FOLLOWING_UP = 4, 8
# Of these two the follow-ups tell in other words than numbers of what was promised.
WITHOUT_A_NUMBER = {ALVSBYN: {2, 7}, LULEA: set[int]()}
NUMBERS = {
    **dict.fromkeys(("ingen", "inget"), 0),
    **dict.fromkeys(("en", "ett"), 1),
    **{"två": 2, "tre": 3, "fyra": 4},
}
_NUMBER = re.compile(rf"\b({'|'.join(NUMBERS)}|[0-9]+)\b", re.IGNORECASE)


@pytest.fixture(scope="module", autouse=True)
def folder(
    demonstration_database: Callable[[Path], str],
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[Path]:
    """Put the demonstration's database in the place of the tests' own.

    Gives what its portal keeps beside the database.
    """
    folder = tmp_path_factory.mktemp("demonstration")
    template = demonstration_database(folder)
    with own_database(f"served_{RUN}_story_{worker_id}", template) as copy:
        own = connection.settings_dict["NAME"]
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = copy["dbname"]
            try:
                yield folder
            finally:
                connection.close()
                connection.settings_dict["NAME"] = own


@pytest.fixture(autouse=True)
def _today(settings: Settings) -> Iterator[None]:
    """Read in November 2026, every page made anew.

    Others keep pages of the same address.
    """
    settings.PUBLIC_PAGES_MB = 0
    with time_machine.travel(TODAY, tick=False):
        yield


def body(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode("utf-8-sig")


def words(address: str) -> str:
    """Return the words of a page."""
    without_charts = re.sub(r"<(title|svg)\b.*?</\1>", " ", body(address), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", without_charts)).split())


def table(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(address)), delimiter=";"))


@dataclass(frozen=True)
class Done:
    """What was done of a commitment, from day to day."""

    first: date
    last: date
    amount: int


def done_in_public(name: str) -> dict[int, list[Done]]:
    """Return by commitment what the public files say was done.

    Surveys by their published rounds, follow-ups by the pages that they have.
    """
    done: dict[int, list[Done]] = {}
    for row in table(f"{ADDRESSES[name]}insatser.csv"):
        first, last = (date.fromisoformat(row[key]) for key in ("fran_och_med", "till_och_med"))
        done.setdefault(int(row["atagande"]), []).append(Done(first, last, int(row["antal"])))
    if name == ALVSBYN:
        rounds = {row["publicerad"] for row in table("/alvsbyn/statistik/drogvanor.csv")}
        days = [date.fromisoformat(day) for day in rounds]
        done[SURVEY] = [Done(day, day, 1) for day in days]
        meetings = re.findall(
            rf'href="{PLEDGE}uppfoljningar/([0-9-]+)/"', body(f"{PLEDGE}uppfoljningar/")
        )
        ends = [entry["till"] for entry in entries_of(name) if str(entry["mote"]) in meetings]
        done[FOLLOWING_UP] = [Done(end, end, 1) for end in ends]
    return done


def amount_between(done: list[Done], first: date, last: date) -> int:
    return sum(one.amount for one in done if first <= one.first and one.last <= last)


@pytest.mark.parametrize("name", ADDRESSES)
def test_all_that_was_done_is_told_but_the_searches_of_a_year_that_runs(name: str) -> None:
    """The public file and the demonstration's own have the same numbers."""
    public = done_in_public(name)
    this_year = timezone.localdate().year
    for number in {int(row["atagande"]) for row in rows_of(name)} - {SURVEY}:
        written = [
            (int(row["datum"][:4]), int(row["antal"]))
            for row in rows_of(name)
            if int(row["atagande"]) == number
        ]
        if (name, number) == (ALVSBYN, 3):
            written = [(year, amount) for year, amount in written if year < this_year]
        told = [(one.first.year, one.amount) for one in public[number]]
        assert sorted(told) == sorted(written), number


def test_each_survey_is_a_published_round_and_each_follow_up_has_its_page() -> None:
    public = done_in_public(ALVSBYN)
    surveyed = {int(row["datum"][:4]) for row in rows_of(ALVSBYN) if row["atagande"] == str(SURVEY)}
    assert {one.first.year for one in public[SURVEY]} == surveyed == {2023, 2024, 2026}
    assert len(public[FOLLOWING_UP]) == len(entries_of(ALVSBYN)) == 5
    assert disagreements(Commitment.objects.all()) == []


@pytest.mark.parametrize("name", ADDRESSES)
def test_the_follow_ups_say_the_numbers_that_the_log_has(name: str) -> None:
    public, compared = done_in_public(name), 0
    for entry in entries_of(name):
        page = words(f"{ADDRESSES[name]}uppfoljningar/{entry['mote']}/")
        for key, assessment in entry["bedomning"].items():
            number, text = int(key), assessment.get("gjort", "")
            assert " ".join(text.split()) in page
            if not text or number in WITHOUT_A_NUMBER[name]:
                continue
            said = _NUMBER.search(text)
            assert said is not None, text
            amount = NUMBERS.get(said[0].lower())
            done = amount_between(public.get(number, []), entry["fran"], entry["till"])
            assert (int(said[0]) if amount is None else amount) == done, (entry["mote"], text)
            compared += 1
    assert compared == {ALVSBYN: 27, LULEA: 3}[name]


def test_the_commitments_pages_have_the_same_numbers_year_by_year() -> None:
    public, years = done_in_public(ALVSBYN), 0
    for number in (1, 3, 5, SURVEY, FOLLOWING_UP):
        page = words(f"{PLEDGE}ataganden/{number}/")
        for year, done in re.findall(r" (20[0-9]{2}) [0-9]+ ([0-9]+) Målet är", page):
            assert amount_between(public[number], *a_year(int(year))) == int(done), (number, year)
            years += 1
        for year, done in re.findall(r"Gjort under ([0-9]{4}): ([0-9]+)\.", page):
            assert amount_between(public[number], *a_year(int(year))) == int(done), (number, year)
            years += 1
        for done, year in re.findall(r"([0-9]+) av [0-9]+ lovade \w+ under ([0-9]{4})", page):
            assert amount_between(public[number], *a_year(int(year))) == int(done), (number, year)
            years += 1
    assert years > 25


def a_year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def test_what_the_follow_ups_say_of_shares_is_what_the_surveys_say() -> None:
    shares = {
        row["lasar"]: row["andel_procent"]
        for row in table("/alvsbyn/statistik/drogvanor.csv")
        if (row["arskurs"], row["grupp"]) == ("årskurs 9", "alla")
        and row["fraga"] == "har någon gång använt narkotika"
    }
    sentence = (
        "I årskurs 9 uppger {} procent att de någon gång har använt narkotika, mot {} procent"
    )
    page = words(f"{PLEDGE}uppfoljningar/2024-09-18/")
    assert sentence.format(shares["2023/24"], shares["2022/23"]) in page


def test_a_missed_promise_has_its_reason_in_its_own_period() -> None:
    page = words(f"{PLEDGE}ataganden/1/")
    reason = "Den planerade kontrollen ställdes in två gånger."
    assert re.search(f" 2024 1 0 Målet är inte nått [^0-9]* Skäl: {reason}", page)
    assert " 2 av 3 år " in page


def test_a_period_that_nobody_has_reported_is_neither_kept_nor_broken() -> None:
    page = words(f"{PLEDGE}ataganden/5/")
    assert re.search(r" 2023 [0-9]+ Redovisningen saknas ", page)
    assert "Nu ska Polisen redovisa." in page
    assert "nåddes inte" not in page
    assert "inte nått" not in page


def test_a_verdict_that_differs_from_the_number_is_explained() -> None:
    for address in (PLEDGE, f"{PLEDGE}ataganden/6/", f"{PLEDGE}uppfoljningar/2026-02-11/"):
        page = words(address)
        assert "Rådet och siffrorna säger olika om samma tid." in page
        assert "Rådet anser att samverkan inte fungerar" in page


def test_it_is_closed_by_who_is_responsible_and_for_a_third_party_by_the_municipality() -> None:
    assert "Polisen, 14 januari 2025" in words(f"{PLEDGE}ataganden/3/")
    third = words(f"{OF_A_PART}ataganden/3/")
    assert "Fastighetsägarna i Exempelby, enligt Luleå kommun, 21 januari 2026" in third
    assert re.search(r" 2025 [^.]*Målet är nått ", third)


def test_what_has_several_units_has_no_sum() -> None:
    assert "Redovisat: 76 företag, 1 möte." in words(PLEDGE)
    row = table(f"{PLEDGE}diagram/mal.csv")[1]
    assert "77" not in row["Gjort"] + row["Så står det"]


def test_it_was_decided_and_signed_before_it_began(folder: Path) -> None:
    for address, shown in (
        ("/alvsbyn/2022/", ("Kommunstyrelsen, 6 december 2021, § 197", "10 december 2021")),
        (PLEDGE, ("Kommunstyrelsen, 12 december 2022, § 214", "15 december 2022", "16 december")),
        (OF_A_PART, ("Kommunstyrelsen, 9 december 2024, § 203", "16 december 2024")),
    ):
        page = words(address)
        for text in shown:
            assert f"{text} " in page
        assert "Demonstrationsuppgift" in page
    roots = [TrustRoot("DEMO", (folder / "demo-authority" / "certificate.pem").read_bytes(), True)]
    documents = PledgeDocument.objects.public().select_related("pledge")
    assert documents.count() == 3
    for document in documents:
        pledge = document.pledge
        signatures = Signature.objects.filter(pledge=pledge).order_by("signed_at")
        report = examine(bytes(document.content), trust_roots=roots)
        assert [one.signed_at for one in report.signatures] == [one.signed_at for one in signatures]
        for one in report.signatures:
            assert one.intact
            assert one.certificate.value == "valid"
            assert one.trusted_by is not None
            assert one.trusted_by.is_demo
        assert all(signature.is_demonstration for signature in signatures)
        last = timezone.localdate(document.created_at)
        assert pledge.decided_on is not None
        assert pledge.decided_on < timezone.localdate(pledge.adopted_at) < last < pledge.valid_from
        assert f"Färdigt {last.day} december {last.year}" in words(f"/dokument/{document.sha256}/")


def test_what_the_portal_counts_by_itself_is_not_called_nothing() -> None:
    page = words(f"{PLEDGE}ataganden/{FOLLOWING_UP}/")
    assert "5 uppföljningar är publicerade här och räknas in." in page
    assert "Det som räknas är det som är publicerat här i portalen." in page
    assert "Inget som får visas är redovisat" not in page


def test_a_part_of_a_municipality_has_a_pledge_that_nobody_takes_for_true() -> None:
    for address in ("/lulea/", OF_A_PART):
        page = words(address)
        assert "Luleå kommun (Exempelby)" in page
        assert "Fastighetsägarna i Exempelby" in page
        assert "Löftet visas som demonstration." in page
    assert "Hela löftet är påhittat för demonstrationen." in words(OF_A_PART)


def test_no_search_of_a_year_that_runs_is_told_anywhere() -> None:
    this_year = timezone.localdate().year
    searches = [row for row in table(f"{PLEDGE}insatser.csv") if row["atagande"] == "3"]
    assert len(searches) == sum(
        row["atagande"] == "3" and int(row["datum"][:4]) < this_year for row in rows_of(ALVSBYN)
    )
    # A follow-up of half a year says nothing of the dogs either.
    for entry in entries_of(ALVSBYN):
        if entry["till"].month == 6:
            assert "3" not in entry["bedomning"]
            assert not re.search("hund", str(entry), re.IGNORECASE)
