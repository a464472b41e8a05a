"""What went on for several days is one action, and says what it counts."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from pledge_portal.pages.text import day as in_words
from pledges.actions import action_disclosure
from pledges.actions.presentation import days_label
from pledges.actions.recording import faults
from pledges.actions.tallies import counted_tallies, public_tallies_of
from pledges.closings.times import closed_times
from pledges.models import Commitment, CompletedAction, PublishedAction
from pledges.progress import Tally
from tests.builders import a_follow_up, a_pledge, an_action, an_entry
from tests.pages.conftest import Reader
from tests.pledges.actions.conftest import Work, some_work
from tests.pledges.actions.test_importing import a_workbook, address, send
from tests.pledges.actions.test_recording_pages import of, words

pytestmark = pytest.mark.django_db

END_OF_JULY = ("2024-07-31", "2024-08-01")
MAY, JULY = date(2024, 5, 1), date(2024, 7, 31)
A_DAY = {
    "kind": "other",
    "target_shape": "count",
    "target_amount": 1,
    "target_period": "day",
    "target_unit": "trafikkontroll",
}
NO_NUMBER = {"kind": "other", "target_shape": "none"}


@pytest.fixture
def work() -> Work:
    """Return work on a commitment of at least a traffic check a day."""
    return some_work(**A_DAY)


def search_work() -> Work:
    return some_work()


# Words


@pytest.mark.parametrize(
    ("first", "last", "is_span", "label"),
    [
        (date(2024, 5, 3), date(2024, 5, 3), False, "3 maj 2024"),
        (date(2024, 5, 1), date(2024, 5, 31), False, "maj 2024"),
        (date(2024, 1, 1), date(2024, 7, 31), False, "vårterminen 2024"),
        (date(2024, 1, 1), date(2024, 12, 31), False, "vårterminen 2024 – höstterminen 2024"),
        (date(2024, 5, 1), date(2024, 7, 31), False, "maj–juli 2024"),
        (MAY, JULY, True, "maj–juli 2024"),
        (date(2024, 1, 1), date(2024, 7, 31), True, "januari–juli 2024"),
        (date(2024, 11, 1), date(2025, 1, 31), True, "november 2024 – januari 2025"),
        (date(2024, 5, 3), date(2024, 5, 9), True, "3–9 maj 2024"),
        (date(2024, 5, 3), date(2024, 7, 9), True, "3 maj – 9 juli 2024"),
        (date(2024, 12, 28), date(2025, 1, 3), True, "28 december 2024 – 3 januari 2025"),
    ],
)
def test_days_read_as_people_write_them(first: date, last: date, is_span: bool, label: str) -> None:
    assert days_label(first, last, is_span=is_span) == label


# The form


def test_a_span_is_recorded_with_its_amount_and_what_it_counts(
    officer: Client, work: Work, reader: Reader
) -> None:
    typed = work.typed(
        done_on="2024-05-01",
        last_day="2024-07-31",
        amount=71,
        unit=" trafik  kontroller ",
        place="",
    )
    # What another unit counts counts towards the target only where somebody means it.
    asked = words(officer.post(work.address(), typed))
    assert "Målet räknar ”trafikkontroll”. Räknas ”trafik kontroller” till det?" in asked
    assert not CompletedAction.objects.exists()
    typed["is_of_target"] = "on"
    receipt = words(officer.post(work.address(), typed, follow=True))
    assert "1 maj 2024 – 31 juli 2024" in receipt
    assert "71 trafik kontroller" in receipt
    assert "Visas för alla, som maj–juli 2024." in receipt
    action = CompletedAction.objects.get()
    assert (action.done_on, action.last_day, action.unit) == (MAY, JULY, "trafik kontroller")
    page = reader.text("/alvsbyn/2023-2025/insatser/")
    assert "maj–juli 2024: 71 trafik kontroller" in page
    assert (
        "maj–juli 2024: 71 trafik kontroller</title>"
        in reader.get("/alvsbyn/2023-2025/insatser.atom").content.decode()
    )
    english = reader.get("/en/alvsbyn/2023-2025/insatser/").content.decode()
    assert "May–July 2024" in english
    assert '71 <span lang="sv">trafik kontroller</span>' in english


def test_one_day_is_what_the_form_asks_for_and_several_wait_behind_a_word(
    officer: Client, work: Work
) -> None:
    html = officer.get(work.address()).content.decode()
    assert "<summary>Flera dagar</summary>" in html
    assert "<details open" not in html
    officer.post(work.address(), work.typed(last_day="2025-04-03", place=""))
    assert CompletedAction.objects.get().last_day is None, "the same day twice is one day"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"last_day": "2024-04-30"}, "Den sista dagen kan inte vara före den första."),
        (
            {"last_day": "2199-01-01"},
            "Datumet har inte varit än. Här sparas bara det",
        ),
        ({"last_day": "i maj"}, "Fyll i ett giltigt datum"),
        ({"done_on": "2022-12-31", "last_day": "2024-07-31"}, "Löftet gällde inte då."),
        ({"last_day": "2024-07-31", "amount": 0}, "Skriv ett antal som är minst 1."),
        ({"unit": "x" * 81}, "som mest 80 tecken"),
        ({"unit": "Elev 121212-1212"}, "Ta bort personnumret"),
        ({"unit": "nolla \x00"}, "Null-tecken"),
    ],
)
def test_bad_days_and_amounts_get_a_clear_error(
    officer: Client, work: Work, fields: dict[str, object], sentence: str
) -> None:
    response = officer.post(work.address(), work.typed(**{"done_on": "2024-05-01", **fields}))
    assert response.status_code == 422
    assert sentence in words(response)
    if "last_day" in fields and "amount" not in fields:
        assert "<details open" in response.content.decode(), "a fault is never behind a word"
    assert not CompletedAction.objects.exists()


def test_a_span_ends_with_the_pledge() -> None:
    pledge = a_pledge(commitments=1, commitment=A_DAY, until_replaced=False)
    commitment = pledge.commitments.select_related("pledge").get()
    entry = an_entry(commitment, done_on=date(2025, 12, 1), last_day=date(2026, 1, 1))
    assert faults(entry, date(2026, 2, 1)) == {"last_day": "Löftet gällde inte den dagen."}
    assert not faults(replace(entry, last_day=date(2025, 12, 31)), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("target", "first", "last", "border"),
    [
        ({"target_period": "year"}, "2024-11-01", "2025-02-28", ("2024-12-31", "2025-01-01")),
        (
            {"target_period": "school_year"},
            "2024-06-01",
            "2024-09-30",
            ("2024-07-31", "2024-08-01"),
        ),
        ({"target_period": "term"}, "2024-06-01", "2024-09-30", ("2024-07-31", "2024-08-01")),
        ({"target_period": "month"}, "2024-02-10", "2024-03-01", ("2024-02-29", "2024-03-01")),
        ({"target_period": "month"}, "2024-12-31", "2025-01-01", ("2024-12-31", "2025-01-01")),
    ],
)
def test_a_span_across_the_border_of_a_counted_period_is_to_be_split(
    client: Client, target: dict[str, object], first: str, last: str, border: tuple[str, str]
) -> None:
    work = some_work(**{**A_DAY, **target})
    client.force_login(work.officer)
    text = words(client.post(work.address(), work.typed(done_on=first, last_day=last, place="")))
    before, after = (in_words(date.fromisoformat(written)) for written in border)
    assert f"en period slutar den {before}" in text
    assert f"från och med den {after} för sig" in text
    assert not CompletedAction.objects.exists()
    halves = [(first, border[0]), (border[1], last)]
    for number, (begins, ends) in enumerate(halves):
        typed = work.typed(done_on=begins, last_day=ends, place="", submission=f"{number:032}")
        assert client.post(work.address(), typed).status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        A_DAY,
        {**A_DAY, "target_period": "week"},
        {**A_DAY, "target_period": "whole"},
        {**A_DAY, "target_shape": "average", "target_period": "month"},
        NO_NUMBER,
        {"kind": "other", "target_shape": "done"},
    ],
)
def test_a_mean_and_what_has_no_periods_take_any_span(
    client: Client, target: dict[str, object]
) -> None:
    work = some_work(**target)
    client.force_login(work.officer)
    typed = work.typed(done_on="2023-03-01", last_day="2025-02-28", place="")
    assert client.post(work.address(), typed).status_code == 302


def test_days_that_are_counted_already_are_asked_about(officer: Client, work: Work) -> None:
    an_action(work.commitment, done_on=MAY, last_day=JULY, amount=71)
    typed = work.typed(done_on="2024-05-01", last_day="2024-12-31", amount=301, place="")
    response = officer.post(work.address(), typed)
    assert "1 insats är redan registrerad för de dagarna." in words(response)
    within = work.typed(done_on="2024-06-06", place="")
    assert "redan registrerad för de dagarna" in words(officer.post(work.address(), within))
    assert CompletedAction.objects.count() == 1
    other = work.typed(done_on="2024-06-06", place="", unit="mopedinsats", is_of_target="on")
    assert officer.post(work.address(), other).status_code == 302
    officer.post(work.address(), {**typed, "is_another": "on", "submission": "0" * 32})
    assert CompletedAction.objects.count() == 3


def test_what_was_sent_already_is_not_asked_about(officer: Client, work: Work) -> None:
    typed = work.typed(done_on="2024-05-01", last_day="2024-07-31", place="")
    officer.post(work.address(), typed)
    again = officer.post(work.address(), typed, follow=True)
    assert "Insatsen var redan sparad." in words(again)


def test_a_correction_turns_a_day_into_a_span_and_tells_how_it_was(
    officer: Client, work: Work
) -> None:
    action = an_action(work.commitment, done_on=MAY, amount=71)
    typed = work.typed(
        done_on="2024-05-01", last_day="2024-07-31", amount=71, unit="kontroller",
        place="", version=1, reason="Hela tiden", is_of_target="on",
    )  # fmt: skip
    text = words(officer.post(of(action, "ratta/"), typed, follow=True))
    assert "Sista dag var: tomt" in text
    assert "Vad som räknades var: tomt" in text
    published = PublishedAction.objects.get()
    assert (published.shown_first, published.shown_last, published.is_span) == (MAY, JULY, True)
    back = {**typed, "last_day": "", "version": 2, "reason": "Bara en dag"}
    assert "Sista dag var: 31 juli 2024" in words(
        officer.post(of(action, "ratta/"), back, follow=True)
    )
    assert not PublishedAction.objects.get().is_span


def test_what_was_counted_is_suggested_from_the_target_and_from_before(
    client: Client,
) -> None:
    work = some_work(**NO_NUMBER)
    client.force_login(work.officer)
    an_action(work.commitment, unit="trafikkontroller", amount=303)
    an_action(work.commitment, unit="Trafikkontroller")
    an_action(work.commitment, unit="mopedinsats")
    html = client.get(work.address()).content.decode()
    options = html[html.index('<datalist id="enheter">') :]
    assert options.index("rafikkontroller") < options.index("mopedinsats")
    assert options.lower().count("trafikkontroller") == 1
    assert "Vilket slag det var" not in html, "without a number it is asked for plainly"


def test_a_search_has_no_unit_of_its_own(client: Client) -> None:
    work = search_work()
    client.force_login(work.officer)
    assert 'name="unit"' not in client.get(work.address()).content.decode()
    content = "Åtagande;Datum;Enhet\n1;2024-05-01;sök på Norra skolan\n"
    text = words(send(client, work, content))
    assert "Rad 2, Enhet: Hundsök räknas alltid i sök. Lämna tomt." in text


# The database


def test_the_database_stores_no_last_day_to_come_or_before_the_first(work: Work) -> None:
    action = an_action(work.commitment, done_on=MAY)
    stored = CompletedAction.objects.filter(pk=action.pk)
    with pytest.raises(IntegrityError, match="inte är gjord"), transaction.atomic():
        stored.update(last_day=timezone.localdate() + timedelta(days=2), version=2)
    for last in (MAY, MAY - timedelta(days=1)):
        with pytest.raises(IntegrityError, match="last_day_after"), transaction.atomic():
            stored.update(last_day=last, version=2)


# Secrecy


def test_a_search_over_several_days_is_told_by_its_term_when_its_period_is_over() -> None:
    work = search_work()
    an_action(work.commitment, done_on=date(2024, 3, 4), last_day=date(2024, 3, 20), amount=2)
    published = PublishedAction.objects.get()
    assert (published.shown_first, published.shown_last) == (date(2024, 1, 1), JULY)
    assert published.public_from == date(2025, 1, 1)
    assert not published.is_span
    [tally] = public_tallies_of([work.pledge], date(2025, 1, 1))[work.commitment.pk]
    assert (tally.first, tally.last, tally.is_span) == (date(2024, 1, 1), JULY, False)
    with pytest.raises(IntegrityError, match="span_is_never_shown"), transaction.atomic():
        PublishedAction.objects.update(is_span=True)


def test_a_search_told_by_the_month_covers_whole_months() -> None:
    work = search_work()
    action_disclosure.disclose(
        work.commitment,
        place_detail="municipality",
        date_detail="month",
        embargo_days=0,
        shows_search_outcome=False,
    )
    an_action(work.commitment, done_on=date(2024, 3, 4), last_day=date(2024, 5, 2))
    published = PublishedAction.objects.get()
    assert (published.shown_first, published.shown_last) == (date(2024, 3, 1), date(2024, 5, 31))
    assert published.public_from == date(2025, 1, 1)
    assert not published.is_span


@pytest.mark.parametrize("period", ["year", "whole"])
def test_searches_across_two_terms_are_to_be_split_whatever_the_target(
    client: Client, period: str
) -> None:
    work = some_work(target_period=period)
    client.force_login(work.officer)
    typed = work.typed(done_on="2024-06-01", last_day="2024-09-30")
    assert "en period slutar den 31 juli 2024" in words(client.post(work.address(), typed))


def test_a_span_is_public_when_its_last_day_is_over() -> None:
    work = some_work(**A_DAY)
    an_action(work.commitment, done_on=MAY, last_day=JULY)
    assert PublishedAction.objects.get().public_from == JULY + timedelta(days=1)
    an_action(work.commitment, done_on=MAY, last_day=JULY, embargo_until=date(2024, 10, 1))
    assert PublishedAction.objects.latest("public_from").public_from == date(2024, 10, 1)


# Sums


def test_spans_are_summed_by_their_own_days_and_single_days_by_the_month() -> None:
    work = some_work(**{**A_DAY, "target_period": "month"})
    for day in (3, 9, 9, 20):
        an_action(work.commitment, done_on=date(2024, 5, day), amount=2)
    for amount in (3, 4):
        an_action(
            work.commitment, done_on=date(2024, 5, 2), last_day=date(2024, 5, 30), amount=amount
        )
    an_action(work.commitment, done_on=date(2024, 5, 2), last_day=date(2024, 5, 3))
    expected = [
        Tally(date(2024, 5, 2), date(2024, 5, 3), 1, 1, is_span=True),
        Tally(date(2024, 5, 3), date(2024, 5, 20), 4, 8),
        Tally(date(2024, 5, 2), date(2024, 5, 30), 2, 7, is_span=True),
    ]
    for tallies in (
        counted_tallies([work.pledge]),
        public_tallies_of([work.pledge], timezone.localdate()),
    ):
        assert sorted(tallies[work.commitment.pk], key=lambda tally: tally.last) == expected


@pytest.mark.parametrize(
    ("target", "sums"),
    [
        (A_DAY, 3),
        ({**A_DAY, "target_shape": "average", "target_period": "year"}, 3),
        ({**A_DAY, "target_period": "year"}, 1),
        (NO_NUMBER, 1),
    ],
)
def test_means_know_the_days_and_counts_the_months(target: dict[str, object], sums: int) -> None:
    work = some_work(**target)
    for day in (3, 9, 9, 20):
        an_action(work.commitment, done_on=date(2024, 5, day))
    with CaptureQueriesContext(connection) as queries:
        tallies = counted_tallies([work.pledge])[work.commitment.pk]
    assert len(queries) == 1
    assert len(tallies) == sums
    assert sum(tally.amount for tally in tallies) == 4


# Files


FILE = """Åtagande;Datum;Sista dag;Antal;Enhet
1;2024-05-01;2024-07-31;71;trafikkontroller
1;2024-08-01;;3;
"""


def test_a_span_comes_by_file_and_goes_out_by_file(officer: Client, work: Work) -> None:
    page = address(send(officer, work, FILE))
    text = words(officer.get(page))
    assert "1 maj 2024 – 31 juli 2024" in text
    assert "Antal 71 trafikkontroller" in text
    assert "Visas för alla, som maj–juli 2024." in text
    officer.post(page)
    first, second = CompletedAction.objects.order_by("done_on")
    assert (first.last_day, first.amount, first.unit) == (JULY, 71, "trafikkontroller")
    assert (second.last_day, second.unit) == (None, "")
    log = officer.get("/arbetsyta/insatser/?format=csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(log), delimiter=";"))
    assert [(row["sista_dag"], row["enhet"]) for row in rows] == [
        ("", ""),
        ("2024-07-31", "trafikkontroller"),
    ]
    assert "2 insatser" in words(send(officer, work, log)), "the log's own file is read again"


def test_a_workbook_has_the_same_columns(officer: Client, work: Work) -> None:
    content = a_workbook(
        ["Åtagande", "Datum", "Sista dag", "Antal", "Enhet"],
        [1, MAY, JULY, 71, "trafikkontroller"],
    )
    officer.post(address(send(officer, work, content, name="insatser.xlsx")))
    assert CompletedAction.objects.get().last_day == JULY


def test_faulty_spans_of_a_file_are_named_by_row_and_column(client: Client) -> None:
    work = some_work(**{**A_DAY, "target_period": "year"})
    client.force_login(work.officer)
    content = (
        "Åtagande;Datum;Sista dag;Antal;Enhet\n"
        "1;2024-05-01;2024-04-01;1;\n"
        "1;2024-05-01;2999-01-01;1;\n"
        "1;2024-11-01;2025-02-01;1;\n"
        "1;2024-05-01;i juli;1;\n"
        "1;2022-05-01;2024-07-31;1;\n"
        "1;2024-05-01;2024-07-31;0;\n"
        f"1;2024-05-01;2024-07-31;1;{'x' * 81}\n"
    )
    text = words(send(client, work, content))
    for sentence in [
        "Rad 2, Sista dag: Den sista dagen kan inte vara före den första.",
        "Rad 3, Sista dag: Datumet har inte varit än.",
        "Rad 4, Sista dag: Målet räknas period för period, och en period slutar den 31 december "
        "2024.",
        "Rad 5, Sista dag: Skriv datumet så här: 2024-05-31.",
        "Rad 6, Datum: Löftet gällde inte då.",
        "Rad 7, Antal: Skriv ett antal som är minst 1.",
        "Rad 8, Enhet: Texten får ha högst 80 tecken.",
    ]:
        assert sentence in text
    assert not CompletedAction.objects.exists()


def test_rows_that_may_count_the_same_are_asked_about(officer: Client, work: Work) -> None:
    an_action(work.commitment, done_on=date(2024, 6, 3))
    # What has counted before isn't asked about, nor the target's own unit in another form.
    an_action(work.commitment, done_on=date(2023, 6, 3), unit="mopedinsats")
    content = (
        "Åtagande;Datum;Sista dag;Antal;Enhet\n"
        "1;2024-05-01;2024-07-31;71;\n"
        "1;2024-07-20;2024-12-31;301;\n"
        "1;2024-07-21;;1;\n"
        "1;2024-07-21;;1;mopedinsats\n"
    )
    text = words(send(officer, work, content))
    assert "Rad 2: Det finns redan insatser för samma åtagande under de dagarna." in text
    assert "Rad 3: Samma åtagande som rad 2, och dagarna går i varandra." in text
    assert "Rad 4: Samma åtagande som rad 2, och dagarna går i varandra." in text
    assert "Rad 5" not in text.split("Det här sparas")[0]
    asked = words(send(officer, work, "Åtagande;Datum;Enhet\n1;2023-05-01;möten\n"))
    assert "Rad 2: Målet räknar ”trafikkontroll”. Räknas ”möten” till det?" in asked


def test_the_public_file_tells_the_span_and_what_it_counts(reader: Reader) -> None:
    work = some_work(**A_DAY)
    an_action(work.commitment, done_on=MAY, last_day=JULY, amount=71, unit="trafikkontroller")
    an_action(work.commitment, done_on=date(2024, 8, 3), amount=2)
    content = reader.get("/alvsbyn/2023-2025/insatser.csv").content.decode("utf-8-sig")
    later, span = csv.DictReader(io.StringIO(content), delimiter=";")
    assert (span["fran_och_med"], span["till_och_med"]) == ("2024-05-01", "2024-07-31")
    assert (span["antal"], span["enhet"]) == ("71", "trafikkontroller")
    assert later["enhet"] == "trafikkontroll"


def test_the_log_finds_a_span_by_any_of_its_days(officer: Client, work: Work) -> None:
    an_action(work.commitment, done_on=MAY, last_day=JULY, unit="trafikkontroller")
    address = "/arbetsyta/insatser/"
    assert "1 maj 2024 – 31 juli 2024" in words(officer.get(address))
    assert "1 insats" in words(officer.get(f"{address}?fran=2024-06-01&till=2024-06-02"))
    assert "Inga insatser" in words(officer.get(f"{address}?fran=2024-08-01"))
    assert "1 insats" in words(officer.get(f"{address}?q=trafikkontroller"))


def test_a_commitments_days_are_translated(work: Work) -> None:
    assert isinstance(work.commitment, Commitment)
    with translation.override("en"):
        assert days_label(MAY, date(2024, 5, 9), is_span=True) == "1–9 May 2024"


# What came after the closing


def test_what_is_added_after_a_closing_is_told_apart_and_marked(reader: Reader) -> None:
    work = some_work(kind="other", target_amount=2, target_period="year", target_unit="kontroller")
    an_action(work.commitment, done_on=date(2024, 5, 1))
    for half in ((date(2024, 1, 1), date(2024, 6, 30)), (date(2024, 7, 1), date(2024, 12, 31))):
        meeting = half[1] + timedelta(days=40)
        a_follow_up(work.pledge, first_day=half[0], last_day=half[1], meeting_on=meeting)
    page = "/alvsbyn/2023-2025/ataganden/1/"
    assert "Kompletterat" not in reader.text(page)
    an_action(work.commitment, done_on=date(2024, 5, 2), recorded_on=date(2025, 11, 3))
    closed = closed_times([work.pledge], timezone.localdate())
    for tallies in (
        counted_tallies([work.pledge], closed),
        public_tallies_of([work.pledge], timezone.localdate(), closed),
    ):
        amounts = {tally.added_on: tally.amount for tally in tallies[work.commitment.pk]}
        assert amounts == {None: 1, date(2025, 11, 3): 1}
    text = reader.text(page)
    assert "Kompletterat den 3 november 2025." in text


def test_the_day_of_typing_is_told_of_nothing_that_was_to_wait() -> None:
    work = search_work()
    an_action(work.commitment, done_on=date(2024, 3, 4))
    assert PublishedAction.objects.get().added_on is None
    an_action(work.commitment, done_on=date(2024, 3, 5), recorded_on=date(2024, 12, 31))
    assert not PublishedAction.objects.exclude(added_on=None).exists()
    an_action(work.commitment, done_on=date(2024, 3, 6), recorded_on=date(2025, 1, 1))
    assert PublishedAction.objects.exclude(added_on=None).get().added_on == date(2025, 1, 1)
    with pytest.raises(IntegrityError, match="added_when"), transaction.atomic():
        PublishedAction.objects.update(added_on=date(2024, 3, 5))


def test_many_days_of_recording_are_still_one_sum() -> None:
    work = some_work(kind="other", target_amount=2, target_period="year", target_unit="x")
    for day in range(1, 20):
        an_action(work.commitment, done_on=date(2024, 5, day))
    assert len(counted_tallies([work.pledge])[work.commitment.pk]) == 1


def test_a_year_of_the_pledge_has_its_own_border() -> None:
    days = {"valid_from": date(2024, 3, 15), "valid_to": date(2027, 3, 14)}
    pledge = a_pledge(commitments=1, commitment={**A_DAY, "target_period": "year"}, **days)
    commitment = pledge.commitments.select_related("pledge").get()
    over_new_year = an_entry(commitment, done_on=date(2024, 12, 1), last_day=date(2025, 2, 1))
    assert not faults(over_new_year, date(2026, 2, 1))
    across = replace(over_new_year, last_day=date(2025, 3, 15))
    assert "den 14 mars 2025" in faults(across, date(2026, 2, 1))["last_day"]
    assert "från och med den 15 mars 2025" in faults(across, date(2026, 2, 1))["last_day"]
