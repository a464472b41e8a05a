"""Is the promise kept? The pages say so in words, figure and bar."""

from datetime import date

import pytest
import time_machine

from pledges.models import Commitment
from tests.builders import a_pledge, an_action
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db

PLEDGE = "/alvsbyn/2023-2025/"
PAGE = f"{PLEDGE}ataganden/1/"


def the_commitment(**fields: object) -> Commitment:
    pledge = a_pledge(commitments=1, commitment={"kind": "other", **fields})
    return pledge.commitments.select_related("pledge").get()


def test_it_says_how_many_of_how_many_were_done(reader: Reader) -> None:
    commitment = the_commitment()
    for day in (date(2023, 3, 1), date(2023, 9, 1), date(2024, 3, 1)):
        an_action(commitment, done_on=day)
    text = reader.text(PAGE)
    assert "2023 2 2 Målet är nått" in text
    assert "1 av 2 redovisade för 2024; resten av redovisningen saknas." in text
    assert "För 2 tidigare år saknas redovisningen." in text
    assert "Nu ska Polisen redovisa." in text
    assert "nåddes inte" not in text
    assert "Ingen förklaring är lämnad." not in text
    assert "De säger inte om problemet har minskat." in text


def test_the_pledge_says_it_of_every_commitment_and_of_all(reader: Reader) -> None:
    a_pledge(commitments=2, commitment={"kind": "other", "target_shape": "done"})
    text = reader.text(PLEDGE)
    assert "Inget är redovisat än." in text
    an_action(Commitment.objects.select_related("pledge").get(number=1))
    text = reader.text(PLEDGE)
    assert "2 åtaganden: 1 har nått målet och för 1 är inget redovisat än." in text
    assert "1 har nått målet" in reader.text("/alvsbyn/")
    assert "1 has reached the target" in reader.text(f"/en{PLEDGE}")


def test_before_its_first_day_nothing_of_a_pledge_has_begun(reader: Reader) -> None:
    a_pledge(commitments=2, valid_from=date(2027, 1, 1), valid_to=date(2029, 12, 31))
    with time_machine.travel(date(2026, 11, 26)):
        assert "2 åtaganden: 2 har inte börjat." in reader.text(PLEDGE)


def test_a_search_of_the_running_year_changes_nothing(reader: Reader) -> None:
    commitment = the_commitment(kind="drug_dog_search")
    with time_machine.travel(date(2026, 6, 1)):
        before = [reader.get(page).content for page in (PLEDGE, PAGE, "/alvsbyn/")]
        an_action(commitment, done_on=date(2026, 3, 1))
        an_action(commitment, done_on=date(2026, 4, 1))
        assert [reader.get(page).content for page in (PLEDGE, PAGE, "/alvsbyn/")] == before
        assert "2026 2 Redovisas när perioden är slut" in reader.text(PAGE)


def test_a_running_year_says_what_is_reported_and_accuses_nobody(reader: Reader) -> None:
    the_commitment(target_amount=12)
    with time_machine.travel(date(2023, 7, 5)):
        text = reader.text(PAGE)
    assert "2023 12 Inget är redovisat än" in text
    assert "Efter plan" not in text


@pytest.mark.parametrize(
    ("fields", "entry", "sentence"),
    [
        ({"target_shape": "done"}, {}, "Det är gjort."),
        (
            {"target_shape": "none"},
            {},
            "Redovisat: 1 insats. Det finns inget mål att räkna mot.",
        ),
        (
            {"target_shape": "on_demand"},
            {"amount": 1, "requests": 2},
            "1 av 2 som bad om det har fått det.",
        ),
        (
            {"target_shape": "on_demand", "target_within_days": 7},
            {"amount": 1, "requests": 2},
            "1 av 2 som bad om det fick det i tid",
        ),
        (
            {"target_shape": "coverage", "target_amount": 5, "target_unit": "klasser"},
            {"amount": 3},
            "3 av 5 klasser är nådda.",
        ),
        (
            {"target_shape": "average", "target_period": "week", "target_amount": 3},
            {"amount": 400},
            "400 redovisade, 3 april (1 av 366 dygn redovisade). Lovat: minst 3 per vecka.",
        ),
        (
            {"target_period": "whole"},
            {},
            "1 av 2 redovisade för hela löftesperioden. Lovat: 2 hundsök.",
        ),
        (
            {"target_shape": "done", "target_last": date(2024, 6, 1), "target_every_year": True},
            {},
            "Genomförs senast 1 juni varje år, första gången 2024",
        ),
        (
            {"target_period": "month"},
            {"amount": 2},
            "Målet nåddes 1 månad av 46; för 45 saknas redovisningen.",
        ),
    ],
)
def test_every_shape_has_its_sentence(
    reader: Reader, fields: dict, entry: dict, sentence: str
) -> None:
    an_action(the_commitment(**fields), **entry)
    assert sentence in reader.text(PAGE)


def test_the_english_page_words_it_in_english(reader: Reader) -> None:
    an_action(the_commitment(), done_on=date(2023, 3, 1))
    text = reader.text(f"/en{PAGE}")
    assert "1 of 2 reported for 2023; the rest of the report is missing." in text
    assert '<span lang="sv">hundsök</span>' in reader.get(f"/en{PAGE}").content.decode()
