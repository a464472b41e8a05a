"""A resident's own answer and own comment, opened by their private links.

Whoever holds the link can read what they sent, change it for as long as its rules let them, and
withdraw it at any time. The two are the same page with different words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.answers import rules as answer_rules
from dialogues.answers.forms import SubmissionForm, initial_of
from dialogues.answers.presentation import answer_context
from dialogues.cautious_forms import CautiousForm
from dialogues.comments import complaints
from dialogues.comments import rules as comment_rules
from dialogues.comments.forms import CommentForm
from dialogues.comments.hiding_reasons import latest_decision
from dialogues.comments.letters import address_of
from dialogues.comments.presentation import comment_view
from dialogues.comments.subject import subject_context, write_context
from dialogues.presentation import dialogue_view, submission_view
from dialogues.thread.presentation import outcome_of
from dialogues.waiting_times import wait_for_moderator, wait_for_summary
from pledge_portal.pages.errors import NotHere


class _Own:
    """What somebody sent, opened by the secret of the private link to it.

    Raises NotHere when the secret opens nothing.
    """

    rules: ClassVar[Any]
    # The names of the addresses where it is shown, changed, withdrawn and mailed.
    address: ClassVar[str]
    change_address: ClassVar[str]
    withdraw_address: ClassVar[str]
    mail_address: ClassVar[str]
    # The templates of its page and of the form to change it.
    template: ClassVar[str]
    change_template: ClassVar[str]
    name: ClassVar[Promise]
    withdraw_title: ClassVar[Promise]
    withdraw_explanation: ClassVar[Promise]
    withdraw_button: ClassVar[Promise]
    not_here: ClassVar[Promise]

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.item = self.rules.by_secret(secret)
        if self.item is None:
            raise NotHere(str(self.not_here), reverse("start"), _("Hitta din kommun"))


class OwnAnswer(_Own):
    """One's own answer to a dialogue."""

    rules: ClassVar[Any] = answer_rules
    address = "own_answer"
    change_address = "change_answer"
    withdraw_address = "withdraw_answer"
    mail_address = "mail_link_to_answer"
    template = "private_links/own_answer.html"
    change_template = "dialogues/answer.html"
    name = gettext_lazy("Ditt svar")
    withdraw_title = gettext_lazy("Ta tillbaka ditt svar")
    withdraw_explanation = gettext_lazy(
        "Svaret räknas inte längre, och dina kontaktuppgifter raderas genast. Texten gallras "
        "enligt kommunens plan. Det går inte att ångra."
    )
    withdraw_button = gettext_lazy("Ta tillbaka svaret")
    not_here = gettext_lazy(
        "Länken leder inte till något svar. Se efter att hela adressen kom med."
    )

    def context(self) -> Mapping[str, Any]:
        """Return the answer in words, and what it led to."""
        on = timezone.localdate()
        municipality = self.item.dialogue.municipality
        return {
            "submission": submission_view(self.item),
            "is_withdrawn": self.item.withdrawn_at is not None,
            "can_be_changed": self.item.can_be_changed(on),
            "contact": getattr(self.item, "contact_details", None),
            "dialogue": dialogue_view(self.item.dialogue, on),
            "municipality": municipality,
            "usual_time": wait_for_summary(municipality),
            "closes_on": self.item.dialogue.closes_on,
            "outcome": outcome_of(self.item),
        }

    def shows_form(self, at: datetime, *, is_sent: bool) -> bool:
        """Return whether it isn't withdrawn; the form says that it is closed."""
        return self.item.withdrawn_at is None

    def form(self, request: HttpRequest) -> CautiousForm:
        """Return the form of an answer."""
        initial = initial_of(answer_rules.answer_of(self.item))
        return SubmissionForm(request, dialogue=self.item.dialogue, initial=initial)

    def form_context(self, at: datetime) -> Mapping[str, Any]:
        """Return the dialogue, and why it is closed if it is."""
        return answer_context(self.item.dialogue, at)

    def change(self, form: Any, at: datetime) -> None:
        """Change the answer."""
        answer_rules.change(self.secret, form.answer(), at)


class OwnComment(_Own):
    """One's own comment."""

    rules: ClassVar[Any] = comment_rules
    address = "own_comment"
    change_address = "change_comment"
    withdraw_address = "withdraw_comment"
    mail_address = "mail_link_to_comment"
    template = "private_links/own_comment.html"
    change_template = "comments/write.html"
    name = gettext_lazy("Din kommentar")
    withdraw_title = gettext_lazy("Ta tillbaka din kommentar")
    withdraw_explanation = gettext_lazy(
        "Kommentaren visas inte längre, och din e-postadress raderas genast. Det som andra har "
        "svarat står kvar, under en rad om att du har tagit tillbaka kommentaren. Texten gallras "
        "enligt kommunens plan. Det går inte att ångra."
    )
    withdraw_button = gettext_lazy("Ta tillbaka kommentaren")
    not_here = gettext_lazy(
        "Länken leder inte till någon kommentar. Se efter att hela adressen kom med."
    )

    def context(self) -> Mapping[str, Any]:
        """Return the comment, its way, and what was decided about it."""
        at, awaits = timezone.now(), comment_rules.Awaits
        awaited = [awaits.APPEAL] if self.item.awaits == awaits.APPEAL else [awaits.NEW]
        return {
            **subject_context(comment_rules.about_of(self.item)),
            "usual_time": wait_for_moderator(self.item.municipality, awaited, at),
            "comment": comment_view(self.item),
            "is_withdrawn": self.item.state == comment_rules.State.WITHDRAWN,
            "can_be_changed": comment_rules.can_be_changed(self.item, at),
            "state": self.item.state,
            "is_shown": self.item.is_shown,
            "awaits": self.item.awaits,
            "sender": self.item.sender,
            "decision": latest_decision(self.item),
            "thread": address_of(self.item),
            "may_appeal": complaints.may_appeal(self.item),
        }

    def shows_form(self, at: datetime, *, is_sent: bool) -> bool:
        """Return whether it can be changed; what comes too late is answered so."""
        return is_sent or comment_rules.can_be_changed(self.item, at)

    def form(self, request: HttpRequest) -> CautiousForm:
        """Return the form of a comment."""
        initial = {
            "text": self.item.text,
            "name": self.item.name,
            "email": self.item.sender.email,
        }
        return CommentForm(request, initial=initial)

    def form_context(self, at: datetime) -> Mapping[str, Any]:
        """Return what is commented on."""
        about = comment_rules.about_of(self.item)
        return write_context(about, closed="", is_objection=self.item.is_objection)

    def change(self, form: Any, at: datetime) -> None:
        """Change the comment."""
        comment_rules.change(self.secret, form.new_comment(), at)


Own = OwnAnswer | OwnComment
