"""What is done is told as amounts with units, whatever number of entries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pledges.actions.tallies import public_tallies_of, reported_in_public
from pledges.lifecycle import standing
from pledges.models import Commitment
from pledges.progress import Amount
from tests.builders import a_follow_up, a_pledge, an_action
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

PAGE = "/alvsbyn/2023-2025/ataganden/1/"
TODAY = date(2025, 10, 20)
NO_NUMBER = {"kind": "other", "target_shape": "none"}
SIX_A_YEAR = {"kind": "other", "target_amount": 6, "target_unit": "insatser mot narkotika"}


def the_commitment(**fields: object) -> Commitment:
    pledge = a_pledge(commitments=1, commitment=fields)
    return pledge.commitments.select_related("pledge").get()


def amounts(commitment: Commitment) -> tuple[Amount, ...]:
    reported = reported_in_public([commitment.pledge], TODAY)
    return reported.progress(commitment, standing(commitment.pledge, TODAY)).amounts


def test_a_promise_without_a_number_tells_how_much_of_what(reader: Reader) -> None:
    commitment = the_commitment(**NO_NUMBER)
    an_action(
        commitment,
        done_on=date(2024, 1, 1),
        last_day=date(2024, 12, 31),
        amount=300,
        unit="trafikkontroller",
    )
    an_action(commitment, amount=3, unit="Trafikkontroller")
    an_action(commitment, unit="mopedinsats")
    assert "Redovisat: 303 trafikkontroller, 1 mopedinsats." in reader.text(PAGE)
    english = reader.get(f"/en{PAGE}").content.decode()
    assert 'Reported: 303 <span lang="sv">trafikkontroller</span>, 1 <span' in english


def test_ten_in_one_entry_are_ten(reader: Reader) -> None:
    commitment = the_commitment(**NO_NUMBER, target_unit="tillsyner")
    an_action(commitment, amount=10)
    an_action(commitment, amount=11)
    assert "Redovisat: 21 tillsyner." in reader.text(PAGE)


def test_what_has_no_unit_at_all_is_actions(reader: Reader) -> None:
    commitment = the_commitment(**NO_NUMBER)
    an_action(commitment, amount=2)
    an_action(commitment, unit="föreläsning")
    assert "Redovisat: 2 insatser, 1 föreläsning." in reader.text(PAGE)


def test_several_kinds_under_one_target_show_their_split(reader: Reader) -> None:
    commitment = the_commitment(**SIX_A_YEAR)
    an_action(commitment, done_on=date(2025, 2, 1), amount=5, unit="krogkontroller")
    assert "Sammanlagt" not in reader.text(PAGE), "one kind needs no split"
    an_action(commitment, done_on=date(2025, 3, 1), amount=6)
    text = reader.text(PAGE)
    assert "2025 6 11 Målet är nått" in text
    assert "Sammanlagt: 6 insatser mot narkotika, 5 krogkontroller." in text


def test_a_units_words_are_text_and_no_markup(reader: Reader) -> None:
    commitment = the_commitment(**NO_NUMBER)
    an_action(commitment, unit="<b>kontroller</b> & annat")
    html = reader.get(PAGE).content.decode()
    assert "&lt;b&gt;kontroller&lt;/b&gt; &amp; annat" in html
    assert "<b>kontroller" not in html


def test_units_are_of_the_same_one_query() -> None:
    commitment = the_commitment(**SIX_A_YEAR)
    for unit in ("krogkontroller", "Krogkontroller", "mopedinsatser", ""):
        an_action(commitment, done_on=date(2025, 2, 1), amount=2, unit=unit)
    with CaptureQueriesContext(connection) as queries:
        tallies = public_tallies_of([commitment.pledge], TODAY)
    assert len(queries) == 1
    assert len(tallies[commitment.pk]) == 3
    assert amounts(commitment)[0].amount == 4
    assert {amount.unit.lower(): amount.amount for amount in amounts(commitment)} == {
        "krogkontroller": 4,
        "mopedinsatser": 2,
        "": 2,
    }


def test_what_the_public_may_not_know_yet_is_in_no_amount(reader: Reader) -> None:
    commitment = the_commitment(**NO_NUMBER)
    an_action(commitment, amount=7, unit="spaningar", is_public=False)
    an_action(commitment, amount=8, unit="spaningar", embargo_until=date(2999, 1, 1))
    assert "spaningar" not in reader.text(PAGE)


def test_the_page_says_where_the_portals_own_numbers_come_from(reader: Reader) -> None:
    a_pledge(
        commitments=1,
        commitment={
            "kind": "follow_up",
            "target_amount": 1,
            "target_period": "year",
            "target_unit": "uppföljning",
        },
    )
    commitment = Commitment.objects.select_related("pledge").get()
    a_follow_up(commitment.pledge)
    text = reader.text(PAGE)
    assert "1 uppföljning är publicerad här och räknas in." in text


def test_luleas_checks_a_day_are_told_by_the_time_that_is_reported(reader: Reader) -> None:
    year = {"valid_from": date(2018, 1, 1), "valid_to": date(2018, 12, 31), "period": "2018"}
    a_day = {
        "kind": "other",
        "target_amount": 1,
        "target_period": "day",
        "target_unit": "trafikkontroll",
    }
    pledge = a_pledge(commitments=1, commitment=a_day, until_replaced=False, **year)
    checks = pledge.commitments.get()
    spring = {"done_on": date(2018, 5, 1), "last_day": date(2018, 7, 31)}
    an_action(checks, amount=71, unit="trafikkontroller", **spring)
    text = reader.text("/alvsbyn/2018/ataganden/1/")
    assert "0,77 per dygn, 1 maj–31 juli" in text
    assert "Maj–juli 2018: 71 trafikkontroller" in text
    autumn = {"done_on": date(2018, 8, 1), "last_day": date(2018, 12, 31)}
    an_action(checks, amount=230, unit="trafikkontroller", **autumn)
    text = reader.text("/alvsbyn/2018/ataganden/1/")
    assert "1,23 per dygn, 1 maj–31 december (245 av 365 dygn redovisade)" in text
    assert "Målet nåddes inte" not in text
