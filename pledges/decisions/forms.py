"""Take what people type about a decision: its day and its reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm

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
