"""Take what people type about a decision: its day and its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.writing.decision_forms import DECISION_FIELDS, DecisionForm

_WHY_ANNULLED = gettext_lazy("Skriv varför löftet upphävs.")


def _reason(help_text: Any, required: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Skäl"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=help_text,
        error_messages={"required": required},
    )


class AnnulForm(WorkspaceForm):
    """From which day a pledge no longer holds, and why."""

    free_texts = ("reason",)

    from_day = forms.DateField(
        label=gettext_lazy("Första dagen som löftet inte gäller"),
        widget=DayInput(),
        error_messages={"required": gettext_lazy("Skriv från vilken dag löftet inte gäller.")},
    )
    reason = _reason(gettext_lazy("Visas för alla, på löftets sida."), _WHY_ANNULLED)


class CallBackForm(WorkspaceForm):
    """Why an adoption is called back."""

    free_texts = ("reason",)

    reason = _reason(
        gettext_lazy("Visas för alla på löftets sida, när alla har undertecknat det."),
        gettext_lazy("Skriv varför löftet kallas tillbaka."),
    )


class ProlongForm(DecisionForm):
    """To which day a pledge is prolonged, by which decision, and why."""

    free_texts = ("reason",)

    valid_to = forms.DateField(
        label=gettext_lazy("Ny sista dag"),
        widget=DayInput(),
        error_messages={"required": gettext_lazy("Skriv till vilken dag löftet förlängs.")},
    )
    reason = _reason(
        gettext_lazy("Visas för alla, på löftets sida."),
        gettext_lazy("Skriv varför löftet förlängs."),
    )

    field_order = ("valid_to", *DECISION_FIELDS, "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("decided_on", "decided_by"):
            self.fields[name].required = True
        self.fields["decided_on"].error_messages["required"] = _("Skriv vilken dag det beslutades.")
        self.fields["decided_by"].error_messages["required"] = _("Skriv vem som beslutade.")
