"""Publish what the public may read of a round, and withdraw it.

`pledges.surveys.statistical_disclosure` is the rule. Here it is applied to all that was ever
published of the round, withdrawn or not, since what somebody has once read isn't forgotten, and to
what was published of its pupils as another round and taken back. The public part lies in tables of
its own, and stays as it is when sums are changed afterwards, until it is published again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.database.acting import on_behalf_of
from pledge_portal.pages.refusals import Refused
from pledges.models import PublishedRound, PublishedShare, SurveyPublication, SurveyRound
from pledges.models.survey import SurveyRoundQuerySet
from pledges.surveys import statistical_disclosure
from pledges.surveys.answer_chains import Group
from pledges.surveys.corrections import RevealingChange
from pledges.surveys.disclosure_rule import HiddenReason, Published
from pledges.surveys.earlier import answers_of, content_json, earlier_publications, rule
from pledges.surveys.rounds import QuestionsLeft, locked, sums_of

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
    None when it can't be published after what was published before; `refused` then says what it
    would give away. `alike` are other public rounds that may be of the same pupils, by the numbers.
    """

    published: Published | None
    refused: RevealingChange | None = None
    alike: tuple[SurveyRound, ...] = ()


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
    answers = answers_of(sums_of(survey_round).as_json())
    earlier, alike = earlier_publications(survey_round, answers)
    independent = statistical_disclosure.publish(answers, rule())
    try:
        published = statistical_disclosure.publish(answers, rule(), earlier)
    except RevealingChange as refused:
        return Preview(None, refused)
    # That it was hidden before is the reason only of what would be shown otherwise.
    shares = {
        key: independent.shares[key]
        if share.reason == HiddenReason.HIDDEN_BEFORE and independent.shares[key].percent is None
        else share
        for key, share in published.shares.items()
    }
    return Preview(replace(published, shares=shares), alike=alike)


def is_as_published(survey_round: SurveyRound, current: Preview) -> bool:
    """Return whether publishing a round now would change nothing.

    `current` is its preview. A published round that nobody has changed would change when the portal
    is set to hide more.
    """
    if state(survey_round) != State.PUBLISHED or current.published is None:
        return False
    latest = max(survey_round.publications.all(), key=lambda publication: publication.number)
    return bool(latest.published_figures == content_json(current.published))


@transaction.atomic
def publish(
    survey_round: SurveyRound,
    *,
    reason: str = "",
    version: int | None = None,
    is_sure: bool = False,
    by: User | None,
    at: datetime,
    today: date,
) -> PublishedRound:
    """Publish what may be shown of a round, and store what was published.

    `version` is the round's own as the person previewed it; `is_sure` says that its pupils are
    others than those of rounds alike. The first time needs no reason; later ones do, and the public
    reads it as the correction. Nothing happens when all is published as it is. Raises Refused
    without a reason or for sums that can't follow what was published before, QuestionsLeft, and
    ChangedMeanwhile.
    """
    stored = with_publications(SurveyRound.objects.all()).get(uid=locked(survey_round, version).uid)
    publications = list(stored.publications.all())
    current = preview(stored)
    if current.published is None:
        raise Refused({"": _("Ändringen skulle röja hur några få elever har svarat.")})
    if current.alike and not is_sure:
        raise QuestionsLeft([alike_question(other) for other in current.alike])
    published_json = content_json(current.published)
    public: PublishedRound | None = getattr(stored, "published", None)
    if public is not None and is_as_published(stored, current):
        return public
    reason = reason.strip()
    if publications and not reason:
        raise Refused({"reason": _("Skriv varför omgången publiceras igen.")})
    if public is not None and (public.correction, public.corrected_on) == (reason, today):
        raise Refused({"reason": _("Så står det redan. Skriv vad den här rättelsen gäller.")})
    add_publication(
        stored,
        reason if publications else "",
        by,
        at,
        sums=sums_of(stored).as_json(),
        published_figures=published_json,
    )
    return write_public(stored, public, current.published, reason if publications else "", today)


def alike_question(other: SurveyRound) -> str:
    """Return what is asked when another round may be of the same pupils."""
    return _(
        "Svaren liknar dem i en omgång som redan är publicerad: %(municipality)s, %(round)s. Är"
        " det samma elever, ta tillbaka den omgången först."
    ) % {"municipality": other.municipality, "round": other}


def add_publication(
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
    survey_round: SurveyRound, published: Published, repeats: PublishedRound | None = None
) -> tuple[PublishedRound, list[PublishedShare]]:
    """Return the rows that the public would read, not stored.

    What they tell of the round itself is its own as it is now, or as `repeats` tells it. Their
    order reveals nothing.
    """
    answered = published.groups.get(Group.ALL)
    fields = _repeated_fields(repeats or survey_round)
    published_round = PublishedRound(
        **fields,
        # By its key: the round itself would take this row for its published part.
        round_id=survey_round.pk,
        answered=answered,
        response_rate=None
        if answered is None
        else statistical_disclosure.percent(answered, fields["invited"]),
        smallest_group=rule().smallest_group,
        smallest_cell=rule().smallest_cell,
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


def write_public(
    stored: SurveyRound,
    current_public: PublishedRound | None,
    published: Published,
    correction: str,
    today: date,
    repeats: PublishedRound | None = None,
) -> PublishedRound:
    """Bring the public part to what is published now.

    It is left alone when it says that already: a mark of correction would reveal that something
    hidden has changed.
    """
    published_round, shares = public_part(stored, published, repeats)
    if current_public is not None:
        if _visible_content(current_public, current_public.shares.all()) == _visible_content(
            published_round, shares
        ):
            thresholds = ("smallest_group", "smallest_cell")
            for name in thresholds:
                setattr(current_public, name, getattr(published_round, name))
            current_public.save(update_fields=thresholds)
            return current_public
        published_round.uid, published_round.published_on = (
            current_public.uid,
            current_public.published_on,
        )
        published_round.corrected_on, published_round.correction = (
            current_public.corrected_on,
            current_public.correction,
        )
        existing = list(current_public.shares.all())
        cells = {_cell(share) for share in shares}
        gone = [share.pk for share in existing if _cell(share) not in cells]
        current_public.shares.filter(pk__in=gone).delete()
        stay = {_cell(share) for share in existing}
        shares = [share for share in shares if _cell(share) not in stay]
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
    cells = sorted(map(_cell, shares))
    return (
        _repeated_fields(published_round),
        published_round.answered,
        published_round.response_rate,
        published_round.is_least,
        cells,
    )


def _cell(share: PublishedShare) -> tuple[str, str, int, int]:
    percent = -1 if share.percent is None else share.percent
    return str(share.measure), str(share.group), share.answered, percent


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
    add_publication(stored, reason.strip(), by, at)
    public.delete()
