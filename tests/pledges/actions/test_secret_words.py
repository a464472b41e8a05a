"""Free text about dog searches tells neither where nor when."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dialogues.moderation.forms import OfficialAnswerForm
from pledges.actions.forms import ActionForm
from pledges.actions.secret_words import Secrets, find_secrets, secrets_of
from pledges.decisions.forms import AnnulForm, CallBackForm, CorrectTargetForm, ProlongForm
from pledges.follow_ups.forms import AssessmentForm, CorrectionForm, IntroductionForm
from pledges.models import Commitment, Disclosure
from tests.builders import a_comment, a_place, an_action
from tests.pledges.actions.conftest import Work, some_work
from tests.pledges.actions.test_importing import send, words
from tests.pledges.real_reports import FILES, texts_in

SECRETS = Secrets(
    names={"älvåkraskolan", "norra skolan", "älvsbyns gymnasium"},
    days=[(date(2025, 3, 4), date(2025, 3, 4)), (date(2024, 10, 9), date(2024, 10, 10))],
)
MONTHS = (
    "januari februari mars april maj juni juli augusti september oktober november december".split()  # noqa: SIM905
)


def outcome(text: str, secrets: Secrets = SECRETS) -> str:
    findings = find_secrets(text, secrets)
    return "refused" if findings.refused else "asked" if findings.asked else ""


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # Where it was.
        ("Vi var på Älvåkraskolan|älvåkraskolans elever|Norraskolan|I NORRA  skolor", "refused"),
        (
            "Älvsbyns gymnasiums kapprum|på A\u0308lva\u030akraskolan|på Älvåkra\u00adskolan",
            "refused",
        ),
        ("Norra delen av kommunen|på högstadiet", "asked"),
        # When it was.
        ("Den 4 mars|4/3|2025-03-04|250304|4.3.2025|fjärde mars|den fjärde i tredje", "refused"),
        ("tisdag vecka 10|v. 10|veckorna 9-11|vecka tio|9 och 10 oktober|8–12 okt 2024", "refused"),
        (
            "March 4th|10 oktober|den 4:e|den\u00a04\u00a0mars|kl. 9|klockan nio|09.30|14:05",
            "refused",
        ),
        ("Mötet är 12 maj|den 9 oktober 2023|i mars|på förmiddagen|på en tisdag", "asked"),
        # It may be one to come.
        ("Nästa sök blir i vecka 3|Vi söker 12 maj|Hunden kommer nästa vecka", "refused"),
        ("Sök på förmiddagen|Hundarna söker på tisdagar", "refused"),
        # What the portal tells itself, and what tells nothing.
        ("Två sök under hösten 2024|Hunden var sjuk|2 av 2, 50 %|I dag finns rutiner", ""),
        ("Två gånger i veckan|1,23 per dygn|2023-2025|läsåret 2024/25|5 lokaler, 0 fynd", ""),
        ("Polisen besöker vartannat år|12.50 kr|25 februarikort", ""),
    ],
)
def test_a_text_about_a_secret_commitment(texts: str, expected: str) -> None:
    outcomes = {text: outcome(text) for text in texts.split("|")}
    assert outcomes == dict.fromkeys(outcomes, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rådet möttes den 12 februari kl. 9 på Älvåkraskolan.", ""),
        ("Unga som söker sommarjobb gör det senast 4 maj.", ""),
        ("Den 4 mars var vi ute.", "asked"),
        ("Hundsök gjordes på Älvåkraskolan.", "refused"),
        ("Rådet möttes i februari. Polisen sökte efter narkotika i vecka 3.", "refused"),
    ],
)
def test_a_text_about_a_whole_pledge(text: str, expected: str) -> None:
    assert outcome(text, replace(SECRETS, is_of_more=True)) == expected


def test_the_sentence_at_fault_is_the_one_that_is_quoted() -> None:
    findings = find_secrets("Allt gick bra. Vi var på Älvåkraskolan. Inget fanns.", SECRETS)
    assert "”Vi var på Älvåkraskolan.”" in findings.refusal()
    assert "Allt gick bra" not in findings.refusal()


def test_what_is_told_anyway_may_be_written() -> None:
    disclosed = replace(SECRETS, names=frozenset(), tells_level=True, tells_month=True)
    assert [outcome(text, disclosed) for text in ("På Älvåkraskolan", "högstadiet", "i mars")] == [
        ""
    ] * 3


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from(
        [
            lambda day: day.isoformat(),
            lambda day: f"{day.day}/{day.month}",
            lambda day: f"{day.day}.{day.month}.{day.year}",
            lambda day: f"{day:%y%m%d}",
            lambda day: f"{day.day}:e {MONTHS[day.month - 1][:3]}",
            lambda day: f"den {day.day}\u00a0{MONTHS[day.month - 1].upper()} {day.year}",
            lambda day: f"vecka {day.isocalendar().week}",
            lambda day: f"v.{day.isocalendar().week}",
        ]
    ),
    st.sampled_from(["Allt gick bra {}.", "{}: bra", "({})", "Två. {}!"]),
)
def test_no_spelling_of_a_search_s_day_passes(
    day: date, spelling: Callable[[date], str], sentence: str
) -> None:
    text = sentence.format(spelling(day))
    for last in (day, day + timedelta(days=1)):
        assert outcome(text, Secrets(days=[(day, last)])) == "refused"


def forms(work: Work) -> list[tuple[str, Callable[[dict[str, str]], Any]]]:
    """Return each form that writes in public of the commitment, and its field."""
    commitment, pledge = work.commitment, work.pledge
    comment = a_comment(pledge, commitment=commitment)
    of_pledge = a_comment(pledge)
    commitments = Commitment.objects.filter(pledge=pledge)
    today = date(2025, 6, 1)
    return [
        (
            "public_note",
            lambda data: ActionForm(data, commitment=commitment, today=today, side="police"),
        ),
        *(
            (name, lambda data: AssessmentForm(data, commitment=commitment, is_still_secret=False))
            for name in AssessmentForm.free_texts
        ),
        ("introduction", lambda data: IntroductionForm(data, commitments=commitments)),
        ("text_sv", lambda data: CorrectionForm(data, commitments=commitments)),
        (
            "text_en",
            lambda data: CorrectionForm(
                {**data, "commitment": str(commitment.pk)}, commitments=commitments
            ),
        ),
        ("text", lambda data: OfficialAnswerForm(data, parties=["Polisen"], comment=comment)),
        ("text", lambda data: OfficialAnswerForm(data, parties=["Polisen"], comment=of_pledge)),
        ("reason", lambda data: CorrectTargetForm(data, commitment=commitment)),
        ("reason", lambda data: AnnulForm(data, pledge=pledge)),
        ("reason", lambda data: CallBackForm(data, pledge=pledge)),
        ("reason", lambda data: ProlongForm(data, pledge=pledge, commitments=[])),
    ]


@pytest.mark.django_db
def test_every_form_that_writes_in_public_is_held_against_it(work: Work) -> None:
    an_action(work.commitment, place=work.school, done_on=date(2025, 3, 4))
    for field, form_of in forms(work):
        for text, expected in (
            ("Hundsök på Älvåkraskolan.", "kan röja ett hundsök: ”Hundsök på Älvåkraskolan.”"),
            ("Hundsök i mars.", "visa när eller var ett hundsök gjordes: ”mars”"),
        ):
            form = form_of({field: text})
            assert expected in str(form.errors.get(field)), (form, form.errors)
            is_refused = expected.startswith("kan röja")
            again = form_of({field: text, "texts_are_fine": "on"})
            assert (field in again.errors) is is_refused, (form, again.errors)


@pytest.mark.django_db
def test_kinds_that_are_not_secret_are_not_asked_about() -> None:
    text = "Hundrastgård på Älvåkraskolan den 4 mars kl. 9."
    for field, form_of in forms(some_work(kind="other")):
        assert field not in form_of({field: text}).errors


def test_no_text_of_a_real_pledge_is_asked_about() -> None:
    for file in FILES:
        for text in texts_in(tomllib.loads(file.read_text())):
            assert outcome(text, replace(SECRETS, is_of_more=True)) == "", text


@pytest.mark.django_db
def test_a_place_that_is_told_may_be_written(work: Work) -> None:
    a_place("Älvsbyns skola")
    secrets = secrets_of([work.commitment])
    assert secrets is not None
    # What says no more than which municipality it is in names no place.
    assert secrets.names == {"älvåkraskolan"}
    Disclosure.objects.create(commitment=work.commitment, date_detail="month")
    work.commitment.refresh_from_db()
    secrets = secrets_of([work.commitment])
    assert secrets is not None
    assert (outcome("På Älvåkraskolan i mars", secrets), secrets.tells_level) == ("", True)


@pytest.mark.django_db
def test_a_file_of_actions_is_held_against_it(officer: Client, work: Work) -> None:
    file = "Åtagande;Datum;Text\n1;2025-04-03;Sök på Älvåkraskolan\n1;2025-04-04;Sök i april\n"
    text = words(send(officer, work, file))
    assert "kan röja ett hundsök: ”Sök på Älvåkraskolan”" in text
    text = words(send(officer, work, file.replace("Sök på Älvåkraskolan", "Inget hittades")))
    assert "visa när eller var ett hundsök gjordes: ”april”" in text
