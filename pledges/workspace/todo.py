"""What a person has to do today, as the workspace's first page lists it.

Commitments that lack their report, follow-ups, signatures, approvals and surveys. The step of
another subject is asked for as that subject's own rules have it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import OuterRef, Prefetch, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, keys_of_own_places, may
from pledge_portal.pages.text import wording
from pledges import presentation
from pledges.actions.portal_counts import COUNTED_KINDS, disagreements
from pledges.actions.presentation import disagreement_text
from pledges.actions.tallies import reported_to_staff
from pledges.documents.signing_order import next_signatories
from pledges.follow_ups import rules as follow_up_rules
from pledges.follow_ups.open_periods import open_periods
from pledges.follow_ups.presentation import due_text
from pledges.lifecycle import standing
from pledges.models import (
    Commitment,
    Decline,
    FollowUp,
    Pledge,
    PledgeDocument,
    PledgeVersion,
    Signatory,
    SurveyRound,
    TextApproval,
)
from pledges.progress import Progress, Verdict
from pledges.signing import ways
from pledges.surveys import publishing
from pledges.surveys.presentation import round_title

# The most urgent first.
_ORDER = [
    Verdict.UNREPORTED,
    Verdict.NOTHING_YET,
    Verdict.REPORTED,
    Verdict.MISSED,
    Verdict.PARTLY,
    Verdict.UPCOMING,
    Verdict.HIDDEN,
    Verdict.NO_REQUEST,
    Verdict.UNMEASURED,
    Verdict.REACHED,
    Verdict.CUT,
]


@dataclass(frozen=True)
class AwaitedCommitment:
    """A commitment to record for, and how it stands in everybody's words.

    All that is done counts, whether the public may know of it yet or not.
    """

    commitment: Commitment
    verdict: Verdict
    label: str
    sentence: SafeString


def awaited_commitments(user: User, on: date) -> list[AwaitedCommitment]:
    """Return the commitments that a person records for, the most urgent first.

    Only those of pledges in force. All that is done counts, whether the public may know of it yet
    or not: never for a public page. Asks a fixed number of queries.
    """
    commitments = list(Commitment.objects.recordable_by(user, on))
    pledges = {
        pledge.pk: pledge
        for pledge in Pledge.objects.with_standing().filter(
            pk__in={commitment.pledge_id for commitment in commitments}
        )
    }
    standings = {key: standing(pledge, on) for key, pledge in pledges.items()}
    reported = reported_to_staff(pledges.values(), on)
    awaited = []
    for commitment in commitments:
        commitment.pledge = pledges[commitment.pledge_id]
        standing_today = standings[commitment.pledge_id]
        if not standing_today.is_in_force:
            continue
        so_far = reported.progress(commitment, standing_today)
        view = presentation.progress_view(commitment, wording(commitment, "text"), so_far)
        one = AwaitedCommitment(commitment, view.verdict, view.verdict_label, view.sentence)
        awaited.append((_ORDER.index(_today(so_far, on)), commitment.number, one))
    return [one for *_urgency, one in sorted(awaited, key=lambda each: each[:2])]


@dataclass(frozen=True)
class AwaitedStep:
    """A step that somebody is to take: what, for which pledge, and where."""

    text: str
    pledge: Pledge
    address: str
    is_late: bool


def signed_pledges(user: User) -> list[Pledge]:
    """Return a person's signed pledges with what the steps below look at.

    In a fixed number of queries, the latest first.
    """
    return list(
        Pledge.objects.visible_to(user)
        .public()
        .with_standing()
        .select_related("follow_up_plan")
        .prefetch_related("follow_ups", "commitments")
        .order_by("-valid_from", "-pk")
    )


def awaited_steps(user: User, pledges: Iterable[Pledge], on: date) -> list[AwaitedStep]:
    """Return what follow-ups wait for from a person, the late ones first.

    Those who write them: the next one when its period is over, and a draft that lacks assessments
    or can be published. Those who approve: one that waits for their party. The pledges come from
    `signed_pledges`.
    """
    steps: list[AwaitedStep] = []
    writable = set(Pledge.objects.writable_by(user).values_list("pk", flat=True))
    for pledge in pledges:
        follow_ups = list(pledge.follow_ups.all())
        draft = next((follow_up for follow_up in follow_ups if not follow_up.is_published), None)
        due = follow_up_rules.due_of(pledge, follow_ups, on)
        if draft is not None:
            draft.pledge = pledge
            steps += _of_draft(user, draft, on, writes=pledge.pk in writable)
        elif pledge.pk not in writable or due is None or due.is_given_up:
            continue
        elif due.has_ended(on):
            text = due_text(due, follow_up_rules.plan_of(pledge))
            address = reverse("open_follow_up", args=[pledge.pk])
            steps.append(AwaitedStep(text, pledge, address, due.is_late))
    return sorted(steps, key=lambda step: not step.is_late)


def awaited_corrections(user: User, on: date) -> list[AwaitedStep]:
    """Return where recorded actions differ from what the portal counts.

    For those who may record them; two queries.
    """
    commitments = Commitment.objects.recordable_by(user, on).select_related("pledge")
    return [
        AwaitedStep(
            disagreement_text(disagreement),
            disagreement.commitment.pledge,
            f"{reverse('action_log')}?atagande={disagreement.commitment.pk}&visa=raknas",
            is_late=False,
        )
        for disagreement in disagreements(commitments.filter(kind__in=COUNTED_KINDS))
    ]


def awaited_accounts(user: User, pledges: Iterable[Pledge], on: date) -> list[AwaitedStep]:
    """Return the pledges of which a person is to say that a period is done.

    One step for each pledge, however many its periods are; asks a fixed number of queries. The
    pledges come from `signed_pledges`.
    """
    steps = []
    for periods in open_periods(pledges, on).values():
        own = [period for period in periods if period.is_awaited_from(user)]
        if own:
            text = ngettext(
                "Redovisningen av %(n)s period saknas. Säg till när allt är redovisat.",
                "Redovisningen av %(n)s perioder saknas. Säg till när allt är redovisat.",
                len(own),
            ) % {"n": len(own)}
            pledge = own[0].commitment.pledge
            steps.append(AwaitedStep(text, pledge, reverse("open_periods"), is_late=False))
    return steps


def _of_draft(user: User, draft: FollowUp, on: date, *, writes: bool) -> list[AwaitedStep]:
    day = {"day": presentation.day(draft.meeting_on)}
    address = reverse("follow_up_work", args=[draft.uid])
    if follow_up_rules.parties_to_approve(user, draft):
        text = _("Uppföljningen den %(day)s väntar på att du läser och godkänner den.") % day
        return [AwaitedStep(text, draft.pledge, address, is_late=False)]
    if not writes:
        return []
    stage = follow_up_rules.stage(draft, on)
    text = {
        "draft": ngettext(
            "Uppföljningen den %(day)s saknar %(n)s bedömning.",
            "Uppföljningen den %(day)s saknar %(n)s bedömningar.",
            len(stage.missing),
        )
        % {**day, "n": len(stage.missing)}
        if stage.missing
        else _("Uppföljningen den %(day)s kan lämnas till parterna.") % day,
        "review": _("Uppföljningen den %(day)s väntar på den andra partens godkännande.") % day,
        "approved": " ".join(
            [_("Uppföljningen den %(day)s är godkänd.") % day, *stage.faults_of_days]
        )
        if stage.faults_of_days
        else _("Uppföljningen den %(day)s är godkänd och kan publiceras.") % day,
    }[stage.name]
    return [AwaitedStep(text, draft.pledge, address, is_late=False)]


# A superuser's municipalities are all there are.
_MAX_ROUNDS = 200


def awaited_signatures(user: User) -> list[AwaitedStep]:
    """Return the pledges that a person is to sign or to arrange signing for.

    Asks a fixed number of queries.
    """
    of_today = PledgeDocument.objects.filter(pledge=OuterRef("signatory__pledge"))
    noes = Decline.objects.filter(
        asked_again_at=None, document_sha256__in=of_today.order_by().values("sha256")
    )
    waiting = (
        Signatory.objects.filter(pledge__in=Pledge.objects.visible_to(user), signature=None)
        .exclude(pledge__adopted_at=None)
        .select_related(
            "pledge__police_area",
            *("municipality", "police_area", "signing_way", "signature", "paper_scan"),
        )
        .defer("paper_scan__content")
        .prefetch_related(
            Prefetch("declines", noes, to_attr="open_noes"), "pledge__parties__municipality"
        )
        .order_by("pledge", "position")
    )
    steps = []
    for _pledge, signatories in groupby(
        waiting[:_MAX_ROUNDS], key=lambda signatory: signatory.pledge_id
    ):
        remaining = list(signatories)
        turns = next_signatories(remaining[0].pledge, remaining)
        for turn in remaining:
            if turn not in turns and not hasattr(turn, "paper_scan"):
                continue
            if text := _awaited_signature(user, turn):
                address = reverse("signing_one", args=[turn.pk])
                steps.append(AwaitedStep(text, turn.pledge, address, is_late=False))
    return steps


def _awaited_signature(user: User, turn: Signatory) -> str:
    """Return what a person is to do for a signatory in turn, or ""."""
    scan = getattr(turn, "paper_scan", None)
    if scan is not None:
        text = (
            _("Jämför skanningen av underskriften av %(name)s med papperet och bekräfta den.")
            if ways.may_confirm(user, turn, scan)
            else ""
        )
    elif turn.open_noes:  # type: ignore[attr-defined]
        arranges = ways.may_arrange(user, turn)
        text = _("%(name)s har avböjt att underteckna.") if arranges else ""
    elif ways.is_signatory(user, turn):
        text = _("Löftet väntar på din underskrift.")
    elif ways.way_of(turn) is None and ways.may_arrange(user, turn):
        text = _("Bestäm hur %(name)s undertecknar löftet.")
    else:
        text = ""
    return text % {"name": turn.name}


def awaited_approvals(user: User) -> list[AwaitedStep]:
    """Return the drafts that wait for a person's approval after another's.

    A draft waits once another party has approved its latest version. Asks a fixed number of
    queries.
    """
    newest = PledgeVersion.objects.filter(pledge=OuterRef("pledge")).order_by("-number")
    given = (
        TextApproval.objects.filter(
            pledge__in=Pledge.objects.visible_to(user), pledge__adopted_at=None
        )
        .filter(version=Subquery(newest.values("number")[:1]))
        .select_related("pledge__police_area")
        .prefetch_related(
            "pledge__parties__municipality", "pledge__further_police_areas__police_area"
        )
        .order_by("pledge", "pk")
    )
    steps = []
    for pledge, approvals in groupby(given[:_MAX_ROUNDS], key=lambda approval: approval.pledge):
        approved = {(approval.municipality_id, approval.police_area_id) for approval in approvals}
        parties = [
            *((place, (place.pk, None)) for place in pledge.giving_municipalities),
            *((area, (None, area.pk)) for area in pledge.police_areas),
        ]
        if any(
            key not in approved and may(user, Action.APPROVE_PLEDGES, place)
            for place, key in parties
        ):
            text = _("Utkastet väntar på att du läser och godkänner det.")
            steps.append(
                AwaitedStep(text, pledge, reverse("review_draft", args=[pledge.uid]), is_late=False)
            )
    return steps


def awaited_surveys(user: User) -> list[AwaitedStep]:
    """Return the survey rounds that wait for a person to publish them.

    For the first time, or as they were changed since. Asks a fixed number of queries.
    """
    own = keys_of_own_places(user, Action.PUBLISH_SURVEYS)
    rounds = (
        SurveyRound.objects.all()
        if own is None
        else SurveyRound.objects.filter(municipality__in=own[0])
    )
    steps = []
    for survey_round in publishing.with_publications(rounds)[:_MAX_ROUNDS]:
        text = {
            publishing.State.DRAFT: _("%(round)s är inte publicerad."),
            publishing.State.CHANGED: _("%(round)s är ändrad sedan den publicerades."),
        }.get(publishing.state(survey_round))
        if text is not None:
            address = reverse("preview_survey_round", args=[survey_round.uid])
            pledge = survey_round.commitment.pledge
            text %= {"round": round_title(survey_round)}
            steps.append(AwaitedStep(text, pledge, address, is_late=False))
    return steps


def _today(so_far: Progress, on: date) -> Verdict:
    """Return how the running period stands.

    What earlier years missed can't be mended today.
    """
    for period in so_far.rows:
        if period.span.first <= on <= period.span.last:
            return period.verdict
    return so_far.verdict
