"""Which indicators a draft's commitments are tied to."""

from __future__ import annotations

from collections.abc import Iterable

from pledges.models import Commitment, Indicator, IndicatorLink, Pledge


def links_of(pledge: Pledge) -> dict[int, list[str]]:
    """Return the keys of each commitment's indicators, in one query."""
    links: dict[int, list[str]] = {}
    for commitment, key in (
        IndicatorLink.objects.filter(focus_area__pledge=pledge, commitment__isnull=False)
        .order_by("indicator__key")
        .values_list("commitment", "indicator__key")
    ):
        links.setdefault(commitment, []).append(key)
    return links


def tie(commitment: Commitment, keys: Iterable[str]) -> None:
    """Tie exactly these indicators to a commitment.

    What is said of those that stay is kept.
    """
    links = IndicatorLink.objects.filter(commitment=commitment)
    linked = dict(links.values_list("indicator__key", "focus_area"))
    wanted_keys = set(keys)
    if set(linked) - wanted_keys:
        links.exclude(indicator__key__in=wanted_keys).delete()
    # A commitment that moved takes its links with it.
    if set(linked.values()) - {commitment.focus_area_id}:
        links.update(focus_area=commitment.focus_area)
    missing = wanted_keys - set(linked)
    for indicator in Indicator.objects.filter(key__in=missing) if missing else ():
        IndicatorLink.objects.create(
            focus_area=commitment.focus_area, commitment=commitment, indicator=indicator
        )
