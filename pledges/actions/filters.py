"""Narrowing down long lists of the workspace."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput
from pledges.models import Commitment, CompletedAction, Place
from pledges.models.action import CompletedActionQuerySet


class ActionFilter(forms.Form):
    """Which actions to list. What makes no sense is passed over, and said beside its field."""

    q = forms.CharField(label=gettext_lazy("Sök i texten"), required=False, max_length=60)
    atagande: forms.ModelChoiceField = forms.ModelChoiceField(
        Commitment.objects.none(),
        label=gettext_lazy("Åtagande"),
        required=False,
        empty_label=gettext_lazy("Alla åtaganden"),
    )
    plats: forms.ModelChoiceField = forms.ModelChoiceField(
        Place.objects.none(),
        label=gettext_lazy("Plats"),
        required=False,
        empty_label=gettext_lazy("Alla platser"),
    )
    registrerad_av = forms.ChoiceField(
        label=gettext_lazy("Registrerad av"),
        required=False,
        choices=[("", gettext_lazy("Alla")), *CompletedAction.Side.choices],
    )
    fran = forms.DateField(label=gettext_lazy("Från"), required=False, widget=DayInput())
    till = forms.DateField(label=gettext_lazy("Till"), required=False, widget=DayInput())
    visa = forms.ChoiceField(
        label=gettext_lazy("Visa"),
        required=False,
        choices=[
            ("", gettext_lazy("Alla")),
            ("raknas", gettext_lazy("De som räknas")),
            ("strukna", gettext_lazy("Strukna")),
            ("inte-offentliga", gettext_lazy("De som inte får visas")),
        ],
    )

    fil = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        commitments: QuerySet[Commitment],
        places: QuerySet[Place],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plats"].queryset = places  # type: ignore[attr-defined]
        self.fields["atagande"].queryset = commitments  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"

    def narrowed(self, found: CompletedActionQuerySet) -> CompletedActionQuerySet:
        """Return those of `found` that are asked for."""
        if not self.is_bound:
            return found
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            words = asked["q"].replace("\x00", "")
            found = found.filter(
                Q(public_note__icontains=words)
                | Q(place__name__icontains=words)
                | Q(strike_reason__icontains=words)
            )
        if asked.get("atagande"):
            found = found.filter(commitment=asked["atagande"])
        if asked.get("plats"):
            found = found.filter(place=asked["plats"])
        if asked.get("registrerad_av"):
            found = found.filter(recorded_side=asked["registrerad_av"])
        if asked.get("fil"):
            found = found.filter(imported_in__uid=asked["fil"])
        if asked.get("fran"):
            found = found.filter(done_on__gte=asked["fran"])
        if asked.get("till"):
            found = found.filter(done_on__lte=asked["till"])
        match asked.get("visa"):
            case "raknas":
                found = found.counted()
            case "strukna":
                found = found.exclude(struck_at=None)
            case "inte-offentliga":
                found = found.filter(is_public=False)
        return found
