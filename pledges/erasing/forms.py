"""The form that says what to take away, and by which decision."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.models import User
from pledge_portal.pages.typed_fields import PlainLineField
from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.erasing.finding import Place
from pledges.erasing.people import Decision
from pledges.erasing.rules import Detail
from pledges.erasing.withholding import File, files_of
from pledges.erasing.words import for_python, pattern_of

# In JSON and in patterns these would stand as something else.
_NEVER = re.compile(r'["\\]')
# These end the mark that stands in signed texts: nothing else is to be read there.
_LEAST_LETTERS = 3
_IN_NO_MARK = re.compile(r"[\[\]]")


class DecisionForm(WorkspaceForm):
    """Why something is taken away, and by which decision."""

    skal = PlainLineField(
        label=gettext_lazy("Skäl"),
        help_text=gettext_lazy("Skriv inte orden här: skälet sparas."),
        max_length=500,
        error_messages={"required": gettext_lazy("Skriv varför uppgiften tas bort.")},
    )
    beslut = PlainLineField(
        label=gettext_lazy("Beslut"),
        help_text=gettext_lazy("Till exempel KS 2026/112. Det står i märket som ersätter orden."),
        max_length=80,
        error_messages={"required": gettext_lazy("Skriv vilket beslut det är.")},
    )
    beslutat_den = forms.DateField(
        label=gettext_lazy("Beslutat den"),
        widget=DayInput(),
        error_messages={
            "required": gettext_lazy("Skriv vilken dag det beslutades."),
            "invalid": gettext_lazy("Skriv dagen som 2026-11-30."),
        },
    )

    def refuse_in_what_is_kept(self, *never: str) -> None:
        """Refuse the reason and the decision with these words in them."""
        for name in ("skal", "beslut"):
            typed = self.cleaned_data.get(name, "")
            if any(words and for_python(pattern_of(words)).search(typed) for words in never):
                self.add_error(name, _("Här får orden inte stå: det sparas."))


class PersonErasureForm(DecisionForm):
    """By which decision a person who has left is erased, and why."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Take the person, whose name is not to be written here."""
        super().__init__(*args, **kwargs)
        self._person = person
        self.fields["skal"].help_text = _("Skriv inget namn här: skälet sparas.")
        self.fields["beslut"].help_text = _("Till exempel KS 2026/112.")

    def clean(self) -> dict[str, Any]:
        """See that the person is named in nothing that is kept."""
        cleaned = super().clean()
        person = self._person
        self.refuse_in_what_is_kept(person.email, person.first_name, person.last_name)
        return cleaned

    @property
    def decision(self) -> Decision:
        """What was filled in."""
        data = self.cleaned_data
        return Decision(data["beslut"], data["beslutat_den"], data["skal"])


class ErasureForm(DecisionForm):
    """Words, reason and decision.

    And whether they are masked where they stand in what is signed or published.
    """

    # They stand below the texts that they are about.
    asked_boxes = ("maskera", "filer", "vanligt")

    field_order = ("plats", "ord", "skal", "beslut", "beslutat_den")

    plats = forms.ChoiceField(
        label=gettext_lazy("Ur vems texter?"),
        error_messages={
            "required": gettext_lazy("Välj vems texter orden ska tas bort ur."),
            "invalid_choice": gettext_lazy("Välj något av det som står i listan."),
        },
    )
    ord = PlainLineField(
        label=gettext_lazy("Ord som ska tas bort"),
        help_text=gettext_lazy(
            "Till exempel ett namn. Stora och små bokstäver, tecken som ser lika ut och fet stil "
            "räknas lika, och -s i slutet följer med."
        ),
        min_length=3,
        max_length=200,
        error_messages={
            "required": gettext_lazy("Skriv orden som ska tas bort."),
            "min_length": gettext_lazy("Skriv minst tre tecken."),
        },
    )
    maskera = forms.BooleanField(
        required=False,
        label=gettext_lazy(
            "Maskera orden där också, och sluta visa filerna. Det kan inte göras ogjort."
        ),
    )
    filer = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Filer (PDF) som orden också står i, och som ska sluta visas"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("Filen visas inte längre. Titta igenom ställena igen.")
        },
    )
    vanligt = forms.BooleanField(
        required=False,
        label=gettext_lazy("Jag har läst vart och ett av ställena. Ta bort orden på alla."),
    )
    sett = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        """Take the places whose records one answers for."""
        super().__init__(*args, **kwargs)
        self._places = {f"{place._meta.model_name}-{place.pk}": place for place in places}
        choices = [(key, str(place)) for key, place in self._places.items()]
        self.fields["plats"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            del self.fields["plats"]
        place = self._places.get(self.data.get("plats") or next(iter(self._places)))
        self._choices = files_of(place) if place is not None and self.is_bound else {}
        self.fields["filer"].choices = [  # type: ignore[attr-defined]
            (key, label) for key, (label, _files) in self._choices.items()
        ]

    def clean(self) -> dict[str, Any]:
        """See that the words stand in nothing that is kept."""
        cleaned = super().clean()
        words = cleaned.get("ord", "")
        for name in ("ord", "beslut"):
            if _NEVER.search(cleaned.get(name, "")):
                self.add_error(name, _("Skriv utan citattecken och omvänt snedstreck."))
        if words and sum(sign.isalnum() for sign in words) < _LEAST_LETTERS:
            self.add_error("ord", _("Skriv minst tre bokstäver eller siffror."))
        if _IN_NO_MARK.search(cleaned.get("beslut", "")):
            self.add_error("beslut", _("Skriv utan hakparenteser."))
        self.refuse_in_what_is_kept(words)
        return cleaned

    @property
    def detail(self) -> Detail:
        """What was filled in."""
        data = self.cleaned_data
        key = data.get("plats") or next(iter(self._places))
        return Detail(
            data["ord"], self._places[key], data["beslut"], data["beslutat_den"], data["skal"]
        )

    @property
    def chosen_files(self) -> list[File]:
        """The files that were chosen beside the texts."""
        return [file for key in self.cleaned_data["filer"] for file in self._choices[key][1]]

    def show_again(self, seen: str) -> None:
        """Keep what was typed, with what has been shown."""
        self.change_typed(sett=seen)
