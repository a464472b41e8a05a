"""What is corrected after a period was closed is marked, with how it was."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from pledge_portal.database.acting import as_public
from pledges.actions import action_disclosure, recording
from pledges.actions.recording import Entry
from pledges.actions.tallies import reported_in_public, reported_to_staff
from pledges.follow_ups.voices import promises
from pledges.lifecycle import standing
from pledges.models import Commitment, CompletedAction, EarlierAmount, Pledge
from pledges.progress import Closing, Verdict
from tests.builders import a_follow_up, a_pledge, an_action
from tests.pages.conftest import Reader

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
PAGE = "/alvsbyn/2023-2025/ataganden/1/"
# `a_follow_up` is published on 1 October 2025.
CLOSED_ON = date(2025, 10, 1)
LATER = datetime(2025, 11, 3, 9, tzinfo=UTC)


def a_closed_year(**fields: object) -> Commitment:
    """Make a commitment to two checks a year, of which 2024 is closed."""
    target = {"kind": "other", "target_unit": "kontroller", **fields}
    pledge = a_pledge(commitments=1, commitment=target)
    a_follow_up(pledge, first_day=date(2024, 1, 1))
    return pledge.commitments.get()


def corrected(action: CompletedAction, *, at: datetime = LATER, **fields: Any) -> CompletedAction:
    entry = Entry(**{**Entry.from_action(action).stored(), **fields})
    return recording.correct(
        action, entry, version=action.version, reason="Räknat fel", by=None, at=at
    )


def closing_of(commitment: Commitment, *, is_for_staff: bool = False) -> tuple[Verdict, Closing]:
    """Return how 2024 stands, and how when it was closed."""
    pledge = Pledge.objects.with_standing().get(pk=commitment.pledge_id)
    reported = (reported_to_staff if is_for_staff else reported_in_public)([pledge], TODAY)
    so_far = reported.progress(commitment, standing(pledge, TODAY))
    row = next(row for row in so_far.rows if row.span.first.year == 2024)
    assert row.closing is not None
    return row.verdict, row.closing


def test_the_verdict_is_reckoned_anew_beside_the_old(reader: Reader) -> None:
    commitment = a_closed_year()
    action = an_action(commitment, amount=2)
    assert "Rättat" not in reader.text(PAGE)
    corrected(action, amount=1)
    page = reader.text(PAGE)
    of_2024 = page.partition("2024 2 1 Målet är inte nått")[2].partition("2023 2 ")[0]
    assert "Rättat den 3 november 2025. När redovisningen avslutades: målet är nått." in of_2024
    english = reader.text(f"/en{PAGE}")
    assert (
        "Corrected on 3 November 2025. When the reporting was closed: the target is reached."
        in english
    )
    was = (Verdict.MISSED, Closing(CLOSED_ON, Verdict.REACHED, None, LATER.date()))
    assert closing_of(commitment) == was
    assert closing_of(commitment, is_for_staff=True) == was
    with as_public():
        assert closing_of(commitment) == was


def test_a_feed_is_newer_once_an_amount_is_corrected(reader: Reader) -> None:
    commitment = a_closed_year()
    action = an_action(commitment, amount=2)

    def updated() -> list[str]:
        feed = reader.get("/alvsbyn/2023-2025/insatser.atom").content.decode()
        return [day[:10] for day in re.findall("<updated>([^<]+)</updated>", feed)]

    assert updated() == ["2024-04-03"] * 2
    # Words leave no trace, so no time of them is told either.
    action = corrected(action, public_note="Vid torget")
    assert updated() == ["2024-04-03"] * 2
    corrected(action, amount=1)
    assert updated() == ["2025-11-03"] * 2


def test_what_is_added_and_what_is_corrected_are_told_apart() -> None:
    commitment = a_closed_year()
    action = an_action(commitment)
    corrected(action, amount=2)
    assert closing_of(commitment) == (
        Verdict.REACHED,
        Closing(CLOSED_ON, Verdict.MISSED, None, LATER.date()),
    )
    an_action(commitment, recorded_on=date(2025, 12, 1))
    _verdict, closing = closing_of(commitment)
    assert (closing.completed_on, closing.corrected_on) == (date(2025, 12, 1), LATER.date())


def test_it_is_moved_to_another_period(reader: Reader) -> None:
    commitment = a_closed_year()
    corrected(an_action(commitment, amount=2), done_on=date(2023, 5, 1))
    assert closing_of(commitment) == (
        Verdict.MISSED,
        Closing(CLOSED_ON, Verdict.REACHED, None, LATER.date()),
    )
    assert "2023 2 2 Målet är nått" in reader.text(PAGE)


def test_what_was_corrected_several_times_is_told_as_it_was_then() -> None:
    commitment = a_closed_year()
    action = an_action(commitment, amount=3)
    action = corrected(action, at=datetime(2024, 6, 1, 9, tzinfo=UTC), amount=1)
    action = corrected(action, amount=5)
    action = corrected(action, amount=4)
    corrected(action, at=datetime(2025, 12, 1, 9, tzinfo=UTC), amount=2)
    verdict, closing = closing_of(commitment)
    assert (verdict, closing.verdict) == (Verdict.REACHED, Verdict.MISSED)
    assert list(
        EarlierAmount.objects.order_by("superseded_on").values_list("amount", flat=True)
    ) == [*(3, 1, 4)]


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        ({"target_period": "week"}, "När redovisningen avslutades: målet är nått."),
        ({"target_shape": "coverage", "target_of": 2, "target_period": "year"}, "målet är nått."),
        ({"target_shape": "on_demand"}, ""),
    ],
)
def test_other_targets_are_marked_too(reader: Reader, target: dict[str, Any], verdict: str) -> None:
    commitment = a_closed_year(**target)
    requests = 200 if target.get("target_shape") == "on_demand" else None
    action = an_action(commitment, amount=105, requests=requests)
    corrected(action, amount=1)
    text = reader.text(PAGE)
    assert ("Rättat den 3 november 2025." in text) is bool(verdict)
    assert verdict in text


def test_what_went_only_in_part_is_not_done_until_it_is_corrected(reader: Reader) -> None:
    commitment = a_closed_year(target_shape="done")
    action = an_action(commitment, outcome="partly")
    text = reader.text(PAGE)
    assert "Det är bara delvis gjort." in text
    assert "Målet är nått" not in text
    with as_public():
        pledge = Pledge.objects.with_standing().get()
        [voices] = promises(pledge, standing(pledge, TODAY)).values()
    assert voices.verdict != Verdict.REACHED
    corrected(action, outcome="as_planned")
    assert EarlierAmount.objects.get().outcome == "partly"
    text = reader.text(PAGE)
    assert "Målet är nått" in text
    assert "Det är gjort." in text


def test_words_and_places_leave_no_trace() -> None:
    commitment = a_closed_year()
    action = corrected(an_action(commitment), public_note="I centrum")
    corrected(action, at=datetime(2025, 12, 1, 9, tzinfo=UTC), public_note="Vid ån")
    assert not EarlierAmount.objects.exists()


def test_what_was_corrected_at_once_is_as_if_recorded_so() -> None:
    commitment = a_closed_year()
    action = an_action(commitment, amount=2, recorded_on=date(2024, 4, 4))
    corrected(action, at=datetime(2024, 4, 4, 15, tzinfo=UTC), amount=1)
    assert not EarlierAmount.objects.exists()


def test_what_is_struck_out_leaves_no_trace_of_what_it_was(reader: Reader) -> None:
    commitment = a_closed_year()
    action = corrected(an_action(commitment, amount=2), amount=1)
    recording.strike_out(action, version=2, reason="Fel", by=None, at=LATER)
    assert not EarlierAmount.objects.exists()
    assert "Rättat" not in reader.text(PAGE)


def test_the_public_learns_nothing_of_what_it_could_not_know(reader: Reader) -> None:
    commitment = a_closed_year()
    hidden = an_action(commitment, amount=2, is_public=False)
    hidden = corrected(hidden, amount=1)
    corrected(hidden, at=datetime(2025, 12, 1, 9, tzinfo=UTC), is_public=True)
    shown = corrected(an_action(commitment, amount=2), amount=1)
    embargoed = an_action(commitment, amount=2, embargo_until=date(2025, 12, 1))
    corrected(embargoed, amount=1)
    told = EarlierAmount.objects.public(TODAY)
    assert [row.action_id for row in told] == [shown.pk]
    with as_public():
        assert EarlierAmount.objects.count() == 1
    corrected(shown, at=datetime(2025, 12, 2, 9, tzinfo=UTC), is_public=False)
    assert not told.all().exists()
    assert closing_of(commitment, is_for_staff=True)[1].corrected_on == LATER.date()


def test_the_database_takes_it_from_the_public_by_itself() -> None:
    commitment = a_closed_year()
    action = corrected(an_action(commitment, amount=2), amount=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pledges_completedaction SET is_public = false, version = version + 1"
            " WHERE id = %s",
            [action.pk],
        )
    assert not EarlierAmount.objects.public(TODAY).exists()


def test_it_is_told_no_more_closely_than_the_action(reader: Reader) -> None:
    commitment = a_closed_year()
    corrected(an_action(commitment, amount=2), amount=1)
    action_disclosure.disclose(
        commitment,
        place_detail="exact",
        date_detail="month",
        embargo_days=0,
        shows_search_outcome=False,
    )
    row = EarlierAmount.objects.get()
    assert (row.shown_first, row.shown_last) == (date(2024, 4, 1), date(2024, 4, 30))
    assert "Rättat den 3 november 2025." in reader.text(PAGE)


def test_a_search_is_corrected_when_its_year_is_over_or_leaves_no_trace() -> None:
    commitment = a_pledge(commitments=1).commitments.get()
    action = an_action(commitment, amount=2)
    corrected(action, at=datetime(2024, 6, 1, 9, tzinfo=UTC), amount=1)
    assert EarlierAmount.objects.get().public_from is None
    late = an_action(commitment, amount=2, done_on=date(2023, 4, 3))
    corrected(late, amount=1)
    row = EarlierAmount.objects.get(action=late)
    assert (row.public_from, row.shown_first) == (date(2024, 1, 1), date(2023, 1, 1))


def test_it_costs_no_query_more(django_assert_num_queries: Any) -> None:
    commitment = a_closed_year()
    corrected(an_action(commitment, amount=2), amount=1)
    fetched = Pledge.objects.with_standing().prefetch_related("commitments").get()
    standing_then = standing(fetched, TODAY)
    with django_assert_num_queries(4):
        promises(fetched, standing_then)
