"""What other pages have in their slots of dialogues."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Case, DateField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest, JSONObject, TruncDate
from django.utils import timezone

from dialogues.models import Comment, Dialogue, DisposalPlan, PageReport, ThemeAnswer
from dialogues.moderation.rules import waiting
from dialogues.presentation import Stage, dialogue_view, occasion
from dialogues.retention.rules import SCHEDULE
from dialogues.thread.presentation import theme_views
from dialogues.thread.rules import dialogues_before
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, may
from pledge_portal.pages.slots import fills, provides
from pledges.models import Municipality, Pledge

_MAX_DIALOGUES = 3
_MAX_COUNTED = 99
_DAYS_OF_A_DIALOGUE = ("opens_on", "closes_on")
_TIMES_OF_A_DIALOGUE = ("begins_at", "ends_at")


@fills("municipality", "dialogues/_of_municipality.html")
def dialogues_of(municipality: Municipality) -> dict[str, Any]:
    """Show the dialogues one can take part in at a municipality."""
    on = timezone.localdate()
    rows = Dialogue.objects.public().for_municipality(municipality).filter(closes_on__gte=on)
    views = [
        dialogue_view(dialogue, on)
        for dialogue in rows.order_by("closes_on", "pk")[: 2 * _MAX_DIALOGUES]
    ]
    shown = [view for view in views if view.stage in {Stage.OPEN, Stage.COMING}][:_MAX_DIALOGUES]
    return {"municipality": municipality, "dialogues": shown}


@fills("head", "dialogues/_calendar_link.html")
def calendar_link(municipality: object, pledge: object) -> dict[str, Any]:
    """Name the calendar of a municipality's meetings in its pages' heads."""
    return {"municipality": municipality if isinstance(municipality, Municipality) else None}


@provides("foot.next_dialogue")
def next_dialogue(on: date) -> Subquery:
    """Return the query for a municipality's next dialogue, or one open now.

    It is part of the one that the foot of a page asks, whose rows are municipalities.
    """
    meets = Q(begins_at__date__gte=on)
    coming = (
        Dialogue.objects.public()
        .filter(meets | Q(closes_on__gte=on), municipality=OuterRef("pk"), called_off_at=None)
        .annotate(
            next_on=Case(
                When(meets, then=TruncDate("begins_at")),
                default=Greatest(F("opens_on"), Value(on)),
                output_field=DateField(),
            )
        )
        .order_by("next_on", "pk")
    )
    fields = ("number", "kind", *_DAYS_OF_A_DIALOGUE, *_TIMES_OF_A_DIALOGUE)
    coming = coming.annotate(as_json=JSONObject(**{name: name for name in fields}))
    return Subquery(coming.values("as_json")[:1])


@fills("foot.dialogue", "dialogues/_next.html")
def next_dialogue_in_a_line(municipality: Municipality, dialogue: dict[str, Any]) -> dict[str, Any]:
    """Show the next dialogue as `next_dialogue` has found it; no query."""
    days = {name: date.fromisoformat(dialogue[name]) for name in _DAYS_OF_A_DIALOGUE}
    times = {
        name: dialogue[name] and datetime.fromisoformat(dialogue[name])
        for name in _TIMES_OF_A_DIALOGUE
    }
    return {
        "municipality": municipality,
        "number": dialogue["number"],
        "occasion": occasion(
            Dialogue(kind=dialogue["kind"], **days, **times), timezone.localdate()
        ),
    }


@fills("workspace.today", "dialogues/staff/_awaited.html")
def dialogues_awaiting(user: User) -> dict[str, Any]:
    """Show the dialogues that are over and wait for a person's summary."""
    dialogues = Dialogue.objects.run_by(user).without_summary(timezone.localdate())
    return {
        "dialogues": list(dialogues.select_related("municipality").latest_first()[:_MAX_DIALOGUES])
    }


@fills("workspace.today", "comments/staff/_awaiting.html")
def comments_awaiting(user: User) -> dict[str, Any]:
    """Show how many comments wait for a person to moderate or answer them.

    Those to answer are counted up to a hundred.
    """
    unanswered = 0
    if may(user, Action.ANSWER_COMMENTS):
        comments = Comment.objects.answered_by(user).unanswered()
        unanswered = comments[: _MAX_COUNTED + 1].count()
    moderating = waiting(user) if may(user, Action.MODERATE) else None
    return {"moderating": moderating, "unanswered": unanswered}


@fills("workspace.today", "dialogues/staff/_page_reports.html")
def page_reports_awaiting(user: User) -> dict[str, Any]:
    """Show how many readers say that something is wrong on a page."""
    if not may(user, Action.KEEP_CONTACTS):
        return {}
    return {"number": PageReport.objects.visible_to(user).waiting().order_by().count()}


@fills("commitment.background", "dialogues/_words_behind.html")
def words_behind(municipality: Municipality, period: str, number: int) -> dict[str, Any]:
    """Show the residents' words that led to a commitment, if any are known."""
    answers = list(
        ThemeAnswer.objects.public()
        .filter(
            pledge__parties__municipality=municipality,
            pledge__parties__period=period,
            commitment__number=number,
        )
        .select_related("theme", "pledge", "commitment")
    )
    views = []
    if answers:
        answered = {answer.theme for answer in answers}
        dialogues = dialogues_before(answers[0].pledge, municipality)
        views = [view for theme, view in theme_views(dialogues, answers) if theme in answered]
    return {"municipality": municipality, "period": period, "themes": views}


@fills("draft.background", "dialogues/staff/_to_draw_on.html")
def themes_to_draw_on(pledge: Pledge, municipality: Municipality) -> dict[str, Any]:
    """Show what residents have said since the last pledge, to who writes.

    Only what is summed up and published: the words that everyone can read.
    """
    views = [view for _theme, view in theme_views(dialogues_before(pledge, municipality), [])]
    return {"municipality": municipality, "themes": views}


@fills("privacy.retention", "dialogues/_retention.html")
def retention_of_residents() -> dict[str, Any]:
    """Show how long what residents leave is kept, and municipalities' plans.

    The lines are the very ones that rule the erasing; the plans stand in Swedish order.
    """
    plans = DisposalPlan.objects.select_related("municipality")
    return {"schedule": SCHEDULE, "plans": list(plans.order_by("municipality__sort_key"))}
