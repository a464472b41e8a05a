"""Forms in which staff announce dialogues and keep residents' choices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Dialogue
from pledge_portal.pages.english_fields import EnglishForm
from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.models import Municipality

TEXTS = ("title_sv", "question_sv", "audience_sv", "title_en", "question_en", "audience_en")


class MomentInput(forms.DateTimeInput):
    """The browser's own field for a day and a time."""

    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs=attrs)


def _moment(label: Any) -> forms.DateTimeField:
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(
        label=label, required=False, widget=MomentInput(), input_formats=formats
    )


class DialogueForm(EnglishForm):
    """A dialogue: what is asked, of whom, when and where."""

    municipality = forms.ModelChoiceField(
        label=gettext_lazy("Kommun"), queryset=Municipality.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Slag"), choices=Dialogue.Kind.choices, widget=forms.RadioSelect
    )
    title_sv = forms.CharField(label=gettext_lazy("Rubrik"), max_length=120)
    question_sv = forms.CharField(
        label=gettext_lazy("Vad frågar ni?"), max_length=1000, widget=forms.Textarea
    )
    audience_sv = forms.CharField(label=gettext_lazy("För vem?"), max_length=160, required=False)
    begins_at = _moment(gettext_lazy("Träffen börjar"))
    ends_at = _moment(gettext_lazy("Träffen slutar"))
    place = forms.CharField(label=gettext_lazy("Var träffas ni?"), max_length=200, required=False)
    opens_on = forms.DateField(label=gettext_lazy("Går att svara från"), widget=DayInput())
    closes_on = forms.DateField(label=gettext_lazy("Sista dagen att svara"), widget=DayInput())
    title_en = forms.CharField(
        label=gettext_lazy("Rubrik på engelska"), max_length=120, required=False
    )
    question_en = forms.CharField(
        label=gettext_lazy("Frågan på engelska"),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
    )
    audience_en = forms.CharField(
        label=gettext_lazy("För vem, på engelska"), max_length=160, required=False
    )

    def __init__(
        self, *args: Any, municipalities: Any, dialogue: Dialogue | None = None, **kwargs: Any
    ) -> None:
        older = dialogue.older_english if dialogue else ()
        super().__init__(*args, older_english=older, **kwargs)
        self.fields["municipality"].queryset = municipalities  # type: ignore[attr-defined]
        # It lies under its municipality's address from the beginning.
        if dialogue is not None or municipalities.count() == 1:
            self.fields["municipality"].widget = forms.HiddenInput()
            self.fields["municipality"].initial = (
                dialogue.municipality_id if dialogue else municipalities.get().pk
            )
            self.fields["municipality"].disabled = True


def initial_of(dialogue: Dialogue) -> dict[str, Any]:
    """Return the values that show a dialogue in its form."""
    names = ["kind", "begins_at", "ends_at", "place", "opens_on", "closes_on", *TEXTS]
    return {name: getattr(dialogue, name) for name in names}


class ReasonForm(WorkspaceForm):
    """Why a dialogue is called off."""

    reason = forms.CharField(label=gettext_lazy("Varför? Alla ser det."), max_length=300)


class HeardForm(EnglishForm):
    """What was heard, in Swedish and perhaps in English."""

    free_texts = ("text_sv", "text_en")
    text_sv = forms.CharField(
        label=gettext_lazy("Vad vi hörde"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    text_en = forms.CharField(
        label=gettext_lazy("På engelska"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


_MAX_NAMES = 60
_MAX_NAME_LENGTH = 80


class ListsForm(WorkspaceForm):
    """The themes and parts of a municipality that residents choose from.

    One on each line; a theme's English name stands after a semicolon on its line.
    """

    themes = forms.CharField(
        label=gettext_lazy("Teman, ett på varje rad"),
        help_text=gettext_lazy("Engelskt namn efter ett semikolon: Narkotika; Drugs"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    districts = forms.CharField(
        label=gettext_lazy("Delar av kommunen, en på varje rad"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_themes(self) -> list[tuple[str, str]]:
        """Return the themes' names in Swedish and English."""
        pairs = [line.partition(";") for line in _lines(self.cleaned_data["themes"])]
        themes = [(" ".join(sv.split()), " ".join(en.split())) for sv, _sign, en in pairs]
        _check([sv for sv, _en in themes])
        _check([en for _sv, en in themes if en])
        return themes

    def clean_districts(self) -> list[str]:
        """Return the names."""
        names = _lines(self.cleaned_data["districts"])
        _check(names)
        return names


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _check(names: list[str]) -> None:
    if len(names) > _MAX_NAMES:
        raise forms.ValidationError(_("Skriv högst %(n)s rader.") % {"n": _MAX_NAMES})
    seen: set[str] = set()
    for name in names:
        if not name:
            raise forms.ValidationError(_("En rad saknar namn."))
        if len(name) > _MAX_NAME_LENGTH:
            raise forms.ValidationError(
                _("Skriv högst %(n)s tecken på varje rad: %(name)s")
                % {"n": _MAX_NAME_LENGTH, "name": name[:30]}
            )
        if name.lower() in seen:
            raise forms.ValidationError(_("Samma namn står två gånger: %(name)s") % {"name": name})
        seen.add(name.lower())


class ReceptionForm(WorkspaceForm):
    """When residents' forms are open, and the emergency stop."""

    opens = forms.TimeField(
        label=gettext_lazy("Öppnar"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Lämna båda tomma om det alltid är öppet."),
    )
    closes = forms.TimeField(
        label=gettext_lazy("Stänger"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    publishes_at_once = forms.BooleanField(
        label=gettext_lazy("Visa kommentarer innan någon har granskat dem"),
        help_text=gettext_lazy(
            "De granskas ändå, i efterhand. Det som ser ut som personuppgifter eller tips väntar "
            "alltid."
        ),
        required=False,
    )
    is_stopped = forms.BooleanField(
        label=gettext_lazy("Nödstopp: ta inte emot något alls"), required=False
    )
    stopped_because = forms.CharField(
        label=gettext_lazy("Skäl till nödstoppet. Alla ser det."), max_length=300, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Check that both hours or none are given, and that a stop has its reason."""
        cleaned = super().clean() or {}
        if (cleaned.get("opens") is None) != (cleaned.get("closes") is None):
            self.add_error("closes", _("Skriv båda tiderna eller ingen."))
        if cleaned.get("is_stopped") and not cleaned.get("stopped_because"):
            self.add_error("stopped_because", _("Skriv varför, så att invånarna förstår."))
        return cleaned
