"""The forms of a pledge's front: who gives it, where it holds and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.models import PERIOD_PATTERN, Municipality, PoliceArea
from pledges.models.municipality import part_slug
from pledges.writing.fields import ENGLISH, DayField, NamesField, long_text, one_line
from pledges.writing.forms import PartForm
from pledges.writing.parts import PartKind


class _Validity(WorkspaceForm):
    """What the front of a pledge and its beginning both say."""

    def clean(self) -> dict[str, Any]:
        """See that the last day isn't before the first."""
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_to")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("valid_to", _("Sista dagen är före den första."))
        return cleaned


def period_field(*, required: bool) -> forms.CharField:
    """Return the field for the pledge's part of its address."""
    return forms.CharField(
        label=gettext_lazy("Period i adressen"),
        max_length=20,
        required=required,
        help_text=gettext_lazy("Till exempel 2026-2028.")
        if required
        else gettext_lazy("Till exempel 2026-2028. Tom blir den löftets år."),
        validators=[
            RegexValidator(
                rf"\A{PERIOD_PATTERN}\Z",
                gettext_lazy("Skriv ett år, eller två år med bindestreck: 2026-2028."),
            )
        ],
    )


class BeginForm(_Validity):
    """What has to be said before anything else of the next pledge."""

    title = one_line(gettext_lazy("Titel"), 200)
    police_area: forms.ModelChoiceField = forms.ModelChoiceField(
        PoliceArea.objects.none(), label=gettext_lazy("Lokalpolisområde")
    )
    municipalities: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        Municipality.objects.none(),
        label=gettext_lazy("Kommuner som ger löftet"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    holds_in: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        Municipality.objects.none(),
        label=gettext_lazy("Kommuner som löftet gäller i, men som inte ger det"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("När Polisen ger löftet utan kommunen."),
    )
    valid_from = DayField(gettext_lazy("Gäller från"))
    valid_to = DayField(gettext_lazy("Gäller till och med"))
    until_replaced = forms.BooleanField(
        label=gettext_lazy("Gäller efter slutdatum tills ett nytt löfte ges"), required=False
    )
    period = period_field(required=False)
    after = forms.TypedChoiceField(
        label=gettext_lazy("Utgå från"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Texten kopieras. Det gamla löftet ändras inte."),
    )

    def __init__(
        self,
        *args: Any,
        areas: Iterable[PoliceArea],
        municipalities: Iterable[Municipality],
        earlier: Iterable[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("police_area", PoliceArea, areas)
        self._offer("municipalities", Municipality, municipalities)
        self._offer("holds_in", Municipality, municipalities)
        self.fields["after"].choices = [  # type: ignore[attr-defined]
            ("", _("Inget: börja med en tom text")),
            *earlier,
        ]

    def _offer(self, name: str, model: Any, rows: Iterable[Any]) -> None:
        keys = [row.pk for row in rows]
        order = "sort_key" if model is Municipality else "name"
        self.fields[name].queryset = model.objects.filter(pk__in=keys).order_by(order)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """See that the police area covers the municipalities."""
        cleaned = super().clean()
        giving = list(cleaned.get("municipalities") or [])
        cleaned["holds_in"] = [m for m in cleaned.get("holds_in") or [] if m not in giving]
        area, chosen = cleaned.get("police_area"), [*giving, *cleaned["holds_in"]]
        if not chosen and not self.errors.keys() & {"municipalities", "holds_in"}:
            self.add_error("municipalities", _("Välj minst en kommun."))
        if area is not None and chosen:
            covered = set(area.municipalities.values_list("pk", flat=True))
            outside = [
                municipality.official_name
                for municipality in chosen
                if municipality.pk not in covered
            ]
            if outside:
                self.add_error(
                    "municipalities",
                    _("%(names)s hör inte till %(area)s.")
                    % {"names": ", ".join(outside), "area": area},
                )
        return cleaned


class FrontForm(_Validity, PartForm):
    """The pledge's own facts."""

    kind_of_part = PartKind.FRONT
    free_texts = ("summary_sv", "summary_en")

    title_sv = one_line(gettext_lazy("Titel"), 200)
    municipalities = forms.MultipleChoiceField(
        label=gettext_lazy("Kommuner som ger löftet"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    holds_in = forms.MultipleChoiceField(
        label=gettext_lazy("Kommuner som löftet gäller i, men som inte ger det"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("När Polisen ger löftet utan kommunen."),
    )
    parts = NamesField(
        gettext_lazy("Delar av kommunen"),
        most=50,
        longest=80,
        help_text=gettext_lazy(
            "Stadsdelar, stadsområden eller orter, ett namn på varje rad. Lämna tomt när löftet "
            "gäller hela kommunen. I ett löfte för flera kommuner: Orust kommun: Svanesund."
        ),
    )
    further_police_areas = forms.MultipleChoiceField(
        label=gettext_lazy("Fler lokalpolisområden som ger löftet"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    valid_from = DayField(gettext_lazy("Gäller från"))
    valid_to = DayField(gettext_lazy("Gäller till och med"))
    until_replaced = forms.BooleanField(
        label=gettext_lazy("Gäller efter slutdatum tills ett nytt löfte ges"), required=False
    )
    period = period_field(required=True)
    registry_number = one_line(
        gettext_lazy("Diarienummer"),
        60,
        required=False,
        help_text=gettext_lazy("Behövs innan löftet antas. Till exempel KS 2026/123."),
    )
    summary_sv = long_text(
        gettext_lazy("Sammanfattning"),
        help_text=gettext_lazy("Ett par meningar: vad löftet handlar om."),
    )
    title_en = one_line(gettext_lazy("Titel på engelska"), 200, required=False, help_text=ENGLISH)
    summary_en = long_text(gettext_lazy("Sammanfattning på engelska"))

    def __init__(
        self,
        *args: Any,
        municipalities: list[tuple[str, str]],
        police_areas: list[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = dict(municipalities)
        fields: Any = self.fields
        fields["municipalities"].choices = fields["holds_in"].choices = municipalities
        fields["further_police_areas"].choices = [(name, name) for name in police_areas]
        if not police_areas:
            del fields["further_police_areas"]
        if isinstance(self.initial.get("parts"), list):
            self.initial["parts"] = self._as_typed(self.initial["parts"], self.initial)

    def _as_typed(self, parts: list[str], values: Mapping[str, Any]) -> list[str]:
        """Return parts as people write them.

        With the municipality where there are several.
        """
        is_one = len([*values["municipalities"], *values["holds_in"]]) == 1
        pairs = [part.partition(":") for part in parts]
        return [
            name if is_one else f"{self.names.get(code, code)}: {name}"
            for code, _colon, name in pairs
        ]

    def go_on_from(self, values: dict[str, Any], version: int) -> None:
        """Show these values as typed, as a change of a later version."""
        parts = self._as_typed(values["parts"], values)
        super().go_on_from({**values, "parts": parts}, version)

    def clean(self) -> dict[str, Any]:
        """See that the pledge holds somewhere, and whose each part is."""
        cleaned = super().clean()
        municipalities = cleaned.get("municipalities") or []
        holds_in = [code for code in cleaned.get("holds_in") or [] if code not in municipalities]
        cleaned["holds_in"] = holds_in
        codes = [*municipalities, *holds_in]
        if not codes:
            self.add_error("municipalities", _("Välj minst en kommun."))
        parts: dict[tuple[str, str], str] = {}
        for line in cleaned.get("parts") or []:
            before, colon, after = (word.strip() for word in line.rpartition(":"))
            code = next((code for code in codes if self.names.get(code) == before), "")
            if not colon and len(codes) == 1:
                code = codes[0]
            if not code or not part_slug(after):
                self.add_error(
                    "parts",
                    _("Skriv vilken kommun ”%(part)s” ligger i: Orust kommun: Svanesund.")
                    % {"part": line},
                )
                return cleaned
            parts.setdefault((code, part_slug(after)), after)
        cleaned["parts"] = sorted(f"{code}:{name}" for (code, _slug), name in parts.items())
        return cleaned
