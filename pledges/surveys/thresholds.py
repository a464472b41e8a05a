"""Hide what raised thresholds no longer let the public read.

A round that was published by lower thresholds isn't public from the moment that the portal runs
with higher ones (`PublishedRound.objects.public()`). Here each is brought to what they allow, and
is public again: when the portal starts, and by the hour where something else starts it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.queue.chores import chore
from pledges.models import PublishedRound, SurveyRound
from pledges.surveys import publishing, statistical_disclosure
from pledges.surveys.corrections import RevealingChange
from pledges.surveys.earlier import (
    answers_of,
    content_json,
    earlier_publications,
    published_of,
    rule,
)
from pledges.surveys.rounds import locked


def apply_thresholds(at: datetime) -> int:
    """Bring what is public to the thresholds of today; return how many rounds.

    It hides, and never shows more. Nothing tells which numbers were between the old thresholds and
    the new: there is no mark of correction.
    """
    below = PublishedRound.objects.below_thresholds().select_related("round")
    rounds = [public.round for public in below]
    for survey_round in rounds:
        _apply_to(survey_round, at)
    return len(rounds)


@transaction.atomic
def _apply_to(survey_round: SurveyRound, at: datetime) -> None:
    rounds = publishing.with_publications(SurveyRound.objects.all())
    stored = rounds.get(pk=locked(survey_round).pk)
    public: PublishedRound | None = getattr(stored, "published", None)
    if public is None:
        return
    latest = [
        publication for publication in stored.publications.all() if publication.published_figures
    ][-1]
    answers = answers_of(latest.sums)
    try:
        earlier, _alike = earlier_publications(stored, answers)
        published = statistical_disclosure.publish(answers, rule(), earlier)
    except RevealingChange:
        published = statistical_disclosure.hidden(published_of(latest.published_figures), rule())
    if content_json(published) != latest.published_figures:
        publishing.add_publication(
            stored,
            _("Gränserna för vad som visas är höjda."),
            None,
            at,
            sums=latest.sums,
            published_figures=content_json(published),
        )
    publishing.write_public(stored, public, published, "", timezone.localdate(at), repeats=public)


@chore("apply_survey_thresholds", gettext_lazy("Höjda gränser för drogvaneundersökningar"))
def apply_thresholds_now() -> None:
    """Bring what is public to the thresholds of today."""
    apply_thresholds(timezone.now())
