"""Dog searches by school year: what the list of actions tells, summed."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pledge_portal.accounts.models import Role
from pledges.actions import action_disclosure, recording
from pledges.actions.search_charts import search_chart
from pledges.actions.searches import own_searches, searches_of
from pledges.models import Commitment
from tests.builders import a_municipality, a_person, a_pledge, a_police_area, an_action

pytestmark = pytest.mark.django_db

LATER = date(2027, 6, 1)


@pytest.fixture
def searching() -> Commitment:
    """Return a commitment to two searches a year, of a pledge held over.

    The pledge is for 2023-2025.
    """
    return a_pledge(commitments=1).commitments.select_related("pledge__police_area").get()


def a_search(commitment: Commitment, day: str, **fields: object) -> None:
    outcome = {"premises_searched": 6, "indications": 1, "finds": 0}
    an_action(commitment, done_on=date.fromisoformat(day), **{**outcome, **fields})


def tell_the_outcome(commitment: Commitment) -> None:
    action_disclosure.disclose(
        commitment,
        place_detail="municipality",
        date_detail="term",
        embargo_days=0,
        shows_search_outcome=True,
    )


def test_a_school_year_runs_from_august_to_july(searching: Commitment) -> None:
    for day in ("2023-03-14", "2023-10-24", "2024-04-09", "2024-08-20"):
        a_search(searching, day)
    years = searches_of(searching.pledge.municipalities.get(), LATER)
    assert [(year.school_year, year.searches) for year in years] == [
        (2022, 1),
        (2023, 2),
        (2024, 1),
    ]


def test_a_year_without_searches_between_others_is_told_as_none(searching: Commitment) -> None:
    for day in ("2022-12-01", "2024-12-01"):
        a_search(searching, day)
    years = searches_of(searching.pledge.municipalities.get(), LATER)
    assert [year.searches for year in years] == [1, 0, 1]


def test_a_year_that_the_pledge_began_or_ended_within_is_a_part() -> None:
    pledge = a_pledge(commitments=1, until_replaced=False)
    searching = pledge.commitments.select_related("pledge__police_area").get()
    for day in ("2023-03-14", "2023-10-24", "2025-10-09"):
        a_search(searching, day)
    years = searches_of(searching.pledge.municipalities.get(), LATER)
    assert [year.is_promised_throughout for year in years] == [False, True, True, False]
    chart = search_chart(years)
    assert chart is not None
    assert chart.periods == ["2022/23 (delvis)", "2023/24", "2024/25", "2025/26 (delvis)"]
    assert "då inget löfte om hundsök gällde hela tiden" in chart.finding


def test_the_outcome_is_told_only_when_every_search_tells_it(searching: Commitment) -> None:
    a_search(searching, "2023-10-24")
    place = searching.pledge.municipalities.get()
    [year] = searches_of(place, LATER)
    assert (year.premises, year.indications, year.finds) == (None, None, None)
    tell_the_outcome(searching)
    a_search(searching, "2024-02-24", premises_searched=9, indications=2, finds=1)
    [year] = searches_of(place, LATER)
    assert (year.premises, year.indications, year.finds) == (15, 3, 1)
    a_search(searching, "2024-03-24", premises_searched=None, indications=None, finds=None)
    [year] = searches_of(place, LATER)
    assert (year.searches, year.finds) == (3, None)


def test_nothing_is_told_before_the_action_itself_is(searching: Commitment) -> None:
    """Not before New Year: the target is by the year."""
    a_search(searching, "2023-10-24")
    a_search(searching, "2024-04-09")
    place = searching.pledge.municipalities.get()
    assert searches_of(place, date(2023, 12, 31)) == []
    [year] = searches_of(place, date(2024, 12, 31))
    assert (year.searches, year.is_whole) == (1, False)
    [year] = searches_of(place, date(2025, 1, 1))
    assert (year.searches, year.is_whole) == (2, True)


def test_what_is_secret_struck_out_or_elsewhere_is_counted_nowhere(searching: Commitment) -> None:
    a_search(searching, "2023-10-24")
    place = searching.pledge.municipalities.get()
    before = searches_of(place, LATER)
    a_search(searching, "2023-11-24", is_public=False)
    a_search(searching, "2023-11-25", embargo_until=date(2028, 1, 1))
    struck = an_action(searching, done_on=date(2023, 11, 26))
    recording.strike_out(struck, version=1, reason="fel dag", by=None, at=struck.recorded_at)
    other = a_pledge(a_municipality("Boden"), commitments=1)
    a_search(other.commitments.select_related("pledge__police_area").get(), "2023-11-27")
    cooperating = a_pledge(
        a_municipality("Luleå"), commitments=1, commitment={"kind": Commitment.Kind.COOPERATION}
    )
    an_action(cooperating.commitments.select_related("pledge__police_area").get())
    assert searches_of(place, LATER) == before
    assert searches_of(cooperating.municipalities.get(), LATER) == []


def test_four_questions_however_many_searches_and_promises_of_them(
    searching: Commitment,
) -> None:
    place = searching.pledge.municipalities.get()
    promises = {"kind": Commitment.Kind.DRUG_DOG_SEARCH}
    a_pledge(
        place,
        commitments=4,
        commitment=promises,
        period="2019-2021",
        valid_from=date(2019, 1, 1),
        valid_to=date(2021, 12, 31),
    )
    for day in range(1, 20):
        a_search(searching, f"2024-10-{day:02}")
    with CaptureQueriesContext(connection) as queries:
        searches_of(place, LATER)
    # The searches, the commitments to make them, how long those pledges were prolonged, and which
    # targets were changed.
    assert len(queries) == 4


def test_telling_of_earlier_searches_asks_no_more_for_many(searching: Commitment) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            action_disclosure.disclose(
                searching,
                place_detail="municipality",
                date_detail="term",
                embargo_days=0,
                shows_search_outcome=False,
            )
        return len(queries)

    a_search(searching, "2024-10-01")
    asked()  # the first makes the disclosure's row
    before = asked()
    for day in range(2, 9):
        a_search(searching, f"2024-10-{day:02}")
    assert asked() == before


def test_those_who_work_with_it_see_all_that_counts_beside_what_is_told(
    searching: Commitment, client: Client
) -> None:
    a_search(searching, "2023-10-24")
    a_search(searching, "2024-02-24", is_public=False, finds=2)
    other = a_pledge(a_municipality("Boden"), commitments=1)
    a_search(other.commitments.select_related("pledge__police_area").get(), "2023-11-27")
    officer = a_person("polis@example.se", Role.OFFICER, searching.pledge.police_area)
    elsewhere = a_person("annan@example.se", Role.OFFICER, a_police_area("Gällivare"))
    # Boden's pledge is given by the same police area.
    mine = {year.municipality.name: year for year in own_searches(officer, LATER)}
    assert (mine["Älvsbyn"].searches, mine["Älvsbyn"].published, mine["Älvsbyn"].finds) == (2, 1, 2)
    assert mine["Boden"].searches == 1
    assert own_searches(elsewhere, LATER) == []
    client.force_login(officer)
    page = client.get("/arbetsyta/insatser/hundsok/").content.decode()
    assert "Hundsök per läsår i Älvsbyns kommun" in page
    assert (
        'href="/arbetsyta/insatser/hundsok/"' in client.get("/arbetsyta/insatser/").content.decode()
    )
    client.force_login(elsewhere)
    assert "Inga hundsök" in client.get("/arbetsyta/insatser/hundsok/").content.decode()
