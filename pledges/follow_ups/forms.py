"""The forms of follow-ups."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.actions.secret_words import Secrets, SecretsForm, secrets_of
from pledges.documents.printable import check_printable
from pledges.models import Assessment, Commitment, FollowUpPlan
from pledges.models.correction import MAX_CORRECTION_LENGTH
from pledges.models.follow_up import MAX_DAYS_UNTIL_DUE
from pledges.presentation.validity import day

_NO_SECRETS = gettext_lazy(
    "Texten blir offentlig. Skriv inga namn, och inga dagar eller skolor för hundsök."
)
_TOO_LONG = gettext_lazy("Texten får ha högst %(limit_value)d tecken. Den har %(show_value)d.")


def _text(label: Any, help_text: Any = "", most: int = 4000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea,
        max_length=most,
        required=False,
        validators=[check_printable],
        error_messages={"max_length": _TOO_LONG},
    )


class OpenForm(WorkspaceForm):
    """The period and the meeting of a new follow-up."""

    free_texts = ("assessed_by",)

    first_day = forms.DateField(label=gettext_lazy("Från och med"), widget=DayInput())
    last_day = forms.DateField(label=gettext_lazy("Till och med"), widget=DayInput())
    meeting_on = forms.DateField(label=gettext_lazy("Mötet i rådet"), widget=DayInput())
    assessed_by = forms.CharField(
        label=gettext_lazy("Vem bedömer, om det inte är rådet?"), max_length=120, required=False
    )
    is_before_the_end = forms.BooleanField(
        label=gettext_lazy(
            "Mötet var innan perioden var slut. Bedömningen gäller ändå hela perioden."
        ),
        required=False,
    )

    asked_boxes = ("is_before_the_end",)

    def clean(self) -> dict[str, Any]:
        """Ask about a meeting before the last day of what it judges."""
        cleaned = super().clean()
        meeting_on, last_day = map(cleaned.get, ("meeting_on", "last_day"))
        if meeting_on is not None and last_day is not None and meeting_on < last_day:
            sentence = _(
                "Mötet var innan periodens sista dag, den %(day)s. Kryssa i rutan om "
                "bedömningen ändå gäller hela perioden, eller ändra dagarna."
            )
            box = "is_before_the_end"
            self.ask(box, box, sentence % {"day": day(last_day)})
        return cleaned


class AssessmentForm(SecretsForm):
    """What is said of a commitment."""

    free_texts = ("reason", "difference", "output_text", "process_text", "effect_text", "decision")
    public_texts = free_texts

    version = forms.IntegerField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=gettext_lazy("Bedömning"),
        choices=Assessment.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Välj en bedömning.")},
    )
    reason = _text(
        gettext_lazy("Skäl"),
        gettext_lazy("Behövs när åtagandet inte är helt uppfyllt."),
        most=2000,
    )
    difference = _text(
        gettext_lazy("Varför skiljer sig bedömningen från det som är redovisat?"),
        gettext_lazy("Fyll i det när bedömningen och siffrorna säger olika. Det visas för alla."),
        most=2000,
    )
    output_text = _text(gettext_lazy("Vad har gjorts?"), _NO_SECRETS)
    process_text = _text(gettext_lazy("Hur har det gjorts?"))
    effect_text = _text(
        gettext_lazy("Har problemet förändrats?"),
        gettext_lazy("Hur mycket som har gjorts säger inte om problemet har minskat."),
    )
    decision = _text(gettext_lazy("Vad ska göras nu?"))

    def __init__(
        self, *args: Any, commitment: Commitment, is_still_secret: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commitment = commitment
        if is_still_secret:
            verdict = self.fields["verdict"]
            only = Assessment.Verdict.NOT_ASSESSED
            verdict.choices = [(only.value, only.label)]  # type: ignore[attr-defined]
            verdict.help_text = gettext_lazy(
                "Åtagandet är hemligt tills dess egen period är slut. Då går det att bedöma."
            )

    def secrets(self) -> Secrets | None:
        """Return what the texts mustn't tell."""
        return secrets_of([self.commitment])


class IntroductionForm(SecretsForm):
    """The follow-up's introduction."""

    free_texts = public_texts = ("introduction",)

    version = forms.IntegerField(widget=forms.HiddenInput)
    introduction = _text(gettext_lazy("Inledning"), _NO_SECRETS)

    def __init__(self, *args: Any, commitments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitments = commitments

    def secrets(self) -> Secrets | None:
        """Return what the introduction mustn't tell of any commitment."""
        return secrets_of(self.commitments, is_of_more=True)


class CorrectionForm(SecretsForm):
    """A correction of a published follow-up."""

    free_texts = public_texts = ("text_sv", "text_en")

    commitment: forms.ModelChoiceField = forms.ModelChoiceField(
        Commitment.objects.none(),
        label=gettext_lazy("Åtagande"),
        required=False,
        empty_label=gettext_lazy("Hela uppföljningen"),
        error_messages={
            "invalid_choice": gettext_lazy(
                "Välj ett av löftets åtaganden, eller hela uppföljningen."
            )
        },
    )
    text_sv = forms.CharField(
        label=gettext_lazy("Rättelse"),
        help_text=_NO_SECRETS,
        widget=forms.Textarea,
        max_length=MAX_CORRECTION_LENGTH,
        validators=[check_printable],
        error_messages={
            "required": gettext_lazy("Skriv vad som var fel och vad som är rätt."),
            "max_length": _TOO_LONG,
        },
    )
    text_en = forms.CharField(
        label=gettext_lazy("På engelska"),
        widget=forms.Textarea,
        max_length=MAX_CORRECTION_LENGTH,
        required=False,
        validators=[check_printable],
        error_messages={"max_length": _TOO_LONG},
    )

    def __init__(self, *args: Any, commitments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commitment"].queryset = commitments  # type: ignore[attr-defined]

    def secrets(self) -> Secrets | None:
        """Return what the correction mustn't tell: of its commitment, or of any."""
        if commitment := self.cleaned_data.get("commitment"):
            return secrets_of([commitment])
        return secrets_of(self.fields["commitment"].queryset, is_of_more=True)  # type: ignore[attr-defined]


class UndoForm(WorkspaceForm):
    """Why a closed period is opened again."""

    free_texts = ("reason",)

    reason = forms.CharField(
        label=gettext_lazy("Skäl"),
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": gettext_lazy("Skriv varför perioden öppnas igen.")},
    )


class PlanForm(WorkspaceForm):
    """How often a pledge is followed up."""

    every = forms.ChoiceField(
        label=gettext_lazy("Hur ofta?"),
        choices=FollowUpPlan.Every.choices,
        widget=forms.RadioSelect,
    )
    days_until_due = forms.IntegerField(
        label=gettext_lazy("Klar så många dagar efter periodens slut"),
        min_value=0,
        max_value=MAX_DAYS_UNTIL_DUE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    next_meeting_on = forms.DateField(
        label=gettext_lazy("Rådets nästa möte"), required=False, widget=DayInput()
    )


def days_of(due_first: date, due_last: date, today: date) -> dict[str, date]:
    """Return what a new follow-up's form begins with."""
    return {"first_day": due_first, "last_day": min(due_last, today), "meeting_on": today}
