"""Moderation: what is shown of comments, for what reason not, who decides.

Lagen (1998:112) om ansvar för elektroniska anslagstavlor asks for supervision (4 §) and for the
removal of what plainly is one of the crimes it lists (5 §). Data protection and secrecy ask for
more. Each decision names its reason and its law (see `hiding_reasons`), and is told to the writer,
who can have it judged anew by somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Avg, Count, Max, Q
from django.utils.translation import gettext as _

from dialogues.comments import letters
from dialogues.comments.hiding_reasons import REASONS, Reason
from dialogues.comments.marks import update_thread
from dialogues.models import Comment, CommentSender, Letter, ModerationDecision
from dialogues.models.language import Language
from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, Person, places_of
from pledge_portal.pages.refusals import Refused
from pledges.models import Municipality, PoliceArea

State, Awaits, Verdict = Comment.State, Comment.Awaits, ModerationDecision.Verdict


@transaction.atomic
def decide(
    comment: Comment,
    *,
    shows: bool,
    by: User,
    at: datetime,
    read: str,
    awaited: str | None = None,
    reason: str = "",
    note: str = "",
    language: str = "",
) -> ModerationDecision:
    """Show a comment to everyone or hide it, and tell who wrote it.

    `language` is the one that it is written in, when it is another than was thought. `read` is the
    text that the moderator read, `awaited` what it then waited for, None for whatever it does now.
    Raises Refused when either is another by now or it is withdrawn, when it is hidden without a
    reason, or when who decided before judges an appeal.
    """
    locked = (
        Comment.objects.select_for_update(of=("self",))
        .select_related("municipality")
        .get(pk=comment.pk)
    )
    if locked.state == State.WITHDRAWN:
        raise Refused({"": _("Den som skrev har tagit tillbaka kommentaren.")})
    if locked.text != read:
        raise Refused({"": _("Kommentaren har ändrats. Läs den igen.")})
    if awaited is not None and locked.awaits != awaited:
        raise Refused(
            {"": _("Det har redan beslutats om kommentaren, eller hänt något mer. Läs den igen.")}
        )
    if not shows and reason not in REASONS:
        raise Refused({"reason": _("Välj ett skäl.")})
    if not may_judge(by, locked):
        raise Refused({"": _("Du fattade det första beslutet. Någon annan måste ompröva det.")})
    decision = ModerationDecision.objects.create(
        comment=locked,
        verdict=_verdict(locked, shows=shows),
        reason="" if shows else reason,
        note=note.strip(),
        waited_for=locked.awaits,
        waited=at - locked.awaits_since if locked.awaits_since else None,
        decided_by=by,
        decided_at=at,
    )
    was_shown = locked.state == State.PUBLISHED
    locked.state = State.PUBLISHED if shows else State.HIDDEN
    if shows and locked.published_at is None:
        locked.published_at = at
    locked.awaits, locked.awaits_since = "", None
    locked.language = language or locked.language
    locked.save()
    update_thread(locked)
    locked.reports.filter(handled_at=None).update(handled_at=at)
    if was_shown != shows or not shows:
        _write_letter(locked, Letter.Sort.DECISION, at)
    return decision


def _verdict(comment: Comment, *, shows: bool) -> str:
    if comment.awaits == Awaits.APPEAL:
        return Verdict.RESTORED if shows else Verdict.UPHELD
    if not shows:
        return Verdict.HIDDEN
    return Verdict.LEFT if comment.state == State.PUBLISHED else Verdict.PUBLISHED


def _hidden_by(comment: Comment) -> int | None:
    hid = comment.decisions.filter(verdict=Verdict.HIDDEN).order_by("-decided_at", "-pk").first()
    return hid.decided_by_id if hid else None


def may_judge(user: User, comment: Comment) -> bool:
    """Return whether a person may decide about a comment.

    An appeal is judged by somebody else than who hid it.
    """
    return comment.awaits != Awaits.APPEAL or user.pk != _hidden_by(comment)


def _write_letter(
    comment: Comment, sort: Letter.Sort, at: datetime, about: Comment | None = None
) -> None:
    sender = CommentSender.objects.filter(comment=comment, confirmed_at__isnull=False).first()
    if sender is not None and sender.email:
        letters.write(sender, sort, at, about)


Party = Municipality | PoliceArea


def parties_to_answer_for(user: Person, comment: Comment) -> list[Party]:
    """Return for whom a person may answer: the municipality, police or both."""
    own = places_of(user, Action.ANSWER_COMMENTS)
    parties: Sequence[Party] = (comment.municipality, *comment.pledge.police_areas)
    return [party for party in parties if party in own]


def answers_for(parties: Sequence[Party], comment: Comment) -> list[Comment]:
    """Return the official answers to a comment that speak for the parties."""
    answers = Comment.objects.public().official().filter(parent=comment)
    answers = answers.select_related("by_municipality", "by_police_area").order_by(
        "published_at", "pk"
    )
    return [
        answer for answer in answers if (answer.by_municipality or answer.by_police_area) in parties
    ]


@transaction.atomic
def answer(
    comment: Comment,
    text: str,
    party: Party,
    *,
    by: User | None,
    at: datetime,
    language: str = Language.SWEDISH,
) -> Comment:
    """Answer a comment in public for a party, and tell who wrote it.

    Raises Refused when the comment isn't shown any longer.
    """
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if not locked.is_shown or locked.parent_id is not None:
        raise Refused({"": _("Kommentaren visas inte längre.")})
    reply = Comment.objects.create(
        municipality=locked.municipality,
        pledge=locked.pledge,
        commitment=locked.commitment,
        follow_up=locked.follow_up,
        consultation_id=locked.consultation_id,
        consultation_commitment=locked.consultation_commitment,
        parent=locked,
        state=State.PUBLISHED,
        text=text.strip(),
        language=language,
        by_municipality=party if isinstance(party, Municipality) else None,
        by_police_area=party if isinstance(party, PoliceArea) else None,
        submitted_at=at,
        published_at=at,
        is_demonstration=locked.is_demonstration,
    )
    ModerationDecision.objects.create(
        comment=reply, verdict=Verdict.ANSWERED, decided_by=by, decided_at=at
    )
    _write_letter(locked, Letter.Sort.ANSWER, at, reply)
    return reply


@transaction.atomic
def withdraw_answer(comment: Comment, *, by: User, at: datetime) -> None:
    """Hide an official answer; a better one can be written in its stead."""
    locked = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    if locked.is_official and locked.state == State.PUBLISHED:
        locked.state, locked.changed_at = State.WITHDRAWN, at
        locked.save()
        ModerationDecision.objects.create(
            comment=locked, verdict=Verdict.UNANSWERED, decided_by=by, decided_at=at
        )
        update_thread(locked)


@dataclass(frozen=True)
class Handling:
    """How moderation went since a day: how many, and how long they had waited."""

    decided: int
    hidden: int
    restored: int
    average: timedelta | None
    median: timedelta | None
    longest: timedelta | None
    by_reason: list[tuple[Reason, int]]


class _Median(models.Aggregate):
    """The middle value; PostgreSQL's own."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = models.DurationField()


def decisions(user: Person) -> models.QuerySet[ModerationDecision]:
    """Return decisions about the comments one moderates, the latest first."""
    return (
        ModerationDecision.objects.filter(
            comment__in=Comment.objects.visible_to(user).order_by().values("pk")
        )
        .exclude(verdict__in=[Verdict.ANSWERED, Verdict.UNANSWERED])
        .select_related("comment", "decided_by")
        .order_by("-decided_at", "-pk")
    )


def handling(user: Person, since: datetime) -> Handling:
    """Return how the comments one moderates were handled since a moment."""
    rows = decisions(user).filter(decided_at__gte=since).order_by()
    hidden = Q(verdict__in=[Verdict.HIDDEN, Verdict.UPHELD])
    sums = rows.aggregate(
        decided=Count("pk"),
        hidden=Count("pk", filter=hidden),
        restored=Count("pk", filter=Q(verdict=Verdict.RESTORED)),
        average=Avg("waited"),
        median=_Median("waited"),
        longest=Max("waited"),
    )
    reasons = rows.filter(hidden).values_list("reason").annotate(n=Count("pk")).order_by("-n")
    return Handling(**sums, by_reason=[(REASONS[name], n) for name, n in reasons])


# More than so many aren't counted: the moderator needs to know that there are many.
MAX_COUNTED = 999


@dataclass(frozen=True)
class Waiting:
    """How many comments wait for a moderator, by why, and since when.

    Each number is at most one more than `MAX_COUNTED`.
    """

    total: int
    by_sort: dict[str, int]
    since: datetime | None


def waiting(user: Person) -> Waiting:
    """Return what waits for a person to moderate it."""
    rows = Comment.objects.visible_to(user).waiting()
    first = rows.values_list("awaits_since", flat=True).first()
    if first is None:
        return Waiting(0, {}, None)
    by_sort = {
        sort.value: rows.filter(awaits=sort).order_by()[: MAX_COUNTED + 1].count()
        for sort in Awaits
    }
    return Waiting(sum(by_sort.values()), by_sort, first)
