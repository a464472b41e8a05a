"""Answers of residents: sent once, counted once, changed until it closes.

Each is in its writer's own hands by a private link: to change while the dialogue is open, and to
withdraw at any time.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.models import ContactDetails, Dialogue, RankedTheme, Submission
from dialogues.models.language import Language, language_of_page
from dialogues.models.submission import SubmissionQuerySet
from dialogues.reception import (
    LONG_ENOUGH,
    SAME_WITHIN,
    fingerprint,
    reception_closed_because,
    secret_of,
)
from dialogues.retention.rules import CONTACT_DETAILS
from dialogues.thread.rules import delete_disallowed_quotes
from pledge_portal.accounts.models import User
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.refusals import Refused, check_is_same


@dataclass(frozen=True)
class Answer:
    """An answer to a dialogue.

    `ranked` are keys of themes, the most important first; `ticked` those of the others.
    """

    text: str = ""
    ranked: tuple[int, ...] = ()
    ticked: tuple[int, ...] = ()
    group: str = ""
    district: int | None = None
    may_quote: bool = False
    name: str = ""
    email: str = ""
    phone: str = ""

    def __post_init__(self) -> None:
        """Let nobody quote an answer without words."""
        object.__setattr__(self, "may_quote", self.may_quote and bool(self.text))


def faults_of(answer: Answer) -> dict[str, str]:
    """Return what is wrong with an answer, by field."""
    if not answer.text and not answer.ranked and not answer.ticked:
        return {"text": _("Kryssa för minst ett tema eller skriv något med egna ord.")}
    return {}


def closed_because(dialogue: Dialogue, at: datetime) -> str:
    """Return why nothing can be sent at the moment `at`; empty when it can."""
    local = timezone.localtime(at)
    if dialogue.is_called_off:
        return _("Dialogen är inställd.")
    if local.date() < dialogue.opens_on:
        return _("Det går inte att svara än.")
    if local.date() > dialogue.closes_on:
        return _("Tiden för att svara är slut.")
    return reception_closed_because(dialogue.municipality_id, at)


def submit(
    dialogue: Dialogue,
    answer: Answer,
    sending: uuid.UUID,
    at: datetime,
    *,
    replaces: bool = False,
) -> str:
    """Save an answer; return the secret of the private link to it.

    The same sending once more changes nothing and returns the same secret. With other words it
    takes the place of the first one that it `replaces`; else SentBefore is raised. Raises Refused
    when the dialogue is closed.
    """
    secret = secret_of(sending)
    with as_portal(), transaction.atomic():
        # Whoever closes it or calls it off waits until this is in, or comes first.
        locked = Dialogue.objects.public().select_for_update(no_key=True).get(pk=dialogue.pk)
        stored = _with_contact_details().filter(sending=sending).first()
        if stored is not None and replaces:
            change(secret, answer, at)
        elif stored is not None:
            may_change = stored.withdrawn_at is None and not closed_because(locked, at)
            check_is_same(stored, answer_of(stored), answer, can_be_replaced=may_change)
        if stored is not None:
            return secret
        if reason := closed_because(locked, at):
            raise Refused(reason)
        if _is_duplicate(locked, answer, at):
            raise Refused(
                _("Precis samma text har redan kommit in. Har du skickat den är allt klart.")
            )
        link, language = fingerprint(secret), language_of_page()
        _store(locked, answer, sending, at, link=link, language=language)
    return secret


def _is_duplicate(dialogue: Dialogue, answer: Answer, at: datetime) -> bool:
    if len(answer.text) < LONG_ENOUGH:
        return False
    since = dialogue.submissions.counted().filter(submitted_at__gt=at - SAME_WITHIN)
    return since.filter(text=answer.text).exists()


def write_in(
    dialogue: Dialogue,
    answer: Answer,
    source: str,
    by: User | None,
    sending: uuid.UUID,
    at: datetime,
) -> bool:
    """Save an answer on paper or aloud; return False when it was there.

    Raises SentBefore when another answer was saved by the same sending.
    """
    try:
        with transaction.atomic():
            _store(dialogue, answer, sending, at, source=source, by=by)
    except IntegrityError:
        stored = _with_contact_details().filter(sending=sending).first()
        if stored is None:
            raise
        check_is_same(stored, (answer_of(stored), stored.source), (answer, source))
        return False
    return True


def _store(
    dialogue: Dialogue,
    answer: Answer,
    sending: uuid.UUID,
    at: datetime,
    *,
    link: str = "",
    language: str = Language.SWEDISH,
    source: str = Submission.Source.WEB,
    by: User | None = None,
) -> Submission:
    submission = Submission.objects.create(
        dialogue=dialogue,
        sending=sending,
        link=link,
        language=language,
        source=source,
        entered_by=by,
        submitted_at=at,
        is_demonstration=dialogue.is_demonstration,
        **_own_columns(answer),
    )
    _store_rest(submission, answer, dialogue)
    return submission


def _own_columns(answer: Answer) -> dict[str, object]:
    return {
        "text": answer.text,
        "group": answer.group,
        "district_id": answer.district,
        "may_quote": answer.may_quote,
    }


def _store_rest(submission: Submission, answer: Answer, dialogue: Dialogue) -> None:
    ranks = {theme: rank for rank, theme in enumerate(answer.ranked, start=1)}
    themes = [*answer.ranked, *(theme for theme in answer.ticked if theme not in ranks)]
    RankedTheme.objects.bulk_create(
        RankedTheme(submission=submission, theme_id=theme, rank=ranks.get(theme))
        for theme in themes
    )
    if answer.name or answer.email or answer.phone:
        ContactDetails.objects.create(
            submission=submission,
            name=answer.name,
            email=answer.email,
            phone=answer.phone,
            erase_on=dialogue.closes_on + timedelta(days=CONTACT_DETAILS.days),
        )


def by_secret(secret: str) -> Submission | None:
    """Return the submission that a private link opens, None without one."""
    with as_portal():
        return _with_contact_details().filter(link=fingerprint(secret)).first()


def _with_contact_details() -> SubmissionQuerySet:
    return Submission.objects.with_details().select_related("contact_details")


def answer_of(submission: Submission) -> Answer:
    """Return what a submission says, to fill in a form with."""
    themes = list(submission.ranked.all())
    contact = getattr(submission, "contact_details", None)
    return Answer(
        text=submission.text,
        ranked=tuple(theme.theme_id for theme in themes if theme.rank is not None),
        ticked=tuple(theme.theme_id for theme in themes if theme.rank is None),
        group=submission.group,
        district=submission.district_id,
        may_quote=submission.may_quote,
        name=contact.name if contact else "",
        email=contact.email if contact else "",
        phone=contact.phone if contact else "",
    )


def change(secret: str, answer: Answer, at: datetime) -> None:
    """Change one's own answer; raises Refused when it is too late."""
    with as_portal(), transaction.atomic():
        submission = _locked(secret)
        if reason := closed_because(submission.dialogue, at):
            raise Refused(reason)
        for name, value in _own_columns(answer).items():
            setattr(submission, name, value)
        submission.changed_at = at
        submission.save()
        submission.ranked.all().delete()
        ContactDetails.objects.filter(submission=submission).delete()
        _store_rest(submission, answer, submission.dialogue)
        delete_disallowed_quotes(submission)


def withdraw(secret: str, at: datetime) -> None:
    """Withdraw one's own answer, and erase the contact details.

    It is counted and shown nowhere any more. This can be done at any time, also after the dialogue
    is closed; withdrawing twice changes nothing. Raises Refused when there is no such submission.
    """
    with as_portal(), transaction.atomic():
        submission = _locked(secret, also_withdrawn=True)
        if submission.withdrawn_at is None:
            submission.withdrawn_at = at
            submission.save(update_fields=["withdrawn_at"])
            ContactDetails.objects.filter(submission=submission).delete()
            delete_disallowed_quotes(submission)


def _locked(secret: str, *, also_withdrawn: bool = False) -> Submission:
    submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("dialogue")
        .filter(link=fingerprint(secret))
        .first()
    )
    if submission is None or (submission.withdrawn_at and not also_withdrawn):
        raise Refused(_("Svaret är redan återtaget."))
    return submission
