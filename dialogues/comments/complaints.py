"""Reports of comments that should not stand, and appeals of hidden ones."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dialogues.comments.rules import locked_by_secret
from dialogues.models import Comment, CommentReport
from pledge_portal.database.acting import as_portal
from pledge_portal.pages.refusals import Refused, check_is_same

State, Awaits = Comment.State, Comment.Awaits


def report(
    comment: Comment,
    reason: str,
    text: str,
    sending: uuid.UUID,
    at: datetime,
    *,
    replaces: bool = False,
) -> None:
    """Report a comment to the moderators; sent twice counts once.

    With other words it takes the place of the first one that it `replaces`, until a moderator has
    dealt with that; else SentBefore is raised. Raises Refused when the comment isn't shown.
    """
    with as_portal(), transaction.atomic():
        locked = Comment.objects.select_for_update().get(pk=comment.pk)
        if (stored := CommentReport.objects.filter(sending=sending).first()) is not None:
            may_change = stored.handled_at is None
            if replaces and may_change:
                stored.reason, stored.text, stored.reported_at = reason, text, at
                stored.save(update_fields=["reason", "text", "reported_at"])
            else:
                before = (stored.reason, stored.text)
                check_is_same(stored, before, (reason, text), can_be_replaced=may_change)
            return
        if not locked.is_shown:
            raise Refused(_("Kommentaren visas inte längre, så det finns inget att anmäla."))
        CommentReport.objects.create(
            comment=locked, reason=reason, text=text, sending=sending, reported_at=at
        )
        if locked.awaits in {"", Awaits.UNSEEN}:
            locked.awaits, locked.awaits_since = Awaits.REPORT, at
            locked.save(update_fields=["awaits", "awaits_since"])


def may_appeal(comment: Comment) -> bool:
    """Return whether a hidden comment can still be appealed, which is once."""
    return comment.state == State.HIDDEN and comment.sender.appealed_at is None


def appeal(secret: str, text: str, at: datetime, *, replaces: bool = False) -> None:
    """Ask for a hidden comment to be judged anew, by somebody else.

    Asking twice asks once. With other words it takes the place of the first one that it `replaces`,
    until that is judged; else SentBefore is raised. Raises Refused when it isn't hidden.
    """
    with as_portal(), transaction.atomic():
        comment = locked_by_secret(secret)
        sender = comment.sender
        waits = comment.awaits == Awaits.APPEAL
        if not may_appeal(comment) and not (waits and replaces):
            if sender.appealed_at is not None:
                check_is_same(sender, sender.appeal, text, can_be_replaced=waits)
                return
            raise Refused(_("Kommentaren är inte dold, så det finns inget att ompröva."))
        sender.appeal, sender.appealed_at = text, at
        sender.save()
        if not waits:
            comment.awaits, comment.awaits_since = Awaits.APPEAL, at
            comment.save(update_fields=["awaits", "awaits_since"])
