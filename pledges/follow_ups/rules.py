"""Follow up a pledge in the crime-prevention council.

    draft -> in review -> approved by every party -> published (never changed again)

- The coordinator opens a follow-up for a meeting; every commitment gets an assessment to fill in.
- A commitment that is kept in part or not at all needs the reason (Brå: say also when a measure was
  not done, and why), and so does one that is said not to be begun where something is reported.
- Each municipality and the police area approve for themselves; nobody approves for two parties.
  What they approved is told by a digest of the content, so a later change voids it.
- A follow-up can be about some of the commitments only: the others are not assessed this time, and
  what was said of them earlier stands.
- Nothing is said of a secret kind while its own period runs: it is not assessed either.
- Publishing writes down how far each commitment had come in public that day. What is secret until
  its period is over is thus not in a follow-up either.
- Afterwards only dated corrections can be added, beside what was published.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, may
from pledge_portal.accounts.same_person import is_same_person
from pledge_portal.pages.refusals import ChangedMeanwhile, Refused
from pledges.closings.secrecy import is_still_secret
from pledges.follow_ups.days import fault_of_end, faults_of_days
from pledges.follow_ups.due import Due, next_due
from pledges.follow_ups.voices import unexplained, write_figures
from pledges.lifecycle import standing
from pledges.models import (
    Approval,
    Assessment,
    Commitment,
    FollowUp,
    FollowUpCorrection,
    FollowUpPlan,
    Municipality,
    Pledge,
    PoliceArea,
)
from pledges.models.follow_up import approving_parties

Party = Municipality | PoliceArea
Verdict = Assessment.Verdict

NEEDS_REASON = frozenset({Verdict.PARTLY_KEPT, Verdict.NOT_KEPT})
TEXTS = (
    "verdict",
    "reason",
    "difference",
    "output_text",
    "process_text",
    "effect_text",
    "decision",
)

# What else has to be done before a follow-up is published: functions that return a sentence for
# each thing. Other parts of the portal add theirs when it starts.
hindrances: list[Callable[[FollowUp], list[str]]] = []


def _refuse(sentence: str, field: str = "") -> Refused:
    return Refused({field: sentence})


def plan_of(pledge: Pledge) -> FollowUpPlan:
    """Return how often a pledge is followed up: as set, else every half-year."""
    try:
        return pledge.follow_up_plan
    except FollowUpPlan.DoesNotExist:
        return FollowUpPlan(pledge=pledge)


def due(pledge: Pledge, on: date) -> Due | None:
    """Return the follow-up that comes next, as the public may know it.

    Of a signed pledge.
    """
    return due_of(pledge, list(pledge.follow_ups.public()), on)


def due_of(pledge: Pledge, follow_ups: list[FollowUp], on: date) -> Due | None:
    """Return what `due` does, of follow-ups that are fetched already."""
    published = [follow_up.last_day for follow_up in follow_ups if follow_up.is_published]
    return next_due(plan_of(pledge), standing(pledge, on), max(published, default=None), on)


@transaction.atomic
def open_follow_up(
    pledge: Pledge,
    *,
    first_day: date,
    last_day: date,
    meeting_on: date,
    by: User | None,
    at: datetime,
    assessed_by: str = "",
    is_demonstration: bool = False,
) -> FollowUp:
    """Begin a follow-up with an empty assessment for every commitment.

    Those of a secret kind whose own period still runs are left for another time from the start.
    `assessed_by` names who assesses where there is no council.

    Raises Refused for a pledge not signed by all, days that don't fit it, a day that has a
    follow-up already, or when another draft is open.
    """
    pledge = Pledge.objects.select_for_update(of=("self",)).get(pk=pledge.pk)
    if not pledge.validity_periods.exists():
        raise _refuse(_("Bara ett löfte som alla har undertecknat följs upp."))
    if first_day < pledge.valid_from or last_day < first_day:
        raise _refuse(_("Perioden stämmer inte med löftets tid."), "first_day")
    if last_day > timezone.localdate(at):
        raise _refuse(_("Perioden är inte slut än."), "last_day")
    if meeting_on < first_day:
        raise _refuse(_("Mötet kan inte vara före perioden."), "meeting_on")
    if sentence := fault_of_end(pledge, first_day, timezone.localdate(at)):
        raise _refuse(sentence, "first_day")
    if pledge.follow_ups.drafts().exists():
        raise _refuse(_("Det finns redan en påbörjad uppföljning av löftet."))
    if pledge.follow_ups.filter(meeting_on=meeting_on).exists():
        raise _refuse(_("Det finns redan en uppföljning från den dagen."), "meeting_on")
    follow_up = FollowUp.objects.create(
        pledge=pledge,
        first_day=first_day,
        last_day=last_day,
        meeting_on=meeting_on,
        assessed_by=assessed_by.strip(),
        opened_by=by,
        opened_at=at,
        is_demonstration=is_demonstration,
    )
    on = timezone.localdate(at)
    Assessment.objects.bulk_create(
        Assessment(
            follow_up=follow_up,
            commitment=commitment,
            verdict=Verdict.NOT_ASSESSED if is_still_secret(commitment, last_day, on) else "",
        )
        for commitment in pledge.commitments.prefetch_related("target_changes")
    )
    return follow_up


@transaction.atomic
def assess(assessment: Assessment, texts: dict[str, str], *, version: int) -> Assessment:
    """Write what is said of a commitment.

    `texts` holds the fields of `TEXTS`; `version` is the one that the person read. Raises
    ChangedMeanwhile when it has moved on, and Refused once the follow-up is in review or published,
    or when a reason is missing.
    """
    follow_up = _locked(assessment.follow_up_id)
    _require_draft(follow_up)
    stored = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    if stored.version != version:
        raise ChangedMeanwhile(
            {"": _("Någon annan har ändrat bedömningen. Läs den och försök igen.")}
        )
    if texts["verdict"] in NEEDS_REASON and not texts["reason"].strip():
        raise _refuse(_("Skriv varför åtagandet inte är helt uppfyllt."), "reason")
    for name in TEXTS:
        setattr(stored, name, texts[name].strip())
    stored.version += 1
    stored.save()
    return stored


@transaction.atomic
def introduce(follow_up: FollowUp, introduction: str, *, version: int) -> FollowUp:
    """Write the follow-up's introduction.

    Raises as `assess` does.
    """
    stored = _locked(follow_up.pk)
    _require_draft(stored)
    if stored.version != version:
        raise ChangedMeanwhile({"": _("Någon annan har ändrat texten. Läs den och försök igen.")})
    stored.introduction = introduction.strip()
    stored.version += 1
    stored.save()
    return stored


@transaction.atomic
def leave_the_rest(follow_up: FollowUp) -> int:
    """Leave what isn't assessed yet for another time; return how many.

    Raises as `assess` does.
    """
    stored = _locked(follow_up.pk)
    _require_draft(stored)
    return stored.assessments.filter(verdict="").update(
        verdict=Verdict.NOT_ASSESSED, version=F("version") + 1
    )


def lacking(follow_up: FollowUp, on: date) -> list[str]:
    """Return a sentence for each thing to do before the parties can review."""
    missing = []
    assessments = follow_up.assessments.select_related("commitment__pledge")
    for assessment in assessments.prefetch_related(
        "commitment__pledge__prolongations", "commitment__target_changes"
    ):
        number = assessment.commitment.number
        if not assessment.verdict:
            missing.append(_("Åtagande %(number)s saknar bedömning.") % {"number": number})
        elif assessment.verdict in NEEDS_REASON and not assessment.reason:
            missing.append(_("Åtagande %(number)s saknar skäl.") % {"number": number})
        if assessment.is_given and is_still_secret(assessment.commitment, follow_up.last_day, on):
            missing.append(
                _("Åtagande %(number)s är hemligt tills dess period är slut. Bedöm det senare.")
                % {"number": number}
            )
    missing += [
        _(
            "Åtagande %(number)s är bedömt som ej påbörjat, men något är redovisat. Skriv skälet, "
            "eller varför bedömningen skiljer sig från det som är redovisat."
        )
        % {"number": number}
        for number in unexplained(follow_up, on)
    ]
    return missing


@transaction.atomic
def submit(follow_up: FollowUp, at: datetime) -> FollowUp:
    """Hand a draft to the parties for review.

    Raises Refused with all that is lacking.
    """
    stored = _locked(follow_up.pk)
    _require_draft(stored)
    missing = lacking(stored, timezone.localdate(at))
    if missing:
        raise _refuse(" ".join(missing))
    stored.in_review_at = at
    stored.save(update_fields=["in_review_at"])
    return stored


@transaction.atomic
def take_back(follow_up: FollowUp) -> FollowUp:
    """Open a follow-up in review for changes.

    Approvals given are void and removed.
    """
    stored = _locked(follow_up.pk)
    _require_unpublished(stored)
    stored.approvals.all().delete()
    stored.in_review_at = None
    stored.save(update_fields=["in_review_at"])
    return stored


@transaction.atomic
def withdraw(follow_up: FollowUp) -> None:
    """Throw a draft away, with its assessments.

    Raises Refused once it is published.
    """
    stored = _locked(follow_up.pk)
    _require_unpublished(stored)
    stored.approvals.all().delete()
    stored.assessments.all().delete()
    stored.delete()


def parties_to_approve(user: Any, follow_up: FollowUp) -> list[Party]:
    """Return the parties that a person may approve for now.

    Their own, not approved yet, and none when they have approved for another.
    """
    if follow_up.in_review_at is None or follow_up.is_published:
        return []
    beside = ("municipality", "police_area", "approved_by")
    approvals = list(follow_up.approvals.select_related(*beside))
    if any(is_same_person(approval.approved_by, user) for approval in approvals):
        return []
    approved = [approval.party for approval in approvals]
    return [
        party
        for party in approving_parties(follow_up.pledge)
        if party not in approved and may(user, Action.APPROVE_FOLLOW_UPS, party)
    ]


@transaction.atomic
def approve(
    follow_up: FollowUp, party: Party, *, digest: str, by: User | None, at: datetime
) -> Approval:
    """Approve for a party the content that the person read.

    That content is known by its `digest`. Raises Refused when it isn't in review, the party has
    approved already, the person has approved for another party, or the content is another by now.
    """
    stored = _locked(follow_up.pk)
    _require_unpublished(stored)
    if stored.in_review_at is None:
        raise _refuse(_("Uppföljningen är inte lämnad för granskning."))
    if content_digest(stored) != digest:
        raise ChangedMeanwhile({"": _("Texten har ändrats. Läs den igen innan du godkänner.")})
    earlier = stored.approvals.select_related("approved_by")
    if any(is_same_person(approval.approved_by, by) for approval in earlier):
        raise _refuse(_("Du har redan godkänt för en part. Den andra parten godkänner själv."))
    try:
        with transaction.atomic():
            return Approval.objects.create(
                follow_up=stored,
                municipality=party if isinstance(party, Municipality) else None,
                police_area=party if isinstance(party, PoliceArea) else None,
                approved_by=by,
                approved_at=at,
                digest=digest,
            )
    except IntegrityError as fault:
        raise _refuse(_("Parten har redan godkänt.")) from fault


def awaited_parties(follow_up: FollowUp) -> list[Party]:
    """Return the parties that have not approved yet."""
    approvals = follow_up.approvals.select_related("municipality", "police_area")
    approved = [approval.party for approval in approvals]
    return [party for party in approving_parties(follow_up.pledge) if party not in approved]


def content_digest(follow_up: FollowUp) -> str:
    """Return the SHA-256, in hexadecimal, of everything that a follow-up says."""
    content = {
        "days": [str(follow_up.first_day), str(follow_up.last_day), str(follow_up.meeting_on)],
        "assessed_by": follow_up.assessed_by,
        "introduction": follow_up.introduction,
        "assessments": [
            [assessment.commitment_id, *(getattr(assessment, name) for name in TEXTS)]
            for assessment in follow_up.assessments.order_by("commitment__number")
        ],
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def hindered_by(follow_up: FollowUp) -> list[str]:
    """Return a sentence for each thing to do outside of a follow-up first."""
    return [sentence for hindrance in hindrances for sentence in hindrance(follow_up)]


@transaction.atomic
def publish(follow_up: FollowUp, at: datetime) -> FollowUp:
    """Publish what every party has approved, with the day's public figures.

    Raises Refused when somebody has not approved, or has approved something else.
    """
    stored = _locked(follow_up.pk)
    _require_unpublished(stored)
    if awaited_parties(stored):
        raise _refuse(_("Alla parter har inte godkänt än."))
    if hindered := [*hindered_by(stored), *faults_of_days(stored, timezone.localdate(at))]:
        raise _refuse(" ".join(hindered))
    digest = content_digest(stored)
    if any(approval.digest != digest for approval in stored.approvals.all()):
        raise _refuse(_("Texten har ändrats sedan den godkändes."))
    write_figures(stored, timezone.localdate(at))
    stored.published_at = at
    stored.save(update_fields=["published_at"])
    return stored


@transaction.atomic
def correct(
    follow_up: FollowUp,
    text_sv: str,
    *,
    text_en: str = "",
    commitment: Commitment | None,
    by: User | None,
    at: datetime,
) -> FollowUpCorrection:
    """Add a dated correction beside a published follow-up.

    For a commitment, or for the whole when it is None.
    """
    if not text_sv.strip():
        raise _refuse(_("Skriv vad som är rätt."), "text_sv")
    stored = _locked(follow_up.pk)
    if not stored.is_published:
        raise _refuse(_("Uppföljningen är inte publicerad. Ändra i den i stället."))
    return FollowUpCorrection.objects.create(
        follow_up=stored,
        commitment=commitment,
        text_sv=text_sv.strip(),
        text_en=text_en.strip() or None,
        corrected_by=by,
        corrected_at=at,
    )


@dataclass(frozen=True)
class Stage:
    """Where a follow-up is on its way.

    `name` is "draft", "review", "approved" or "published"; `hindered` is what has to be done
    outside of it before it can be published, and `faults_of_days` why its days hinder it.
    """

    name: str
    missing: list[str]
    awaited: list[Party]
    hindered: list[str] = field(default_factory=list)
    faults_of_days: list[str] = field(default_factory=list)


def stage(follow_up: FollowUp, on: date) -> Stage:
    """Return where a follow-up is, what it lacks and whom it waits for."""
    if follow_up.is_published:
        return Stage("published", [], [])
    hindered, faults = hindered_by(follow_up), faults_of_days(follow_up, on)
    if follow_up.in_review_at is None:
        return Stage("draft", lacking(follow_up, on), [], hindered, faults)
    awaited = awaited_parties(follow_up)
    name = "review" if awaited else "approved"
    return Stage(name, [], awaited, hindered, faults)


def _locked(pk: int) -> FollowUp:
    return (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("pledge__police_area")
        .get(pk=pk)
    )


def _require_unpublished(follow_up: FollowUp) -> None:
    if follow_up.is_published:
        raise _refuse(_("Uppföljningen är publicerad och ändras aldrig. Skriv en rättelse."))


def _require_draft(follow_up: FollowUp) -> None:
    _require_unpublished(follow_up)
    if follow_up.in_review_at is not None:
        raise _refuse(_("Uppföljningen granskas. Ta tillbaka den om den ska ändras."))
