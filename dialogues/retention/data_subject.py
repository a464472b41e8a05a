"""What the portal holds of one person, to be told of or erased.

A person is known by an e-mail address or by the private link to something they wrote. The rights
are those of GDPR article 15 and 17; the latter doesn't reach what is a public record, whose
destruction only the municipality's plan decides (article 17.3 b and d, arkivlagen 1990:782). So
ways to reach the person are erased, and what they wrote is withdrawn, which hides it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dialogues.comments.marks import update_thread
from dialogues.comments.rules import erase_address
from dialogues.models import Comment, ContactDetails, PageReport, Submission
from dialogues.reception import fingerprint
from dialogues.thread.rules import delete_disallowed_quotes
from pledge_portal.accounts.models import Invitation, User
from pledge_portal.accounts.permissions import memberships

_LINK = re.compile(r"(?:svar|kommentar)/([A-Za-z0-9_-]{43})(?:/|$)")


@dataclass(frozen=True)
class HeldData:
    """What is held of one person."""

    submissions: list[Submission]
    comments: list[Comment]
    accounts: list[User]
    invitations: list[Invitation]
    page_reports: list[PageReport]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not (
            self.submissions
            or self.comments
            or self.accounts
            or self.invitations
            or self.page_reports
        )


def find_held(*, email: str = "", link: str = "") -> HeldData:
    """Find what is held of who has an e-mail address, or a private link."""
    submissions = Submission.objects.with_details().select_related("contact_details")
    comments = Comment.objects.select_related("sender", "municipality", "pledge", "consultation")
    if email:
        return HeldData(
            list(submissions.filter(contact_details__email__iexact=email)),
            list(comments.filter(sender__email__iexact=email)),
            list(User.objects.filter(email__iexact=email)),
            list(Invitation.objects.filter(email__iexact=email)),
            list(PageReport.objects.filter(email__iexact=email).select_related("municipality")),
        )
    match = _LINK.search(link)
    mark = fingerprint(match[1]) if match else ""
    if not mark:
        return HeldData([], [], [], [], [])
    return HeldData(
        list(submissions.filter(link=mark)), list(comments.filter(sender__link=mark)), [], [], []
    )


def export(held: HeldData) -> dict[str, Any]:
    """Return what is held, by what it is, as JSON has it."""
    return {
        "svar_pa_dialoger": [_submission(submission) for submission in held.submissions],
        "kommentarer": [_comment(comment) for comment in held.comments],
        "konton": [_account(account) for account in held.accounts],
        "inbjudningar": [
            {"roll": invitation.get_role_display(), "skickad": _moment(invitation.created_at)}
            for invitation in held.invitations
        ],
        "fel_pa_sidor": [
            {
                "kommun": str(report.municipality or ""),
                "sida": report.path,
                "skickat": _moment(report.reported_at),
                "text": report.text,
                "e_post": report.email,
            }
            for report in held.page_reports
        ],
    }


def _submission(submission: Submission) -> dict[str, Any]:
    contact: ContactDetails | None = getattr(submission, "contact_details", None)
    return {
        "dialog": str(submission.dialogue),
        "kommun": str(submission.dialogue.municipality),
        "lamnat": _moment(submission.submitted_at),
        "aterkallat": _moment(submission.withdrawn_at),
        "text": submission.text,
        "sprak": submission.get_language_display(),
        "teman": [str(ranked.theme) for ranked in submission.ranked.all()],
        "kodade_teman": [str(coded.theme) for coded in submission.coded.all()],
        "grupp": submission.get_group_display(),
        "del_av_kommunen": str(submission.district or ""),
        "far_citeras": submission.may_quote,
        "kontaktuppgifter": {
            "namn": contact.name,
            "e_post": contact.email,
            "telefon": contact.phone,
            "raderas": contact.erase_on.isoformat(),
        }
        if contact
        else None,
    }


def _comment(comment: Comment) -> dict[str, Any]:
    sender = comment.sender
    return {
        "kommun": str(comment.municipality),
        "lofte": str(comment.pledge),
        "samrad": str(comment.consultation or ""),
        "skriven": _moment(comment.submitted_at),
        "lage": comment.get_state_display(),
        "namn": comment.name,
        "text": comment.text,
        "sprak": comment.get_language_display(),
        "e_post": sender.email,
        "bekraftad": _moment(sender.confirmed_at),
        "begaran_om_omprovning": sender.appeal,
        "beslut": [
            {
                "beslut": decision.get_verdict_display(),
                "skal": decision.reason,
                "halsning": decision.note,
                "fattat": _moment(decision.decided_at),
            }
            for decision in comment.decisions.order_by("decided_at")
        ],
        "brev": [
            {"slag": letter.get_sort_display(), "skickat": _moment(letter.sent_at)}
            for letter in sender.letters.order_by("made_at")
        ],
    }


def _account(account: User) -> dict[str, Any]:
    return {
        "e_post": account.email,
        "namn": account.get_full_name(),
        "senast_inloggad": _moment(account.last_login),
        "roller": [
            {"roll": membership.get_role_display(), "for": str(membership.place)}
            for membership in memberships(account)
        ],
    }


def _moment(at: datetime | None) -> str | None:
    return timezone.localtime(at).isoformat(timespec="minutes") if at else None


@transaction.atomic
def erase(held: HeldData, at: datetime, *, withdraws: bool) -> dict[str, int]:
    """Erase the ways to reach a person, and their private links.

    With `withdraws`, what they wrote is withdrawn too. Returns how many of each. Accounts of staff
    are ended by their administrators.
    """
    done = {"kontaktuppgifter": 0, "adresser": 0, "aterkallade": 0}
    for submission in held.submissions:
        done["kontaktuppgifter"] += ContactDetails.objects.filter(submission=submission).delete()[0]
        if withdraws and submission.withdrawn_at is None:
            submission.withdrawn_at = at
            done["aterkallade"] += 1
        submission.link = ""
        submission.save()
        delete_disallowed_quotes(submission)
    for report in held.page_reports:
        report.email = ""
        report.save(update_fields=["email"])
        done["adresser"] += 1
    for comment in held.comments:
        sender = comment.sender
        done["adresser"] += bool(sender.email)
        sender.link, sender.appeal = "", ""
        erase_address(sender)
        if withdraws and comment.state != Comment.State.WITHDRAWN:
            comment.state, comment.awaits, comment.awaits_since = Comment.State.WITHDRAWN, "", None
            comment.save()
            update_thread(comment)
            done["aterkallade"] += 1
    return done
