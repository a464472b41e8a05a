"""The forms in which a pledge is written: one for each kind of part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.english_fields import EnglishForm
from pledges.models import (
    MAX_COMMITMENT_LENGTH,
    MAX_PARTY_NAME_LENGTH,
    MAX_SHORT_NAME_LENGTH,
    Commitment,
    Indicator,
    Section,
    Signatory,
)
from pledges.progress.imagined import PledgeTime
from pledges.targets import MAX_DAYS_TO_ANSWER, Period, Shape, Target
from pledges.writing.fields import ENGLISH, DayField, NamesField, long_text, one_line
from pledges.writing.parts import FIELDS, PartKind

_MARKDOWN = gettext_lazy(
    "Tom rad ger nytt stycke. ## Rubrik, - punkt, **fet**, [länk](https://...). "
    "Skriv korta meningar."
)


class PartForm(EnglishForm):
    """A part of a draft. `base` is the version that the writer saw."""

    base = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    kind_of_part: PartKind

    def values(self) -> dict[str, Any]:
        """Return what the form says, by the part's fields.

        A list whose field isn't there, for want of anything to choose, is empty.
        """
        return {
            name: self.cleaned_data.get(name, None if name in self.fields else [])
            for name in FIELDS[self.kind_of_part]
        }

    def swedish_fields(self) -> list[forms.BoundField]:
        """Return the fields that are no translations."""
        return [field for field in self.shown_fields() if not field.name.endswith("_en")]

    def english_fields(self) -> list[forms.BoundField]:
        """Return the English texts."""
        return [field for field in self.shown_fields() if field.name.endswith("_en")]

    def shows_english(self) -> bool:
        """Return whether an English text is at fault or older than its Swedish."""
        return self.tells_of_older_english or any(field.errors for field in self.english_fields())

    def go_on_from(self, values: dict[str, Any], version: int) -> None:
        """Show these values as typed, as a change of a later version."""
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            if name not in self.fields:
                continue
            if isinstance(self.fields[name], NamesField):
                data[name] = self.fields[name].prepare_value(value)
            elif isinstance(value, list):
                data.setlist(name, value)
            elif isinstance(self.fields[name], forms.BooleanField):
                # An unticked box isn't sent at all.
                data.pop(name, None)
                if value:
                    data[name] = "on"
            else:
                data[name] = str(value)
        data["base"] = str(version)
        self.data = data


class SectionForm(PartForm):
    """A section of running text."""

    kind_of_part = PartKind.SECTION
    free_texts = ("text_sv", "text_en")

    kind = forms.ChoiceField(
        label=gettext_lazy("Var i löftet"), choices=Section.Kind.choices, widget=forms.RadioSelect
    )
    heading_sv = one_line(gettext_lazy("Rubrik"), 200)
    text_sv = long_text(gettext_lazy("Text"), required=True, help_text=_MARKDOWN, rows=14)
    heading_en = one_line(
        gettext_lazy("Rubrik på engelska"), 200, required=False, help_text=ENGLISH
    )
    text_en = long_text(gettext_lazy("Text på engelska"), rows=14)


class FocusAreaForm(PartForm):
    """A focus area: the problem and its cause."""

    kind_of_part = PartKind.FOCUS_AREA
    free_texts = (
        *("problem_sv", "cause_sv", "expected_effects_sv"),
        *("problem_en", "cause_en", "expected_effects_en"),
    )

    name_sv = one_line(gettext_lazy("Namn"), 120)
    problem_sv = long_text(
        gettext_lazy("Problembild"),
        help_text=gettext_lazy("Vad är problemet, för vem, var och hur ofta? Vad visar det?"),
    )
    cause_sv = long_text(
        gettext_lazy("Orsak"),
        help_text=gettext_lazy("Varför finns problemet? Åtgärderna ska påverka orsaken."),
    )
    expected_effects_sv = long_text(
        gettext_lazy("Förväntade effekter"),
        help_text=gettext_lazy(
            "Vad ska det här leda till? Visas med statistiken, aldrig som något som är gjort."
        ),
    )
    name_en = one_line(gettext_lazy("Namn på engelska"), 120, required=False, help_text=ENGLISH)
    problem_en = long_text(gettext_lazy("Problembild på engelska"))
    cause_en = long_text(gettext_lazy("Orsak på engelska"))
    expected_effects_en = long_text(gettext_lazy("Förväntade effekter på engelska"))


def typed_target(cleaned: Mapping[str, Any]) -> Target:
    """Return the target that the fields of a form say."""
    shape, period = cleaned.get("target_shape"), cleaned.get("target_period")
    return Target(
        shape=Shape(shape) if shape else Shape.NONE,
        amount=cleaned.get("target_amount"),
        period=Period(period) if period else None,
        at_least=bool(cleaned.get("target_at_least")),
        of=cleaned.get("target_of"),
        unit=cleaned.get("target_unit_sv") or "",
        at_most=bool(cleaned.get("target_at_most")),
        first=cleaned.get("target_first"),
        last=cleaned.get("target_last"),
        within_days=cleaned.get("target_within_days"),
        every_year=bool(cleaned.get("target_every_year")),
    )


def add_faults_of_target(form: forms.Form, target: Target, first: date, last: date) -> None:
    """Show in a form how the parts of its target don't fit together.

    Nor with the days of the pledge, its `first` and `last`.
    """
    for key, sentence in [*target.faults(), *target.faults_outside(first, last)]:
        form.add_error("target_unit_sv" if key == "unit" else f"target_{key}", sentence)


class CommitmentForm(PartForm):
    """A commitment: the measure, who answers, its target and indicators."""

    kind_of_part = PartKind.COMMITMENT
    free_texts = ("text_sv", "explanation_sv", "text_en", "explanation_en")

    focus_area = forms.TypedChoiceField(label=gettext_lazy("Inriktning"), coerce=int)
    text_sv = long_text(
        gettext_lazy("Åtagande"),
        required=True,
        most=MAX_COMMITMENT_LENGTH,
        help_text=gettext_lazy("Vem gör vad? En mening, med ett verb som säger vad som görs."),
    )
    name_sv = one_line(
        gettext_lazy("Kort namn"),
        MAX_SHORT_NAME_LENGTH,
        required=False,
        help_text=gettext_lazy(
            "Några ord som åtagandet kallas i listor och rubriker, till exempel ”Hundsök i "
            "skolan”. Lova inget som åtagandet inte säger."
        ),
    )
    # Nothing is chosen for anybody: the first kind is a secret one.
    kind = forms.ChoiceField(
        label=gettext_lazy("Slag"),
        choices=[("", gettext_lazy("Välj slag")), *Commitment.Kind.choices],
        help_text=gettext_lazy(
            "Narkotikasök med hund visas först när perioden är slut. Allt annat visas när det är "
            "gjort."
        ),
        error_messages={"required": gettext_lazy("Välj vilket slag av åtgärd det är.")},
    )
    responsible = forms.ChoiceField(
        label=gettext_lazy("Ansvarig part"),
        choices=Commitment.Party.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj vem som ansvarar.")},
    )
    responsible_municipalities = forms.MultipleChoiceField(
        label=gettext_lazy("Kommuner som ansvarar"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Lämna tomt när alla löftets kommuner ansvarar."),
    )
    third_parties = NamesField(
        gettext_lazy("Andra som lovar"),
        most=20,
        help_text=gettext_lazy(
            "Till exempel ett trafikbolag, en region eller en fastighetsägare som själv lovar det "
            "här. Skriv namnet, ett på varje rad."
        ),
    )
    origin = forms.TypedChoiceField(
        label=gettext_lazy("Fortsätter ett åtagande i löftet som revideras"),
        coerce=int,
        empty_value="",
        required=False,
        help_text=gettext_lazy("Det som är gjort för det åtagandet räknas då med."),
    )
    target_shape = forms.ChoiceField(
        label=gettext_lazy("Hur mäts målet?"),
        choices=[(shape.value, shape.label) for shape in Shape],
        initial=Shape.COUNT,
    )
    target_amount = forms.DecimalField(
        label=gettext_lazy("Antal"),
        required=False,
        max_digits=8,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    target_unit_sv = one_line(
        gettext_lazy("Vad som räknas"),
        80,
        required=False,
        help_text=gettext_lazy("Till exempel hundsök, träffar eller klasser i årskurs 7."),
    )
    target_period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        required=False,
        help_text=gettext_lazy(
            "Dag och vecka räknas som ett genomsnitt över den tid som är redovisad. Ett löfte på "
            "högst 18 månader är ett enda år."
        ),
        choices=[("", gettext_lazy("Ingen")), *Period.choices],
    )
    target_first = DayField(
        gettext_lazy("Målets första dag"),
        required=False,
        help_text=gettext_lazy("Bara för ett mål med egen tid."),
    )
    target_last = DayField(
        gettext_lazy("Målets sista dag"),
        required=False,
        help_text=gettext_lazy(
            "För ett mål med egen tid, eller något som ska vara gjort senast då."
        ),
    )
    target_every_year = forms.BooleanField(
        label=gettext_lazy("Varje år: igen samma dag så länge löftet gäller"),
        required=False,
        help_text=gettext_lazy("Bara för något som ska vara gjort senast den sista dagen."),
    )
    target_at_least = forms.BooleanField(
        label=gettext_lazy("Minst: det får bli fler"), required=False
    )
    target_at_most = forms.BooleanField(
        label=gettext_lazy("Högst: det får bli färre"), required=False
    )
    target_within_days = forms.IntegerField(
        label=gettext_lazy("Svarstid i dagar"),
        required=False,
        min_value=1,
        max_value=MAX_DAYS_TO_ANSWER,
        help_text=gettext_lazy("Bara för mål på begäran: inom en vecka är 7 dagar."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    target_of = forms.IntegerField(
        label=gettext_lazy("Av hur många"),
        required=False,
        min_value=1,
        max_value=999_999_999,
        help_text=gettext_lazy("Bara för mål av slaget ”så många av alla”."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    indicators = forms.MultipleChoiceField(
        label=gettext_lazy("Indikatorer"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Vilken statistik visar om problemet minskar?"),
    )
    explanation_sv = long_text(
        gettext_lazy("Förklaring"), help_text=gettext_lazy("Hur och varför, för den som undrar.")
    )
    text_en = long_text(
        gettext_lazy("Åtagande på engelska"), help_text=ENGLISH, most=MAX_COMMITMENT_LENGTH
    )
    name_en = one_line(gettext_lazy("Kort namn på engelska"), MAX_SHORT_NAME_LENGTH, required=False)
    target_unit_en = one_line(gettext_lazy("Vad som räknas på engelska"), 80, required=False)
    explanation_en = long_text(gettext_lazy("Förklaring på engelska"))

    def __init__(
        self,
        *args: Any,
        areas: list[tuple[int, str]],
        municipalities: list[tuple[str, str]],
        time: PledgeTime,
        origins: Sequence[Commitment] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.time = time
        self.fields["focus_area"].choices = areas  # type: ignore[attr-defined]
        # By the first that each of them carries on.
        self.origins = {row.origin_id or row.pk: row for row in origins}
        self.fields["origin"].choices = [  # type: ignore[attr-defined]
            ("", _("Nej, det räknas från början")),
            *((key, str(row)) for key, row in self.origins.items()),
        ]
        if not self.origins:
            del self.fields["origin"]
        self.fields["responsible_municipalities"].choices = municipalities  # type: ignore[attr-defined]
        if len(municipalities) < 2:
            del self.fields["responsible_municipalities"]
        self.fields["indicators"].choices = [  # type: ignore[attr-defined]
            (indicator.key, indicator.name) for indicator in Indicator.objects.all()
        ]

    def clean(self) -> dict[str, Any]:
        """See that somebody answers, and that the target fits together."""
        cleaned = super().clean()
        party, responsible = Commitment.Party, cleaned.get("responsible")
        if responsible == party.THIRD_PARTY and not cleaned.get("third_parties"):
            self.add_error("third_parties", _("Skriv vem det är som lovar."))
        if responsible not in {party.MUNICIPALITY, party.BOTH}:
            cleaned["responsible_municipalities"] = []
        if any(name.startswith("target_") for name in self.errors):
            return cleaned
        target = typed_target(cleaned)
        if origin := self.origins.get(cleaned.get("origin") or 0):
            self._check_origin(origin, cleaned.get("kind"), target)
        add_faults_of_target(self, target, self.time.valid_from, self.time.planned_end)
        return cleaned

    def _check_origin(self, origin: Commitment, kind: Any, target: Target) -> None:
        if kind != origin.kind:
            self.add_error("origin", _("Ett åtagande av ett annat slag räknas från början."))
        elif origin.hides_how_many_are_left or (origin.is_secret_kind and target.is_over_the_whole):
            # How many are left of a number for the whole would be told by the revised pledge.
            self.add_error("origin", _("Hundsök med ett antal för hela löftet räknas från början."))

    def values(self) -> dict[str, Any]:
        """Return what the form says; what carries nothing on says nothing."""
        return {**super().values(), "origin": self.cleaned_data.get("origin") or ""}


class SignatoryForm(PartForm):
    """Someone who is to sign."""

    kind_of_part = PartKind.SIGNATORY

    name = one_line(gettext_lazy("Namn"), 120)
    title_sv = one_line(
        gettext_lazy("Titel"), 160, help_text=gettext_lazy("Till exempel kommunalråd.")
    )
    signs_for = forms.ChoiceField(label=gettext_lazy("Undertecknar för"), widget=forms.RadioSelect)
    third_party = one_line(
        gettext_lazy("Annan parts namn"),
        MAX_PARTY_NAME_LENGTH,
        required=False,
        help_text=gettext_lazy(
            "Bara för den som undertecknar för någon annan, till exempel ett "
            "trafikbolag eller en fastighetsägare."
        ),
    )
    title_en = one_line(gettext_lazy("Titel på engelska"), 160, required=False, help_text=ENGLISH)

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signs_for"].choices = parties  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what the form says.

        A municipality is named by its code, a third party by its name, the police by nothing.
        """
        party, _colon, name = self.cleaned_data["signs_for"].partition(":")
        is_municipality = party not in Signatory.Party.values
        is_third_party = party == Signatory.Party.THIRD_PARTY
        return {
            **{name: self.cleaned_data.get(name) for name in ("name", "title_sv", "title_en")},
            "party": Signatory.Party.MUNICIPALITY if is_municipality else party,
            "municipality": party if is_municipality else "",
            "part": name if is_municipality else "",
            "police_area": name if party == Signatory.Party.POLICE else "",
            "third_party": self.cleaned_data["third_party"] if is_third_party else "",
        }

    def clean(self) -> dict[str, Any]:
        """See that a third party has a name."""
        cleaned = super().clean()
        if cleaned.get("signs_for") == Signatory.Party.THIRD_PARTY and not cleaned.get(
            "third_party"
        ):
            self.add_error("third_party", _("Skriv vem personen undertecknar för."))
        return cleaned

    def go_on_from(self, values: dict[str, Any], version: int) -> None:
        """Show these values as typed, as a change of a later version."""
        super().go_on_from({**values, "signs_for": signs_for(values)}, version)


def signs_for(values: dict[str, Any]) -> str:
    """Return a signatory's party as the form has it."""
    party = str(values["municipality"] or values["party"] or Signatory.Party.POLICE)
    name = values["part"] or values["police_area"]
    return f"{party}:{name}" if name else party
