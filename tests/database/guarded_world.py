"""Rows that the database guards, in every stage that they go through."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils import timezone

from dialogues.calendar.rules import sum_up
from dialogues.corrections.rules import correct
from dialogues.models import Heard, ThemeAnswer
from dialogues.thread.rules import quote
from news import rules as news_rules
from news.models import News
from pledge_portal.accounts import factor_resets
from pledge_portal.database.acting import as_owner
from pledges.models import (
    Decline,
    FurtherPoliceArea,
    MunicipalityPart,
    PeriodClosing,
    Pledge,
    PledgeAnnex,
    PledgeDocument,
    PledgePart,
    PledgeSignedElsewhere,
    Prolongation,
    Recall,
    SigningWay,
    TargetChange,
    VoidFile,
    VoidSignature,
)
from pledges.surveys import publishing
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    SURVEYING,
    a_consultation,
    a_dialogue,
    a_follow_up,
    a_municipality,
    a_person,
    a_piece_of_news,
    a_pledge,
    a_police_area,
    a_scan_that_counts,
    a_submission,
    a_survey_round,
    a_theme,
    an_action,
)


def make_world() -> dict[str, int]:
    """Make pledges in every stage; return the keys of what is guarded."""
    person = a_person()
    boden, kiruna = a_municipality("Boden"), a_municipality("Kiruna")
    signed = a_pledge(commitment={"kind": "other"})
    adopted = a_pledge(a_municipality("Piteå"), signed=False, adopted=True)
    half = a_pledge(boden, signed=1)
    elsewhere = a_pledge(a_municipality("Luleå"), signed=False, adopted=True)
    PledgeSignedElsewhere.objects.create(
        pledge=elsewhere, vouched_for="Kommunen", taken_in_at=SIGNED_AT, pages=1
    )
    draft = a_pledge(a_municipality("Kalix"), period="2026-2028", signed=False)
    not_in_force = a_pledge(kiruna)
    _take_out_of_force(not_in_force.pk)
    part = MunicipalityPart.objects.named(kiruna, "Malmberget")
    for pledge in (signed, adopted):
        _add_places(pledge, part)
    first, second = adopted.signatories.all()
    SigningWay.objects.create(signatory=first, way="paper")
    Decline.objects.create(
        signatory=second,
        document_sha256=PledgeDocument.objects.get(pledge=adopted).sha256,
        reason="Nej",
        declined_by=person,
    )
    waiting = half.signatories.get(position=2)
    a_scan_that_counts(waiting, by=person)
    a_scan_that_counts(second, by=person, counts=False)
    for pledge in (half, not_in_force):
        recall = Recall.objects.create(
            pledge=pledge, reason="Skäl", adopted_at=SIGNED_AT, recalled_at=SIGNED_AT
        )
    VoidFile.store(recall, "document", 1, A_PDF)
    VoidSignature.objects.create(recall=recall, position=1, signed_at=SIGNED_AT, way="key")
    an_action(signed.commitments.first())
    PledgeAnnex.store(draft, A_PDF, title="Plan", pages=1, by=None, at=SIGNED_AT)
    a_consultation(draft, at=timezone.now())
    Prolongation.objects.create(
        pledge=signed,
        valid_to=date(2027, 12, 31),
        decided_on=date(2025, 12, 1),
        decided_by="Kommunstyrelsen",
        entered_at=SIGNED_AT,
    )
    TargetChange.objects.create(
        commitment=signed.commitments.first(),
        from_day=date(2025, 3, 1),
        reason="Fel",
        entered_at=SIGNED_AT,
    )
    closing, reopened = (
        PeriodClosing.objects.create(
            commitment=signed.commitments.first(),
            first_day=date(year, 1, 1),
            last_day=date(year, 12, 31),
            police_area=signed.police_area,
        )
        for year in (2023, 2024)
    )
    reopened.undone_at, reopened.undone_reason = timezone.now(), "Fel"
    reopened.save()
    published = a_follow_up(signed)
    unpublished = a_follow_up(
        signed,
        published=False,
        first_day=date(2025, 1, 1),
        last_day=date(2025, 6, 30),
        meeting_on=date(2025, 8, 1),
    )
    surveying = a_pledge(a_municipality("Arvika"), commitments=1, commitment=SURVEYING)
    survey = a_survey_round(surveying.commitments.get())
    publishing.publish(survey, by=None, at=SIGNED_AT, today=SIGNED_AT.date())
    heard, draft_heard, theme_answer = _said(signed)
    asker, third = a_person("ber@example.se"), a_person("tredje@example.se")
    news, draft_news = a_piece_of_news(), a_piece_of_news(published=False)
    news_rules.correct(news, {"text_sv": "Fel"}, by=None, at=SIGNED_AT)
    lost = factor_resets.ask(person, "Kom hit själv", asker, timezone.now())
    _check_deferred()
    rows = {
        "signed": signed,
        "adopted": adopted,
        "half": half,
        "elsewhere": elsewhere,
        "draft": draft,
        "not_in_force": not_in_force,
        "closing": closing,
        "reopened": reopened,
        "published": published,
        "unpublished": unpublished,
        "person": person,
        "boden": boden,
        "kiruna": kiruna,
        "part": part,
        "heard": heard,
        "draft_heard": draft_heard,
        "theme_answer": theme_answer,
        "asker": asker,
        "third": third,
        "lost": lost,
        "news": news,
        "draft_news": draft_news,
        "waiting_news": News.objects.create(
            municipality=boden,
            kind="signed",
            pledge=signed,
            happened_on=SIGNED_AT.date(),
            title_sv="",
            text_sv="",
            quotation_sv="",
        ),
    }
    return {name: row.pk for name, row in rows.items()}


def _said(pledge: Pledge) -> tuple[Heard, Heard, ThemeAnswer]:
    """Sum up what residents said, quote it, answer it, and correct the quote."""
    theme, unanswered = a_theme(), a_theme("Trafik")
    answer = ThemeAnswer.objects.create(pledge=pledge, theme=theme, reason_sv="Skäl")
    submission = a_submission(a_dialogue(), "Fler lampor", may_quote=True, ranked=(theme.pk,))
    published = sum_up(submission.dialogue, {"text_sv": "Hört"}, SIGNED_AT, publishes=True)
    draft = sum_up(a_dialogue(), {"text_sv": "Hört"}, SIGNED_AT, publishes=False)
    correct(quote(submission, unanswered, "lampor"), {"text_sv": "Fel"}, by=None, at=SIGNED_AT)
    return published, draft, answer


def _check_deferred() -> None:
    """Check the keys written so far, so that tables may be altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@as_owner()
def _add_places(pledge: Pledge, part: MunicipalityPart) -> None:
    """Give a locked pledge a part, a further police area and an annex."""
    _check_deferred()
    tables = ("pledgepart", "furtherpolicearea", "pledgeannex")
    with connection.cursor() as cursor:
        for state in ("DISABLE", "ENABLE"):
            for table in tables:
                cursor.execute(
                    f"ALTER TABLE pledges_{table} {state} TRIGGER"
                    f" pledges_{table}_refuse_when_locked"
                )
            if state == "DISABLE":
                PledgePart.objects.create(pledge=pledge, part=part)
                FurtherPoliceArea.objects.create(
                    pledge=pledge, police_area=a_police_area("Grannarna")
                )
                PledgeAnnex.store(pledge, A_PDF, title="Plan", pages=1, by=None, at=SIGNED_AT)
                _check_deferred()


@as_owner()
def _take_out_of_force(pledge: int) -> None:
    _check_deferred()
    guard = "TRIGGER pledges_validityperiod_guard_validity"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE pledges_validityperiod DISABLE {guard}")
        cursor.execute("DELETE FROM pledges_validityperiod WHERE pledge_id = %s", [pledge])
        cursor.execute(f"ALTER TABLE pledges_validityperiod ENABLE {guard}")
