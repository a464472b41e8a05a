"""Letters to those who have commented: answers, decisions, confirmation.

A letter is written down and put on the queue with what it tells of, in the same transaction, and
sent afterwards: nothing acknowledged is lost. It is worded when it is sent, so an address that was
erased meanwhile gets nothing, and its Message-ID is the same however often that is tried. Each has
links of its own: with one click one is written to no more (RFC 8058).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.comments.hiding_reasons import latest_decision
from dialogues.comments.presentation import subject_path_of
from dialogues.models import Comment, CommentSender, Letter
from pledge_portal.database.acting import as_portal
from pledge_portal.queue.chores import chore
from pledge_portal.queue.jobs import LETTERS, defer, job
from pledge_portal.queue.mail import delivery_connection, message_id

_SALT = "letters about a comment"
_MAX_TRIES = 20
_BATCH_SIZE = 100


def token_of(comment: Comment) -> str:
    """Return the part of a letter's links that only its reader knows."""
    return signing.dumps(str(comment.uid), salt=_SALT)


def uid_in(token: str) -> UUID | None:
    """Return the comment that a letter's link is about, None if forged."""
    try:
        return UUID(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError):
        return None


def write(
    sender: CommentSender, sort: Letter.Sort, at: datetime, about: Comment | None = None
) -> None:
    """Write a letter down, to be sent once what it tells of is certain."""
    letter = Letter.objects.create(sender=sender, sort=sort, about=about, made_at=at)
    defer(send_letter, letter=letter.pk)


@job("send_letter", gettext_lazy("Mejl till den som har kommenterat"), queue=LETTERS)
def send_letter(letter: int) -> None:
    """Send a letter, unless it is sent already or taken away."""
    _send(letter)


@chore("send_letters", gettext_lazy("Mejl till dem som har kommenterat"), queue=LETTERS)
def send_letters() -> int:
    """Send the letters that wait; return how many.

    Several processes at once send each once. Raises OSError (as sending by SMTP does); that letter
    and those after it wait for the next time.
    """
    waiting = Letter.objects.filter(sent_at=None, tries__lt=_MAX_TRIES).order_by("tries", "made_at")
    return sum(_send(key) for key in list(waiting.values_list("pk", flat=True)[:_BATCH_SIZE]))


def _send(key: int) -> bool:
    failure: OSError | None = None
    with as_portal(), transaction.atomic():
        letter = (
            Letter.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related(
                "sender__comment__municipality",
                "sender__comment__pledge",
                "sender__comment__consultation",
                "about",
            )
            .filter(pk=key, sent_at=None)
            .first()
        )
        if letter is None:
            return False
        letter.tries += 1
        try:
            _message(letter).send()
        except OSError as fault:
            failure = fault
        else:
            letter.sent_at = timezone.now()
        letter.save(update_fields=["tries", "sent_at"])
    if failure is not None:
        raise failure
    return True


def _message(letter: Letter) -> EmailMessage:
    sender = letter.sender
    comment = sender.comment
    with translation.override(sender.language):
        token = token_of(comment)
        off = settings.SITE_URL + reverse("letters_off", args=[token])
        text = render_to_string(
            f"comments/letters/{letter.sort}.txt",
            {
                "comment": comment,
                "answer": letter.about,
                "decision": latest_decision(comment),
                "address": settings.SITE_URL + address_of(comment),
                "confirm": settings.SITE_URL + reverse("letters_confirm", args=[token]),
                "off": off,
            },
        )
        return EmailMessage(
            _subject(letter),
            text,
            to=[sender.email],
            connection=delivery_connection(),
            headers={
                "Message-ID": message_id(comment.uid, f"letter {letter.pk}"),
                "List-Unsubscribe": f"<{off}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
        )


def _subject(letter: Letter) -> str:
    return {
        Letter.Sort.CONFIRM: _("Vill du få svaren på din kommentar hit?"),
        Letter.Sort.ANSWER: _("Din kommentar har fått svar"),
        Letter.Sort.DECISION: _("Beslut om din kommentar"),
    }[Letter.Sort(letter.sort)]


def address_of(comment: Comment) -> str:
    """Return the address of the page of a comment's thread, shown or not."""
    return reverse(
        "comment_thread", args=[comment.municipality.slug, subject_path_of(comment), comment.uid]
    )
