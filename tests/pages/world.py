"""Something of everything that the public may read.

Beside it there is what the public may not read.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from dialogues.models import (
    DisposalPlan,
    District,
    Heard,
    HeardCount,
    Quote,
    Reception,
    RemovedQuote,
    TextCorrection,
    ThemeAnswer,
)
from news import rules as news_rules
from news.models import News, NewsAction, NewsCorrection
from pledge_portal.database.acting import as_owner
from pledge_portal.database.page_changes import SHOWN_AT
from pledges.models import (
    Annulment,
    Approval,
    Area,
    EarlierAmount,
    EarlierFigure,
    FollowUpCorrection,
    FollowUpDocument,
    FollowUpPlan,
    FurtherPoliceArea,
    Indicator,
    IndicatorLink,
    MunicipalityPart,
    Observation,
    PaperScan,
    PeriodClosing,
    Pledge,
    PledgeAnnex,
    PledgePart,
    PledgeSignedElsewhere,
    Prolongation,
    PublishedAction,
    Recall,
    StatisticsImport,
    TargetChange,
)
from pledges.surveys import publishing
from tests.builders import (
    A_PDF,
    SIGNED_AT,
    SURVEYING,
    a_comment,
    a_consultation,
    a_dialogue,
    a_follow_up,
    a_municipality,
    a_person,
    a_picture,
    a_piece_of_news,
    a_place,
    a_pledge,
    a_police_area,
    a_submission,
    a_survey_round,
    a_theme,
    a_withheld_file,
    an_action,
)


@as_owner()
def without_guards() -> None:
    """Let rows be written and changed that nobody may change.

    What is done is announced all the same.
    """
    with connection.cursor() as cursor:
        for table in SHOWN_AT:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for operation in ("insert", "update", "delete", "truncate"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER announce_{operation}")


def shared_of(pledge: Pledge) -> None:
    """Make what a pledge has that a builder doesn't make."""
    clerk = a_person(f"{pledge.period}@example.se")
    Annulment.objects.get_or_create(
        pledge=pledge, defaults={"from_day": date(2025, 1, 1), "reason": "Skäl"}
    )
    Prolongation.objects.create(
        pledge=pledge,
        valid_to=date(2032, 1, 1),
        reason="Skäl",
        decided_on=date(2025, 1, 1),
        decided_by="Rådet",
        entered_at=SIGNED_AT,
    )
    TargetChange.objects.create(
        commitment=pledge.commitments.first(),
        from_day=date(2025, 1, 1),
        reason="Skäl",
        entered_at=SIGNED_AT,
    )
    PledgeSignedElsewhere.objects.create(
        pledge=pledge, vouched_for="Kommunen", vouched_by=clerk, taken_in_at=SIGNED_AT, pages=1
    )
    Recall.objects.create(pledge=pledge, reason="Skäl", adopted_at=SIGNED_AT, recalled_at=SIGNED_AT)
    FollowUpPlan.objects.get_or_create(pledge=pledge)
    PaperScan.store(
        pledge.signatories.get(position=1),
        A_PDF,
        pages=1,
        signed_on=SIGNED_AT.date(),
        by=clerk,
        at=timezone.now(),
    )
    place = pledge.municipalities.get(slug="alvsbyn")
    part = MunicipalityPart.objects.named(place, f"Del {pledge.period}")
    PledgePart.objects.create(pledge=pledge, part=part)
    pledge.validity_periods.filter(municipality=place).update(part=part)
    FurtherPoliceArea.objects.create(pledge=pledge, police_area=a_police_area("Grannarna"))
    PledgeAnnex.store(pledge, A_PDF, title="Plan", pages=1, by=clerk, at=SIGNED_AT)
    a_picture(pledge)
    a_withheld_file(pledge, pledge.documents.get(step=0).sha256)
    indicator = Indicator.objects.get()
    IndicatorLink.objects.create(
        focus_area=pledge.focus_areas.get(), indicator=indicator, reason_sv="Skäl"
    )
    theme = pledge.municipalities.get(slug="alvsbyn").themes.get()
    ThemeAnswer.objects.create(pledge=pledge, theme=theme, reason_sv="Skäl")


def make_world() -> None:
    """Make a pledge of Älvsbyn and Piteå with all that there can be.

    Makes a draft of theirs with as much, and, of tables that have nothing to do with pledges, rows
    of Älvsbyn's. Boden has a pledge too.
    """
    without_guards()
    alvsbyn, pitea, boden = map(a_municipality, ("Älvsbyn", "Piteå", "Boden"))
    a_theme()
    made = StatisticsImport.objects.create(
        file_name="a", format="bra", fingerprint="0" * 64, imported_at=SIGNED_AT
    )
    shown = StatisticsImport.objects.create(
        file_name="b",
        format="bra",
        fingerprint="1" * 64,
        imported_at=SIGNED_AT,
        is_demonstration=True,
    )
    indicator = Indicator.objects.create(
        key="a", kind="reported_offences", unit="count", name_sv="a", source="a", source_code="a"
    )
    area = Area.objects.create(code="00", level="country", name="Riket")
    observation = Observation.objects.create(
        indicator=indicator,
        area=area,
        period="year",
        begins=date(2024, 1, 1),
        value=1,
        imported_in=made,
    )
    EarlierFigure.objects.create(
        observation=observation, value=2, imported_in=made, replaced_in=shown
    )
    joint = a_pledge([alvsbyn, pitea], commitment={"kind": "other"})
    draft = a_pledge(
        [alvsbyn, pitea],
        period="2030",
        valid_from=date(2030, 1, 1),
        valid_to=date(2030, 12, 31),
        signed=1,
    )
    shared_of(joint)
    shared_of(draft)
    asked = a_pledge([alvsbyn, pitea], period="2040", signed=False, adopted=False)
    PledgeAnnex.store(asked, A_PDF, title="Plan", pages=1, by=None, at=SIGNED_AT)
    a_consultation(asked)
    follow_up = a_follow_up(joint)
    unpublished = a_follow_up(
        joint,
        published=False,
        first_day=date(2024, 1, 1),
        last_day=date(2024, 6, 30),
        meeting_on=date(2024, 8, 1),
    )
    for one in (follow_up, unpublished):
        FollowUpCorrection.objects.create(follow_up=one, text="Rättelse")
    Approval.objects.create(follow_up=unpublished, municipality=alvsbyn, digest="ab")
    FollowUpDocument.store(unpublished, A_PDF)
    commitment = joint.commitments.get(number=1)
    for reason in ("", "Fel"):
        PeriodClosing.objects.create(
            commitment=commitment,
            first_day=date(2024, 1, 1),
            last_day=date(2024, 12, 31),
            municipality=alvsbyn,
            undone_at=timezone.now() if reason else None,
            undone_reason=reason,
        )
    an_action(commitment, place=a_place())
    action = an_action(commitment)
    for day, public_from in ((date(2026, 1, 2), date(2026, 1, 1)), (date(2026, 1, 3), None)):
        EarlierAmount.objects.create(
            action=action,
            commitment=commitment,
            municipality=alvsbyn,
            public_from=public_from,
            shown_first=date(2024, 4, 3),
            shown_last=date(2024, 4, 3),
            superseded_on=day,
            amount=2,
        )
    held_back = PublishedAction.objects.filter(place=None)
    held_back.update(public_from=timezone.localdate() + timedelta(days=2), added_on=None)
    earlier = a_pledge(
        [alvsbyn, pitea],
        period="2010",
        valid_from=date(2010, 1, 1),
        valid_to=date(2010, 12, 31),
        commitments=1,
        commitment=SURVEYING,
    )
    surveyed = earlier.commitments.get()
    today = timezone.localdate()
    survey_round = a_survey_round(surveyed, municipality=alvsbyn)
    publishing.publish(survey_round, by=None, at=timezone.now(), today=today)
    District.objects.create(municipality=alvsbyn, name="Vidsel", position=1)
    Reception.objects.create(municipality=alvsbyn)
    DisposalPlan.objects.create(municipality=alvsbyn, decision="KF § 1")
    for announced in (True, False):
        dialogue = a_dialogue(alvsbyn, announced=announced)
        heard = Heard.objects.create(
            dialogue=dialogue, text_sv="Vi hörde", published_at=SIGNED_AT if announced else None
        )
        HeardCount.objects.create(heard=heard, theme=alvsbyn.themes.get(), number=5)
        TextCorrection.objects.create(municipality=alvsbyn, heard=heard, text_sv="Rättelse")
    announced_one = alvsbyn.dialogues.get(announced_at__isnull=False)
    Quote.objects.create(
        submission=a_submission(announced_one),
        dialogue=announced_one,
        theme=alvsbyn.themes.get(),
        text="Ord",
    )
    RemovedQuote.objects.create(
        dialogue=announced_one, theme=alvsbyn.themes.get(), removed_by="municipality"
    )
    a_comment(joint)
    a_comment(joint, shown=False)
    for published in (True, False):
        news = a_piece_of_news(alvsbyn, published=published)
        NewsCorrection.objects.create(news=news, text_sv="Rättelse")
    NewsAction.objects.create(news=News.objects.earliest("pk"), action=action)
    NewsAction.objects.create(
        news=News.objects.latest("pk"),
        action=PublishedAction.objects.exclude(place=None).get().action,
    )
    news_rules.take_back(a_piece_of_news(alvsbyn), "Fel", by=None, at=timezone.now())
    a_pledge(boden, period="2011", police_area=a_police_area("Boden", [boden]))
    boden.policeareacoverage_set.exclude(police_area__name="Boden").delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
