"""How long what residents leave is kept.

The erasing and the page about personal data read the same lines. The grounds are data protection's
limit on storage (GDPR article 5.1 e) and, for what residents write, the municipality's own decision
on what may be destroyed (arkivlagen 1990:782, 10 §).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dialogues.models import (
    Comment,
    CommentReport,
    CommentSender,
    ContactDetails,
    Disposal,
    DisposalPlan,
    Letter,
    PageReport,
    Submission,
)
from pledge_portal.database.locked_rows import locked_keys
from pledge_portal.pages.text import length_of_time
from pledge_portal.queue.operator_acts import remove_failed


@dataclass(frozen=True)
class RetentionRule:
    """What is kept, how many days after which event, and why.

    `erase` takes a day and the number of days, erases what is due, and returns how many.
    """

    subject: str | Promise
    days: int
    since: str | Promise
    why: str | Promise
    erase: Callable[[date, int], int]

    @property
    def time(self) -> str:
        """How long, in words."""
        return length_of_time(self.days)


def _erase_contact_details(on: date, _days: int) -> int:
    # Each row carries its day, since the dialogue may be open for longer than it was then.
    return ContactDetails.objects.filter(erase_on__lte=on).delete()[0]


def _erase_unconfirmed_addresses(on: date, days: int) -> int:
    rows = CommentSender.objects.exclude(email="").filter(confirmed_at=None)
    return _forget(rows.filter(comment__submitted_at__lt=_before(on, days)))


def _erase_addresses(on: date, days: int) -> int:
    rows = CommentSender.objects.exclude(email="")
    return _forget(rows.filter(comment__submitted_at__lt=_before(on, days)))


@transaction.atomic
def _forget(rows: Any) -> int:
    keys = locked_keys(rows)
    Letter.objects.filter(sender__in=keys).delete()
    return CommentSender.objects.filter(pk__in=keys).update(email="", confirmed_at=None)


def _erase_letters(on: date, days: int) -> int:
    return Letter.objects.filter(made_at__lt=_before(on, days)).delete()[0]


def _erase_failed_letters(on: date, days: int) -> int:
    return remove_failed(_before(on, days))


def _erase_reports(on: date, days: int) -> int:
    rows = CommentReport.objects.filter(handled_at__lt=_before(on, days))
    return rows.delete()[0]


def _erase_page_reports(on: date, days: int) -> int:
    return PageReport.objects.filter(handled_at__lt=_before(on, days)).delete()[0]


def _erase_links_of_answers(on: date, days: int) -> int:
    rows = Submission.objects.exclude(link="")
    return rows.filter(dialogue__closes_on__lt=on - timedelta(days=days)).update(link="")


def _erase_links_of_comments(on: date, days: int) -> int:
    rows = CommentSender.objects.exclude(link="")
    return rows.filter(comment__submitted_at__lt=_before(on, days)).update(link="", appeal="")


def _before(on: date, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(on - timedelta(days=days), time()))


CONTACT_DETAILS = RetentionRule(
    _("Namn, e-postadress och telefonnummer i ett svar på en dialog"),
    90,
    _("efter dialogens sista dag, eller genast när svaret tas tillbaka"),
    _("Kommunen ska kunna fråga vidare om det du skrev."),
    _erase_contact_details,
)
SCHEDULE = (
    CONTACT_DETAILS,
    RetentionRule(
        _("E-postadress till en kommentar, när du inte har bekräftat den"),
        30,
        _("efter kommentaren"),
        _("Du ska hinna bekräfta den."),
        _erase_unconfirmed_addresses,
    ),
    RetentionRule(
        _("E-postadress till en kommentar, när du har bekräftat den"),
        365,
        _("efter kommentaren, eller genast när du tar tillbaka den eller säger ifrån"),
        _("Du ska få veta när någon svarar."),
        _erase_addresses,
    ),
    RetentionRule(
        _("Uppgift om vilka mejl som har skickats"),
        90,
        _("efter mejlet"),
        _("Inget mejl ska skickas två gånger."),
        _erase_letters,
    ),
    RetentionRule(
        _("Mejl som inte gick att skicka"),
        30,
        _("efter det sista försöket"),
        _("Den som sköter portalen ska kunna skicka dem igen."),
        _erase_failed_letters,
    ),
    RetentionRule(
        _("Anmälningar av kommentarer"),
        365,
        _("efter att en moderator har läst dem"),
        _("Beslut ska kunna omprövas."),
        _erase_reports,
    ),
    RetentionRule(
        _("Det du skriver när något är fel på en sida"),
        90,
        _("efter att det är avklarat; din e-postadress raderas genast då"),
        _("Det ska gå att se vad som rättades."),
        _erase_page_reports,
    ),
    RetentionRule(
        _("Den privata länken till ett svar på en dialog"),
        4 * 365,
        _("efter dialogens sista dag"),
        _("Du ska kunna se vad som blev av dina ord i nästa löfte."),
        _erase_links_of_answers,
    ),
    RetentionRule(
        _("Den privata länken till en kommentar, och det du har skrivit för att få den omprövad"),
        2 * 365,
        _("efter kommentaren"),
        _("Du ska kunna ta tillbaka den."),
        _erase_links_of_comments,
    ),
)


def erase_due(on: date) -> int:
    """Erase what is due on the day `on`; return how many rows."""
    with transaction.atomic():
        erased = sum(rule.erase(on, rule.days) for rule in SCHEDULE)
    return erased + sum(dispose(plan, on) for plan in DisposalPlan.objects.all())


@transaction.atomic
def dispose(plan: DisposalPlan, on: date) -> int:
    """Destroy what a municipality's plan lets go on the day `on`.

    Writes down that it was done, and returns how many answers and comments it was.
    """
    done = 0
    for kind, rows in (
        (Disposal.What.SUBMISSIONS, _due_submissions(plan, on)),
        (Disposal.What.COMMENTS, _due_comments(plan, on, plan.comments_years, is_shown=True)),
        (Disposal.What.HIDDEN, _due_comments(plan, on, plan.hidden_years, is_shown=False)),
    ):
        keys = locked_keys(rows)
        if number := len(keys):
            # Written down first: the database leaves no mark of a quote that goes by it.
            Disposal.objects.create(
                municipality=plan.municipality,
                what=kind,
                number=number,
                decision=plan.decision,
                disposed_on=on,
            )
            rows.model._default_manager.filter(pk__in=keys).delete()
            done += number
    return done


def _due_submissions(plan: DisposalPlan, on: date) -> Any:
    if plan.submissions_years is None:
        return Submission.objects.none()
    return Submission.objects.filter(
        dialogue__municipality=plan.municipality_id,
        dialogue__closes_on__lt=_years_before(on, plan.submissions_years),
    )


def _due_comments(plan: DisposalPlan, on: date, years: int | None, *, is_shown: bool) -> Any:
    """Return comments written before the plan's day.

    Those are threads whose last reply was too, and replies that are hidden by themselves.
    """
    if years is None:
        return Comment.objects.none()
    before = timezone.make_aware(datetime.combine(_years_before(on, years), time()))
    later = Comment.objects.filter(parent=OuterRef("pk"), submitted_at__gte=before)
    rows = Comment.objects.filter(municipality=plan.municipality_id, submitted_at__lt=before)
    of_state = Q(state=Comment.State.PUBLISHED) if is_shown else ~Q(state=Comment.State.PUBLISHED)
    rows = rows.filter(of_state).exclude(awaits__in=[Comment.Awaits.NEW, Comment.Awaits.APPEAL])
    if is_shown:
        # A reply goes with the thread that it stands in.
        rows = rows.filter(parent=None)
    return rows.exclude(Exists(later))


def _years_before(on: date, years: int) -> date:
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # the 29th of February
        return on.replace(year=on.year - years, day=28)
