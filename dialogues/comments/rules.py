r"""Comments of residents: saved once, shown when a moderator says so.

    sent -> pending -> published <-> hidden
                 \         |
                  ----> withdrawn

- A moderator looks at each before it is shown. A municipality may choose to show them at once;
  those with what seems to be personal data, a tip or an emergency still wait.
- Replies stand one level down. Those to a comment that is hidden or withdrawn stand below a mark
  that says so: what somebody wrote never goes by another's act.
- Within an hour, and until somebody has answered, who wrote it can change it. It can be withdrawn
  at any time.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dialogues.comments import letters
from dialogues.comments.marks import update_thread
from dialogues.models import Comment, CommentSender, Letter, Reception
from dialogues.models.comment import CommentQuerySet
from dialogues.models.language import language_of_page
from dialogues.reception import (
    LONG_ENOUGH,
    SAME_WITHIN,
    fingerprint,
    reception_closed_because,
    secret_of,
)
from dialogues.tips import concern_of
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.folding import skeleton
from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.refusals import Refused, check_is_same
from pledges.lifecycle import Standing, standing
from pledges.models import Commitment, Consultation, FollowUp, Municipality, Pledge

State, Awaits = Comment.State, Comment.Awaits

# A pledge that ended is talked about for a year more.
_OPEN_AFTER_END = timedelta(days=365)
# So many letters that ask about an address are sent to it within a day, whoever writes.
_MAX_QUESTIONS_A_DAY = 3

_OFFICIAL = (
    *("polis", "police", "kommun", "municipal", "moderator", "handläggare", "kommissarie"),
    *("officiell", "official"),
)
# Digits and signs that are written for letters; l and i look alike already.
_WRITTEN_FOR = str.maketrans("01l|!3@4$57", "oiiiieaasst")


@dataclass(frozen=True)
class About:
    """What is commented on: a public pledge, a part of it, or a draft.

    An assessment has both a commitment and a follow-up. A draft is known by its round of
    consultation alone, since its pledge is nothing that the public can read; `number` is a
    commitment's in what the round shows.
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
        rows = Comment.objects.public_with_marks()
        if self.consultation is not None:
            return rows.on_draft(self.municipality, self.consultation.pk)
        return rows.about(self.municipality, self.pledge_key)


def about_of(comment: Comment) -> About:
    """Return what a comment is about."""
    if comment.consultation is not None:
        return About(
            comment.municipality,
            parent=comment.parent,
            consultation=comment.consultation,
            number=comment.consultation_commitment,
        )
    return About(
        comment.municipality, comment.pledge, comment.commitment, comment.follow_up, comment.parent
    )


@dataclass(frozen=True)
class NewComment:
    """A comment to be submitted; `email` is where to write answers, if at all."""

    text: str
    name: str = ""
    email: str = ""
    is_objection: bool = False

    def __post_init__(self) -> None:
        """Write the address in small letters, as it is stored."""
        object.__setattr__(self, "email", self.email.lower())


def closed_because(about: About, at: datetime) -> str:
    """Return why nothing can be sent at the moment `at`; empty when it can."""
    on = timezone.localdate(at)
    if about.consultation is not None:
        if not about.consultation.is_open(on):
            return _("Samrådet är avslutat. Det går inte att lämna synpunkter längre.")
        return reception_closed_because(about.municipality, at)
    assert about.pledge is not None  # noqa: S101  (what is no consultation is a pledge)
    if is_over_for_long(standing(about.pledge, on, about.municipality)):
        return _("Löftet har inte gällt på över ett år. Det går inte att kommentera det längre.")
    return reception_closed_because(about.municipality, at)


def is_over_for_long(standing: Standing) -> bool:
    """Return whether a pledge ended too long ago to be commented on."""
    return standing.last_day is not None and standing.on - standing.last_day > _OPEN_AFTER_END


def is_premoderated(municipality: Municipality) -> bool:
    """Return whether a moderator sees every comment before it is shown."""
    return not Reception.objects.filter(municipality=municipality, publishes_at_once=True).exists()


def needs_moderation(municipality: Municipality, comment: NewComment) -> bool:
    """Return whether somebody must look at a comment before it is shown."""
    if is_premoderated(municipality):
        return True
    whole = f"{comment.name} {comment.text}"
    return bool(find_personal_data(whole) or concern_of(whole) or sounds_official(comment.name))


def sounds_official(name: str) -> bool:
    """Return whether a name could be taken for the municipality's or police's."""
    looks = _look(name)
    return any(_look(word) in looks for word in _OFFICIAL)


def _look(name: str) -> str:
    """Return what a name looks like at a glance: "P 0 L 1 S" as "polis"."""
    look = skeleton(name).translate(_WRITTEN_FOR)
    return "".join(sign for sign in look if sign.isalnum())


def submit(
    about: About, new: NewComment, sending: uuid.UUID, at: datetime, *, replaces: bool = False
) -> str:
    """Save a comment; return the secret of the private link to it.

    The same sending once more changes nothing and returns the same secret. With other words it
    takes the place of the first one that it `replaces`; else SentBefore is raised. Raises Refused
    when nothing is taken in, or what it answers isn't shown any longer.
    """
    secret = secret_of_comment(sending)
    with as_portal(), transaction.atomic():
        # The same sending twice at once comes one after the other.
        about = _lock_subject(about)
        if (stored := _with_subject().filter(sender__sending=sending).first()) is not None:
            if replaces:
                change(secret, new, at)
            else:
                may_change = stored.can_be_changed(at)
                check_is_same(stored, _words_of(stored), new, can_be_replaced=may_change)
            return secret
        if reason := closed_because(about, at):
            raise Refused(reason)
        parent = _shown_parent(about)
        if _is_duplicate(about, new, at):
            raise Refused(
                _("Precis samma text har redan kommit in. Har du skickat den är allt klart.")
            )
        comment = Comment(
            municipality=about.municipality,
            pledge_id=about.pledge_key,
            commitment=about.commitment,
            follow_up=about.follow_up,
            consultation=about.consultation,
            consultation_commitment=about.number,
            parent=parent,
            is_objection=new.is_objection,
            name=new.name,
            text=new.text,
            language=language_of_page(),
            submitted_at=at,
        )
        _publish_or_queue(comment, new, at)
        comment.save()
        sender = CommentSender.objects.create(
            comment=comment,
            sending=sending,
            link=fingerprint(secret),
            language=language_of_page(),
            email=new.email,
        )
        _ask_about_address(sender, at)
    return secret


def _lock_subject(about: About) -> About:
    """Lock what is commented on until the comment is saved; return it."""
    if about.consultation is not None:
        # Whoever closes it waits; who comes after them is told that it is too late.
        rows = Consultation.objects.select_for_update(of=("self",), no_key=True)
        return replace(about, consultation=rows.get(pk=about.consultation.pk))
    Pledge.objects.public().select_for_update(of=("self",), no_key=True).get(pk=about.pledge_key)
    return about


def _is_duplicate(about: About, new: NewComment, at: datetime) -> bool:
    if len(new.text) < LONG_ENOUGH:
        return False
    since = Comment.objects.filter(pledge=about.pledge_key, submitted_at__gt=at - SAME_WITHIN)
    return since.filter(text=new.text).exclude(state=State.WITHDRAWN).exists()


def secret_of_comment(sending: uuid.UUID) -> str:
    """Return the secret of the private link to a comment."""
    return secret_of(sending, "private link of a comment")


def _words_of(comment: Comment) -> NewComment:
    email = comment.sender.email
    return NewComment(comment.text, comment.name, email, is_objection=comment.is_objection)


def _shown_parent(about: About) -> Comment | None:
    if about.parent is None:
        return None
    # Whoever hides it or takes it back waits until the reply is in, or comes first.
    shown = Comment.objects.public().select_for_update(of=("self",))
    parent = shown.filter(pk=about.parent.pk, parent=None).first()
    if parent is None:
        raise Refused(_("Kommentaren som du svarar på visas inte längre."))
    return parent


def _publish_or_queue(comment: Comment, new: NewComment, at: datetime) -> None:
    waits = needs_moderation(comment.municipality, new)
    comment.state = State.PENDING if waits else State.PUBLISHED
    comment.published_at = comment.published_at if waits else comment.published_at or at
    comment.awaits = Awaits.NEW if waits else Awaits.UNSEEN
    comment.awaits_since = at


def _ask_about_address(sender: CommentSender, at: datetime) -> None:
    """Ask whether an address is the writer's own, a few times a day at most."""
    if not sender.email or sender.confirmed_at is not None:
        return
    asked = Letter.objects.filter(
        sort=Letter.Sort.CONFIRM, sender__email=sender.email, made_at__gt=at - timedelta(days=1)
    )
    if asked.count() < _MAX_QUESTIONS_A_DAY:
        letters.write(sender, Letter.Sort.CONFIRM, at)


def by_secret(secret: str) -> Comment | None:
    """Return the comment that a private link opens, None without one."""
    with as_portal():
        return _with_subject().filter(sender__link=fingerprint(secret)).first()


def _with_subject() -> CommentQuerySet:
    return Comment.objects.select_related(
        "sender",
        "municipality",
        "pledge",
        "commitment",
        "follow_up",
        "consultation__police_area",
        "parent",
    )


def can_be_changed(comment: Comment, at: datetime) -> bool:
    """Return whether who wrote it may still change it."""
    with as_portal():
        return comment.can_be_changed(at)


def change(secret: str, new: NewComment, at: datetime) -> Comment:
    """Change one's own comment; it may have to wait for a moderator again.

    Raises Refused when it is too late.
    """
    with as_portal(), transaction.atomic():
        comment = locked_by_secret(secret)
        if not comment.can_be_changed(at):
            raise Refused(_("Det går inte längre att ändra kommentaren."))
        sender = comment.sender
        if new.email != sender.email:
            sender.letters.filter(sent_at=None).delete()
            sender.email, sender.confirmed_at = new.email, None
            sender.save()
            _ask_about_address(sender, at)
        if (comment.text, comment.name) != (new.text, new.name):
            comment.text, comment.name, comment.changed_at = new.text, new.name, at
            _publish_or_queue(comment, new, at)
            comment.save()
    return comment


def withdraw(secret: str, at: datetime) -> None:
    """Withdraw one's own comment: hide it, and erase the address at once."""
    with as_portal(), transaction.atomic():
        comment = locked_by_secret(secret)
        if comment.state != State.WITHDRAWN:
            comment.state, comment.awaits, comment.awaits_since = State.WITHDRAWN, "", None
            comment.changed_at = at
            comment.save()
            update_thread(comment)
        erase_address(comment.sender)


def locked_by_secret(secret: str) -> Comment:
    """Lock the comment that a private link opens, and return it."""
    return (
        Comment.objects.select_for_update(of=("self",))
        .select_related("sender", "municipality")
        .get(sender__link=fingerprint(secret))
    )


def erase_address(sender: CommentSender) -> None:
    """Erase the address for answers, with all letters that wait to be sent."""
    sender.letters.all().delete()
    sender.email, sender.confirmed_at = "", None
    sender.save()


def sender_of(token: str) -> CommentSender | None:
    """Return who a letter's link was written to, None when it leads to nobody."""
    uid = letters.uid_in(token)
    with as_portal():
        if uid is None:
            return None
        senders = CommentSender.objects.filter(comment__uid=uid).exclude(email="")
        return senders.select_related(
            "comment__municipality", "comment__pledge", "comment__consultation"
        ).first()


def confirm(sender: CommentSender, at: datetime) -> None:
    """Confirm an address, so that answers are written to it."""
    with as_portal():
        CommentSender.objects.filter(pk=sender.pk, confirmed_at=None).exclude(email="").update(
            confirmed_at=at
        )


def unsubscribe(sender: CommentSender) -> None:
    """Write no more to an address about this comment, and erase it."""
    with as_portal(), transaction.atomic():
        erase_address(CommentSender.objects.select_for_update().get(pk=sender.pk))


def shown_comment(about: About, uid: uuid.UUID) -> tuple[Comment, Comment] | None:
    """Return a comment that is shown, and the thread it stands in, if any.

    It may be about the whole pledge or draft, or any part of it.
    """
    comments = about.comments()
    comment = comments.filter(uid=uid).first()
    if comment is None or comment.parent_id is None:
        return (comment, comment) if comment else None
    parent = comments.filter(pk=comment.parent_id, parent=None).first()
    return (comment, parent) if parent else None
