"""The forms around comments: residents' own, and those of moderators and who answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.cautious_forms import CautiousForm
from dialogues.comments.rules import Said
from dialogues.moderation.reasons import REASONS
from pledge_portal.pages.open_forms import OpenForm
from pledge_portal.pages.plain_text import PlainLineField, PlainTextField
from pledge_portal.pages.workspace_forms import WorkspaceForm

LONGEST_COMMENT = 3000


class CommentForm(CautiousForm):
    """A resident's comment. The name may be made up; the address is never shown."""

    text = PlainTextField(
        label=gettext_lazy("Din kommentar"),
        help_text=gettext_lazy("Skriv inga namn på andra människor och inget som pekar ut någon."),
        max_length=LONGEST_COMMENT,
    )
    name = PlainLineField(
        label=gettext_lazy("Namn att visa"),
        help_text=gettext_lazy("Hitta gärna på ett. Alla kan se det."),
        required=False,
        max_length=60,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-postadress, om du vill få veta när någon svarar"),
        help_text=gettext_lazy("Visas aldrig. Du får först ett brev där du bekräftar adressen."),
        required=False,
        max_length=254,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 6
        self.fields["name"].widget.attrs["autocomplete"] = "nickname"
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean(self) -> dict[str, Any]:
        """Look for personal data and tips."""
        cleaned = super().clean() or {}
        self.ask_about_text("text", "name")
        return cleaned

    def said(self, *, is_objection: bool = False) -> Said:
        """Return what is said; only of a valid form."""
        kept = self.cleaned_data
        return Said(
            text=kept["text"], name=kept["name"], email=kept["email"], is_objection=is_objection
        )


def reasons() -> list[tuple[str, str]]:
    """Return the reasons for a list to choose from, with none chosen."""
    return [("", _("Välj skäl")), *((key, str(each.name)) for key, each in REASONS.items())]


class ReportForm(OpenForm):
    """Why somebody thinks that a comment should not stand."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Vad är fel?"),
        choices=[(key, each.name) for key, each in REASONS.items()],
        widget=forms.RadioSelect,
    )
    text = PlainTextField(
        label=gettext_lazy("Förklara, om du vill"), required=False, max_length=1000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 3


class AppealForm(OpenForm):
    """Why the moderator was wrong."""

    text = PlainTextField(
        label=gettext_lazy("Varför ska kommentaren visas?"), required=False, max_length=2000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 4


class DecisionForm(WorkspaceForm):
    """What a moderator decides; `read` is the text that they had before them."""

    read = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=10_000)
    shows = forms.BooleanField(required=False, widget=forms.HiddenInput)
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


class OfficialAnswerForm(WorkspaceForm):
    """An answer that everyone reads, for the municipality or the police."""

    free_texts = ("text",)

    text = forms.CharField(
        label=gettext_lazy("Ert svar. Alla ser det."),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    party = forms.ChoiceField(label=gettext_lazy("Ni svarar som"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, parties: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["party"]
        field.choices = [(str(number), name) for number, name in enumerate(parties)]
        if len(parties) == 1:
            field.widget, field.initial, field.required = forms.HiddenInput(), "0", False
