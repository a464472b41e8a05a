"""Close a period: say that all that was done in it is reported.

- Whoever is responsible says it, each for itself; for a third party the municipality does. The
  period is closed when everybody responsible has said it.
- Nothing is closed before the period's last day is over, nor of a secret kind before its own
  period is.
- It is undone with a reason, and can then be said anew. Nothing is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.pages.refusals import Refused
from pledges.closings.periods import accounted_periods
from pledges.closings.responsible import Responsible, responsible_for, speakers
from pledges.closings.secrecy import is_still_secret
from pledges.lifecycle import standing
from pledges.models import Commitment, Municipality, PeriodClosing, Pledge, PoliceArea
from pledges.targets import Span


def period_from(commitment: Commitment, first_day: date, on: date) -> Span:
    """Return the period that begins on a day, when it may be closed.

    Raises Refused when no period begins then, when it isn't over, and when it is secret yet. The
    pledge comes from `with_standing()`.
    """
    standing_today = standing(commitment.pledge, on)
    periods = accounted_periods(
        commitment.target_in_force, replace(standing_today, valid_from=commitment.counted_from)
    )
    span = next((span for span in periods if span.first == first_day), None)
    if span is None or not commitment.pledge.validity_periods.all():
        raise Refused(_("Perioden stämmer inte med löftets tid."))
    if on <= span.last or is_still_secret(commitment, span.last, on):
        raise Refused(_("Perioden är inte slut än."))
    return span


@transaction.atomic
def close(
    commitment: Commitment,
    first_day: date,
    responsible: Iterable[Responsible],
    party: Municipality | PoliceArea,
    *,
    by: User | None,
    at: datetime,
) -> list[PeriodClosing]:
    """Say for those `responsible` that a period is done.

    `party` is who says it. Raises Refused when the period can't be closed, when somebody isn't
    responsible or has said it already.
    """
    # Lock the pledge, so that no decision moves its periods meanwhile.
    Pledge.objects.select_for_update(of=("self",)).get(pk=commitment.pledge_id)
    span = period_from(commitment, first_day, timezone.localdate(at))
    answering = responsible_for(commitment)
    closings = []
    for answerer in responsible:
        if answerer not in answering or party not in speakers(commitment, answerer):
            raise Refused(_("Den som är ansvarig för åtagandet säger själv att det är klart."))
        try:
            with transaction.atomic():
                closing = PeriodClosing.objects.create(
                    commitment=commitment,
                    first_day=span.first,
                    last_day=span.last,
                    municipality=party if isinstance(party, Municipality) else None,
                    police_area=party if isinstance(party, PoliceArea) else None,
                    third_party=answerer.third_party,
                    closed_by=by,
                    closed_at=at,
                )
        except IntegrityError as fault:
            raise Refused(_("Det är redan sagt att redovisningen är klar.")) from fault
        closings.append(closing)
    if not closings:
        raise Refused(_("Den som är ansvarig för åtagandet säger själv att det är klart."))
    return closings


@transaction.atomic
def close_for_all(
    commitment: Commitment,
    first_day: date,
    speaking: Iterable[tuple[Responsible, Municipality | PoliceArea]],
    *,
    by: User | None,
    at: datetime,
) -> list[PeriodClosing]:
    """Say for each responsible, by the party beside it, that a period is done.

    For all of them or, when `close` refuses one, for none.
    """
    closings = []
    for responsible, party in speaking:
        closings += close(commitment, first_day, [responsible], party, by=by, at=at)
    return closings


@transaction.atomic
def undo(closing: PeriodClosing, reason: str, *, by: User | None, at: datetime) -> PeriodClosing:
    """Open a closed period again, for a reason.

    Raises Refused when it is open already or the reason is missing.
    """
    stored = PeriodClosing.objects.select_for_update(of=("self",)).get(pk=closing.pk)
    if stored.undone_at is not None:
        raise Refused(_("Perioden är redan öppnad igen."))
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför perioden öppnas igen.")})
    stored.undone_by, stored.undone_at, stored.undone_reason = by, at, reason.strip()
    stored.save(update_fields=["undone_by", "undone_at", "undone_reason"])
    return stored
