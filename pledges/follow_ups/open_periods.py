"""List the periods that lack their account, and whose turn it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledges.actions.tallies import reported_to_staff
from pledges.closings.periods import accounted_periods
from pledges.closings.responsible import Responsible, awaited_for, name_of, speaker
from pledges.closings.secrecy import is_still_secret
from pledges.follow_ups.due import is_given_up
from pledges.lifecycle import Standing, standing
from pledges.models import Commitment, PeriodClosing, Pledge
from pledges.presentation.validity import period_label
from pledges.progress import Progress, Verdict
from pledges.progress.closing import closed_on
from pledges.targets import Span

_SETTLED = frozenset({Verdict.REACHED, Verdict.CUT})


@dataclass(frozen=True)
class OpenPeriod:
    """A period that is over, not reached and not closed.

    `awaited` are those responsible who haven't said that it is done. `is_given_up` is True when
    the pledge ended so long ago that nobody is reminded any more.
    """

    commitment: Commitment
    first: date
    last: date
    awaited: tuple[Responsible, ...]
    is_given_up: bool = False

    @property
    def label(self) -> str:
        """The period in words."""
        return period_label(self.first, self.last)

    @property
    def awaited_names(self) -> list[SafeString]:
        """Whose turn it is."""
        return [name_of(self.commitment, responsible) for responsible in self.awaited]

    def may_be_closed_by(self, user: User) -> bool:
        """Return whether a person may say for somebody awaited that it is done."""
        return any(speaker(user, self.commitment, responsible) for responsible in self.awaited)

    def is_awaited_from(self, user: User) -> bool:
        """Return whether it is a person's turn, as pages and letters say."""
        return not self.is_given_up and self.may_be_closed_by(user)


def open_periods(pledges: Iterable[Pledge], on: date) -> dict[int, list[OpenPeriod]]:
    """Return by pledge the periods that lack their account.

    Asks a fixed number of queries. The pledges come from `with_standing()`, with their commitments.
    Nothing of a secret kind is there before its own period is over, nor what its pledge was cut
    short in.
    """
    pledges = list(pledges)
    reported = reported_to_staff(pledges, on)
    closings: dict[int, list[PeriodClosing]] = defaultdict(list)
    for closing in PeriodClosing.objects.in_force().filter(commitment__pledge__in=pledges):
        closings[closing.commitment_id].append(closing)
    lacking: dict[int, list[OpenPeriod]] = {}
    for pledge in pledges:
        standing_today = standing(pledge, on)
        if not pledge.validity_periods.all():
            continue
        for commitment in pledge.commitments.all():
            commitment.pledge = pledge
            so_far = reported.progress(commitment, standing_today)
            closed = reported.closed.get(commitment.pk, [])
            lacking.setdefault(pledge.pk, []).extend(
                OpenPeriod(
                    commitment,
                    span.first,
                    span.last,
                    tuple(awaited_for(commitment, span, closings[commitment.pk])),
                    is_given_up(standing_today),
                )
                for span in _over(commitment, standing_today, so_far)
                if closed_on(closed, span.first, span.last, on) is None
            )
    return {key: periods for key, periods in lacking.items() if periods}


def _over(commitment: Commitment, standing_today: Standing, so_far: Progress) -> list[Span]:
    """Return the periods that are over and say nothing by themselves."""
    on = standing_today.on
    verdicts = {row.span.first: row.verdict for row in so_far.rows}
    return [
        span
        for span in accounted_periods(so_far.target, so_far.standing or standing_today)
        if on > span.last
        and verdicts.get(span.first, so_far.verdict) not in _SETTLED
        and not is_still_secret(commitment, span.last, on, so_far)
    ]


def lacking_sentence(period: OpenPeriod) -> str:
    """Return in a sentence that a period's account is lacking."""
    number = period.commitment.number
    return _("Åtagande %(number)s, %(period)s: redovisningen saknas.") % {
        "number": number,
        "period": period.label,
    }
