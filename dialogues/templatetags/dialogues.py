"""What pages of pledges, and that about personal data, show of dialogues."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from dialogues.models import Dialogue, DisposalPlan, ThemeAnswer
from dialogues.presentation import Stage, dialogue_view
from dialogues.retention.rules import SCHEDULE, RetentionRule
from dialogues.thread.presentation import theme_views
from dialogues.thread.rules import dialogues_before
from pledge_portal.accounts.models import User
from pledges.models import Municipality, Pledge

register = template.Library()
_MOST = 3


@register.inclusion_tag("dialogues/_of_municipality.html", takes_context=True)
def dialogues_of(context: dict[str, Any], municipality: Municipality) -> dict[str, Any]:
    """Show the dialogues one can take part in at a municipality."""
    on = timezone.localdate()
    rows = Dialogue.objects.public().of(municipality).filter(closes_on__gte=on)
    views = [
        dialogue_view(dialogue, on) for dialogue in rows.order_by("closes_on", "pk")[: 2 * _MOST]
    ]
    shown = [view for view in views if view.stage in {Stage.OPEN, Stage.COMING}][:_MOST]
    return {"municipality": municipality, "dialogues": shown, "request": context.get("request")}


@register.simple_tag
def dialogues_awaiting(user: User) -> list[Dialogue]:
    """Return the dialogues that wait for a person to sum up what was heard."""
    rows = Dialogue.objects.run_by(user).without_summary(timezone.localdate())
    return list(rows.select_related("municipality").latest_first()[:_MOST])


@register.inclusion_tag("dialogues/_words_behind.html", takes_context=True)
def words_behind(
    context: dict[str, Any], municipality: Municipality, period: str, number: int
) -> dict[str, Any]:
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


@register.inclusion_tag("dialogues/staff/_to_draw_on.html")
def themes_to_draw_on(pledge: Pledge, municipality: Municipality) -> dict[str, Any]:
    """Show what residents have said since the last pledge, to who writes.

    Only what is summed up and published: the words that everyone can read.
    """
    views = [view for _theme, view in theme_views(dialogues_before(pledge, municipality), [])]
    return {"municipality": municipality, "themes": views}


@register.simple_tag
def disposal_plans() -> list[DisposalPlan]:
    """Return the plans for what residents write, by municipality in order."""
    rows = DisposalPlan.objects.select_related("municipality")
    return list(rows.order_by("municipality__sort_key"))


@register.simple_tag
def retention_schedule() -> tuple[RetentionRule, ...]:
    """Return how long what residents leave is kept: what rules the erasing."""
    return SCHEDULE
