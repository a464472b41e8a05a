"""Prolong a signed pledge by a decision.

What was signed stays as it is; the pledge and its targets go on to the new day. A number that is
promised for the whole pledge stays the same number, unless the decision gives a new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.text import day
from pledge_portal.pages.year_limits import year_fault
from pledges.actions.action_disclosure import publish
from pledges.decided import Decision
from pledges.decisions.rules import fault_of_decided_day
from pledges.models import (
    Commitment,
    Pledge,
    Prolongation,
    PublishedAction,
    TargetChange,
    ValidityPeriod,
)

# What is longer is a slip of the keyboard. It can't be undone, and targets are counted for it.
LONGEST_PROLONGATION = timedelta(days=10 * 366)


@transaction.atomic
def prolong(
    pledge: Pledge,
    *,
    valid_to: date,
    decision: Decision,
    reason: str,
    by: User | None,
    at: datetime,
    numbers: Mapping[int, Decimal] = {},
) -> Prolongation:
    """Let a pledge hold to `valid_to`.

    `numbers` are the new ones that the decision gives, by the numbers of the commitments, for
    targets that are for the whole pledge. Raises Refused when it isn't signed by all, is annulled,
    had ended or been replaced before the decision, is followed by another the day after, holds as
    long already, when day, body or reason of the decision are missing or the day can't be, or when
    a target can't have the number.
    """
    pledge = Pledge.objects.select_for_update().get(pk=pledge.pk)
    periods = list(pledge.validity_periods.select_for_update())
    if not periods:
        raise Refused(_("Bara ett löfte som alla har undertecknat kan förlängas."))
    if hasattr(pledge, "annulment"):
        raise Refused(_("Löftet är upphävt."))
    end = pledge.full_end
    today = timezone.localdate(at)
    _check(pledge, valid_to, decision, reason, today)
    fields = decision.fields(today)
    targets = _new_targets(pledge, numbers, decision.decided_on)
    going_on = [period for period in periods if _goes_on(period, end, decision.decided_on)]
    if not going_on:
        raise Refused(_fault_of_ended(pledge))
    if all(_next_begin(period) == end + timedelta(days=1) for period in going_on):
        # A prolongation without a day would be told of as if there were one.
        raise Refused({"valid_to": _("Ett annat löfte börjar gälla dagen efter det här.")})
    prolongation = Prolongation.objects.create(
        pledge=pledge,
        valid_to=valid_to,
        reason=reason.strip(),
        entered_by=by,
        entered_at=at,
        **fields,
    )
    for commitment, target in targets:
        TargetChange.objects.create(
            commitment=commitment,
            prolongation=prolongation,
            from_day=prolongation.decided_on or today,
            entered_by=by,
            entered_at=at,
            **target,
        )
    with on_behalf_of(reason=prolongation.reason):
        for period in going_on:
            # One that holds until it is replaced goes on to its successor by itself.
            if not pledge.until_replaced:
                upper = min(filter(None, [valid_to + timedelta(days=1), _next_begin(period)]))
                period.during = DateRange(period.during.lower, upper)
                period.save(update_fields=["during"])
    _keep_secret_longer(pledge, today)
    return prolongation


def last_day_to_prolong(pledge: Pledge) -> date | None:
    """Return the last day on which it could be decided that a pledge goes on.

    None where no day is: it was cut short everywhere. `date.max` while it holds.
    """
    uppers = [
        period.during.upper
        for period in pledge.validity_periods.all()
        if not _is_cut_short(period, pledge.full_end)
    ]
    if None in uppers:
        return date.max
    return max(uppers) - timedelta(days=1) if uppers else None


def _fault_of_ended(pledge: Pledge) -> str | dict[str, str]:
    sentence = _("Löftet hade upphört eller ersatts innan det förlängdes.")
    last = last_day_to_prolong(pledge)
    if last is None:
        return sentence
    decided = _("Bara ett beslut från den %(day)s eller tidigare kan förlänga det.")
    return {"decided_on": f"{sentence} {decided % {'day': day(last)}}"}


def commitments_for_the_whole(pledge: Pledge) -> list[Commitment]:
    """Return those with a number for the whole pledge, as it counts today."""
    commitments = pledge.commitments.prefetch_related("target_changes").order_by("number")
    return [
        commitment
        for commitment in commitments
        if commitment.target_in_force.has_number_for_the_whole
    ]


def number_field(commitment: Commitment) -> str:
    """Return what the form calls a commitment's new number."""
    return f"number_{commitment.number}"


def _new_targets(
    pledge: Pledge, numbers: Mapping[int, Decimal], decided_on: date | None
) -> list[tuple[Commitment, dict[str, Any]]]:
    """Return which commitments get which target: a new number alone.

    A target that was corrected after the decision keeps its correction: the latest counts.
    """
    by_number = {commitment.number: commitment for commitment in commitments_for_the_whole(pledge)}
    faults, targets = {}, []
    for number, amount in numbers.items():
        if number not in by_number:
            raise Refused(
                _("Åtagande %(number)s har inget antal för hela löftet.") % {"number": number}
            )
        commitment = by_number[number]
        target = replace(commitment.target_in_force, amount=amount)
        if target == commitment.target_in_force:
            continue
        if sentences := [sentence for _part, sentence in target.faults()]:
            faults[number_field(commitment)] = " ".join(sentences)
        source = commitment.source_in_force
        if isinstance(source, TargetChange) and decided_on and decided_on < source.from_day:
            faults[number_field(commitment)] = _(
                "Målet ändrades senare än beslutet, den %(day)s. Lämna antalet tomt här och rätta "
                "målet i stället."
            ) % {"day": day(source.from_day)}
        columns = {**source.fields(), "target_amount": amount}
        targets.append((commitment, columns))
    if faults:
        raise Refused(faults)
    return targets


def _check(pledge: Pledge, valid_to: date, decision: Decision, reason: str, today: date) -> None:
    faults = {}
    if valid_to <= pledge.full_end:
        faults["valid_to"] = _("Löftet gäller redan så länge.")
    elif fault := year_fault(valid_to):
        faults["valid_to"] = fault
    elif valid_to - pledge.full_end > LONGEST_PROLONGATION:
        faults["valid_to"] = _("Det är mer än tio år längre än löftet gäller. Rätta dagen.")
    elif decision.decided_on is not None and valid_to < decision.decided_on <= today:
        faults["valid_to"] = _("Dagen hade redan varit när det beslutades.")
    if decision.decided_on is None:
        faults["decided_on"] = _("Skriv vilken dag det beslutades.")
    elif fault := year_fault(decision.decided_on) or fault_of_decided_day(
        pledge, decision.decided_on
    ):
        faults["decided_on"] = fault
    if not decision.decided_by.strip():
        faults["decided_by"] = _("Skriv vem som beslutade.")
    if not reason.strip():
        faults["reason"] = _("Skriv varför löftet förlängs.")
    if faults:
        raise Refused(faults)


def _goes_on(period: ValidityPeriod, end: date, decided_on: date | None) -> bool:
    """Return whether a pledge still held somewhere when it was prolonged.

    Until its own end, or held over after it; one that was cut short has a successor.
    """
    if _is_cut_short(period, end):
        return False
    upper = period.during.upper
    return upper is None or (decided_on is not None and decided_on < upper)


def _is_cut_short(period: ValidityPeriod, end: date) -> bool:
    upper = period.during.upper
    return period.during.isempty or (upper is not None and upper <= end)


def _next_begin(period: ValidityPeriod) -> date | None:
    """Return when the next pledge begins there, if one does."""
    later = ValidityPeriod.objects.filter(
        municipality=period.municipality_id,
        part=period.part_id,
        during__isempty=False,
        during__startswith__gt=period.during.lower,
    )
    return min((other.during.lower for other in later), default=None)


def _keep_secret_longer(pledge: Pledge, today: date) -> None:
    """Set anew when secret actions are told that wait for the pledge's end."""
    waiting = PublishedAction.objects.filter(
        action__commitment__pledge=pledge, public_from__gt=today
    ).select_related("action__commitment")
    for published in waiting:
        if published.action.commitment.is_secret_kind:
            publish(published.action)
