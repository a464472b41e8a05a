"""What a draft says anew against the pledge that it is to follow.

That is the pledge for the same part of the municipality that was signed when residents were asked,
and that the draft would take over from: the last to begin before the draft's first day, if it
holds until then or beyond the day of asking. What became of either later changes nothing, so that
the page of a consultation goes on saying what residents read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from pledges.actions.tallies import target_changes
from pledges.comparing.matching import compare
from pledges.comparing.presentation import ComparisonView, comparison_view
from pledges.lifecycle import standing
from pledges.models import Commitment, Municipality, Pledge, Signature
from pledges.presentation.pledge import PledgeView, pledge_view
from pledges.writing.draft_presentation import (
    DraftView,
    commitment_of,
    parts_of_municipality,
    time_of,
)
from pledges.writing.parts import Contents, Values


@dataclass(frozen=True)
class NewsView:
    """What is new in a draft: the pledge that it follows, as it is today.

    And what becomes of its commitments.
    """

    before: PledgeView
    comparison: ComparisonView


def news_view(
    contents: Contents,
    draft: DraftView,
    municipality: Municipality,
    *,
    key: int,
    at: datetime,
) -> NewsView | None:
    """Return what a draft says anew in a municipality, seen from a moment.

    `contents` is what residents are asked about, `draft` the same in words and `key` the draft's.
    None where it follows no pledge, or where what is promised stands in an
    annex. Asks the database ten questions at most.
    """
    commitments = [
        _commitment(number, row) for number, row in enumerate(contents["commitments"], 1)
    ]
    last_signature = Signature.objects.filter(pledge=OuterRef("pk"))
    signed = (
        Pledge.objects.public()
        .at(municipality.slug)
        .exclude(pk=key)
        .alias(signed_at=Subquery(last_signature.order_by("-signed_at").values("signed_at")[:1]))
        .filter(signed_at__lte=at, valid_from__lt=time_of(contents).valid_from)
    )
    before = _followed(contents, signed, municipality, at) if commitments else None
    if before is None:
        return None
    commitments_before = list(Commitment.objects.public().filter(pledge=before))
    if not commitments_before:
        return None
    on = timezone.localdate()
    view = pledge_view(before, municipality, on)
    return NewsView(
        before=view,
        comparison=comparison_view(
            compare(commitments_before, commitments),
            view.municipality_names,
            draft.municipality_names,
            target_changes([before], on),
        ),
    )


def _commitment(number: int, row: Values) -> Commitment:
    """Return a draft's commitment with what pairs it with an earlier one."""
    commitment = commitment_of(number, row)
    commitment.pk, commitment.origin_id = row["id"], row.get("origin") or None
    return commitment


def _followed(
    contents: Contents, signed: Iterable[Pledge], municipality: Municipality, at: datetime
) -> Pledge | None:
    """Return which of the pledges `signed` before it a draft is to follow.

    They are given the latest first. None where it follows none, or different ones in the parts of
    the municipality that it is for.
    """
    on, first_day = timezone.localdate(at), time_of(contents).valid_from
    begun = [pledge for pledge in signed if not _never_began(pledge, at)]
    parts: list[str | None] = [
        *parts_of_municipality(municipality.code, contents["front"]["parts"])
    ]
    pledges = {_latest_for(part, begun, municipality) for part in parts or [None]}
    pledge = pledges.pop()
    if pledge is None or pledges:
        return None
    last_day = min(on, first_day - timedelta(days=1))
    annulled_from = _annulled_from(pledge, at)
    if annulled_from is not None and annulled_from <= last_day:
        return None
    is_over = not pledge.until_replaced and standing(pledge, on).planned_end < last_day
    return None if is_over else pledge


def _latest_for(
    part: str | None, pledges: list[Pledge], municipality: Municipality
) -> Pledge | None:
    """Return the first pledge for a part, or (None) for the municipality."""
    for pledge in pledges:
        parts: list[str | None] = [own.name for own in pledge.parts_in(municipality)]
        if part in (parts or [None]):
            return pledge
    return None


def _never_began(pledge: Pledge, at: datetime) -> bool:
    """Return whether it was known that a pledge takes over from nobody."""
    annulled_from = _annulled_from(pledge, at)
    return annulled_from is not None and annulled_from <= pledge.valid_from


def _annulled_from(pledge: Pledge, at: datetime) -> date | None:
    """Return from when a pledge was annulled, as was known at a moment."""
    annulment = getattr(pledge, "annulment", None)
    return annulment.from_day if annulment and annulment.created_at <= at else None
