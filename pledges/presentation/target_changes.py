"""In words: how a target has changed beside the text that was signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pledge_portal.pages.text import Wording
from pledges.models import Commitment, TargetChange
from pledges.presentation.commitment import given_name, target_text


@dataclass(frozen=True)
class TargetChangeView:
    """A change of a target: the day that it counts from, and what it says.

    `name` is its commitment's short name, if it has one. `counts` says that the figures follow it,
    empty when a later one counts.
    """

    number: int
    name: Wording
    on: date
    sentence: SafeString
    counts: str


def target_change_views(
    commitment: Commitment, changes: Sequence[TargetChange]
) -> list[TargetChangeView]:
    """Return how a target has changed, the first first."""
    views = []
    for change in changes:
        counts = (
            _("Siffrorna räknas mot det rättade målet.")
            if change.is_correction
            else _("Siffrorna räknas mot det nya antalet.")
        )
        views.append(
            TargetChangeView(
                commitment.number,
                given_name(commitment),
                change.from_day,
                _sentence(commitment, change),
                counts if change is changes[-1] else "",
            )
        )
    return views


def target_events(changes: Iterable[TargetChangeView]) -> list[tuple[date, str]]:
    """Return the days on which targets changed, and how, for a timeline."""
    events: list[tuple[date, str]] = []
    for change in changes:
        sentence = _("Åtagande {number}. {change}")
        if change.name:
            sentence = _("Åtagande {number}, {name}. {change}")
        parts = {"number": change.number, "name": change.name.html, "change": change.sentence}
        events.append((change.on, format_html(sentence, **parts)))
    return events


def _sentence(commitment: Commitment, change: TargetChange) -> SafeString:
    parts = {"signed": target_text(commitment), "target": target_text(change)}
    if change.is_correction:
        sentence = _(
            "Målet rättades till ”{target}”. I löftet som är undertecknat står ”{signed}”. "
            "Skäl: {reason}"
        )
        reason = format_html('<span lang="sv">{}</span>', change.reason)
        return format_html(sentence, reason=reason, **parts)
    return format_html(
        _(
            "Beslutet att förlänga löftet gav ett nytt antal: ”{target}”. Från början lovades "
            "”{signed}”."
        ),
        **parts,
    )
