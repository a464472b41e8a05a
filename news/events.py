"""Make news of what happens, once for each event and municipality.

A chore finds what has happened and isn't news yet. The database holds that an event is news once
(`an_event_is_news_once`), so that a process that is killed loses none and makes none twice. What
happened is read from what is public, never from drafts.

- Where the municipality lets news wait, a row waits for staff; else it is published at once, dated
  by its event.
- Actions that became public on one day are one piece of news of their pledge and municipality, the
  day after. Those whose day isn't told are news from a day that isn't reckoned from it.
- Actions of a secret kind are no news. Their period is, when all that was done in it is reported
  and nothing of it is secret any longer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from dialogues.models import Dialogue, Heard
from news.models import News, NewsAction, NewsSetting
from pledges.actions.action_disclosure import disclosure_of
from pledges.closings.responsible import awaited_for
from pledges.closings.secrecy import is_still_secret
from pledges.follow_ups.rules import due_of
from pledges.models import (
    Annulment,
    ConsultationParty,
    FollowUp,
    PeriodClosing,
    Pledge,
    PledgeParty,
    Prolongation,
    PublishedAction,
    Signature,
    ValidityPeriod,
)
from pledges.models.commitment import SECRET_KINDS
from pledges.models.pledge import prefetched_places
from pledges.targets import Span

Kind = News.Kind
_ONE_DAY = timedelta(days=1)
_AT_ONCE = 500


def make_news(on: date) -> int:
    """Make the news that is due on the day `on`; return how many pieces.

    Done again it makes none.
    """
    return sum(_write(source(on)) for source in SOURCES) + _tell_of_actions(on)


@transaction.atomic
def _write(events: Iterable[News]) -> int:
    """Write those events that aren't news yet."""
    candidates = list(events)
    if not candidates:
        return 0
    kinds = {news.kind for news in candidates}
    known = set(News.objects.filter(kind__in=kinds).values_list(*_KEY))
    new = [news for news in candidates if tuple(getattr(news, name) for name in _KEY) not in known]
    _publish_unless_they_wait(new)
    News.objects.bulk_create(new, batch_size=_AT_ONCE, ignore_conflicts=True)
    return len(new)


_KEY = (
    *("municipality_id", "kind", "pledge_id", "earlier_id", "prolongation_id", "follow_up_id"),
    *("dialogue_id", "consultation_id", "commitment_id", "first_day"),
)


def _publish_unless_they_wait(pieces: Iterable[News]) -> None:
    waiting = set(NewsSetting.objects.filter(waits=True).values_list("municipality", flat=True))
    for news in pieces:
        if news.municipality_id not in waiting:
            news.published_on = news.happened_on


def _event(kind: str, municipality: int, happened_on: date, **subject: Any) -> News:
    return News(
        kind=kind,
        municipality_id=municipality,
        happened_on=happened_on,
        title_sv="",
        text_sv="",
        quotation_sv="",
        **subject,
    )


def _parties(pledges: Iterable[int]) -> Iterator[PledgeParty]:
    """Yield where those of the pledges hold that are public, with the pledge."""
    public = Pledge.objects.public().filter(pk__in=[*pledges]).order_by().values("pk")
    parties = PledgeParty.objects.filter(pledge__in=public).select_related("pledge")
    yield from parties.order_by("pk")


def _last_signed(on: date) -> dict[int, date]:
    """Return by pledge when the last one signed."""
    last = Signature.objects.filter(pledge=OuterRef("pk")).order_by("-signed_at")
    rows = Pledge.objects.public().annotate(at=Subquery(last.values("signed_at")[:1]))
    signed = {
        key: timezone.localdate(at) for key, at in rows.order_by().values_list("pk", "at") if at
    }
    return {key: day for key, day in signed.items() if day <= on}


def _signed(on: date) -> Iterator[News]:
    days = _last_signed(on)
    for party in _parties(days):
        yield _of_party(Kind.SIGNED, party, days[party.pledge_id])


def _begun(on: date) -> Iterator[News]:
    """Yield that pledges begin to hold, and from which they take over."""
    signed = _last_signed(on)
    periods = list(
        ValidityPeriod.objects.filter(during__isempty=False).select_related("pledge").order_by("pk")
    )
    ended = {
        (period.municipality_id, period.part_id, period.during.upper): period.pledge_id
        for period in periods
    }
    seen = set()
    for period in periods:
        pledge, municipality, first = period.pledge, period.municipality_id, period.during.lower
        if first > on or (pledge.pk, municipality) in seen:
            continue
        seen.add((pledge.pk, municipality))
        signed_on = signed.get(pledge.pk, first)
        earlier = ended.get((municipality, period.part_id, first))
        subject = {"pledge": pledge, "is_demonstration": pledge.is_demonstration}
        if earlier is not None:
            day = max(first, signed_on)
            yield _event(Kind.REPLACED, municipality, day, earlier_id=earlier, **subject)
        elif first > signed_on:
            yield _event(Kind.IN_FORCE, municipality, first, **subject)


def _annulled(_on: date) -> Iterator[News]:
    decided = {
        annulment.pledge_id: timezone.localdate(annulment.created_at)
        for annulment in Annulment.objects.all()
    }
    for party in _parties(decided):
        yield _of_party(Kind.ANNULLED, party, decided[party.pledge_id])


def _prolonged(_on: date) -> Iterator[News]:
    by_pledge: dict[int, list[Prolongation]] = defaultdict(list)
    for prolongation in Prolongation.objects.order_by("pk"):
        by_pledge[prolongation.pledge_id].append(prolongation)
    for party in _parties(by_pledge):
        for prolongation in by_pledge[party.pledge_id]:
            day = timezone.localdate(prolongation.entered_at)
            yield _of_party(Kind.PROLONGED, party, day, prolongation=prolongation)


def _of_party(kind: str, party: PledgeParty, day: date, **subject: Any) -> News:
    demonstration = party.pledge.is_demonstration
    return _event(
        kind, party.municipality_id, day, pledge=party.pledge, is_demonstration=demonstration,
        **subject,
    )  # fmt: skip


def _followed_up(on: date) -> Iterator[News]:
    by_pledge: dict[int, list[FollowUp]] = defaultdict(list)
    for follow_up in FollowUp.objects.public().defer("introduction").order_by("pk"):
        by_pledge[follow_up.pledge_id].append(follow_up)
    for party in _parties(by_pledge):
        for follow_up in by_pledge[party.pledge_id]:
            if (day := timezone.localdate(follow_up.published_at)) <= on:
                yield _of_party(Kind.FOLLOW_UP, party, day, follow_up=follow_up)


def _overdue(on: date) -> Iterator[News]:
    """Yield that follow-ups are missing, the day after they were due.

    Of pledges that nobody is reminded of any more there is no news.
    """
    pledges = Pledge.objects.public().with_standing().prefetch_related("follow_ups").order_by("pk")
    for pledge in pledges.iterator(chunk_size=_AT_ONCE):
        due = due_of(pledge, list(pledge.follow_ups.all()), on)
        if due is None or not due.is_late or due.is_given_up:
            continue
        for party in pledge.parties.all():
            yield _of_party(
                Kind.OVERDUE,
                party,
                due.due_on + _ONE_DAY,
                first_day=due.first_day,
                last_day=due.last_day,
            )


def _reported(on: date) -> Iterator[News]:
    """Yield that all of a secret kind's period is reported, once it is over.

    Dated by when the last one said so, or when nothing of the period is secret any longer.
    """
    closings = (
        PeriodClosing.objects.in_force()
        .filter(commitment__kind__in=SECRET_KINDS)
        .select_related("commitment__pledge__police_area", "commitment__origin__pledge")
        .prefetch_related(
            *prefetched_places("commitment__pledge__"),
            "commitment__pledge__prolongations",
            "commitment__target_changes",
        )
        .order_by("commitment", "first_day", "last_day", "pk")
    )
    for (commitment, first, last), group in groupby(
        closings, key=lambda closing: (closing.commitment, closing.first_day, closing.last_day)
    ):
        of_period = list(group)
        span = Span(first, last, "", is_extra=False)
        if awaited_for(commitment, span, of_period) or is_still_secret(commitment, last, on):
            continue
        closed_on = max(timezone.localdate(closing.closed_at) for closing in of_period)
        for party in commitment.pledge.parties.all():
            party.pledge = commitment.pledge
            yield _of_party(
                Kind.REPORTED,
                party,
                max(closed_on, commitment.secret_until(last) + _ONE_DAY),
                commitment=commitment,
                first_day=first,
                last_day=last,
            )


def _dialogues(_on: date) -> Iterator[News]:
    for dialogue in Dialogue.objects.public().order_by("pk"):
        yield _of_dialogue(Kind.DIALOGUE, dialogue, timezone.localdate(dialogue.announced_at))


def _heard(_on: date) -> Iterator[News]:
    for heard in Heard.objects.public().select_related("dialogue").order_by("pk"):
        yield _of_dialogue(Kind.HEARD, heard.dialogue, timezone.localdate(heard.published_at))


def _of_dialogue(kind: str, dialogue: Dialogue, day: date) -> News:
    demonstration = dialogue.is_demonstration
    return _event(
        kind, dialogue.municipality_id, day, dialogue=dialogue, is_demonstration=demonstration
    )


def _consultations(_on: date) -> Iterator[News]:
    parties = ConsultationParty.objects.select_related("consultation").order_by("pk")
    for party in parties.defer("consultation__contents"):
        row = party.consultation
        subject = {"consultation": row, "is_demonstration": row.is_demonstration}
        published = timezone.localdate(row.published_at)
        yield _event(Kind.CONSULTATION, party.municipality_id, published, **subject)
        if row.outcome_published_at is not None:
            answered = timezone.localdate(row.outcome_published_at)
            yield _event(Kind.OUTCOME, party.municipality_id, answered, **subject)


SOURCES = (
    *(_signed, _begun, _prolonged, _annulled, _followed_up, _overdue, _reported),
    *(_dialogues, _heard, _consultations),
)


@transaction.atomic
def _tell_of_actions(on: date) -> int:
    """Make news of the actions that became public before the day `on`."""
    rows = (
        PublishedAction.objects.public(on - _ONE_DAY)
        .filter(~Exists(NewsAction.objects.filter(action=OuterRef("action"))), is_secret_kind=False)
        .select_related("commitment__pledge", "commitment__disclosure")
        .order_by("uid")
    )
    actions: dict[tuple[int, Pledge, date], list[PublishedAction]] = defaultdict(list)
    for action in rows.iterator(chunk_size=_AT_ONCE):
        if (told_on := _told_on(action)) < on:
            actions[action.municipality_id, action.commitment.pledge, told_on].append(action)
    pieces = [
        _event(
            Kind.ACTIONS, municipality, told_on + _ONE_DAY, pledge=pledge,
            is_demonstration=any(action.is_demonstration for action in of_day),
        )
        for (municipality, pledge, told_on), of_day in actions.items()
    ]  # fmt: skip
    _publish_unless_they_wait(pieces)
    News.objects.bulk_create(pieces, batch_size=_AT_ONCE)
    NewsAction.objects.bulk_create(
        (
            NewsAction(news=news, action_id=action.action_id)
            for news, of_day in zip(pieces, actions.values(), strict=True)
            for action in of_day
        ),
        batch_size=_AT_ONCE,
    )
    return len(pieces)


def _told_on(action: PublishedAction) -> date:
    """Return the day that an action counts as published on.

    Where its own days aren't told, an embargo counts from the last day that it may have been done:
    from the day of the news nobody reckons the day of the action.
    """
    told_on = max(action.added_on or action.public_from, action.public_from)
    if action.shown_first < action.shown_last and not action.is_span:
        embargo = timedelta(days=disclosure_of(action.commitment).embargo_days)
        told_on = max(told_on, action.shown_last + embargo)
    return told_on
