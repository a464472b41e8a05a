"""What pages of pledges show of dialogues, and the page about personal data of their erasing."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from dialogues.models import Dialogue
from dialogues.presentation import Stage, dialogue_view
from dialogues.retention import SCHEDULE, Kept
from pledges.models import Municipality

register = template.Library()
_MOST = 3


@register.inclusion_tag("dialogues/_of_municipality.html", takes_context=True)
def dialogues_of(context: dict[str, Any], municipality: Municipality) -> dict[str, Any]:
    """Show what one can take part in at a municipality, and lead to all of its dialogues."""
    on = timezone.localdate()
    rows = Dialogue.objects.public().of(municipality).filter(closes_on__gte=on)
    views = [dialogue_view(row, on) for row in rows.order_by("closes_on", "pk")[: 2 * _MOST]]
    shown = [view for view in views if view.stage in {Stage.OPEN, Stage.COMING}][:_MOST]
    return {"municipality": municipality, "dialogues": shown, "request": context.get("request")}


@register.simple_tag
def kept_of_residents() -> tuple[Kept, ...]:
    """Return how long what residents leave is kept: the very lines that rule the erasing."""
    return SCHEDULE
