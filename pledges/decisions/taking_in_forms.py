"""Take a pledge's own document, and the days on which it was signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput
from pledges.models import Signatory
from pledges.signing.forms import PdfField
from pledges.writing.decision_forms import DecisionForm


class TakeInForm(DecisionForm):
    """The document, a day for each signatory, and who answers for it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    file = PdfField(
        label=gettext_lazy("Det undertecknade dokumentet"),
        max_bytes=settings.FILE_UPLOAD_MAX_MEMORY_SIZE,
        help_text=gettext_lazy(
            "PDF-filen som den är. Den sparas byte för byte och visas för alla."
        ),
    )
    vouched_for = forms.ChoiceField(
        label=gettext_lazy("Vem intygar att dokumentet är det rätta?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj vem som intygar dokumentet.")},
    )
    is_the_text = forms.BooleanField(
        label=gettext_lazy(
            "Utkastets text är dokumentets: inget är ändrat, rättat eller utelämnat."
        ),
        error_messages={"required": gettext_lazy("Jämför texten med dokumentet och kryssa i.")},
    )
    is_true = forms.BooleanField(
        label=gettext_lazy("Vi intygar att personerna har undertecknat dokumentet dagarna ovan."),
        error_messages={"required": gettext_lazy("Se efter i dokumentet och kryssa i rutan.")},
    )

    def __init__(
        self, *args: Any, signatories: Sequence[Signatory], parties: Sequence[str], **kwargs: Any
    ) -> None:
        self.signatories = list(signatories)
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["vouched_for"]
        choices.choices = [(party, party) for party in parties]
        ticks = {name: self.fields.pop(name) for name in ("is_the_text", "is_true")}
        for signatory in self.signatories:
            self.fields[f"day_{signatory.pk}"] = _day_field(signatory)
        self.fields |= ticks
        self.order_fields(["version", "file", *self._days(), "vouched_for"])

    def _days(self) -> list[str]:
        return [f"day_{signatory.pk}" for signatory in self.signatories]

    def days(self) -> dict[int, Any]:
        """Return the days of signing by the keys of the signatories."""
        return {
            signatory.pk: self.cleaned_data[f"day_{signatory.pk}"] for signatory in self.signatories
        }


def _day_field(signatory: Signatory) -> forms.DateField:
    return forms.DateField(
        label=_("Dagen då %(name)s undertecknade") % {"name": signatory.name},
        widget=DayInput(**{"class": "input"}),
        error_messages={"required": _("Skriv vilken dag personen undertecknade.")},
    )
