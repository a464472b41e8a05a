"""The forms of completed actions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pledge_portal.accounts.models import User
from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.actions import recording
from pledges.actions.amounts import amount_question, unit_question
from pledges.actions.doubles import overlapping
from pledges.actions.places import PlaceUnclear, find_place
from pledges.actions.secret_words import Secrets, SecretsForm, secrets_of_note
from pledges.actions.tallies import earlier_units
from pledges.models import Commitment, CompletedAction, Disclosure, Municipality, Place
from pledges.models.action import MAX_AMOUNT, MAX_EMBARGO_DAYS
from pledges.targets import Shape, days_text

_SEARCH_FIELDS = ("premises_searched", "indications", "finds")


def _count(label: Any, **options: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, widget=widget, **options)


class ActionForm(SecretsForm):
    """What was done for one commitment.

    The fields that its kind and target need, and no others. `today` bounds the date; `action` is
    the one to correct, None for a new one; `note` is its internal note, if the person may read it.
    """

    free_texts = ("unit", "public_note", "internal_note")
    public_texts = ("public_note",)

    submission = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=gettext_lazy("Kommun"))
    done_on = forms.DateField(label=gettext_lazy("När gjordes det?"), widget=DayInput())
    last_day = forms.DateField(
        label=gettext_lazy("Sista dagen"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy(
            "Fyll i den bara om det pågick flera dagar. Dagen här ovanför är då den första."
        ),
    )
    place = forms.CharField(
        label=gettext_lazy("Var?"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Skriv en del av namnet. Lämna tomt om det inte var på en plats."),
        widget=forms.TextInput(attrs={"list": "platser", "autocomplete": "off"}),
    )
    amount = _count(gettext_lazy("Hur många?"), min_value=0, max_value=MAX_AMOUNT, initial=1)
    unit = forms.CharField(
        label=gettext_lazy("Vad räknades?"),
        required=False,
        max_length=recording.MAX_UNIT_LENGTH,
        help_text=gettext_lazy("Till exempel trafikkontroller eller tillsyner."),
        widget=forms.TextInput(attrs={"list": "enheter", "autocomplete": "off"}),
    )
    requests = _count(gettext_lazy("Hur många bad om det?"), min_value=1, max_value=MAX_AMOUNT)
    premises_searched = _count(
        gettext_lazy("Genomsökta lokaler"), min_value=0, max_value=1000, required=False
    )
    indications = _count(gettext_lazy("Markeringar"), min_value=0, max_value=1000, required=False)
    finds = _count(gettext_lazy("Fynd"), min_value=0, max_value=1000, required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Hur gick det?"),
        choices=CompletedAction.Outcome.choices,
        initial=CompletedAction.Outcome.AS_PLANNED,
        widget=forms.RadioSelect,
    )
    public_note = forms.CharField(
        label=gettext_lazy("Text som visas för alla"),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text=gettext_lazy(
            "Skriv inga namn och inget som pekar ut elever, misstänkta eller andra."
        ),
    )
    internal_note = forms.CharField(
        label=gettext_lazy("Intern anteckning"),
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )
    is_public = forms.BooleanField(
        label=gettext_lazy("Får visas för alla"), required=False, initial=True
    )
    embargo_until = forms.DateField(
        label=gettext_lazy("Visa tidigast"), required=False, widget=DayInput()
    )
    reason = forms.CharField(label=gettext_lazy("Varför rättar du?"), max_length=500)
    is_another = forms.BooleanField(
        label=gettext_lazy("Det är en till. Spara ändå."), required=False
    )
    is_right_amount = forms.BooleanField(
        label=gettext_lazy("Antalet stämmer. Spara ändå."), required=False
    )
    is_of_target = forms.BooleanField(
        label=gettext_lazy("Det räknas till målet. Spara."), required=False
    )
    asked_boxes = ("is_another", "is_right_amount", "is_of_target")

    def __init__(
        self,
        *args: Any,
        commitment: Commitment,
        today: date,
        side: str,
        action: CompletedAction | None = None,
        note: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {**_initial(today, action, note), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.commitment, self.today, self.action = commitment, today, action
        self.units: list[str] = []
        self._fit_to(commitment, side)
        for name in ("done_on", "last_day"):
            self.fields[name].widget.attrs.update(
                max=today.isoformat(), min=commitment.pledge.valid_from.isoformat()
            )
        # Most actions take a day: the second one waits behind a word that opens it.
        self.fields["last_day"].behind = _("Flera dagar")  # type: ignore[attr-defined]
        if action is None:
            del self.fields["reason"]

    def _fit_to(self, commitment: Commitment, side: str) -> None:
        parties = [p.municipality for p in commitment.pledge.parties.all()]
        keys = [party.pk for party in parties]
        municipality: Any = self.fields["municipality"]
        municipality.queryset = Municipality.objects.filter(pk__in=keys)
        if len(parties) == 1:
            municipality.initial = parties[0].pk
            municipality.widget = forms.HiddenInput()
            self.initial.setdefault("municipality", parties[0].pk)
        self.places = list(_places(keys, self.action))
        if commitment.kind != Commitment.Kind.DRUG_DOG_SEARCH:
            for name in _SEARCH_FIELDS:
                del self.fields[name]
        target = commitment.target_in_force
        if target.shape == Shape.DONE:
            self.fields["outcome"].help_text = _("Det som gick bara delvis räknas inte som gjort.")
        if target.shape == Shape.ON_DEMAND:
            self.fields["amount"].label = _("Hur många fick det?")
            if target.within_days is not None:
                self.fields["amount"].label = _("Hur många fick det inom %(days)s?") % {
                    "days": days_text(target.within_days)
                }
        else:
            del self.fields["requests"]
            if target.unit:
                self.fields["amount"].help_text = _("Räknas i: %(unit)s.") % {"unit": target.unit}
        self._fit_unit(commitment)
        readers = {
            CompletedAction.Side.POLICE: _("Läses bara av Polisen i lokalpolisområdet."),
            CompletedAction.Side.MUNICIPALITY: _("Läses bara av kommunens egna."),
        }[CompletedAction.Side(side)]
        self.fields["internal_note"].help_text = " ".join(
            [readers, _("Skriv inga namn på elever eller misstänkta.")]
        )

    def _fit_unit(self, commitment: Commitment) -> None:
        """Ask what was counted where it can be more than one thing."""
        target = commitment.target_in_force
        if commitment.kind == Commitment.Kind.DRUG_DOG_SEARCH or target.shape == Shape.ON_DEMAND:
            del self.fields["unit"]
            return
        self.units = earlier_units(commitment)
        if target.is_measurable:
            self.fields["unit"].behind = _("Vilket slag det var")  # type: ignore[attr-defined]
            self.fields["unit"].help_text = _(
                "Det räknas till målet. Fyll i när målet gäller flera slag, till exempel "
                "trafikkontroller och mopedinsatser."
            )

    def secrets(self) -> Secrets | None:
        """Return what the public note mustn't tell: all of it is of a search."""
        return secrets_of_note(self.commitment)

    def clean_unit(self) -> str:
        """Return what was counted, empty when it is what the target counts."""
        unit = " ".join(self.cleaned_data["unit"].split())
        return "" if unit.casefold() == self.commitment.target_unit_sv.casefold() else unit

    def clean_place(self) -> Place | None:
        """Return the place whose name, or an own part of it, was written."""
        words = " ".join(self.cleaned_data["place"].split())
        if not words:
            return None
        municipality = self.cleaned_data.get("municipality")
        places = [
            p for p in self.places if municipality is None or p.municipality_id == municipality.pk
        ]
        try:
            return find_place(words, places)
        except PlaceUnclear as unclear:
            raise ValidationError(str(unclear)) from unclear

    def clean(self) -> dict[str, Any]:
        """Ask the domain's rules, once every field by itself is in order."""
        cleaned = super().clean()
        if not self.errors:
            self.add_errors(recording.faults(self.entry(), self.today))
        if not self.errors and (question := amount_question(self.entry(), self.action)):
            way_out = _("Ändra det, eller kryssa för att antalet stämmer.")
            self.ask("is_right_amount", "amount", f"{question} {way_out}")
        self._ask_about_unit()
        return cleaned

    def _ask_about_unit(self) -> None:
        own = [self.action.unit] if self.action is not None else []
        if self.errors or not (question := unit_question(self.entry(), [*self.units, *own])):
            return
        way_out = _("Skriv det annars som text, eller på ett annat åtagande.")
        self.ask("is_of_target", "unit", f"{question} {way_out}")

    def ask_if_another(self, by: User, at: datetime) -> bool:
        """Ask if this is another of the same, and return whether it was asked."""
        if self.cleaned_data["is_another"] or not (question := self._doubt(by, at)):
            return False
        self.ask("is_another", None, question)
        return True

    def _doubt(self, by: User, at: datetime) -> str:
        """Return the question whether something is counted twice, if it may be."""
        entry, submission = self.entry(), self.cleaned_data["submission"]
        if number := overlapping(entry, self.action.submission if self.action else submission):
            return ngettext(
                "%(n)s insats är redan registrerad för de dagarna. Räkna inte samma sak två "
                "gånger. Kryssa om det här är en till.",
                "%(n)s insatser är redan registrerade för de dagarna. Räkna inte samma sak två "
                "gånger. Kryssa om det här är en till.",
                number,
            ) % {"n": number}
        if self.action is None and recording.is_recorded_already(entry, by, submission, at):
            return _("Du har redan sparat en likadan insats. Kryssa om det här är en till.")
        return ""

    def entry(self) -> recording.Entry:
        """Return what was typed, as the rules take it."""
        typed = self.cleaned_data
        names = ("last_day", "place", "amount", "unit", "outcome", "is_public", "embargo_until")
        return recording.Entry(
            commitment=self.commitment,
            municipality=typed["municipality"],
            done_on=typed["done_on"],
            requests=typed.get("requests"),
            public_note=typed["public_note"].strip(),
            internal_note=typed["internal_note"].strip(),
            **{name: typed[name] for name in (*names, *_SEARCH_FIELDS) if name in typed},
        )


def _places(municipalities: list[int], action: CompletedAction | None) -> Any:
    """Return the places to choose from.

    One that is closed stays with what was done there.
    """
    places = Place.objects.filter(municipality__in=municipalities).order_by("sort_key", "pk")
    own = places.filter(pk=action.place_id or 0) if action is not None else places.none()
    return places.in_use() | own


def _initial(today: date, action: CompletedAction | None, note: str | None) -> dict[str, Any]:
    if action is None:
        return {"submission": uuid4(), "done_on": today}
    stored = recording.Entry.from_action(action).stored()
    by_key = ("municipality", "place")
    return {
        **{name: value for name, value in stored.items() if name not in by_key},
        "municipality": action.municipality_id,
        "place": action.place.name if action.place else "",
        "submission": action.submission,
        "version": action.version,
        "internal_note": note or "",
    }


class ReasonForm(WorkspaceForm):
    """Why an action is struck out, or counts again."""

    free_texts = ("reason",)

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Varför?"),
        max_length=500,
        help_text=gettext_lazy("Skälet läses bara av den som arbetar med löftet."),
    )


class DisclosureForm(WorkspaceForm):
    """How closely the public is told of a commitment's actions."""

    place_detail = forms.ChoiceField(
        label=gettext_lazy("Plats som visas"),
        choices=Disclosure.PlaceDetail.choices,
        widget=forms.RadioSelect,
    )
    date_detail = forms.ChoiceField(label=gettext_lazy("Tid som visas"), widget=forms.RadioSelect)
    embargo_days = _count(
        gettext_lazy("Dagar innan en insats visas"),
        min_value=0,
        max_value=MAX_EMBARGO_DAYS,
        help_text=gettext_lazy("0 betyder så snart den får visas."),
    )
    shows_search_outcome = forms.BooleanField(
        label=gettext_lazy("Visa antal lokaler, markeringar och fynd"),
        required=False,
        help_text=gettext_lazy("Visas aldrig ihop med skolans namn."),
    )
    is_meant = forms.BooleanField(label=gettext_lazy("Ja, visa det här."), required=False)
    asked_boxes = ("is_meant",)

    def __init__(self, *args: Any, details: list[str], is_search: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [c for c in Disclosure.DateDetail.choices if c[0] in details]
        self.fields["date_detail"].choices = choices  # type: ignore[attr-defined]
        if not is_search:
            del self.fields["shows_search_outcome"]

    def chosen(self) -> dict[str, Any]:
        """Return the settings, by the names of Disclosure's fields."""
        names = ("place_detail", "date_detail", "embargo_days", "shows_search_outcome")
        chosen = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {"shows_search_outcome": False, **chosen}


class PlaceForm(WorkspaceForm):
    """A place of a municipality."""

    name = forms.CharField(label=gettext_lazy("Namn"), max_length=120)
    level = forms.ChoiceField(
        label=gettext_lazy("Stadium"),
        required=False,
        choices=[("", gettext_lazy("Inte en skola")), *Place.Level.choices],
        help_text=gettext_lazy("Det högsta stadium som skolan har."),
    )
    municipality = forms.ModelChoiceField(Municipality.objects.none(), label=gettext_lazy("Kommun"))
    is_closed = forms.BooleanField(label=gettext_lazy("Används inte längre"), required=False)

    def __init__(
        self, *args: Any, municipalities: Any, place: Place | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        field: Any = self.fields["municipality"]
        field.queryset = municipalities
        if place is None:
            del self.fields["is_closed"]
            only = list(municipalities[:2])
            if len(only) == 1:
                field.initial, field.widget = only[0].pk, forms.HiddenInput()
        else:
            del self.fields["municipality"]

    def clean(self) -> dict[str, Any]:
        """Refuse a name that the municipality has already."""
        cleaned = super().clean()
        name = " ".join(cleaned.get("name", "").split())
        municipality = self.place.municipality if self.place else cleaned.get("municipality")
        namesakes = Place.objects.filter(municipality=municipality, name__iexact=name)
        if self.place is not None:
            namesakes = namesakes.exclude(pk=self.place.pk)
        if name and municipality and namesakes.exists():
            self.add_error("name", _("Kommunen har redan en plats med det namnet."))
        cleaned["name"] = name
        return cleaned
