"""Narrowing down long lists of the workspace."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput
from pledges.models import Commitment, CompletedAction, Place
from pledges.models.action import CompletedActionQuerySet
from pledges.presentation import pledge_label_with_places


class _CommitmentField(forms.ModelChoiceField):
    """A commitment to choose, with the pledge and the places it is of."""

    def label_from_instance(self, obj: Any) -> str:
        """Return its number and text, its pledge and where that holds."""
        return f"{obj} ({pledge_label_with_places(obj.pledge)})"


class ActionFilter(forms.Form):
    """Which actions to list.

    What makes no sense is passed over, and said beside its field.
    """

    q = forms.CharField(label=gettext_lazy("Sök i texten"), required=False, max_length=60)
    atagande: forms.ModelChoiceField = _CommitmentField(
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

    def narrowed(self, actions: CompletedActionQuerySet) -> CompletedActionQuerySet:
        """Return those of the actions that are asked for."""
        if not self.is_bound:
            return actions
        self.is_valid()
        wishes = self.cleaned_data
        if wishes.get("q"):
            words = wishes["q"].replace("\x00", "")
            actions = actions.filter(
                Q(public_note__icontains=words)
                | Q(unit__icontains=words)
                | Q(place__name__icontains=words)
                | Q(strike_reason__icontains=words)
            )
        if wishes.get("atagande"):
            actions = actions.filter(commitment=wishes["atagande"])
        if wishes.get("plats"):
            actions = actions.filter(place=wishes["plats"])
        if wishes.get("registrerad_av"):
            actions = actions.filter(recorded_side=wishes["registrerad_av"])
        if wishes.get("fil"):
            actions = actions.filter(imported_in__uid=wishes["fil"])
        first, last = wishes.get("fran") or date.min, wishes.get("till") or date.max
        if (first, last) != (date.min, date.max):
            actions = actions.between(first, last)
        match wishes.get("visa"):
            case "raknas":
                actions = actions.counted()
            case "strukna":
                actions = actions.exclude(struck_at=None)
            case "inte-offentliga":
                actions = actions.filter(is_public=False)
        return actions
