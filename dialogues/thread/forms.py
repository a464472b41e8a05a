"""The forms in which staff tie residents' words to what is promised."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dialogues.language_field import LanguageField
from dialogues.models import RemovedQuote, Theme
from dialogues.thread.rules import MAX_QUOTE_LENGTH
from pledge_portal.pages.english_fields import EnglishForm
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.models import Commitment


class AnswerThemeForm(EnglishForm):
    """The commitments that answer a theme, or why none does."""

    free_texts = ("reason_sv", "reason_en")
    commitments: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Åtaganden som svarar på temat"),
        queryset=Commitment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason_sv = forms.CharField(
        label=gettext_lazy("Eller: varför inget åtagande svarar på det"),
        help_text=gettext_lazy("Alla ser det."),
        max_length=600,
        required=False,
        widget=forms.Textarea,
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Skälet på engelska"),
        max_length=600,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, commitments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["commitments"]
        field.queryset = commitments
        field.label_from_instance = lambda commitment: f"{commitment.number}. {commitment.text}"


class QuoteForm(WorkspaceForm):
    """Words of a submission for everyone to read, under a theme."""

    text = forms.CharField(
        label=gettext_lazy("Citat"),
        help_text=gettext_lazy("Ordagrant. Stryk i början eller slutet om det är långt."),
        max_length=MAX_QUOTE_LENGTH,
        widget=forms.Textarea,
    )
    theme = forms.ModelChoiceField(
        label=gettext_lazy("Tema"), queryset=Theme.objects.none(), empty_label=None
    )
    language = LanguageField(label=gettext_lazy("Svarets språk"))

    def __init__(self, *args: Any, themes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = themes  # type: ignore[attr-defined]


class RemoveQuoteForm(WorkspaceForm):
    """Why a published quote is taken away, for everyone to read."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Skäl"),
        help_text=gettext_lazy("Alla ser det."),
        choices=[("", gettext_lazy("Inget skäl sägs")), *RemovedQuote.Reason.choices],
        required=False,
    )
