"""Forms for anyone: a comment, a report of one, and an appeal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dialogues.cautious_forms import CautiousForm
from dialogues.comments.hiding_reasons import REASONS
from dialogues.comments.rules import NewComment
from pledge_portal.pages.open_forms import OpenForm
from pledge_portal.pages.typed_fields import PlainLineField, PlainTextField

MAX_COMMENT_LENGTH = 3000


class CommentForm(CautiousForm):
    """A resident's comment.

    The name may be made up; the address is never shown.
    """

    text = PlainTextField(
        label=gettext_lazy("Din kommentar"),
        help_text=gettext_lazy("Skriv inga namn på andra människor och inget som pekar ut någon."),
        max_length=MAX_COMMENT_LENGTH,
        error_messages={"required": gettext_lazy("Skriv din kommentar.")},
    )
    name = PlainLineField(
        label=gettext_lazy("Namn att visa"),
        help_text=gettext_lazy("Hitta gärna på ett. Alla kan se det."),
        required=False,
        max_length=60,
    )
    email = forms.EmailField(
        label=gettext_lazy("E-postadress, om du vill få veta när någon svarar"),
        help_text=gettext_lazy("Visas aldrig. Du får först ett mejl där du bekräftar adressen."),
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

    def new_comment(self, *, is_objection: bool = False) -> NewComment:
        """Return what is said; only of a valid form."""
        data = self.cleaned_data
        return NewComment(
            text=data["text"], name=data["name"], email=data["email"], is_objection=is_objection
        )


class ReportForm(OpenForm):
    """Why somebody thinks that a comment should not stand."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Vad är fel?"),
        choices=[(key, reason.name) for key, reason in REASONS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj vad som är fel.")},
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
