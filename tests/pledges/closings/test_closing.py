"""Who says that a period is done, when, and what comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from pledge_portal.accounts.models import Role
from pledge_portal.database.acting import as_owner, as_public
from pledge_portal.pages.refusals import Refused
from pledges.closings import rules
from pledges.closings.responsible import Responsible, responsible_for
from pledges.closings.times import closed_times
from pledges.decided import Decision
from pledges.decisions.prolonging import prolong
from pledges.follow_ups.open_periods import open_periods
from pledges.follow_ups.reminders import DAYS_BETWEEN, remind_of_periods
from pledges.models import Commitment, PeriodClosing, Pledge
from tests.builders import a_follow_up, a_municipality, a_person, a_pledge, an_action
from tests.pages.conftest import Reader
from tests.pledges.actions.conftest import Work, some_work
from tests.pledges.actions.test_recording_pages import words

pytestmark = pytest.mark.django_db

FIRST = date(2024, 1, 1)
TODAY = date(2026, 11, 23)
AT = datetime(2025, 1, 7, 9, tzinfo=UTC)
OTHER = {"kind": "other"}
LIST = "/arbetsyta/redovisning/"


def the_commitment(pledge: Pledge | None = None, **fields: Any) -> Commitment:
    pledge = pledge or a_pledge(commitments=1, commitment={**OTHER, **fields})
    commitment = pledge.commitments.get(number=1)
    commitment.pledge = Pledge.objects.with_standing().get(pk=pledge.pk)
    return commitment


def closed(commitment: Commitment, on: date = TODAY) -> list[tuple[date, date, date]]:
    times = closed_times([commitment.pledge], on).get(commitment.pk, [])
    return [(time.first, time.last, time.closed_on) for time in times]


def say(commitment: Commitment, *, at: datetime = AT, **who: Any) -> list[PeriodClosing]:
    """Let the police say that 2024 is done, or whoever is given."""
    pledge = commitment.pledge
    responsible = Responsible(**(who or {"police_area": pledge.police_area_id}))
    party = pledge.police_area if not who else pledge.municipalities.first()
    return rules.close(commitment, FIRST, [responsible], party, by=None, at=at)


def test_a_day_that_comes_every_year_is_closed_when_it_is_over() -> None:
    commitment = the_commitment(
        target_shape="done", target_last=date(2023, 6, 1), target_every_year=True
    )
    say(commitment, at=datetime(2024, 6, 2, 9, tzinfo=UTC))
    assert closed(commitment) == [(FIRST, date(2024, 6, 1), date(2024, 6, 2))]
    assert (1, date(2023, 6, 1)) in lacking(commitment.pledge)
    assert (1, date(2024, 6, 1)) not in lacking(commitment.pledge)


def lacking(pledge: Pledge, on: date = TODAY) -> list[tuple[int, date]]:
    pledges = Pledge.objects.with_standing().filter(pk=pledge.pk).prefetch_related("commitments")
    return [
        (period.commitment.number, period.last)
        for periods in open_periods(pledges, on).values()
        for period in periods
    ]


# The rule


def test_whoever_is_responsible_closes_a_period() -> None:
    commitment = the_commitment()
    assert closed(commitment) == []
    say(commitment)
    assert closed(commitment) == [(FIRST, date(2024, 12, 31), date(2025, 1, 7))]
    assert closed(commitment, date(2025, 1, 6)) == []
    with as_public():
        assert closed(commitment) == [(FIRST, date(2024, 12, 31), date(2025, 1, 7))]


def test_both_are_needed_when_both_are_responsible() -> None:
    commitment = the_commitment(responsible="both")
    municipality = commitment.pledge.municipalities.get()
    say(commitment)
    assert closed(commitment) == []
    say(commitment, municipality=municipality.pk, at=AT + timedelta(days=5))
    [time] = closed_times([commitment.pledge], TODAY)[commitment.pk]
    assert (time.first, time.last) == (FIRST, date(2024, 12, 31))
    assert time.closed_on == date(2025, 1, 12)
    assert time.by == "Älvsbyns kommun och Polisen"


def test_a_period_is_closed_for_all_or_for_none() -> None:
    commitment = the_commitment(responsible="both")
    [police] = commitment.pledge.police_areas
    municipality = commitment.pledge.municipalities.get()
    of_municipality, of_police = responsible_for(commitment)
    speaking = [(of_municipality, municipality), (of_police, municipality)]
    with pytest.raises(Refused, match="ansvarig"):
        rules.close_for_all(commitment, FIRST, speaking, by=None, at=AT)
    assert not PeriodClosing.objects.exists()
    speaking[1] = (of_police, police)
    assert len(rules.close_for_all(commitment, FIRST, speaking, by=None, at=AT)) == 2
    assert closed(commitment) == [(FIRST, date(2024, 12, 31), date(2025, 1, 7))]


def test_every_municipality_that_is_responsible_is_needed() -> None:
    pledge = a_pledge(
        [a_municipality(), a_municipality("Piteå")],
        commitments=1,
        commitment={**OTHER, "responsible": "municipality"},
    )
    commitment = the_commitment(pledge)
    assert len(responsible_for(commitment)) == 2
    for number, one in enumerate(responsible_for(commitment)):
        assert closed(commitment) == []
        party = pledge.parties.all()[number].municipality
        rules.close(commitment, FIRST, [one], party, by=None, at=AT)
    assert len(closed(commitment)) == 1


def test_the_municipality_closes_for_a_third_party_and_it_is_told_so(reader: Reader) -> None:
    commitment = the_commitment(responsible="third_party", third_parties=["Länstrafiken"])
    [one] = responsible_for(commitment)
    assert one == Responsible(third_party="Länstrafiken")
    pledge = commitment.pledge
    with pytest.raises(Refused, match="ansvarig"):
        rules.close(commitment, FIRST, [one], pledge.police_area, by=None, at=AT)
    rules.close(commitment, FIRST, [one], pledge.municipalities.get(), by=None, at=AT)
    assert (
        "Färdigredovisat: hela 2024 (Länstrafiken, enligt Älvsbyns kommun, 7 januari 2025)."
        in reader.text("/alvsbyn/2023-2025/ataganden/1/")
    )


def test_only_the_municipalities_that_answer_for_it_are_needed() -> None:
    pledge = a_pledge(
        [a_municipality(), a_municipality("Piteå")],
        commitments=1,
        commitment={
            **OTHER,
            "responsible": "municipality",
            "responsible_municipalities": ["2560"],
        },
    )
    commitment = the_commitment(pledge)
    [one] = responsible_for(commitment)
    party = pledge.parties.all()[0].municipality
    rules.close(commitment, FIRST, [one], party, by=None, at=AT)
    assert len(closed(commitment)) == 1


def test_nobody_closes_for_another() -> None:
    commitment = the_commitment(responsible="municipality")
    with pytest.raises(Refused, match="ansvarig"):
        say(commitment)
    police = the_commitment(commitment.pledge)
    with pytest.raises(Refused, match="ansvarig"):
        rules.close(
            police,
            FIRST,
            responsible_for(police),
            police.pledge.police_area,
            by=None,
            at=AT,
        )


@pytest.mark.parametrize("day", [date(2024, 2, 1), date(2022, 1, 1), date(2031, 1, 1)])
def test_only_its_own_periods_are_closed(day: date) -> None:
    commitment = the_commitment()
    party = commitment.pledge.police_area
    with pytest.raises(Refused, match="stämmer inte"):
        rules.close(commitment, day, responsible_for(commitment), party, by=None, at=AT)


def test_nothing_is_closed_before_its_last_day_is_over() -> None:
    commitment = the_commitment()
    with pytest.raises(Refused, match="inte slut"):
        say(commitment, at=datetime(2024, 12, 31, 22, 59, tzinfo=UTC))
    say(commitment, at=datetime(2024, 12, 31, 23, 0, tzinfo=UTC))  # midnight in Stockholm


def test_it_is_said_once() -> None:
    commitment = the_commitment()
    say(commitment)
    with pytest.raises(Refused, match="redan sagt"):
        say(commitment)


def test_it_is_undone_with_a_reason_and_can_be_said_anew() -> None:
    commitment = the_commitment()
    [closing] = say(commitment)
    with pytest.raises(Refused) as refused:
        rules.undo(closing, "  ", by=None, at=AT)
    assert "reason" in refused.value.faults
    rules.undo(closing, "Två kontroller var inte med", by=None, at=AT)
    assert closed(commitment) == []
    with pytest.raises(Refused, match="redan öppnad"):
        rules.undo(closing, "En gång till", by=None, at=AT)
    say(commitment)
    assert len(closed(commitment)) == 1
    assert PeriodClosing.objects.count() == 2
    with as_public():
        assert PeriodClosing.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM pledges_periodclosing",
        "UPDATE pledges_periodclosing SET last_day = last_day - 1",
        "UPDATE pledges_periodclosing SET closed_at = closed_at - interval '1 day'",
        "UPDATE pledges_periodclosing SET undone_at = now()",
        "TRUNCATE pledges_periodclosing",
        "INSERT INTO pledges_periodclosing (commitment_id, first_day, last_day, police_area_id,"
        " third_party, closed_at, undone_reason) SELECT commitment_id, '2025-01-01', '2025-12-31',"
        " police_area_id, '', '2025-12-31 12:00+01', '' FROM pledges_periodclosing",
        "INSERT INTO pledges_periodclosing (commitment_id, first_day, last_day, police_area_id,"
        " third_party, closed_at, undone_reason) SELECT commitment_id, '2022-01-01', '2022-12-31',"
        " police_area_id, '', '2025-12-31 12:00+01', '' FROM pledges_periodclosing",
    ],
)
def test_the_database_refuses_what_no_closing_is(statement: str) -> None:
    say(the_commitment())
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        as_owner(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_what_is_undone_stays_undone() -> None:
    [closing] = say(the_commitment())
    rules.undo(closing, "Fel", by=None, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodClosing.objects.update(undone_at=None, undone_reason="")


# Secret kinds


def test_a_secret_kind_is_not_closed_nor_asked_for_before_its_own_period_is_over() -> None:
    pledge = a_pledge(commitments=1, until_replaced=False, valid_to=date(2024, 9, 30))
    commitment = the_commitment(pledge)
    october = datetime(2024, 10, 15, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="inte slut"):
        say(commitment, at=october)
    assert lacking(pledge, october.date()) == [(1, date(2023, 12, 31))]
    say(commitment)
    assert closed(commitment) == [(FIRST, date(2024, 9, 30), date(2025, 1, 7))]


# What lacks its account


def test_periods_that_are_over_lack_their_account_until_they_are_closed() -> None:
    commitment = the_commitment()
    pledge = commitment.pledge
    years = [(1, date(year, 12, 31)) for year in (2023, 2024, 2025)]
    assert lacking(pledge) == years
    say(commitment)
    assert lacking(pledge) == [years[0], years[2]]
    a_follow_up(pledge, first_day=date(2025, 1, 1), last_day=date(2025, 6, 30))
    assert lacking(pledge) == [years[0], years[2]], "half a year closes no year"
    an_action(commitment, done_on=date(2023, 3, 1), amount=2)
    assert lacking(pledge) == [years[2]], "what is reached needs no more"


def test_what_has_no_target_is_accounted_for_year_by_year() -> None:
    commitment = the_commitment(target_shape="none")
    assert lacking(commitment.pledge, date(2025, 3, 1)) == [
        (1, date(2023, 12, 31)),
        (1, date(2024, 12, 31)),
    ]


def test_it_is_told_whose_turn_it_is() -> None:
    commitment = the_commitment(responsible="both")
    say(commitment)
    pledges = Pledge.objects.with_standing().prefetch_related("commitments")
    [periods] = open_periods(pledges, date(2025, 3, 1)).values()
    assert [[str(name) for name in period.awaited_names] for period in periods] == [
        ["Älvsbyns kommun", "Polisen"],
        ["Älvsbyns kommun"],
    ]


def test_many_commitments_cost_no_more_queries(django_assert_num_queries: Any) -> None:
    a_pledge(commitments=1, commitment=OTHER)
    a_pledge(a_municipality("Piteå"), commitments=40, commitment=OTHER)
    for name, n in (("Älvsbyn", 1), ("Piteå", 40)):
        pledges = list(
            Pledge.objects.with_standing()
            .filter(municipalities__name=name)
            .prefetch_related("commitments")
        )
        with django_assert_num_queries(5):
            assert len(open_periods(pledges, TODAY)[pledges[0].pk]) == 3 * n


# The pages


def test_the_list_and_the_first_page_count_alike() -> None:
    pledge = a_pledge(commitments=1, commitment=OTHER)
    place = pledge.municipalities.get()
    a_pledge(
        place,
        period="2018",
        valid_from=date(2018, 1, 1),
        valid_to=date(2018, 12, 31),
        until_replaced=False,
        commitments=2,
        commitment=OTHER,
    )
    client = Client()
    client.force_login(a_person(role=Role.OFFICER, place=pledge.police_area))
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
        first_page, listed = words(client.get("/arbetsyta/")), words(client.get(LIST))
    assert "Redovisningen av 3 perioder saknas." in first_page
    assert "Siffrorna räknar allt som är registrerat" in first_page
    assert "Redovisningen av 3 perioder väntar på dig." in listed
    # What nobody is reminded of any more stands last and says so.
    heading = listed.index("Löftet är slut sedan mer än ett år.")
    assert listed.index("Medborgarlöfte 2023-2025") < heading
    assert listed.count("Redovisningen saknas.") == 5


def test_everyone_reads_who_said_that_a_period_is_reported_in_full(reader: Reader) -> None:
    say(the_commitment())
    page = "/alvsbyn/2023-2025/ataganden/1/"
    assert "Färdigredovisat: hela 2024 (Polisen, 7 januari 2025)." in reader.text(page)
    assert "2024 2 0 Målet är inte nått" in reader.text(page)
    municipal = the_commitment(
        a_pledge(
            a_municipality("Piteå"),
            commitments=1,
            commitment={**OTHER, "responsible": "municipality"},
        )
    )
    say(municipal, municipality=municipal.pledge.municipalities.get().pk)
    html = reader.get("/en/pitea/2023-2025/ataganden/1/").content.decode()
    assert '<span lang="sv" translate="no">Piteås kommun</span>' in html
    assert "&lt;span" not in html


def test_the_answer_stands_before_the_facts(reader: Reader) -> None:
    the_commitment()
    for page in ("/alvsbyn/", "/alvsbyn/2023-2025/"):
        html = reader.get(page).content.decode()
        assert html.index('id="hallet"') < html.index('id="galler"')


@pytest.fixture
def work() -> Work:
    return some_work(kind="other")


def test_an_officer_closes_a_period_by_one_click_and_opens_it_again(
    client: Client, work: Work
) -> None:
    client.force_login(work.officer)
    assert "Redovisningen av 3 perioder saknas" in words(client.get("/arbetsyta/"))
    text = words(client.get(LIST))
    assert "hela 2024 , 1." in text or "hela 2024, 1." in text
    assert "Redovisningen saknas. Väntar på: Polisen." in text
    page = f"{LIST}{work.commitment.pk}/2024-01-01/klar/"
    asked = words(client.get(page))
    assert "Du säger för Polisen att allt som har gjorts under hela 2024" in asked
    # They are shown what it makes everybody read.
    assert "om inget mer redovisas: ”0 av 2 lovade hundsök under 2024. Målet nåddes inte.”" in asked
    client.post(page)
    closing = PeriodClosing.objects.get()
    assert closing.closed_by == work.officer
    text = words(client.get(LIST))
    assert "Redovisat färdigt" in text
    assert "Den som är ansvarig för åtagandet säger själv" in words(client.get(page))
    undo = f"{LIST}{closing.pk}/oppna/"
    assert client.post(undo, {"reason": ""}).status_code == 422
    client.post(undo, {"reason": "En kontroll var inte med"})
    assert "En kontroll var inte med" in words(client.get(LIST))
    assert PeriodClosing.objects.in_force().count() == 0


def test_a_period_that_grew_since_it_was_closed_is_closed_anew(client: Client) -> None:
    """The list asks for it, so the page takes it."""
    days = {"period": "2021", "valid_from": date(2021, 1, 1), "valid_to": date(2021, 12, 31)}
    whole = {**OTHER, "target_amount": 6, "target_period": "whole"}
    pledge = a_pledge(commitments=1, commitment=whole, until_replaced=False, **days)
    commitment = the_commitment(pledge)
    (responsible,) = responsible_for(commitment)
    whose = {"by": None, "at": AT}
    rules.close(commitment, date(2021, 1, 1), [responsible], pledge.police_area, **whose)
    decision = Decision(date(2021, 11, 15), "Kommunstyrelsen", "112")
    prolong(pledge, valid_to=date(2022, 12, 31), decision=decision, reason="Pandemin.", **whose)
    client.force_login(a_person(role=Role.OFFICER, place=pledge.police_area))
    assert "Väntar på: Polisen." in words(client.get(LIST))
    page = f"{LIST}{commitment.pk}/2021-01-01/klar/"
    assert "Du säger för Polisen att allt som har gjorts" in words(client.get(page))
    client.post(page)
    assert [closing.last_day.year for closing in PeriodClosing.objects.order_by("pk")] == [
        2021,
        2022,
    ]


def test_the_coordinator_can_not_close_for_the_police(client: Client, work: Work) -> None:
    client.force_login(work.coordinator)
    assert "Redovisningen av" not in words(client.get("/arbetsyta/"))
    page = f"{LIST}{work.commitment.pk}/2024-01-01/klar/"
    assert "säger själv att det är klart" in words(client.get(page))
    client.post(page)
    assert not PeriodClosing.objects.exists()


def test_a_period_that_runs_can_not_be_closed_on_the_page(client: Client, work: Work) -> None:
    client.force_login(work.officer)
    page = f"{LIST}{work.commitment.pk}/2026-01-01/klar/"
    assert "Perioden är inte slut än." in words(client.get(page))
    client.post(page)
    assert not PeriodClosing.objects.exists()


# Reminders


def test_those_whose_turn_it_is_are_reminded_once_a_month(work: Work) -> None:
    assert remind_of_periods(date(2024, 2, 14)) == 0
    assert remind_of_periods(date(2024, 2, 15)) == 1
    assert remind_of_periods(date(2024, 2, 16)) == 0
    [letter] = mail.outbox
    assert letter.to == ["polis@example.se"]
    assert "- Åtagande 1, hela 2023: redovisningen saknas." in letter.body
    assert LIST in letter.body
    assert remind_of_periods(date(2024, 2, 15) + timedelta(days=DAYS_BETWEEN)) == 1


def test_nobody_is_reminded_of_a_secret_kind_before_its_own_period_is_over() -> None:
    pledge = a_pledge(commitments=1, until_replaced=False, valid_to=date(2023, 9, 30))
    a_person("polis@example.se", Role.OFFICER, pledge.police_area)
    assert remind_of_periods(date(2023, 12, 31)) == 0
    assert remind_of_periods(date(2024, 1, 1)) == 1


def test_one_who_has_said_it_is_reminded_no_more(work: Work) -> None:
    with time_machine.travel(date(2024, 1, 5)):
        rules.close(
            the_commitment(work.pledge),
            date(2023, 1, 1),
            [Responsible(police_area=work.pledge.police_area_id)],
            work.pledge.police_area,
            by=work.officer,
            at=datetime(2024, 1, 5, 9, tzinfo=UTC),
        )
    assert remind_of_periods(date(2024, 3, 1)) == 0
    assert not mail.outbox
