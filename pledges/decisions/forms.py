"""Take what people type about a decision: its day and its reason."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import DayInput, WorkspaceForm
from pledges.actions.secret_words import Secrets, SecretsForm, secrets_of
from pledges.decisions.annulling import sentence_of_lost
from pledges.decisions.prolonging import number_field
from pledges.models import Commitment, Pledge
from pledges.models.has_target import TARGET_FIELDS
from pledges.presentation import target_text
from pledges.writing.decision_forms import DECISION_FIELDS, DecisionForm
from pledges.writing.forms import CommitmentForm, add_faults_of_target, typed_target
from pledges.writing.front_forms import period_field

_WHY_ANNULLED = gettext_lazy("Skriv varför löftet upphävs.")


def _reason(help_text: Any, required: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Skäl"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=help_text,
        error_messages={"required": required},
    )


class PublicReasonForm(SecretsForm):
    """A decision of a pledge, whose reason everybody reads."""

    free_texts = public_texts = ("reason",)

    def __init__(self, *args: Any, pledge: Pledge, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pledge = pledge

    def secrets(self) -> Secrets | None:
        """Return what the reason mustn't tell of any commitment."""
        commitments = self.pledge.commitments.select_related("disclosure")
        return secrets_of(commitments, is_of_more=True)


class AnnulForm(PublicReasonForm):
    """From which day a pledge no longer holds, and why."""

    from_day = forms.DateField(
        label=gettext_lazy("Första dagen som löftet inte gäller"),
        widget=DayInput(),
        error_messages={"required": gettext_lazy("Skriv från vilken dag löftet inte gäller.")},
    )
    reason = _reason(gettext_lazy("Visas för alla, på löftets sida."), _WHY_ANNULLED)
    is_past = forms.BooleanField(
        required=False,
        label=gettext_lazy("Löftet ska upphävas från den dagen, fast det räknades då"),
    )

    asked_boxes = ("is_past",)

    def clean(self) -> dict[str, Any]:
        """Ask about a day after which something is reported or assessed."""
        cleaned = super().clean()
        from_day = cleaned.get("from_day")
        if from_day is not None and (lost := sentence_of_lost(self.pledge, from_day)):
            self.ask("is_past", "is_past", lost)
        return cleaned


class CallBackForm(PublicReasonForm):
    """Why an adoption is called back."""

    reason = _reason(
        gettext_lazy("Visas för alla på löftets sida, när alla har undertecknat det."),
        gettext_lazy("Skriv varför löftet kallas tillbaka."),
    )


class ReviseForm(WorkspaceForm):
    """From which day a new text is to hold, and its address."""

    valid_from = forms.DateField(
        label=gettext_lazy("Första dagen som den nya texten gäller"),
        widget=DayInput(),
        error_messages={"required": gettext_lazy("Skriv från vilken dag den nya texten gäller.")},
    )
    is_past = forms.BooleanField(
        required=False, label=gettext_lazy("Den nya texten ska gälla från en dag som har varit")
    )
    asked_boxes = ("is_past",)
    period = period_field(required=True)
    begins_another = forms.BooleanField(
        label=gettext_lazy("Börja ett till utkast, bredvid det som redan skrivs"),
        error_messages={
            "required": gettext_lazy("Löftet revideras redan. Kryssa i rutan för att börja ändå.")
        },
    )

    def __init__(self, *args: Any, is_being_revised: bool, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if not is_being_revised:
            del self.fields["begins_another"]

    def clean(self) -> dict[str, Any]:
        """Ask about a day that has been: nobody knew of the new text then."""
        cleaned = super().clean()
        first = cleaned.get("valid_from")
        if first is not None and first < self.today:
            sentence = _(
                "Dagen har redan varit, och ingen kände till den nya texten då. Ändra dagen, "
                "eller kryssa i rutan om det ska vara så."
            )
            self.ask("is_past", "valid_from", sentence)
        return cleaned


class CorrectTargetForm(SecretsForm):
    """What is right in place of a signed target, since when and why."""

    free_texts = public_texts = ("reason",)

    # How often the target had been changed when it was read.
    version = forms.IntegerField(widget=forms.HiddenInput)
    corrected_on = forms.DateField(
        label=gettext_lazy("Rättelsens dag"),
        widget=DayInput(),
        error_messages={"required": gettext_lazy("Skriv vilken dag det rättades.")},
    )
    reason = _reason(
        gettext_lazy("Vad blev fel, och varför? Visas för alla, på löftets sida."),
        gettext_lazy("Skriv vad som blev fel och varför."),
    )

    def __init__(self, *args: Any, commitment: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitment = commitment
        for name in TARGET_FIELDS:
            self.fields[name] = deepcopy(CommitmentForm.base_fields[name])
            if not isinstance(self.fields[name].widget, forms.CheckboxInput):
                self.fields[name].widget.attrs["class"] = "input"
        self.order_fields([*TARGET_FIELDS, "corrected_on", "reason"])

    def clean(self) -> dict[str, Any]:
        """See that the target fits together."""
        cleaned = super().clean()
        if self.has_target():
            pledge = self.commitment.pledge
            add_faults_of_target(self, typed_target(cleaned), pledge.valid_from, pledge.full_end)
        return cleaned

    def secrets(self) -> Secrets | None:
        """Return what the reason mustn't tell."""
        return secrets_of([self.commitment])

    def has_target(self) -> bool:
        """Return whether what was typed of the target can be one."""
        return not any(name in self.errors for name in TARGET_FIELDS)

    def target(self) -> dict[str, Any]:
        """Return the target that was typed, by its columns, empty if none is."""
        return {name: self.cleaned_data[name] for name in TARGET_FIELDS if self.has_target()}


class ProlongForm(PublicReasonForm, DecisionForm):
    """To which day a pledge is prolonged, by which decision, and why."""

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

    def __init__(self, *args: Any, commitments: Iterable[Commitment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commitments = list(commitments)
        for commitment in self.commitments:
            self.fields[number_field(commitment)] = _new_number(commitment)
        for name in ("decided_on", "decided_by"):
            self.fields[name].required = True
        self.fields["decided_on"].error_messages["required"] = _("Skriv vilken dag det beslutades.")
        self.fields["decided_by"].error_messages["required"] = _("Skriv vem som beslutade.")

    def clean(self) -> dict[str, Any]:
        """See that the targets can have the numbers."""
        cleaned = super().clean()
        for commitment in self.commitments:
            name = number_field(commitment)
            if (amount := cleaned.get(name)) is not None:
                for _part, sentence in replace(commitment.target_in_force, amount=amount).faults():
                    self.add_error(name, sentence)
        return cleaned

    def numbers(self) -> dict[int, Decimal]:
        """Return the new numbers of the valid form, by the commitments' own."""
        typed = {
            commitment.number: self.cleaned_data[number_field(commitment)]
            for commitment in self.commitments
        }
        return {number: amount for number, amount in typed.items() if amount is not None}


def _new_number(commitment: Commitment) -> forms.DecimalField:
    field = forms.DecimalField(
        label=_("Nytt antal för åtagande %(number)s") % {"number": commitment.number},
        required=False,
        max_digits=8,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input"}),
    )
    field.help_text = format_html(
        _("{text} Lovat: {target}. Lämna tomt om beslutet inte gav ett nytt antal."),
        text=commitment.text_sv,
        target=target_text(commitment.source_in_force),
    )
    return field


def initial_target(commitment: Commitment) -> dict[str, Any]:
    """Return the target that counts, as the form shows it."""
    columns = commitment.source_in_force.fields()
    amount = columns["target_amount"]
    is_whole = amount is not None and amount == int(amount)
    return {**columns, "target_amount": int(amount) if is_whole else amount}
