"""What the workspace's forms share: look, and asking about personal data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.pages.erasure_marks import erasure_question
from pledge_portal.pages.personal_data import Finding
from pledge_portal.pages.pointing import pointing_question
from pledge_portal.pages.rule_forms import RuleForm
from pledge_portal.pages.typed_text import clean
from pledge_portal.pages.year_limits import year_fault


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


def check_year(day: date) -> None:
    """Raise ValidationError for years that can't be."""
    if fault := year_fault(day):
        raise ValidationError(fault)


class WorkspaceForm(RuleForm):
    """A form of the workspace, as components/field.html shows it.

    `free_texts` names the fields that people write in. Identity numbers are refused there; what
    looks like a plate, a phone number or an address, or points at a pupil or a suspect, and where a
    personal detail was taken away, is asked about before anything is saved: the box
    `texts_are_fine` appears, and has to be ticked. `asked_boxes` names further boxes to tick, each
    shown once its question is asked (see `ask`).
    """

    free_texts: tuple[str, ...] = ()
    asked_boxes: tuple[str, ...] = ()

    texts_are_fine = forms.BooleanField(
        required=False, label=gettext_lazy("Texten är i sin ordning. Spara ändå.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_about_texts = False
        self.asked: set[str] = set()
        for field in self.fields.values():
            widget = field.widget
            if isinstance(field, forms.DateField):
                field.validators.append(check_year)
            if not isinstance(widget, forms.HiddenInput | forms.CheckboxInput | forms.RadioSelect):
                widget.attrs["class"] = "input"
            # Ten rows are Django's own: too many for a thumb to pass on a phone.
            if isinstance(widget, forms.Textarea) and str(widget.attrs["rows"]) == "10":
                widget.attrs["rows"] = 3

    def clean(self) -> dict[str, Any]:
        """Look for personal data in the free texts."""
        cleaned = super().clean() or {}
        for name in self.free_texts:
            typed = clean(cleaned.get(name) or "")
            if typed.identity_numbers:
                self.add_error(name, _refusal(typed.identity_numbers))
                continue
            if typed.doubts:
                self.ask_about(name, _question(typed.doubts))
            if typed.pointers:
                self.ask_about(name, pointing_question(typed.pointers))
            if typed.erased:
                self.ask_about(name, erasure_question(typed.erased))
        return cleaned

    def ask_about(self, name: str, question: str) -> None:
        """Ask about a text, unless it is said already to be as it should."""
        self.asks_about_texts = True
        if not self.cleaned_data.get("texts_are_fine"):
            way_out = _("Ta bort det, eller kryssa för att texten är i sin ordning.")
            self.add_error(name, f"{question} {way_out}")

    def ask(self, box: str, name: str | None, question: str) -> None:
        """Show a box, and ask at a field unless it is ticked already.

        `name` is the field's, None for the whole form.
        """
        self.asked.add(box)
        if not self.cleaned_data.get(box):
            self.add_error(name, question)

    def rebase(self, version: int) -> None:
        """Keep what was typed, but as a change of a later version."""
        self.change_typed(version=str(version))

    def shown_fields(self) -> list[forms.BoundField]:
        """Return the visible fields in order, boxes to tick only where asked.

        Without the one about texts, which comes last on every page.
        """
        hidden = {"texts_are_fine", *self.asked_boxes} - self.asked
        return [field for field in self.visible_fields() if field.name not in hidden]


def _quoted(findings: Iterable[Finding]) -> str:
    return ", ".join(f"”{finding.text}”" for finding in findings)


def _refusal(findings: Iterable[Finding]) -> str:
    return _("Ta bort personnumret: %(pieces)s. Personnummer sparas aldrig här.") % {
        "pieces": _quoted(findings)
    }


def _question(findings: Iterable[Finding]) -> str:
    return _("Det här ser ut som personuppgifter: %(pieces)s.") % {"pieces": _quoted(findings)}
