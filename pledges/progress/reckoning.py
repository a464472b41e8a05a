"""The reckoning itself, by the shape of the target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from pledges.lifecycle import Standing
from pledges.progress.closing import closed_on
from pledges.progress.deadlines import by_its_day, by_years
from pledges.progress.evidence import Evidence, amount_of, cut_of, sums
from pledges.progress.means import on_average
from pledges.progress.outcome import ClosedTime, Progress, Tally, Verdict
from pledges.progress.periods import by_periods
from pledges.progress.verdicts import verdict_of_period
from pledges.targets import Period, Shape, Target


def progress(
    target: Target,
    tallies: Iterable[Tally],
    standing: Standing,
    *,
    closed: Iterable[ClosedTime] = (),
    earlier: Iterable[Tally] = (),
    is_secret: bool,
) -> Progress:
    """Return how far a commitment has come on the day of `standing`.

    `closed` are the stretches of its time in which all is said to be reported; `earlier` is what
    counted until it was corrected.
    """
    if standing.was_never_in_force:
        # It bound nobody a single day, whatever was done meanwhile.
        return Progress(target, Verdict.CUT, is_secret=is_secret, standing=standing)
    if standing.on < standing.valid_from:
        return Progress(target, Verdict.UPCOMING, is_secret=is_secret, standing=standing)
    counted = sorted(tallies, key=lambda tally: tally.first)
    evidence = Evidence(target, counted, standing, tuple(closed), tuple(earlier))
    untold = None
    if is_secret and not target.is_by_periods:
        # 5 of 6 in the last term would announce the sixth.
        untold, _last = target.secret_span(standing.valid_from, standing.planned_end, standing.on)
        if untold <= standing.valid_from:
            return Progress(target, Verdict.HIDDEN, is_secret=True, standing=standing)
        evidence = _as_it_stood(evidence, untold)
    outcome = _outcome(evidence, is_secret=is_secret)
    if untold is not None:
        outcome = _silence_hidden(outcome, untold)
    is_told = any(row.is_told for row in outcome.rows) if outcome.rows else evidence.is_told
    return replace(
        outcome,
        is_secret=is_secret,
        standing=standing,
        cut=cut_of(standing),
        is_told=is_told,
    )


def _silence_hidden(outcome: Progress, untold: date) -> Progress:
    """Return a secret kind's progress that doesn't say "nothing yet".

    It says so of all time until now, and what was done since `untold` isn't told.
    """
    rows = tuple(
        replace(row, verdict=Verdict.HIDDEN) if row.verdict == Verdict.NOTHING_YET else row
        for row in outcome.rows
    )
    if outcome.verdict != Verdict.NOTHING_YET:
        return replace(outcome, rows=rows)
    return replace(outcome, rows=rows, verdict=Verdict.HIDDEN, told_before=untold)


def _outcome(evidence: Evidence, *, is_secret: bool) -> Progress:
    target = evidence.target
    if target.shape == Shape.COVERAGE and not evidence.promised:
        # How many there are isn't known, so no number is enough.
        return _unmeasured(evidence)
    if target.is_mean:
        return on_average(evidence)
    if target.is_by_periods or target.period == Period.MONTH:
        return by_periods(evidence, is_secret=is_secret and target.is_by_periods)
    match target.shape:
        case Shape.COUNT:
            return _over_the_whole(evidence)
        case Shape.COVERAGE:
            return _covered(evidence)
        case Shape.DONE:
            return _once(evidence)
        case Shape.ON_DEMAND:
            return _on_demand(evidence)
    return _unmeasured(evidence)


def _as_it_stood(evidence: Evidence, on: date) -> Evidence:
    """Return how things stood on an earlier day; what came later isn't told."""
    return replace(
        evidence,
        tallies=[tally for tally in evidence.tallies if tally.last < on],
        earlier=[tally for tally in evidence.earlier if tally.last < on],
        standing=replace(evidence.standing, on=on),
    )


def _over_the_whole(evidence: Evidence) -> Progress:
    promised = evidence.promised
    return evidence.over_all_the_time(
        lambda tallies, is_closed: evidence.is_enough(
            amount_of(tallies), promised, is_closed=is_closed
        ),
        whole=promised,
    )


def _covered(evidence: Evidence) -> Progress:
    promised = evidence.promised
    done = amount_of(evidence.tallies)
    return evidence.over_all_the_time(
        lambda tallies, _is_closed: amount_of(tallies) >= promised,
        whole=promised,
        done=min(done, evidence.target.of or promised),
    )


def _once(evidence: Evidence) -> Progress:
    if evidence.target.every_year:
        return by_years(evidence)
    if evidence.target.last is not None:
        return by_its_day(evidence)
    return evidence.over_all_the_time(
        lambda tallies, _is_closed: any(tally.is_done for tally in tallies), bool
    )


def _on_demand(evidence: Evidence) -> Progress:
    counted = sums(evidence.tallies)
    if not counted["requests"]:
        return Progress(evidence.target, Verdict.NO_REQUEST, **counted)
    # Who was to get it within some days, and didn't, can't get it in time any more.
    is_settled = evidence.target.within_days is not None and any(
        tally.amount < tally.requests and evidence.is_closed(tally) for tally in evidence.tallies
    )
    return evidence.over_all_the_time(
        lambda tallies, _is_closed: amount_of(tallies) >= sum(tally.requests for tally in tallies),
        lambda tallies: amount_of(tallies) > 0,
        is_settled=is_settled,
        whole=counted["requests"],
    )


def _unmeasured(evidence: Evidence) -> Progress:
    """Return what is done where no number says how much is enough."""
    standing = evidence.standing
    verdict = Verdict.UNMEASURED
    if not evidence.tallies:
        days = (standing.valid_from, standing.last_day or standing.planned_end)
        if closed_on(evidence.closed, *days, standing.on) is None:
            verdict = verdict_of_period(
                is_reached=False,
                is_cut=False,
                is_closed=False,
                lacks_report=evidence.is_over,
                is_reported=evidence.is_told,
            )
    return Progress(evidence.target, verdict, **sums(evidence.tallies))
