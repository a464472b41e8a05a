"""Comments of residents: taken in once, let through by a moderator, in their writer's own hands.

    sent -> pending -> published <-> hidden
                 \\         |
                  ----> withdrawn

- A moderator looks at each before it is shown. A municipality may choose to show them at once;
  those with what seems to be personal data, a tip or an emergency still wait.
- Replies stand one level down, and are shown only while what they answer is.
- Within an hour, and until somebody has answered, who wrote it can change it. It can be withdrawn
  at any time.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dialogues.comments import letters
from dialogues.models import Comment, CommentReport, CommentSender, Letter, Reception
from dialogues.models.comment import CommentQuerySet
from dialogues.reception import (
    LONG_ENOUGH,
    SAME_WITHIN,
    fingerprint,
    reception_closed_because,
    secret_of,
)
from dialogues.tips import concern_of
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.refusals import Refused
from pledges.lifecycle import standing
from pledges.models import Commitment, Consultation, FollowUp, Municipality, Pledge

State, Awaits = Comment.State, Comment.Awaits

# A pledge that ended is talked about for a year more.
_OPEN_AFTER_END = timedelta(days=365)
# So many letters that ask about an address are sent to it within a day, whoever writes.
_MOST_QUESTIONS_A_DAY = 3

_OFFICIAL = re.compile(
    r"polis|police|kommun|municipal|moderator|handläggare|kommissarie|officiell|official",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class About:
    """What is commented on: a public pledge or a part of it, or a draft that is on consultation.

    An assessment has both a commitment and a follow-up. A draft is known by its round alone, since
    its pledge is nothing that the public can read; `number` is a commitment's in what it shows.
    """

    municipality: Municipality
    pledge: Pledge | None = None
    commitment: Commitment | None = None
    follow_up: FollowUp | None = None
    parent: Comment | None = None
    consultation: Consultation | None = None
    number: int | None = None

    @property
    def pledge_key(self) -> int:
        """The key of the pledge, or of the draft that it may become of."""
        if self.consultation is not None:
            return self.consultation.pledge_id
        assert self.pledge is not None  # noqa: S101  (one of them is always there)
        return self.pledge.pk

    def comments(self) -> CommentQuerySet:
        """Return all that is shown of the whole that it is about, replies too."""
        rows = Comment.objects.public()
        if self.consultation is not None:
            return rows.on_draft(self.municipality, self.consultation.pk)
        return rows.of(self.municipality, self.pledge_key)


def about_of(row: Comment) -> About:
    """Return what a comment is about."""
    if row.consultation is not None:
        return About(
            row.municipality,
            parent=row.parent,
            consultation=row.consultation,
            number=row.consultation_commitment,
        )
    return About(row.municipality, row.pledge, row.commitment, row.follow_up, row.parent)


@dataclass(frozen=True)
class Said:
    """What somebody says. `email` is where answers are to be written, if they want them."""

    text: str
    name: str = ""
    email: str = ""
    is_objection: bool = False


def closed_because(about: About, at: datetime) -> str:
    """Return why nothing can be said at the moment `at`, empty when it can."""
    on = timezone.localdate(at)
    if about.consultation is not None:
        if not about.consultation.is_open(on):
            return _("Samrådet är avslutat. Det går inte att lämna synpunkter längre.")
        return reception_closed_because(about.municipality, at)
    assert about.pledge is not None  # noqa: S101  (what is no consultation is a pledge)
    stands = standing(about.pledge, on, about.municipality)
    if stands.last_day is not None and on - stands.last_day > _OPEN_AFTER_END:
        return _("Löftet har inte gällt på över ett år. Det går inte att kommentera det längre.")
    return reception_closed_because(about.municipality, at)


def has_to_wait(municipality: Municipality) -> bool:
    """Whether a moderator of the municipality looks at every comment before it is shown."""
    return not Reception.objects.filter(municipality=municipality, publishes_at_once=True).exists()


def needs_a_moderator_first(municipality: Municipality, said: Said) -> bool:
    """Whether somebody must look at it before it is shown."""
    if has_to_wait(municipality):
        return True
    whole = f"{said.name} {said.text}"
    return bool(find_personal_data(whole) or concern_of(whole) or sounds_official(said.name))


def sounds_official(name: str) -> bool:
    """Whether somebody calls themselves what could be taken for the municipality or the police."""
    return _OFFICIAL.search(name) is not None


def comment(about: About, said: Said, sending: uuid.UUID, at: datetime) -> str:
    """Take in a comment; return the secret of the private link to it.

    The same sending once more changes nothing and returns the same secret. Raises Refused
    when nothing is taken in, or what it answers isn't shown any longer.
    """
    secret = _secret(sending)
    with as_portal(), transaction.atomic():
        # The same sending twice at once comes one after the other.
        about = _held(about)
        if CommentSender.objects.filter(sending=sending).exists():
            return secret
        if reason := closed_because(about, at):
            raise Refused(reason)
        parent = _shown_parent(about)
        if _is_there_already(about, said, at):
            raise Refused(
                _("Precis samma text har redan kommit in. Har du skickat den är allt klart.")
            )
        made = Comment(
            municipality=about.municipality,
            pledge_id=about.pledge_key,
            commitment=about.commitment,
            follow_up=about.follow_up,
            consultation=about.consultation,
            consultation_commitment=about.number,
            parent=parent,
            is_objection=said.is_objection,
            name=said.name,
            text=said.text,
            submitted_at=at,
        )
        _let_through_or_wait(made, said, at)
        made.save()
        sender = CommentSender.objects.create(
            comment=made,
            sending=sending,
            link=fingerprint(secret),
            language=(get_language() or "sv")[:2],
            email=said.email.lower(),
        )
        _ask_about_address(sender, at)
    return secret


def _held(about: About) -> About:
    """Hold what is commented on until the comment is in, as it is now."""
    if about.consultation is not None:
        # Whoever closes it waits; who comes after them is told that it is too late.
        rows = Consultation.objects.select_for_update(of=("self",), no_key=True)
        return replace(about, consultation=rows.get(pk=about.consultation.pk))
    Pledge.objects.public().select_for_update(of=("self",), no_key=True).get(pk=about.pledge_key)
    return about


def _is_there_already(about: About, said: Said, at: datetime) -> bool:
    if len(said.text) < LONG_ENOUGH:
        return False
    since = Comment.objects.filter(pledge=about.pledge_key, submitted_at__gt=at - SAME_WITHIN)
    return since.filter(text=said.text).exclude(state=State.WITHDRAWN).exists()


def _secret(sending: uuid.UUID) -> str:
    return secret_of(sending, "private link of a comment")


def _shown_parent(about: About) -> Comment | None:
    if about.parent is None:
        return None
    # Whoever hides it or takes it back waits until the reply is in, or comes first.
    shown = Comment.objects.public().select_for_update(of=("self",))
    found = shown.filter(pk=about.parent.pk, parent=None).first()
    if found is None:
        raise Refused(_("Kommentaren som du svarar på visas inte längre."))
    return found


def _let_through_or_wait(row: Comment, said: Said, at: datetime) -> None:
    waits = needs_a_moderator_first(row.municipality, said)
    row.state = State.PENDING if waits else State.PUBLISHED
    row.published_at = row.published_at if waits else row.published_at or at
    row.awaits = Awaits.NEW if waits else Awaits.UNSEEN
    row.awaits_since = at


def _ask_about_address(sender: CommentSender, at: datetime) -> None:
    """Ask whether an address is the writer's own; nobody is written to more than a few times."""
    if not sender.email or sender.confirmed_at is not None:
        return
    asked = Letter.objects.filter(
        sort=Letter.Sort.CONFIRM, sender__email=sender.email, made_at__gt=at - timedelta(days=1)
    )
    if asked.count() < _MOST_QUESTIONS_A_DAY:
        letters.write(sender, Letter.Sort.CONFIRM, at)


def by_secret(secret: str) -> Comment | None:
    """Return the comment that a private link opens, None when there is none."""
    with as_portal():
        return (
            Comment.objects.filter(sender__link=fingerprint(secret))
            .select_related(
                "sender",
                "municipality",
                "pledge",
                "commitment",
                "follow_up",
                "consultation__police_area",
                "parent",
            )
            .first()
        )


def can_be_changed(row: Comment, at: datetime) -> bool:
    """Whether who wrote it may still change it."""
    with as_portal():
        return row.can_be_changed(at)


def change(secret: str, said: Said, at: datetime) -> Comment:
    """Change one's own comment; it may have to wait for a moderator again.

    Raises Refused when it is too late.
    """
    with as_portal(), transaction.atomic():
        row = _locked(secret)
        if not row.can_be_changed(at):
            raise Refused(_("Det går inte längre att ändra kommentaren."))
        sender = row.sender
        if said.email.lower() != sender.email:
            sender.letters.filter(sent_at=None).delete()
            sender.email, sender.confirmed_at = said.email.lower(), None
            sender.save()
            _ask_about_address(sender, at)
        if (row.text, row.name) != (said.text, said.name):
            row.text, row.name, row.changed_at = said.text, said.name, at
            _let_through_or_wait(row, said, at)
            row.save()
    return row


def withdraw(secret: str, at: datetime) -> None:
    """Take one's own comment back: it is shown no longer, and the address is erased at once."""
    with as_portal(), transaction.atomic():
        row = _locked(secret)
        if row.state != State.WITHDRAWN:
            row.state, row.awaits, row.awaits_since = State.WITHDRAWN, "", None
            row.changed_at = at
            row.save()
            show_replies_as(row)
        forget_address(row.sender)


def _locked(secret: str) -> Comment:
    return (
        Comment.objects.select_for_update(of=("self",))
        .select_related("sender", "municipality")
        .get(sender__link=fingerprint(secret))
    )


def show_replies_as(row: Comment) -> None:
    """Let a thread's replies be shown only while what they answer is."""
    row.replies.update(thread_is_shown=row.state == State.PUBLISHED)


def forget_address(sender: CommentSender) -> None:
    """Erase the address that answers were to be written to, with all that waits to be sent."""
    sender.letters.all().delete()
    sender.email, sender.confirmed_at = "", None
    sender.save()


def report(row: Comment, reason: str, text: str, sending: uuid.UUID, at: datetime) -> None:
    """Tell the moderators that a comment that is shown should not be; sent twice counts once."""
    with as_portal(), transaction.atomic():
        found = Comment.objects.select_for_update().get(pk=row.pk)
        if CommentReport.objects.filter(sending=sending).exists() or not found.is_shown:
            return
        CommentReport.objects.create(
            comment=found, reason=reason, text=text, sending=sending, reported_at=at
        )
        if found.awaits in {"", Awaits.UNSEEN}:
            found.awaits, found.awaits_since = Awaits.REPORT, at
            found.save(update_fields=["awaits", "awaits_since"])


def may_appeal(row: Comment) -> bool:
    """Whether who wrote it can ask for a hidden comment to be judged anew: once."""
    return row.state == State.HIDDEN and row.sender.appealed_at is None


def appeal(secret: str, text: str, at: datetime) -> None:
    """Ask for a hidden comment to be judged anew, by somebody else; asking twice asks once.

    Raises Refused when it isn't hidden.
    """
    with as_portal(), transaction.atomic():
        row = _locked(secret)
        if row.state != State.HIDDEN:
            raise Refused(_("Kommentaren är inte dold, så det finns inget att ompröva."))
        if row.sender.appealed_at is None:
            row.sender.appeal, row.sender.appealed_at = text, at
            row.sender.save()
            row.awaits, row.awaits_since = Awaits.APPEAL, at
            row.save(update_fields=["awaits", "awaits_since"])


def sender_of(token: str) -> CommentSender | None:
    """Return who a letter's link was written to, None when it leads to nobody."""
    uid = letters.uid_in(token)
    with as_portal():
        if uid is None:
            return None
        found = CommentSender.objects.filter(comment__uid=uid).exclude(email="")
        return found.select_related(
            "comment__municipality", "comment__pledge", "comment__consultation"
        ).first()


def confirm(sender: CommentSender, at: datetime) -> None:
    """Hold an address for its owner's, so that answers are written to it."""
    with as_portal():
        CommentSender.objects.filter(pk=sender.pk, confirmed_at=None).exclude(email="").update(
            confirmed_at=at
        )


def unsubscribe(sender: CommentSender) -> None:
    """Write no more to an address about this comment, and erase it."""
    with as_portal(), transaction.atomic():
        forget_address(CommentSender.objects.select_for_update().get(pk=sender.pk))


def shown_comment(about: About, uid: uuid.UUID) -> tuple[Comment, Comment] | None:
    """Return a comment on a pledge or a draft, or any part of it, that is shown, and the thread it
    stands in; None when there is none."""
    found = about.comments()
    row = found.filter(uid=uid).first()
    if row is None or row.parent_id is None:
        return (row, row) if row else None
    parent = found.filter(pk=row.parent_id, parent=None).first()
    return (row, parent) if parent else None
