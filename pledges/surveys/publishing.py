"""Publish what the public may read of a round, and withdraw it.

`pledges.surveys.statistical_disclosure` is the rule. Here it is applied to all that was ever
published of the round, withdrawn or not, since what somebody has once read isn't forgotten. The
public part lies in tables of its own, and stays as it is when sums are changed afterwards, until it
is published again.
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
from pledges.surveys.answer_chains import Answers, Group
from pledges.surveys.rounds import locked, sums_of
from pledges.surveys.statistical_disclosure import (
    EarlierPublication,
    Published,
    RevealingChange,
    Rule,
)

_CHAINS = tuple(tuple(measure.value for measure in chain) for chain in CHAINS)
# What the public part repeats of the round itself.
_REPEATED = (
    *("commitment_id", "municipality_id", "school_year", "grade", "method", "instrument"),
    *("invited", "note", "is_demonstration"),
)
MAX_REASON_LENGTH = 500


class State(models.TextChoices):
    """The state of a round on its way to the public."""

    DRAFT = "draft", gettext_lazy("Utkast, inte publicerad")
    PUBLISHED = "published", gettext_lazy("Publicerad")
    CHANGED = "changed", gettext_lazy("Ändrad sedan den publicerades")
    TAKEN_BACK = "taken_back", gettext_lazy("Tillbakadragen")


@dataclass(frozen=True)
class Preview:
    """What the public will see of a round when it is published now.

    Of a share that is hidden `published` says why, which is never for the public. `published` is
    None when it can't be published after what was published before; `refused` then says in which
    groups, by gender when they are shown.
    """

    published: Published | None
    refused: tuple[RevealingChange, ...] = ()


def rule() -> Rule:
    """Return the thresholds that this portal is set to."""
    return Rule(settings.SURVEY_SMALLEST_GROUP, settings.SURVEY_SMALLEST_CELL)


def state(survey_round: SurveyRound) -> State:
    """Return a round's state.

    No query for a round fetched by `with_publications`.
    """
    published: PublishedRound | None = getattr(survey_round, "published", None)
    publications = list(survey_round.publications.all())
    if published is None:
        return State.TAKEN_BACK if publications else State.DRAFT
    latest = max(publications, key=lambda publication: publication.number)
    is_same = latest.sums == sums_of(survey_round).as_json() and _repeated_fields(
        published
    ) == _repeated_fields(survey_round)
    return State.PUBLISHED if is_same else State.CHANGED


def with_publications(rounds: SurveyRoundQuerySet) -> SurveyRoundQuerySet:
    """Fetch rounds with all that `state` and `preview` use.

    In a fixed number of queries.
    """
    return rounds.with_sums().prefetch_related("publications")


def _repeated_fields(either_round: SurveyRound | PublishedRound) -> dict[str, Any]:
    return {name: getattr(either_round, name) for name in _REPEATED}


def preview(survey_round: SurveyRound) -> Preview:
    """Return what the public would see of a round's sums as they are now."""
    answers, earlier = _answers(sums_of(survey_round).as_json()), _earlier(survey_round)
    independent = statistical_disclosure.publish(answers, rule())
    try:
        published = statistical_disclosure.publish(answers, rule(), earlier)
    except RevealingChange as refused:
        return Preview(None, _small_changes(independent, earlier) or (refused,))
    # That it was hidden before is the reason only of what would be shown otherwise.
    shares = {
        key: independent.shares[key]
        if share.reason == statistical_disclosure.HiddenReason.HIDDEN_BEFORE
        and independent.shares[key].percent is None
        else share
        for key, share in published.shares.items()
    }
    return Preview(replace(published, shares=shares))


def _small_changes(
    current: Published, earlier: list[EarlierPublication]
) -> tuple[RevealingChange, ...]:
    """Return the groups where too few answers have come or gone.

    The latest publication comes first; all pupils together only when no gender says it.
    """
    for publication in reversed(earlier):
        before = publication.published.groups
        changed = [
            RevealingChange(group, before[group], current.groups[group])
            for group in Group
            if group in before
            and group in current.groups
            and 0 < abs(current.groups[group] - before[group]) < rule().smallest_group
        ]
        genders = tuple(change for change in changed if change.group != Group.ALL)
        if changed:
            return genders or tuple(changed)
    return ()


def is_as_published(survey_round: SurveyRound, current: Preview) -> bool:
    """Return whether publishing a round now would change nothing.

    `current` is its preview. A published round that nobody has changed would change when the portal
    is set to hide more.
    """
    if state(survey_round) != State.PUBLISHED or current.published is None:
        return False
    latest = max(survey_round.publications.all(), key=lambda publication: publication.number)
    return bool(latest.published_figures == _published_json(current.published))


def _answers(sums: dict[str, Any]) -> Answers:
    return Answers(
        {Group(group): number for group, number in sums["answered"].items()},
        {
            measure: {Group(group): number for group, number in numbers.items()}
            for measure, numbers in sums["yes"].items()
        },
        _CHAINS,
    )


def _earlier(survey_round: SurveyRound) -> list[EarlierPublication]:
    """Return all that was ever published of a round.

    A withdrawal published nothing.
    """
    return [
        EarlierPublication(_answers(publication.sums), _published(publication.published_figures))
        for publication in survey_round.publications.all()
        if publication.published_figures
    ]


def _published(published_json: dict[str, Any]) -> Published:
    """Return a publication's content in the form that the rule compares with."""
    return Published(
        {Group(group): number for group, number in published_json["groups"].items()},
        {
            (measure, Group(group)): statistical_disclosure.Share(percent)
            for measure, group, percent in published_json["shares"]
        },
    )


def _published_json(published: Published) -> dict[str, Any]:
    """Return the content that a publication keeps, in a fixed order."""
    shares = sorted(published.shares.items(), key=lambda item: (item[0][0], item[0][1].value))
    return {
        "groups": {group.value: number for group, number in sorted(published.groups.items())},
        "shares": [[measure, group.value, share.percent] for (measure, group), share in shares],
    }


@transaction.atomic
def publish(
    survey_round: SurveyRound,
    *,
    reason: str = "",
    version: int | None = None,
    by: User | None,
    at: datetime,
    today: date,
) -> PublishedRound:
    """Publish what may be shown of a round, and store what was published.

    `version` is the round's own as the person previewed it. The first time needs no reason; later
    ones do, and the public reads it as the correction. Nothing happens when all is published as it
    is. Raises Refused without a reason or for sums that can't follow what was published before, and
    ChangedMeanwhile.
    """
    stored = with_publications(SurveyRound.objects.all()).get(uid=locked(survey_round, version).uid)
    publications = list(stored.publications.all())
    current = preview(stored)
    if current.published is None:
        raise Refused({"": _("Ändringen skulle röja hur några få elever har svarat.")})
    published_json = _published_json(current.published)
    public: PublishedRound | None = getattr(stored, "published", None)
    if public is not None and is_as_published(stored, current):
        return public
    reason = reason.strip()
    if publications and not reason:
        raise Refused({"reason": _("Skriv varför omgången publiceras igen.")})
    _add_publication(
        stored,
        reason if publications else "",
        by,
        at,
        sums=sums_of(stored).as_json(),
        published_figures=published_json,
    )
    return _write_public(stored, public, current.published, reason if publications else "", today)


def _add_publication(
    stored: SurveyRound, reason: str, by: User | None, at: datetime, **content: dict[str, Any]
) -> None:
    """Store that something was published or withdrawn.

    `content` holds the sums and what was published.
    """
    with on_behalf_of(**({"reason": reason} if reason else {})):
        SurveyPublication.objects.create(
            round=stored,
            number=stored.publications.count() + 1,
            reason=reason,
            published_by=by,
            published_at=at,
            **content,
        )


def public_part(
    survey_round: SurveyRound, published: Published
) -> tuple[PublishedRound, list[PublishedShare]]:
    """Return the rows that the public would read, not stored.

    Their order reveals nothing.
    """
    answered = published.groups.get(Group.ALL)
    published_round = PublishedRound(
        **_repeated_fields(survey_round),
        # By its key: the round itself would take this row for its published part.
        round_id=survey_round.pk,
        answered=answered,
        response_rate=None
        if answered is None
        else statistical_disclosure.percent(answered, survey_round.invited),
        # By what is shown alone: that some are left out would tell that there are any.
        is_least=Group.GIRLS in published.groups and Group.OTHER not in published.groups,
    )
    shares = [
        PublishedShare(
            round=published_round,
            measure=measure,
            group=group.value,
            answered=published.groups[group],
            percent=percent,
        )
        for (measure, group), share in sorted(published.shares.items())
        for percent in [share.percent]
    ]
    return published_round, shares


def _write_public(
    stored: SurveyRound,
    current_public: PublishedRound | None,
    published: Published,
    correction: str,
    today: date,
) -> PublishedRound:
    """Bring the public part to what is published now.

    It is left alone when it says that already: a mark of correction would reveal that something
    hidden has changed.
    """
    published_round, shares = public_part(stored, published)
    if current_public is not None:
        if _visible_content(current_public, current_public.shares.all()) == _visible_content(
            published_round, shares
        ):
            return current_public
        published_round.uid, published_round.published_on = (
            current_public.uid,
            current_public.published_on,
        )
        published_round.corrected_on, published_round.correction = (
            current_public.corrected_on,
            current_public.correction,
        )
        current_public.shares.all().delete()
    else:
        published_round.published_on = _first_day(stored, today)
    if correction:
        published_round.corrected_on, published_round.correction = today, correction
    published_round.save(
        force_insert=current_public is None, force_update=current_public is not None
    )
    for share in shares:
        share.round = published_round
    PublishedShare.objects.bulk_create(shares)
    return published_round


def _visible_content(
    published_round: PublishedRound, shares: Iterable[PublishedShare]
) -> tuple[Any, ...]:
    """Return what a reader can tell two public parts apart by."""
    cells = sorted(
        (share.measure, share.group, share.answered, -1 if share.percent is None else share.percent)
        for share in shares
    )
    return (
        _repeated_fields(published_round),
        published_round.answered,
        published_round.response_rate,
        published_round.is_least,
        cells,
    )


def _first_day(stored: SurveyRound, today: date) -> date:
    earlier = [
        publication.published_at
        for publication in stored.publications.all()
        if publication.published_figures
    ]
    return timezone.localdate(min(earlier)) if earlier else today


@transaction.atomic
def withdraw(
    survey_round: SurveyRound,
    *,
    reason: str,
    version: int | None = None,
    by: User | None,
    at: datetime,
) -> None:
    """Remove the public part of a round.

    What was published is kept, and limits what can be published later. Raises Refused without a
    reason or when nothing is public, and ChangedMeanwhile.
    """
    if not reason.strip():
        raise Refused({"reason": _("Skriv varför omgången dras tillbaka.")})
    stored = locked(survey_round, version)
    public = PublishedRound.objects.filter(round=stored).first()
    if public is None:
        raise Refused({"": _("Omgången är inte publicerad.")})
    public.delete()
    _add_publication(stored, reason.strip(), by, at)
