"""Take what is known of a decision, when a pledge is adopted or later."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.decided import Decision

DECISION_FIELDS = ("decided_on", "decided_by", "decision_paragraph")


class DecisionForm(WorkspaceForm):
    """When a decision was taken, by whom, and its paragraph."""

    decided_on = forms.DateField(
        label=gettext_lazy("Beslutsdag"), required=False, widget=DayInput()
    )
    decided_by = forms.CharField(
        label=gettext_lazy("Beslutat av"),
        required=False,
        max_length=160,
        help_text=gettext_lazy("Till exempel kommunstyrelsen."),
    )
    decision_paragraph = forms.CharField(
        label=gettext_lazy("Paragraf i protokollet"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def decision(self) -> Decision:
        """Return what the valid form says of the decision."""
        return Decision(**{name: self.cleaned_data[name] for name in DECISION_FIELDS})


class AdoptForm(DecisionForm):
    """The last questions before the text is locked."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    notes_are_read = forms.BooleanField(
        label=gettext_lazy("Vi har läst anmärkningarna och antar löftet ändå."), required=False
    )

    def decision_fields(self) -> list[forms.BoundField]:
        """Return the fields about the decision."""
        return [self[name] for name in DECISION_FIELDS]
