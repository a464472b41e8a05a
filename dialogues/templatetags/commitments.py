"""Where a commitment that somebody comments on is read."""

from __future__ import annotations

from django import template
from django.urls import reverse

from dialogues.converters import period_and_round
from pledges.models import Municipality

register = template.Library()


@register.simple_tag
def address_of_commitment(municipality: Municipality, subject_path: str, number: int) -> str:
    """Return the address of a commitment of a pledge, or of a draft."""
    period, round_ = period_and_round(subject_path)
    if round_ is None:
        return reverse("commitment", args=[municipality.slug, period, number])
    whole = reverse("consultation_round", args=[municipality.slug, period, round_])
    return f"{whole}#atagande-{number}"
