"""Forms of moderators, and of those who answer comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.comments.forms import MAX_COMMENT_LENGTH
from dialogues.comments.hiding_reasons import REASONS
from dialogues.language_field import LanguageField
from dialogues.models import Comment
from dialogues.models.language import Language
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.actions.secret_words import Secrets, SecretsForm, secrets_of


def reasons() -> list[tuple[str, str]]:
    """Return the reasons for a list to choose from, with none chosen."""
    return [("", _("Välj skäl")), *((key, str(reason.name)) for key, reason in REASONS.items())]


class DecisionForm(WorkspaceForm):
    """What a moderator decides.

    `read` is the text that they had before them, and `awaited` what it waited for.
    """

    read = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=10_000)
    awaited = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)
    shows = forms.BooleanField(required=False, widget=forms.HiddenInput)
    language = LanguageField(label=gettext_lazy("Kommentarens språk"))
    reason = forms.ChoiceField(label=gettext_lazy("Skäl att dölja"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Hälsning till den som skrev"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = reasons()  # type: ignore[attr-defined]


class OfficialAnswerForm(SecretsForm):
    """An answer that everyone reads, for the municipality or the police."""

    free_texts = public_texts = ("text",)

    text = forms.CharField(
        label=gettext_lazy("Ert svar. Alla ser det."),
        max_length=MAX_COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    language = LanguageField(label=gettext_lazy("Svarets språk"), initial=Language.SWEDISH)
    party = forms.ChoiceField(label=gettext_lazy("Ni svarar som"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, parties: list[str], comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.comment = comment
        field: Any = self.fields["party"]
        field.choices = [(str(number), name) for number, name in enumerate(parties)]
        if len(parties) == 1:
            field.widget, field.initial, field.required = forms.HiddenInput(), "0", False

    def secrets(self) -> Secrets | None:
        """Return what the answer mustn't tell: of what is commented on."""
        if self.comment.commitment is not None:
            return secrets_of([self.comment.commitment])
        commitments = self.comment.pledge.commitments.select_related("disclosure")
        return secrets_of(commitments, is_of_more=True)
