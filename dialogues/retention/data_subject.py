"""What the portal holds of one person, to be told of or erased when they ask.

A person is known by an e-mail address or by the private link to something they wrote. The rights
are those of GDPR article 15 and 17; the latter doesn't reach what is a public record, whose
destruction only the municipality's plan decides (article 17.3 b and d, arkivlagen 1990:782). So
ways to reach the person are erased, and what they wrote is taken back, which hides it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dialogues.comments.rules import forget_address, show_replies_as
from dialogues.models import Comment, ContactDetails, Submission
from dialogues.reception import fingerprint
from dialogues.thread.rules import drop_quotes_no_longer_allowed
from pledge_portal.accounts.models import Invitation, User
from pledge_portal.accounts.permissions import memberships

_LINK = re.compile(r"(?:svar|kommentar)/([A-Za-z0-9_-]{43})(?:/|$)")


@dataclass(frozen=True)
class Held:
    """What is held of one person."""

    submissions: list[Submission]
    comments: list[Comment]
    accounts: list[User]
    invitations: list[Invitation]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not (self.submissions or self.comments or self.accounts or self.invitations)


def held_of(*, email: str = "", link: str = "") -> Held:
    """Return what is held of whoever has an e-mail address, or holds a private link."""
    submissions = Submission.objects.told().select_related("contact_details")
    comments = Comment.objects.select_related("sender", "municipality", "pledge", "consultation")
    if email:
        return Held(
            list(submissions.filter(contact_details__email__iexact=email)),
            list(comments.filter(sender__email__iexact=email)),
            list(User.objects.filter(email__iexact=email)),
            list(Invitation.objects.filter(email__iexact=email)),
        )
    found = _LINK.search(link)
    mark = fingerprint(found[1]) if found else ""
    if not mark:
        return Held([], [], [], [])
    return Held(
        list(submissions.filter(link=mark)), list(comments.filter(sender__link=mark)), [], []
    )


def told(held: Held) -> dict[str, Any]:
    """Return what is held as JSON has it, by what it is."""
    return {
        "svar_pa_dialoger": [_submission(each) for each in held.submissions],
        "kommentarer": [_comment(each) for each in held.comments],
        "konton": [_account(each) for each in held.accounts],
        "inbjudningar": [
            {"roll": each.get_role_display(), "skickad": _moment(each.created_at)}
            for each in held.invitations
        ],
    }


def _submission(row: Submission) -> dict[str, Any]:
    contact: ContactDetails | None = getattr(row, "contact_details", None)
    return {
        "dialog": str(row.dialogue),
        "kommun": str(row.dialogue.municipality),
        "lamnat": _moment(row.submitted_at),
        "aterkallat": _moment(row.withdrawn_at),
        "text": row.text,
        "teman": [str(each.theme) for each in row.ranked.all()],
        "kodade_teman": [str(each.theme) for each in row.coded.all()],
        "grupp": row.get_group_display(),
        "del_av_kommunen": str(row.district or ""),
        "far_citeras": row.may_quote,
        "kontaktuppgifter": {
            "namn": contact.name,
            "e_post": contact.email,
            "telefon": contact.phone,
            "raderas": contact.erase_on.isoformat(),
        }
        if contact
        else None,
    }


def _comment(row: Comment) -> dict[str, Any]:
    sender = row.sender
    return {
        "kommun": str(row.municipality),
        "lofte": str(row.pledge),
        "samrad": str(row.consultation or ""),
        "skriven": _moment(row.submitted_at),
        "lage": row.get_state_display(),
        "namn": row.name,
        "text": row.text,
        "e_post": sender.email,
        "bekraftad": _moment(sender.confirmed_at),
        "begaran_om_omprovning": sender.appeal,
        "beslut": [
            {
                "beslut": each.get_verdict_display(),
                "skal": each.reason,
                "halsning": each.note,
                "fattat": _moment(each.decided_at),
            }
            for each in row.decisions.order_by("decided_at")
        ],
        "brev": [
            {"slag": each.get_sort_display(), "skickat": _moment(each.sent_at)}
            for each in sender.letters.order_by("made_at")
        ],
    }


def _account(row: User) -> dict[str, Any]:
    return {
        "e_post": row.email,
        "namn": row.get_full_name(),
        "senast_inloggad": _moment(row.last_login),
        "roller": [
            {"roll": each.get_role_display(), "for": str(each.place)} for each in memberships(row)
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else None


@transaction.atomic
def erase(held: Held, at: datetime, *, withdraws: bool) -> dict[str, int]:
    """Erase the ways to reach a person and their private links; with `withdraws`, take back what
    they wrote too. Return how many of each. Accounts of staff are ended by their administrators."""
    done = {"kontaktuppgifter": 0, "adresser": 0, "aterkallade": 0}
    for submission in held.submissions:
        done["kontaktuppgifter"] += ContactDetails.objects.filter(submission=submission).delete()[0]
        if withdraws and submission.withdrawn_at is None:
            submission.withdrawn_at = at
            done["aterkallade"] += 1
        submission.link = ""
        submission.save()
        drop_quotes_no_longer_allowed(submission)
    for comment in held.comments:
        sender = comment.sender
        done["adresser"] += bool(sender.email)
        sender.link, sender.appeal = "", ""
        forget_address(sender)
        if withdraws and comment.state != Comment.State.WITHDRAWN:
            comment.state, comment.awaits, comment.awaits_since = Comment.State.WITHDRAWN, "", None
            comment.save()
            show_replies_as(comment)
            done["aterkallade"] += 1
    return done
