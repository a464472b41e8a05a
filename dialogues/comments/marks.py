"""Marks that stand where a comment was, hidden or withdrawn since.

A comment with replies leaves one, so that what somebody wrote never goes by another's act. A mark
is a row of its own, without words; the comment itself, and its text, stay out of sight.
"""

from __future__ import annotations

from dialogues.models import Comment

State = Comment.State

_REMOVED_BY = {
    State.WITHDRAWN: Comment.RemovedBy.WRITER,
    State.HIDDEN: Comment.RemovedBy.MODERATOR,
}


def update_thread(comment: Comment) -> None:
    """Let replies stand when what they answer is shown, or goes.

    What goes leaves a mark in its place, as long as a reply to it stands or waits.
    """
    thread = comment.parent or comment
    if thread.removed_by:
        mark: Comment | None = thread
        original = thread.stands_for
    else:
        mark, original = Comment.objects.filter(stands_for=thread).first(), thread
    if original is None:
        return
    replies = Comment.objects.filter(parent__in=[row for row in (original, mark) if row])
    stand = replies.filter(state__in=[State.PENDING, State.PUBLISHED])
    if original.state == State.PUBLISHED or not stand.exists():
        replies.update(parent=original, thread_is_shown=original.state == State.PUBLISHED)
        if mark is not None:
            mark.delete()
    elif (removed_by := _REMOVED_BY.get(State(original.state))) is not None:
        mark = mark or _mark_of(original)
        mark.removed_by = removed_by
        mark.save()
        replies.update(parent=mark, thread_is_shown=True)


def _mark_of(comment: Comment) -> Comment:
    """Return a mark to stand where a comment stood; not saved."""
    stays = (
        *("municipality_id", "pledge_id", "commitment_id", "follow_up_id", "consultation_id"),
        *("consultation_commitment", "is_objection", "submitted_at", "published_at"),
        "is_demonstration",
    )
    return Comment(
        **{name: getattr(comment, name) for name in stays},
        state=State.PUBLISHED,
        stands_for=comment,
    )
