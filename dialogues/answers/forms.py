"""The forms in which residents, and staff for them, say what matters."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.answers import rules
from dialogues.answers.rules import Answer
from dialogues.cautious_forms import CautiousForm
from dialogues.models import Dialogue, District, Submission, Theme
from pledge_portal.pages.refusals import SentBefore
from pledge_portal.pages.text import wording
from pledge_portal.pages.typed_fields import PlainLineField, PlainTextField
from pledge_portal.pages.workspace_forms import WorkspaceForm

MAX_ANSWER_LENGTH = 4000
_RANKS = ("first", "second", "third")


class _AnswerFields(forms.Form):
    """What is asked: themes and districts are those the municipality uses."""

    first = forms.ChoiceField(label=gettext_lazy("Viktigast av allt"), required=False)
    second = forms.ChoiceField(label=gettext_lazy("Näst viktigast"), required=False)
    third = forms.ChoiceField(label=gettext_lazy("Tredje viktigast"), required=False)
    also = forms.MultipleChoiceField(
        label=gettext_lazy("Annat som också är viktigt"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = PlainTextField(
        label=gettext_lazy("Med egna ord"),
        help_text=gettext_lazy("Skriv inga namn på andra människor och inget som pekar ut någon."),
        required=False,
        max_length=MAX_ANSWER_LENGTH,
    )
    district = forms.ChoiceField(label=gettext_lazy("Vilken del av kommunen?"), required=False)
    group = forms.ChoiceField(
        label=gettext_lazy("Jag svarar som"),
        required=False,
        choices=[("", gettext_lazy("vill inte säga")), *Submission.Group.choices],
        widget=forms.RadioSelect,
    )
    may_quote = forms.BooleanField(
        label=gettext_lazy("Ni får citera det jag har skrivit, utan mitt namn"), required=False
    )

    def offer(self, themes: Iterable[Theme], districts: Iterable[District]) -> None:
        """Fill the lists."""
        names = [(str(theme.pk), wording(theme, "name").text) for theme in themes]
        for name in _RANKS:
            self._choices(name).choices = [("", "–"), *names]
        self._choices("also").choices = names
        self._choices("district").choices = [
            ("", "–"),
            *((str(district.pk), district.name) for district in districts),
        ]
        self.has_themes, self.has_districts = (
            bool(names),
            len(self._choices("district").choices) > 1,
        )

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    def check_answer(self, cleaned: dict[str, Any]) -> None:
        """Check that no theme is ranked twice and that something is said."""
        themes: set[str] = set()
        for name in _RANKS:
            theme = cleaned.get(name)
            if theme in themes:
                self.add_error(name, _("Du har valt samma tema två gånger. Välj ett annat."))
            elif theme:
                themes.add(theme)
        if not self.errors:
            for name, sentence in rules.faults_of(self.answer()).items():
                self.add_error(name, ValidationError(sentence))

    def answer(self) -> Answer:
        """Return what was said, once the form is valid."""
        data = self.cleaned_data
        ranked = tuple(int(data[name]) for name in _RANKS if data.get(name))
        return Answer(
            text=data.get("text", ""),
            ranked=ranked,
            ticked=tuple(int(key) for key in data.get("also", ()) if int(key) not in ranked),
            group=data.get("group", ""),
            district=int(data["district"]) if data.get("district") else None,
            may_quote=data.get("may_quote", False),
            name=data.get("name", ""),
            email=data.get("email", ""),
            phone=data.get("phone", ""),
        )


def initial_of(answer: Answer) -> dict[str, Any]:
    """Return the values that show an answer in its form."""
    ranks = dict(zip(_RANKS, map(str, answer.ranked), strict=False))
    return {
        **ranks,
        "also": [str(key) for key in answer.ticked],
        "text": answer.text,
        "district": str(answer.district or ""),
        "group": answer.group,
        "may_quote": answer.may_quote,
        "name": answer.name,
        "email": answer.email,
        "phone": answer.phone,
    }


def offered(dialogue: Dialogue) -> tuple[Iterable[Theme], Iterable[District]]:
    """Return the themes and districts to choose from at a dialogue, in order."""
    in_municipality = {"municipality": dialogue.municipality_id}
    return (
        Theme.objects.in_use().in_order().filter(**in_municipality),
        District.objects.in_use().in_order().filter(**in_municipality),
    )


class SubmissionForm(CautiousForm, _AnswerFields):
    """A resident's answer.

    Contact details are their own choice, and for nobody but the municipality's staff.
    """

    name = PlainLineField(label=gettext_lazy("Ditt namn"), required=False, max_length=120)
    email = forms.EmailField(label=gettext_lazy("Din e-postadress"), required=False, max_length=254)
    phone = PlainLineField(label=gettext_lazy("Ditt telefonnummer"), required=False, max_length=40)

    def __init__(self, *args: Any, dialogue: Dialogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(*offered(dialogue))
        for name, sort in {"name": "name", "email": "email", "phone": "tel"}.items():
            self.fields[name].widget.attrs["autocomplete"] = sort
        self.fields["text"].widget.attrs["rows"] = 6

    def clean(self) -> dict[str, Any]:
        """Look for personal data and tips in the text; both are asked about once."""
        cleaned = super().clean() or {}
        self.check_answer(cleaned)
        self.ask_about_text("text")
        return cleaned

    def has_contact_details(self) -> bool:
        """Return whether any field about the writer holds something, or is wrong."""
        names = ("name", "email", "phone")
        return any(self[name].value() or name in self.errors for name in names)


class WriteInForm(WorkspaceForm, _AnswerFields):
    """An answer on paper or aloud, for staff who write in many in a row."""

    free_texts = ("text",)

    sending = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=gettext_lazy("Kom på"),
        choices=[
            (Submission.Source.PAPER, Submission.Source.PAPER.label),
            (Submission.Source.SPOKEN, Submission.Source.SPOKEN.label),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("text", "first", "second", "third", "also", "district", "group", "source")

    def __init__(self, *args: Any, dialogue: Dialogue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(*offered(dialogue))
        self.fields["may_quote"].label = _("Får citeras utan namn")
        self.sent_before: SentBefore | None = None
        # After each paper the hands are on the keyboard already.
        self.fields["text"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Look for personal data, and see that something is said."""
        cleaned = super().clean() or {}
        self.check_answer(cleaned)
        return cleaned

    def show_sent_before(self, refused: SentBefore) -> None:
        """Show what was saved before; sent once more, this is another one."""
        self.sent_before = refused
        self.change_typed(sending=str(uuid.uuid4()))
