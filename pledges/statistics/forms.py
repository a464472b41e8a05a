"""The forms of statistics.

Importing, wording indicators, and linking them to promises.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.english_fields import EnglishForm
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.exchange.uploads import WholeFileField
from pledges.models import Commitment, FocusArea, Indicator, Pledge
from pledges.statistics.staged_files import MAX_BYTES
from pledges.statistics.staging import LARGE_CHANGE_TEXT
from pledges.statistics.taking_back import MAX_REASON_LENGTH

_NAME_LENGTH, _EXPLANATION_LENGTH, _REASON_LENGTH = 160, 1000, 300


class StatisticsFileForm(WorkspaceForm):
    """A file of statistics: its clean value is what the file holds."""

    file = WholeFileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("Excel (.xlsx), CSV eller Koladas JSON, högst 10 MB."),
        accept=".csv,.txt,.xlsx,.json",
        max_bytes=MAX_BYTES,
    )


class ConfirmImportForm(WorkspaceForm):
    """The yes to an import, and one of its own to figures that change a lot."""

    accepts_large = forms.BooleanField(
        required=False,
        label=format_lazy(
            gettext_lazy("Siffrorna som ändras {large} är rätt."), large=LARGE_CHANGE_TEXT
        ),
    )

    def __init__(self, *args: Any, large_changes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not large_changes:
            del self.fields["accepts_large"]


class TakeBackForm(WorkspaceForm):
    """The reason why an import is taken back."""

    free_texts = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Varför?"),
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": gettext_lazy("Skriv varför importen tas tillbaka.")},
    )


class AliasForm(WorkspaceForm):
    """Another name of an indicator, as its source writes it."""

    name = forms.CharField(
        label=gettext_lazy("Namn i källan"),
        max_length=_NAME_LENGTH,
        help_text=gettext_lazy("Så som det står i filen, till exempel Narkotikastrafflagen."),
    )
    indicator: Any = forms.ModelChoiceField(
        Indicator.objects.all(),
        label=gettext_lazy("Är samma sak som"),
        error_messages={
            "required": gettext_lazy("Välj en indikator i listan."),
            "invalid_choice": gettext_lazy("Välj en indikator i listan."),
        },
    )


class IndicatorForm(EnglishForm):
    """How an indicator is named and explained to everyone."""

    free_texts = ("explanation_sv", "explanation_en")

    name_sv = forms.CharField(label=gettext_lazy("Namn"), max_length=_NAME_LENGTH)
    name_en = forms.CharField(
        label=gettext_lazy("Namn på engelska"), max_length=_NAME_LENGTH, required=False
    )
    explanation_sv = forms.CharField(
        label=gettext_lazy("Förklaring"),
        max_length=_EXPLANATION_LENGTH,
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("Vad siffran säger, och vad den inte säger."),
    )
    explanation_en = forms.CharField(
        label=gettext_lazy("Förklaring på engelska"),
        max_length=_EXPLANATION_LENGTH,
        required=False,
        widget=forms.Textarea,
    )
    better = forms.ChoiceField(
        label=gettext_lazy("Vad är bättre?"),
        choices=Indicator.Better.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Fler anmälda brott kan betyda att fler vågar anmäla."),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Plats i ordningen"),
        min_value=0,
        max_value=32767,
        help_text=gettext_lazy("De med lägst tal visas först."),
    )


class LinkForm(WorkspaceForm):
    """The link of an indicator to what it says something of."""

    free_texts = ("reason", "reason_en")

    target = forms.ChoiceField(
        label=gettext_lazy("Vad i löftet säger siffran något om?"),
        error_messages={"required": gettext_lazy("Välj ett problem eller ett åtagande.")},
    )
    indicator: Any = forms.ModelChoiceField(
        Indicator.objects.all(),
        label=gettext_lazy("Indikator"),
        error_messages={
            "required": gettext_lazy("Välj en indikator i listan."),
            "invalid_choice": gettext_lazy("Välj en indikator i listan."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Vad säger den om problemet?"),
        max_length=_REASON_LENGTH,
        widget=forms.Textarea,
        help_text=gettext_lazy("En eller två meningar, som visas för alla bredvid siffran."),
        error_messages={"required": gettext_lazy("Skriv vad siffran säger om problemet.")},
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Samma sak på engelska"),
        max_length=_REASON_LENGTH,
        required=False,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.focus_areas = {
            focus_area.pk: focus_area
            for focus_area in pledge.focus_areas.order_by("position").all()
        }
        self.commitments = {
            commitment.pk: commitment for commitment in pledge.commitments.order_by("number")
        }
        choices: list[tuple[str, str | list[tuple[str, str]]]] = [("", _("Välj"))]
        for area in self.focus_areas.values():
            own = [
                commitment
                for commitment in self.commitments.values()
                if commitment.focus_area_id == area.pk
            ]
            choices.append(
                (
                    area.name,
                    [
                        (f"i{area.pk}", _("Hela problemet: %(name)s") % {"name": area.name}),
                        *(
                            (f"a{commitment.pk}", _commitment_label(commitment))
                            for commitment in own
                        ),
                    ],
                )
            )
        self.fields["target"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> tuple[FocusArea, Commitment | None]:
        """Return the focus area that was chosen, and its commitment.

        No commitment when it was the whole area.
        """
        sort, key = self.cleaned_data["target"][:1], int(self.cleaned_data["target"][1:])
        if sort == "i":
            return self.focus_areas[key], None
        commitment = self.commitments[key]
        return self.focus_areas[commitment.focus_area_id], commitment


def _commitment_label(commitment: Commitment) -> str:
    text = commitment.text if len(commitment.text) <= 90 else f"{commitment.text[:89]}…"
    return _("Åtagande %(number)s: %(text)s") % {"number": commitment.number, "text": text}
