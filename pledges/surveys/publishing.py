"""Publishing what the public may be told of a round, and taking it back.

`pledges.surveys.statistical_disclosure` is the rule. Here it is put to use: with all that was ever
told of the round, taken back or not, since what somebody has once read isn't forgotten. The public
part lies in tables of its own, and stays as it is when sums are changed afterwards, until it is
published again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused
from pledges.models import PublishedRound, PublishedShare, SurveyPublication, SurveyRound
from pledges.models.survey import CHAINS, SurveyRoundQuerySet
from pledges.surveys import statistical_disclosure
from pledges.surveys.rounds import locked, sums_of
from pledges.surveys.statistical_disclosure import Answers, CannotFollow, Earlier, Published, Rule

_CHAINS = tuple(tuple(measure.value for measure in chain) for chain in CHAINS)
# What the public part repeats of the round itself.
_REPEATED = (
    *("commitment_id", "municipality_id", "school_year", "grade", "method", "instrument"),
    *("invited", "note", "is_demonstration"),
)
LONGEST_REASON = 500


class State(models.TextChoices):
    """Where a round is on its way to the public."""

    DRAFT = "draft", gettext_lazy("Utkast, inte publicerad")
    PUBLISHED = "published", gettext_lazy("Publicerad")
    CHANGED = "changed", gettext_lazy("Ändrad sedan den publicerades")
    TAKEN_BACK = "taken_back", gettext_lazy("Tillbakadragen")


@dataclass(frozen=True)
class Preview:
    """What the public will see of a round when it is published now.

    Of a share that is hidden `published` says why, which is never for the public. `published` is
    None when it can't be published after what was told before; `refused` then says in which
    groups, by gender when they are told of.
    """

    published: Published | None
    refused: tuple[CannotFollow, ...] = ()


def rule() -> Rule:
    """Return the thresholds that this portal is set to."""
    return Rule(settings.SURVEY_SMALLEST_GROUP, settings.SURVEY_SMALLEST_CELL)


def state(found: SurveyRound) -> State:
    """Return a round's state; asks nothing of one fetched by `with_publications`."""
    published: PublishedRound | None = getattr(found, "published", None)
    told = list(found.publications.all())
    if published is None:
        return State.TAKEN_BACK if told else State.DRAFT
    latest = max(told, key=lambda each: each.number)
    is_same = latest.sums == sums_of(found).as_json() and _repeated(published) == _repeated(found)
    return State.PUBLISHED if is_same else State.CHANGED


def with_publications(rounds: SurveyRoundQuerySet) -> SurveyRoundQuerySet:
    """Fetch rounds with all that `state` and `preview` look at, in a fixed number of queries."""
    return rounds.with_sums().prefetch_related("publications")


def _repeated(row: SurveyRound | PublishedRound) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _REPEATED}


def preview(found: SurveyRound) -> Preview:
    """Return what the public would be told of a round's sums as they are now."""
    answers, earlier = _answers(sums_of(found).as_json()), _earlier(found)
    anew = statistical_disclosure.publish(answers, rule())
    try:
        told = statistical_disclosure.publish(answers, rule(), earlier)
    except CannotFollow as refused:
        return Preview(None, _small_changes(anew, earlier) or (refused,))
    # That it was hidden before is the reason only of what would be shown otherwise.
    shares = {
        key: anew.shares[key]
        if share.why == statistical_disclosure.Why.HIDDEN_BEFORE
        and anew.shares[key].percent is None
        else share
        for key, share in told.shares.items()
    }
    return Preview(replace(told, shares=shares))


def _small_changes(now: Published, earlier: list[Earlier]) -> tuple[CannotFollow, ...]:
    """Return where fewer answers have come or gone than may be told, the latest publication
    first; all pupils together only when no gender says it."""
    for each in reversed(earlier):
        before = each.published.groups
        changed = [
            CannotFollow(group, before[group], now.groups[group])
            for group in statistical_disclosure.Group
            if group in before
            and group in now.groups
            and 0 < abs(now.groups[group] - before[group]) < rule().smallest_group
        ]
        genders = tuple(
            change for change in changed if change.group != statistical_disclosure.Group.ALL
        )
        if changed:
            return genders or tuple(changed)
    return ()


def is_as_told(found: SurveyRound, seen: Preview) -> bool:
    """Whether publishing a round now would change nothing, given its preview.

    Also a published round that nobody has changed would, once the portal is set to hide more.
    """
    if state(found) != State.PUBLISHED or seen.published is None:
        return False
    latest = max(found.publications.all(), key=lambda each: each.number)
    return bool(latest.told == _told(seen.published))


def _answers(sums: dict[str, Any]) -> Answers:
    return Answers(
        {statistical_disclosure.Group(group): number for group, number in sums["answered"].items()},
        {
            measure: {
                statistical_disclosure.Group(group): number for group, number in numbers.items()
            }
            for measure, numbers in sums["yes"].items()
        },
        _CHAINS,
    )


def _earlier(found: SurveyRound) -> list[Earlier]:
    """Return all that was ever told of a round; a taking back told nothing."""
    return [
        Earlier(_answers(each.sums), _published(each.told))
        for each in found.publications.all()
        if each.told
    ]


def _published(told: dict[str, Any]) -> Published:
    """Make of what a publication keeps what `disclosure` compares with."""
    return Published(
        {statistical_disclosure.Group(group): number for group, number in told["groups"].items()},
        {
            (measure, statistical_disclosure.Group(group)): statistical_disclosure.Share(percent)
            for measure, group, percent in told["shares"]
        },
    )


def _told(published: Published) -> dict[str, Any]:
    """Return what a publication keeps of what was told, always in the same order."""
    shares = sorted(published.shares.items(), key=lambda item: (item[0][0], item[0][1].value))
    return {
        "groups": {group.value: number for group, number in sorted(published.groups.items())},
        "shares": [[measure, group.value, share.percent] for (measure, group), share in shares],
    }


@transaction.atomic
def publish(
    found: SurveyRound,
    *,
    reason: str = "",
    version: int | None = None,
    by: User | None,
    at: datetime,
    today: date,
) -> PublishedRound:
    """Publish what may be told of a round, and keep what was told and of what.

    `version` is the round's own as the person previewed it. The first time needs no reason; later
    ones do, and the public reads it as the correction. Nothing happens when all is published as it
    is. Raises Refused without a reason, for sums that can't follow what was told before, and
    ChangedMeanwhile.
    """
    stored = with_publications(SurveyRound.objects.all()).get(uid=locked(found, version).uid)
    told = list(stored.publications.all())
    seen = preview(stored)
    if seen.published is None:
        raise Refused({"": _("Ändringen skulle röja hur några få elever har svarat.")})
    now = _told(seen.published)
    public: PublishedRound | None = getattr(stored, "published", None)
    if public is not None and is_as_told(stored, seen):
        return public
    reason = reason.strip()
    if told and not reason:
        raise Refused({"reason": _("Skriv varför omgången publiceras igen.")})
    _keep(stored, reason if told else "", by, at, sums=sums_of(stored).as_json(), told=now)
    return _write_public(stored, public, seen.published, reason if told else "", today)


def _keep(
    stored: SurveyRound, reason: str, by: User | None, at: datetime, **what: dict[str, Any]
) -> None:
    """Keep that something was told, or taken back: `what` holds the sums and what was told."""
    with on_behalf_of(**({"reason": reason} if reason else {})):
        SurveyPublication.objects.create(
            round=stored,
            number=stored.publications.count() + 1,
            reason=reason,
            published_by=by,
            published_at=at,
            **what,
        )


def public_part(found: SurveyRound, told: Published) -> tuple[PublishedRound, list[PublishedShare]]:
    """Return the rows that the public would read, not stored, in an order that tells nothing."""
    answered = told.groups.get(statistical_disclosure.Group.ALL)
    row = PublishedRound(
        **_repeated(found),
        round=found,
        answered=answered,
        response_rate=None
        if answered is None
        else statistical_disclosure.percent(answered, found.invited),
    )
    shares = [
        PublishedShare(
            round=row, measure=measure, group=group.value, answered=told.groups[group], percent=each
        )
        for (measure, group), share in sorted(told.shares.items())
        for each in [share.percent]
    ]
    return row, shares


def _write_public(
    stored: SurveyRound,
    public: PublishedRound | None,
    told: Published,
    correction: str,
    today: date,
) -> PublishedRound:
    """Bring the public part to what is told now. It is left alone when it says that already: a
    mark of correction would tell that something hidden has changed."""
    row, shares = public_part(stored, told)
    if public is not None:
        if _read(public, public.shares.all()) == _read(row, shares):
            return public
        row.uid, row.published_on = public.uid, public.published_on
        row.corrected_on, row.correction = public.corrected_on, public.correction
        public.shares.all().delete()
    else:
        row.published_on = _first_day(stored, today)
    if correction:
        row.corrected_on, row.correction = today, correction
    row.save(force_insert=public is None, force_update=public is not None)
    for share in shares:
        share.round = row
    PublishedShare.objects.bulk_create(shares)
    return row


def _read(row: PublishedRound, shares: Iterable[PublishedShare]) -> tuple[Any, ...]:
    """Return what a reader can tell two public parts apart by."""
    cells = sorted(
        (s.measure, s.group, s.answered, -1 if s.percent is None else s.percent) for s in shares
    )
    return _repeated(row), row.answered, row.response_rate, cells


def _first_day(stored: SurveyRound, today: date) -> date:
    earlier = [each.published_at for each in stored.publications.all() if each.told]
    return timezone.localdate(min(earlier)) if earlier else today


@transaction.atomic
def take_back(
    found: SurveyRound, *, reason: str, version: int | None = None, by: User | None, at: datetime
) -> None:
    """Remove what the public is told of a round. What was told is kept, and limits what can be
    told later. Raises Refused without a reason or when nothing is public, ChangedMeanwhile."""
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför omgången dras tillbaka.")})
    stored = locked(found, version)
    public = PublishedRound.objects.filter(round=stored).first()
    if public is None:
        raise Refused({"": _("Omgången är inte publicerad.")})
    public.delete()
    _keep(stored, reason.strip(), by, at)
