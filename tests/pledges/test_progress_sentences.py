"""What is said of progress, word for word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from pledge_portal.pages.text import Wording
from pledges.lifecycle import Standing, State
from pledges.models import Commitment
from pledges.presentation import ProgressView, progress_summary, progress_view
from pledges.progress import ClosedTime, Tally, Verdict, progress
from pledges.targets import Period, Shape, Target

YEAR = date(2018, 1, 1), date(2018, 12, 31)
THREE_YEARS = date(2023, 1, 1), date(2025, 12, 31)


def standing(
    on: date,
    days: tuple[date, date] = YEAR,
    last_day: date | None = None,
    *,
    held_over: bool = False,
) -> Standing:
    state = State.IN_FORCE if on <= days[1] else State.ENDED
    if held_over:
        state = State.HELD_OVER
    elif last_day is not None and on > last_day:
        state = State.REPLACED
    elif on > days[1]:
        last_day = days[1]
    return Standing(state, on, *days, days[1], last_day)


def a_view(
    target: Target, tallies: list[Tally], at: Standing, *closed: ClosedTime, language: str = "sv"
) -> ProgressView:
    commitment = Commitment(
        number=1,
        responsible="police",
        target_unit_sv="kontroller",
        target_amount=target.amount,
    )
    with translation.override(language):
        outcome = progress(target, tallies, at, closed=closed, is_secret=False)
        return progress_view(commitment, Wording("Polisen kontrollerar"), outcome)


def days(first: date, last: date, amount: int) -> Tally:
    return Tally(first, last, 1, amount, is_span=True)


def a_day(day: date, amount: int = 1) -> Tally:
    return Tally(day, day, 1, amount)


def closed(first: date, last: date, on: date) -> ClosedTime:
    return ClosedTime(first, last, on, "Polisen")


def count(amount: int, period: Period, **fields: object) -> Target:
    return Target(Shape.COUNT, Decimal(amount), period, **fields)  # type: ignore[arg-type]


A_DAY = count(1, Period.DAY, unit="trafikkontroller")
MAY_TO_JULY = days(date(2018, 5, 1), date(2018, 7, 31), 71)
TO_DECEMBER = days(date(2018, 8, 1), date(2018, 12, 31), 230)


def test_lulea_s_traffic_checks_are_a_mean_over_the_time_that_is_reported() -> None:
    view = a_view(A_DAY, [MAY_TO_JULY], standing(date(2018, 8, 20)))
    assert view.sentence.startswith("0,77 per dygn, 1 maj–31 juli (92 av 365 dygn redovisade).")
    over = standing(date(2019, 2, 1))
    view = a_view(A_DAY, [MAY_TO_JULY, TO_DECEMBER], over)
    assert "1,23 per dygn, 1 maj–31 december (245 av 365 dygn redovisade)" in view.sentence
    assert (view.figure, view.verdict_label) == ("1,23", "Delvis redovisat")
    english = a_view(A_DAY, [MAY_TO_JULY, TO_DECEMBER], over, language="en")
    assert "1.23 a day, 1 May–31 December (245 of 365 days reported)" in english.sentence


def test_a_week_s_mean_tells_the_single_weeks_that_are_known() -> None:
    tallies = [a_day(date(2018, 1, 1), 3), a_day(date(2018, 1, 8), 1), a_day(date(2018, 1, 21), 2)]
    view = a_view(count(3, Period.WEEK), tallies, standing(date(2018, 3, 1)))
    assert "2 per vecka, 1 januari–21 januari (21 av 365 dygn redovisade)." in view.sentence
    assert "Målet nåddes 1 av 3 veckor som är redovisade för sig." in view.sentence


def test_24_in_december_are_not_2_a_month() -> None:
    closing = closed(*YEAR, date(2019, 1, 20))
    view = a_view(
        count(2, Period.MONTH),
        [a_day(date(2018, 12, 5), 24)],
        standing(date(2019, 2, 1)),
        closing,
    )
    assert view.sentence == "Målet nåddes 1 månad av 12."
    assert view.verdict == "partly"


def test_a_part_of_a_period_is_judged_against_its_share_and_quoted_whole() -> None:
    """A pledge from 1 February: the last of its years has 11 months."""
    days_of = (date(2023, 2, 1), date(2025, 12, 31))
    tallies = [a_day(date(2025, 3, 1), 3)]
    view = a_view(count(4, Period.YEAR), tallies, standing(date(2026, 2, 1), days_of))
    latest = view.spans[-1]
    assert latest.label == "Året från 1 februari 2025"
    assert (latest.verdict, latest.number) == ("reached", "3 av 3")
    assert "lovat 4 per år; för 11 månader motsvarar det 3" in latest.sentence


@pytest.mark.parametrize(
    ("last_day", "state", "sentence"),
    [
        (
            date(2024, 6, 30),
            State.REPLACED,
            "Ersattes efter 18 av 36 månader; 3 av 6 gjorda.",
        ),
        (
            date(2024, 6, 30),
            State.ANNULLED,
            "Upphävdes efter 18 av 36 månader; 3 av 6 gjorda.",
        ),
        (
            date(2024, 6, 14),
            State.REPLACED,
            "Ersattes efter 531 av 1096 dagar; 3 av 6 gjorda.",
        ),
    ],
)
def test_a_commitment_cut_short_is_told_and_never_judged(
    last_day: date, state: State, sentence: str
) -> None:
    at = Standing(state, date(2026, 8, 1), *THREE_YEARS, THREE_YEARS[1], last_day)
    closing = closed(*THREE_YEARS, date(2026, 1, 10))
    view = a_view(count(6, Period.WHOLE), [a_day(date(2023, 5, 1), 3)], at, closing)
    assert (view.sentence, view.verdict) == (sentence, "cut")
    reached = a_view(count(3, Period.WHOLE), [a_day(date(2023, 5, 1), 3)], at, closing)
    assert reached.verdict == "reached"


@pytest.mark.parametrize(
    "target",
    [
        count(4, Period.WHOLE),
        count(4, Period.YEAR),
        count(4, Period.MONTH),
        A_DAY,
        Target(Shape.DONE),
        Target(Shape.ON_DEMAND),
        Target(Shape.COVERAGE, Decimal(4), of=4, unit="klasser"),
        Target(Shape.COVERAGE, unit="klasser"),
        Target(Shape.NONE),
    ],
)
@pytest.mark.parametrize("last_day", [None, date(2018, 6, 30)])
def test_nothing_is_under_way_in_a_pledge_that_has_ended(
    target: Target, last_day: date | None
) -> None:
    for tallies in ([], [a_day(date(2018, 3, 1))]):
        view = a_view(target, tallies, standing(date(2018, 9, 1), YEAR, last_day))
        if last_day is not None:
            words = view.sentence + " ".join(span.sentence for span in view.spans)
            assert "inte slut" not in words
            assert " än." not in words
            assert view.verdict not in {"nothing_yet", "upcoming", "hidden"}


def test_what_came_after_the_closing_is_marked_with_the_verdict_of_then() -> None:
    late = Tally(date(2018, 5, 1), date(2018, 5, 1), 1, 2, added_on=date(2019, 3, 4))
    closing = closed(*YEAR, date(2019, 1, 20))
    view = a_view(
        count(4, Period.WHOLE),
        [a_day(date(2018, 3, 1), 2), late],
        standing(date(2019, 4, 1)),
        closing,
    )
    assert view.sentence == (
        "4 av 4 lovade kontroller under hela löftesperioden. Kompletterat den 4 mars 2019. När "
        "redovisningen avslutades: målet är inte nått."
    )


@pytest.mark.parametrize(
    ("tallies", "is_closed", "sentence"),
    [
        ([], False, "Inget är redovisat för 2018, och tiden är slut: redovisningen saknas."),
        ([2], False, "2 kontroller redovisade för 2018. Lovat: högst 3 kontroller."),
        ([2], True, "2 kontroller redovisade för 2018. Lovat: högst 3 kontroller."),
        ([5], True, "Lovat: högst 3 kontroller. Målet nåddes inte."),
    ],
)
def test_at_most_is_kept_only_when_all_is_said_to_be_reported(
    tallies: list[int], is_closed: bool, sentence: str
) -> None:
    target = count(3, Period.YEAR, at_least=False, at_most=True)
    closings = [closed(*YEAR, date(2019, 1, 20))] if is_closed else []
    counted = [a_day(date(2018, 3, 1), amount) for amount in tallies]
    view = a_view(target, counted, standing(date(2019, 4, 1)), *closings)
    assert sentence in view.sentence
    expected = "unreported" if not is_closed else ("reached" if sum(tallies) <= 3 else "missed")
    assert view.verdict == expected


@pytest.mark.parametrize(
    ("day", "is_closed", "verdict", "sentence"),
    [
        (date(2018, 5, 30), False, "reached", "Det är gjort."),
        (date(2018, 6, 5), False, "reported", "Det är gjort, men inte senast den 1 juni 2018."),
        (date(2018, 6, 5), True, "partly", "Det är gjort, men inte senast den 1 juni 2018."),
        (None, False, "unreported", "redovisningen saknas."),
        (None, True, "missed", "Det var inte gjort den 1 juni 2018. Målet nåddes inte."),
    ],
)
def test_at_latest_is_judged_by_its_day(
    day: date | None, is_closed: bool, verdict: str, sentence: str
) -> None:
    target = Target(Shape.DONE, last=date(2018, 6, 1))
    closings = [closed(*YEAR, date(2018, 6, 20))] if is_closed else []
    view = a_view(target, [a_day(day)] if day else [], standing(date(2018, 7, 1)), *closings)
    assert view.verdict == verdict
    assert sentence in view.sentence


@pytest.mark.parametrize(
    ("is_closed", "outcomes", "label", "sentence"),
    [
        (False, "p", "Bara delvis gjort", "Det är bara delvis gjort."),
        (True, "p", "Målet är bara delvis nått", "Det är bara delvis gjort."),
        (True, "pw", "Målet är nått", "Det är gjort."),
    ],
)
@pytest.mark.parametrize(
    "target",
    [
        Target(Shape.DONE),
        Target(Shape.DONE, last=date(2018, 6, 1)),
        Target(Shape.DONE, last=date(2018, 6, 1), every_year=True),
    ],
)
def test_what_went_only_in_part_is_not_done(
    target: Target, is_closed: bool, outcomes: str, label: str, sentence: str
) -> None:
    tallies = [
        Tally(date(2018, 3, 1), date(2018, 3, 1), 1, 1, partly=int(outcome == "p"))
        for outcome in outcomes
    ]
    closings = [closed(*YEAR, date(2019, 1, 20))] if is_closed else []
    if target.every_year:
        sentence = sentence.replace(" gjort.", " gjort för 2018.")
    day = date(2019, 2, 1) if is_closed else date(2018, 5, 1)
    view = a_view(target, tallies, standing(day), *closings)
    assert (view.verdict_label, str(view.sentence)) == (label, sentence)


def test_an_unreported_rest_and_an_early_end_say_that_it_is_done_in_part() -> None:
    tallies = [Tally(date(2018, 3, 1), date(2018, 3, 1), 1, 1, partly=1)]
    over = a_view(Target(Shape.DONE), tallies, standing(date(2019, 2, 1)))
    assert over.sentence.startswith("Det är bara delvis gjort. Resten av redovisningen saknas.")
    at = standing(date(2018, 9, 1), last_day=date(2018, 6, 30))
    assert a_view(Target(Shape.DONE), tallies, at).sentence == (
        "Ersattes efter 6 av 12 månader. Det var bara delvis gjort när löftet slutade gälla i "
        "förtid."
    )


def test_an_amount_is_what_was_done_and_says_how_much_went_in_part() -> None:
    tallies = [a_day(date(2018, 3, 1)), Tally(date(2018, 4, 1), date(2018, 4, 1), 1, 1, partly=1)]
    view = a_view(count(2, Period.YEAR), tallies, standing(date(2018, 5, 1)))
    assert view.sentence.endswith("1 insats genomfördes bara delvis.")
    assert view.verdict == "reached"


EVERY_YEAR = Target(Shape.DONE, last=date(2023, 6, 1), every_year=True)


def test_a_day_that_comes_every_year_is_judged_year_by_year() -> None:
    tallies = [a_day(date(2023, 2, 1)), a_day(date(2024, 8, 1)), a_day(date(2025, 6, 1))]
    unclosed = a_view(EVERY_YEAR, tallies, standing(date(2025, 7, 1), THREE_YEARS))
    # What came late in 2024 is not there for 2025, and nobody has said that 2024 is closed.
    assert [span.verdict for span in unclosed.spans] == ["reached", "reported", "reached"]
    assert unclosed.verdict_label == "Redovisat, men inte avslutat"
    view = a_view(
        EVERY_YEAR, tallies, standing(date(2025, 7, 1), THREE_YEARS), closed(*THREE_YEARS, YEAR[0])
    )
    assert str(view.sentence) == "Målet nåddes 2 år av 3. Det är gjort för 2025."
    assert (view.verdict, view.figure) == ("partly", "2 av 3 år")
    assert [(span.label, span.number, span.sentence) for span in view.spans] == [
        ("2023", "", "Det är gjort för 2023."),
        ("2024", "", "Det är gjort för 2024, men inte senast den 1 juni 2024."),
        ("2025", "", "Det är gjort för 2025."),
    ]


def test_a_year_without_a_report_is_missed_when_it_is_closed() -> None:
    at = standing(date(2024, 3, 1), THREE_YEARS)
    silent = a_view(EVERY_YEAR, [], at)
    assert [span.verdict for span in silent.spans] == ["unreported", "nothing_yet", "upcoming"]
    assert silent.spans[1].sentence == (
        "Inget är redovisat för 2024 än. Det ska vara gjort senast den 1 juni 2024."
    )
    only_2023 = closed(THREE_YEARS[0], date(2023, 6, 1), date(2023, 6, 20))
    view = a_view(EVERY_YEAR, [], at, only_2023)
    assert view.spans[0].sentence == "Det var inte gjort den 1 juni 2023. Målet nåddes inte."
    assert [span.verdict for span in view.spans] == ["missed", "nothing_yet", "upcoming"]


def test_days_of_every_year_lie_within_the_pledge_and_go_on_with_it() -> None:
    june_to_may = date(2023, 6, 2), date(2025, 5, 31)
    target = Target(Shape.DONE, last=date(2024, 2, 29), every_year=True)
    spans = [*target.spans(*june_to_may, june_to_may[1])]
    assert [(span.first, span.last) for span in spans] == [
        (date(2023, 6, 2), date(2024, 2, 29)),
        (date(2024, 6, 2), date(2025, 2, 28)),
    ]
    held_over = [*target.spans(*june_to_may, date(2025, 12, 1))]
    assert held_over[:2] == spans
    assert (held_over[2].last, held_over[2].is_extra) == (date(2026, 2, 28), True)
    replaced = standing(date(2025, 1, 1), THREE_YEARS, date(2024, 3, 31))
    view = a_view(EVERY_YEAR, [a_day(date(2023, 2, 1))], replaced)
    assert [span.verdict for span in view.spans] == ["reached", "cut"]
    assert view.spans[1].sentence == "Ersattes efter 91 av 153 dagar."


def test_within_a_week_says_within_a_week() -> None:
    target = Target(Shape.ON_DEMAND, within_days=7)
    tally = Tally(date(2018, 3, 1), date(2018, 3, 1), 1, 9, requests=10)
    view = a_view(target, [tally], standing(date(2018, 4, 1)))
    assert view.sentence == "9 av 10 som bad om det fick det inom en vecka."
    assert view.verdict == "reported"


@pytest.mark.parametrize(("within_days", "verdict"), [(7, "partly"), (None, "reported")])
def test_who_did_not_get_it_in_time_that_is_closed_makes_it_unreachable(
    within_days: int | None, verdict: str
) -> None:
    target = Target(Shape.ON_DEMAND, within_days=within_days)
    tallies = [
        Tally(date(2023, 3, 1), date(2023, 3, 31), 23, 21, requests=23),
        Tally(date(2024, 2, 1), date(2024, 2, 1), 1, 3, requests=3),
    ]
    at = standing(date(2024, 4, 1), THREE_YEARS)
    only_2023 = closed(date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 10))
    assert a_view(target, tallies, at).verdict == "reported"
    view = a_view(target, tallies, at, only_2023)
    assert view.verdict == verdict
    assert ("Målet går inte längre att nå helt" in view.sentence) is (verdict == "partly")
    kept_then = [Tally(date(2023, 3, 1), date(2023, 3, 1), 1, 2, requests=2)]
    late = [*kept_then, Tally(date(2024, 2, 1), date(2024, 2, 1), 1, 2, requests=3)]
    assert a_view(target, late, at, only_2023).verdict == "reported"


def test_coverage_without_a_known_whole_is_never_reached_by_amount() -> None:
    target = Target(Shape.COVERAGE, unit="klasser")
    view = a_view(target, [a_day(date(2018, 3, 1), 6)], standing(date(2018, 4, 1)))
    assert view.sentence == "6 kontroller är nådda; hur många det finns är inte uppgivet."
    assert view.verdict == "unmeasured"


def test_eight_classes_of_four_are_four() -> None:
    yearly = Target(Shape.COVERAGE, Decimal(4), Period.SCHOOL_YEAR, of=4, unit="klasser")
    at = standing(date(2025, 11, 1), THREE_YEARS)
    view = a_view(yearly, [a_day(date(2023, 9, 1), 3), a_day(date(2024, 9, 1), 8)], at)
    assert [span.number for span in view.spans] == ["", "3 av 4", "4 av 4"]
    over_all = Target(Shape.COVERAGE, Decimal(4), of=4, unit="klasser")
    view = a_view(over_all, [a_day(date(2023, 9, 1), 8)], at)
    assert view.sentence == "4 av 4 kontroller är nådda."


def test_a_period_of_its_own_has_its_days() -> None:
    target = count(3, Period.OWN, first=date(2018, 6, 1), last=date(2018, 8, 31))
    before = a_view(target, [], standing(date(2018, 4, 1)))
    assert before.spans[0].verdict == "upcoming"
    outside = [a_day(date(2018, 5, 30), 4), a_day(date(2018, 7, 1), 2)]
    view = a_view(target, outside, standing(date(2018, 9, 1)))
    assert view.spans[0].number == "2 av 3"
    assert view.spans[0].label == "1 juni 2018–31 augusti 2018"


def test_the_summary_groups_silence_for_itself() -> None:
    over = standing(date(2019, 2, 1))
    views = [
        a_view(count(2, Period.WHOLE), [a_day(date(2018, 3, 1), 2)], over),
        a_view(count(2, Period.WHOLE), [], over),
        a_view(Target(Shape.NONE), [], over),
        a_view(Target(Shape.ON_DEMAND), [], over),
        a_view(count(2, Period.WHOLE), [], over, closed(*YEAR, date(2019, 1, 2))),
    ]
    with translation.override("sv"):
        assert progress_summary(views) == (
            "5 åtaganden: 1 har nått målet, 1 har inte nått målet, för 2 saknas redovisningen och "
            "för 1 är ingen begäran redovisad."
        )
    assert "Nu ska Polisen redovisa." in views[1].sentence


def test_the_largest_figure_is_of_the_latest_year_or_silent() -> None:
    """A number of an earlier year beside "redovisningen saknas" is untrue."""
    at = standing(date(2026, 2, 1), THREE_YEARS)
    view = a_view(count(4, Period.YEAR), [a_day(date(2023, 5, 1), 3)], at)
    assert (view.figure, view.percent, view.verdict) == ("", None, "unreported")
    mean = a_view(A_DAY, [days(date(2023, 5, 1), date(2023, 5, 31), 20)], at)
    assert (mean.figure, mean.verdict) == ("", "unreported")
    later = a_view(count(4, Period.YEAR), [a_day(date(2025, 5, 1), 3)], at)
    assert later.figure == "3 av 4"
    running = standing(date(2024, 9, 1), THREE_YEARS)
    of_2024 = a_view(count(1, Period.YEAR), [a_day(date(2024, 5, 1))], running)
    assert (of_2024.figure, of_2024.verdict) == ("", "unreported")


def test_the_largest_figure_is_of_the_years_that_the_verdict_is_of() -> None:
    """1,82 beside "målet är nått" is untrue where two a week are promised."""
    at = standing(date(2024, 9, 1), THREE_YEARS)
    tallies = [
        days(date(2023, 1, 1), date(2023, 12, 31), 110),
        days(date(2024, 1, 1), date(2024, 6, 30), 47),
    ]
    a_week = Target(Shape.AVERAGE, Decimal(2), Period.WEEK)
    view = a_view(a_week, tallies, at, closed(THREE_YEARS[0], date(2023, 12, 31), date(2024, 2, 1)))
    assert (view.figure, view.verdict) == ("2,11", "reached")
    assert "2,11 per vecka, 1 januari–31 december" in view.sentence
    assert "1,81 per vecka, 1 januari–30 juni" in view.sentence
    counted = a_view(count(1, Period.YEAR), [a_day(date(2023, 5, 1))], at)
    assert counted.figure == "1 av 1 år"


def test_a_share_of_at_most_says_so() -> None:
    days_of = (date(2023, 2, 1), date(2025, 12, 31))
    target = count(12, Period.YEAR, at_least=False, at_most=True)
    view = a_view(target, [a_day(date(2025, 3, 1), 3)], standing(date(2026, 2, 1), days_of))
    assert "lovat högst 12 per år; för 11 månader motsvarar det 11" in view.spans[-1].sentence


@pytest.mark.parametrize(("amount", "verdict"), [(5, "reached"), (6, "reached"), (7, "missed")])
@pytest.mark.parametrize(
    ("period", "days_of"),
    [
        (Period.CALENDAR_YEAR, (date(2023, 7, 1), date(2025, 6, 30))),
        (Period.YEAR, (date(2024, 1, 1), date(2025, 6, 30))),
        (Period.SCHOOL_YEAR, (date(2023, 8, 1), date(2025, 1, 31))),
    ],
)
def test_of_what_is_at_most_more_may_be_done_in_more_than_a_period(
    period: Period, days_of: tuple[date, date], amount: int, verdict: str
) -> None:
    target = count(4, period, at_least=False, at_most=True)
    tallies = [a_day(date(2024, 9, 1), amount)]
    closing = closed(*days_of, date(2025, 8, 1))
    view = a_view(target, tallies, standing(date(2025, 9, 1), days_of), closing)
    assert view.spans[-1].verdict == verdict
    assert "; för 18 månader motsvarar det 6" in view.spans[-1].sentence


@pytest.mark.parametrize(
    ("target", "days_of", "done"),
    [
        (
            count(2, Period.YEAR),
            (date(2024, 7, 1), date(2026, 6, 30)),
            [date(2024, 10, 1), date(2025, 4, 1), date(2025, 10, 1), date(2026, 4, 1)],
        ),
        (
            count(2, Period.TERM),
            (date(2024, 9, 1), date(2025, 4, 30)),
            [date(2024, 10, 1), date(2025, 3, 1)],
        ),
        (
            count(3, Period.SEASON),
            (date(2024, 7, 15), date(2024, 11, 30)),
            [date(2024, 8, 1), date(2024, 10, 1), date(2024, 10, 2), date(2024, 10, 3)],
        ),
        (
            count(1, Period.MONTH),
            (date(2025, 1, 20), date(2025, 4, 10)),
            [date(2025, 2, 1), date(2025, 3, 1)],
        ),
    ],
)
def test_no_part_of_a_period_is_judged_as_a_whole_one(
    target: Target, days_of: tuple[date, date], done: list[date]
) -> None:
    closing = closed(*days_of, date(2026, 7, 10))
    tallies = [a_day(day) for day in done]
    view = a_view(target, tallies, standing(date(2026, 8, 1), days_of), closing)
    assert view.verdict == "reached"


def test_what_is_reported_in_full_is_not_called_reported_in_part() -> None:
    view = a_view(A_DAY, [days(*YEAR, 300)], standing(date(2019, 2, 1)))
    assert "0,82 per dygn, 1 januari–31 december (alla 365 dygn redovisade)." in view.sentence
    assert view.verdict_label == "Redovisat, men inte avslutat"
    closing = closed(*YEAR, date(2019, 1, 20))
    judged = a_view(A_DAY, [days(*YEAR, 300)], standing(date(2019, 2, 1)), closing)
    assert judged.verdict == "missed"
    assert judged.sentence.endswith("Målet nåddes inte.")


def test_a_mean_below_its_target_is_never_rounded_up_to_it() -> None:
    view = a_view(A_DAY, [days(*YEAR, 364)], standing(date(2019, 2, 1)))
    assert view.figure == "0,99"


ZERO_OR_SILENCE = [
    (Target(Shape.COUNT, Decimal(4), Period.YEAR), "0 av 4 redovisade för 2024", "Inget"),
    (Target(Shape.COUNT, Decimal(4), Period.WHOLE), "0 av 4 redovisade", "Inget"),
    (Target(Shape.COVERAGE, Decimal(4), of=4), "0 av 4 kontroller är nådda.", "Inget"),
    (Target(Shape.DONE), "0 redovisade under den tid", "Inget"),
    (Target(Shape.DONE, last=date(2025, 6, 1)), "0 redovisade under den tid", "Inget"),
    (Target(Shape.NONE), "0 redovisade under den tid", "Inget"),
    (Target(Shape.ON_DEMAND), "redovisad under den tid som är", "Ingen begäran är redovisad."),
    (Target(Shape.AVERAGE, Decimal(4), Period.WEEK), "0 per vecka, 1 januari–30 juni", "Inget"),
]


@pytest.mark.parametrize(("target", "zero", "silence"), ZERO_OR_SILENCE)
@pytest.mark.parametrize("on", [date(2024, 9, 1), date(2026, 3, 1)])
def test_a_reported_zero_and_silence_have_different_words(
    target: Target, zero: str, silence: str, on: date
) -> None:
    half = ClosedTime(date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 3), "Polisen")
    days = date(2024, 1, 1), date(2025, 12, 31)
    silent = a_view(target, [], standing(on, days))
    with_zero = a_view(target, [], standing(on, days), half)
    texts = [
        " ".join([view.verdict_label, view.sentence, *(span.sentence for span in view.spans)])
        for view in (silent, with_zero)
    ]
    assert silence in texts[0]
    assert zero in texts[1]
    assert zero not in texts[0]
    assert with_zero.verdict not in {Verdict.MISSED, Verdict.PARTLY, Verdict.REACHED}
    if on <= days[1] and target.shape != Shape.ON_DEMAND:
        assert "Inget är redovisat" not in f"{with_zero.verdict_label} {with_zero.sentence}"


def test_what_is_cut_short_in_silence_is_no_zero() -> None:
    replaced = standing(date(2025, 3, 1), THREE_YEARS, date(2024, 6, 30))
    sentence = a_view(Target(Shape.COUNT, Decimal(6), Period.WHOLE), [], replaced).sentence
    assert sentence == "Ersattes efter 18 av 36 månader; inget är redovisat."


@pytest.mark.parametrize(
    ("amount", "period", "first", "share"),
    [
        (3, Period.SEASON, date(2023, 7, 1), "3 per årstid; för 2 månader motsvarar det 2."),
        (2, Period.HALF_YEAR, date(2023, 4, 1), "2 per halvår; för 3 månader motsvarar det 1."),
        (
            4,
            Period.CALENDAR_YEAR,
            date(2023, 2, 1),
            "4 per kalenderår; för 11 månader motsvarar det 3.",
        ),
        (
            4,
            Period.CALENDAR_YEAR,
            date(2023, 2, 10),
            "4 per kalenderår; för 325 dagar motsvarar det 3.",
        ),
    ],
)
def test_a_share_is_reckoned_in_months_as_people_count(
    amount: int, period: Period, first: date, share: str
) -> None:
    target = Target(Shape.COUNT, Decimal(amount), period)
    view = a_view(target, [a_day(first)], standing(date(2025, 1, 1), (first, date(2024, 12, 31))))
    assert f"Det är lovat {share}" in view.spans[0].sentence


def test_a_mean_of_an_earlier_year_is_told_with_its_year() -> None:
    target = Target(Shape.AVERAGE, Decimal(1), Period.DAY)
    tallies = [days(date(2023, 1, 1), date(2023, 12, 31), 400)]
    view = a_view(target, tallies, standing(date(2024, 2, 1), THREE_YEARS))
    assert view.figure == "1,1"
    assert "1,1 per dygn, 1 januari–31 december (alla 365 dygn redovisade)" in view.sentence
    assert "Inget är redovisat för 2024 än." in view.sentence
