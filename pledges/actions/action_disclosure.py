"""What the public may be told of a completed action, and from which day.

The rules, in the order that they bind (OSL 2009:400, 18 chap. 1 §):

- What is yet to come is not stored at all.
- An action is public when it is done, marked public and past its embargo. What went on for several
  days is done when the last of them is over.
- Where only the month or the term is told, it is told when that month or term is over: an entry
  that turned up the same evening would tell the day.
- A commitment of a secret kind shows finished periods only, since "1 of 2 left" in December
  announces the search; and never the day.
- Corrections and deletions leave no trace in public, but that time which was closed tells what it
  came to then (`earlier_amounts`).
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction

from pledges.actions.days import Days
from pledges.actions.earlier_amounts import Version, versions
from pledges.models import (
    ActionCorrection,
    Commitment,
    CompletedAction,
    Disclosure,
    EarlierAmount,
    PublishedAction,
)
from pledges.targets import Period, period_at

DateDetail = Disclosure.DateDetail
PlaceDetail = Disclosure.PlaceDetail

# The coarser the detail, the higher its number; a target can't be counted over shorter periods.
_COARSENESS = {DateDetail.DAY: 1, DateDetail.MONTH: 30, DateDetail.TERM: 150}
_LENGTH = {
    Period.DAY: 1,
    Period.WEEK: 7,
    Period.MONTH: 30,
    Period.OWN: 30,
    Period.SEASON: 90,
    Period.TERM: 150,
    Period.HALF_YEAR: 180,
    Period.SCHOOL_YEAR: 360,
    Period.YEAR: 360,
    Period.CALENDAR_YEAR: 360,
    Period.WHOLE: 1000,
}


_DAYS_OF_A_MONTH = 28


def disclosure_of(commitment: Commitment) -> Disclosure:
    """Return how closely a commitment's actions are told.

    As set, else as its kind has it: for a secret kind the municipality and the term, else the place
    and the day.
    """
    try:
        return commitment.disclosure
    except Disclosure.DoesNotExist:
        return disclosure_of_kind(commitment)


def disclosure_of_kind(commitment: Commitment) -> Disclosure:
    """Return how closely a kind's actions are told when nobody has set it."""
    if commitment.is_secret_kind:
        return Disclosure(
            commitment=commitment,
            place_detail=PlaceDetail.MUNICIPALITY,
            date_detail=DateDetail.TERM,
        )
    return Disclosure(commitment=commitment)


def permitted_date_details(commitment: Commitment) -> list[DateDetail]:
    """Return the ways in which the day may be told.

    Never a secret kind's day, and never so coarsely that the target's periods can't be told apart.
    """
    period = commitment.target_in_force.period
    longest = _LENGTH[period] if period else _LENGTH[Period.WHOLE]
    return [
        detail
        for detail, length in _COARSENESS.items()
        if length <= longest and not (detail == DateDetail.DAY and commitment.is_secret_kind)
    ]


def permits_search_outcome(disclosure: Disclosure) -> bool:
    """Return whether a search's outcome may be told.

    Not beside the name of the school, since a find at a named school points at its pupils.
    """
    return disclosure.shows_search_outcome and disclosure.place_detail != PlaceDetail.EXACT


def is_more_open(new: Disclosure, old: Disclosure) -> bool:
    """Return whether `new` tells anything that `old` kept back.

    The place, the day or the outcome more closely, or anything sooner. What has once been read
    can't be taken back.
    """
    places = [PlaceDetail.MUNICIPALITY, PlaceDetail.LEVEL, PlaceDetail.EXACT]
    days = [DateDetail.TERM, DateDetail.MONTH, DateDetail.DAY]
    return (
        places.index(PlaceDetail(new.place_detail)) > places.index(PlaceDetail(old.place_detail))
        or days.index(DateDetail(new.date_detail)) > days.index(DateDetail(old.date_detail))
        or new.embargo_days < old.embargo_days
        or (permits_search_outcome(new) and not permits_search_outcome(old))
    )


def shown_days(commitment: Commitment, done: Days, detail: str) -> Days:
    """Return the days that the public is told an action lies within.

    Its own days, or the months or school terms around them (1 January to 31 July and 1 August to 31
    December), as far as they lie within the same period of the target: what is done in July is of
    the spring term and of the second half-year.
    """
    match detail:
        case DateDetail.DAY:
            return done
        case DateDetail.MONTH:
            last = monthrange(done.last.year, done.last.month)[1]
            days = Days(done.first.replace(day=1), done.last.replace(day=last))
        case _:
            terms = (period_at(Period.TERM, day) for day in (done.first, done.last))
            days = Days(next(terms).first, next(terms).last)
    return _within_a_period(commitment, days, done)


def _within_a_period(commitment: Commitment, days: Days, done: Days) -> Days:
    """Return the days that lie in the period that an action counts in.

    All of them where that would be less than a month: it would tell the day.
    """
    target = commitment.target_in_force
    if not target.is_by_periods:
        return days
    spans = [
        span
        for span in target.spans(commitment.counted_from, commitment.pledge.full_end, days.last)
        if span.first <= days.last and days.first <= span.last
    ]
    own = next((span for span in spans if span.first <= done.first <= span.last), None)
    if own is None or len(spans) < 2:
        return days
    within = Days(max(days.first, own.first), min(days.last, own.last))
    return within if (within.last - within.first).days >= _DAYS_OF_A_MONTH - 1 else days


def shows_own_days(commitment: Commitment, done: Days, detail: str) -> bool:
    """Return whether the public is told the first and last day of a span."""
    return done.are_several and detail == DateDetail.DAY and not commitment.is_secret_kind


def public_from(
    commitment: Commitment, done: Days, embargo_until: date | None, disclosure: Disclosure
) -> date:
    """Return the first day on which the public may be told of the action."""
    days = shown_days(commitment, done, disclosure.date_detail)
    earliest = [done.last + timedelta(days=disclosure.embargo_days)]
    if embargo_until is not None:
        earliest.append(embargo_until)
    if days.are_several:
        earliest.append(days.last + timedelta(days=1))
    if commitment.is_secret_kind:
        earliest.append(commitment.secret_until(done.last) + timedelta(days=1))
    return max(earliest)


def publish(action: CompletedAction) -> None:
    """Write, renew or withdraw an action's public part after any change.

    Within a transaction: the commitment's row is locked meanwhile, so that a new disclosure can't
    slip past.
    """
    action.commitment = (
        Commitment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("pledge", "disclosure")
        .get(pk=action.commitment_id)
    )
    counted = _versions([action])[action]
    _write_earlier({action: counted})
    if action.is_struck or not action.is_public:
        PublishedAction.objects.filter(action=action).delete()
        return
    PublishedAction.objects.update_or_create(
        action=action, defaults=_public_part(action, counted[-1].since)
    )


def publish_all(actions: Iterable[CompletedAction]) -> None:
    """Write the public part of many actions at once; they have none yet."""
    counted = _versions(actions)
    _write_earlier(counted)
    PublishedAction.objects.bulk_create(
        [
            PublishedAction(action=action, **_public_part(action, of_action[-1].since))
            for action, of_action in counted.items()
            if action.is_public and not action.is_struck
        ],
        batch_size=500,
    )


def _versions(actions: Iterable[CompletedAction]) -> dict[CompletedAction, list[Version]]:
    """Return what actions have counted to; a query if any was corrected."""
    actions = list(actions)
    corrections = defaultdict(list)
    if changed := [action.pk for action in actions if action.version > 1]:
        for correction in ActionCorrection.objects.filter(action__in=changed):
            corrections[correction.action_id].append(correction)
    return {action: versions(action, corrections[action.pk]) for action in actions}


def _write_earlier(counted: Mapping[CompletedAction, Sequence[Version]]) -> None:
    """Write what actions counted to before they were corrected."""
    changed = [action for action in counted if action.version > 1]
    if not changed:
        return
    EarlierAmount.objects.filter(action__in=changed).delete()
    EarlierAmount.objects.bulk_create(
        [
            EarlierAmount(action=action, **_earlier_part(action, version))
            for action in changed
            if not action.is_struck
            for version in counted[action][:-1]
        ],
        batch_size=500,
    )


def _earlier_part(action: CompletedAction, version: Version) -> dict[str, object]:
    commitment = action.commitment
    disclosure = disclosure_of(commitment)
    days = shown_days(commitment, version.days, disclosure.date_detail)
    told_from = max(
        public_from(commitment, version.days, version.embargo_until, disclosure),
        public_from(
            commitment, Days(action.done_on, action.until), action.embargo_until, disclosure
        ),
    )
    superseded_on = version.until or date.max
    is_told = action.is_public and version.is_public and told_from <= superseded_on
    return {
        "commitment": commitment,
        "municipality_id": action.municipality_id,
        "public_from": told_from if is_told else None,
        "shown_first": days.first,
        "shown_last": days.last,
        "is_span": shows_own_days(commitment, version.days, disclosure.date_detail),
        "added_on": version.since if version.since >= told_from else None,
        "superseded_on": superseded_on,
        "amount": version.amount,
        "unit": version.unit,
        "requests": version.requests,
        "outcome": version.outcome,
    }


def _public_part(action: CompletedAction, counted_since: date) -> dict[str, object]:
    commitment, place = action.commitment, action.place
    disclosure = disclosure_of(commitment)
    done = Days(action.done_on, action.until)
    days = shown_days(commitment, done, disclosure.date_detail)
    tells_place = place is not None and disclosure.place_detail == PlaceDetail.EXACT
    tells_level = place is not None and disclosure.place_detail == PlaceDetail.LEVEL
    tells_outcome = permits_search_outcome(disclosure)
    told_from = public_from(commitment, done, action.embargo_until, disclosure)
    return {
        "commitment": commitment,
        "municipality_id": action.municipality_id,
        "police_area_id": action.police_area_id,
        "public_from": told_from,
        "shown_first": days.first,
        "shown_last": days.last,
        # The day it was typed tells nothing of the day it was done once that may be told.
        "added_on": counted_since if counted_since >= told_from else None,
        "is_span": shows_own_days(commitment, done, disclosure.date_detail),
        "place": place if tells_place else None,
        "place_level": place.level if place is not None and tells_level else "",
        "amount": action.amount,
        "unit": action.unit,
        "requests": action.requests,
        "outcome": action.outcome,
        "premises_searched": action.premises_searched if tells_outcome else None,
        "indications": action.indications if tells_outcome else None,
        "finds": action.finds if tells_outcome else None,
        "note": action.public_note,
        "is_secret_kind": commitment.is_secret_kind,
        "is_demonstration": action.is_demonstration,
    }


@transaction.atomic
def disclose(
    commitment: Commitment,
    *,
    place_detail: str,
    date_detail: str,
    embargo_days: int,
    shows_search_outcome: bool,
) -> Disclosure:
    """Set how closely a commitment's actions are told, earlier ones included.

    Raises ValueError for a date detail that `permitted_date_details` doesn't have.
    """
    commitment = Commitment.objects.select_for_update(of=("self",)).get(pk=commitment.pk)
    if date_detail not in permitted_date_details(commitment):
        raise ValueError(date_detail)
    disclosure, _created = Disclosure.objects.update_or_create(
        commitment=commitment,
        defaults={
            "place_detail": place_detail,
            "date_detail": date_detail,
            "embargo_days": embargo_days,
            "shows_search_outcome": shows_search_outcome,
        },
    )
    actions = commitment.actions.select_related(
        "commitment__pledge", "commitment__disclosure", "commitment__origin__pledge"
    )
    PublishedAction.objects.filter(commitment=commitment).delete()
    actions = actions.select_related("place").prefetch_related(
        "commitment__pledge__prolongations", "commitment__target_changes"
    )
    publish_all(actions.order_by("pk").iterator(chunk_size=500))
    return disclosure
