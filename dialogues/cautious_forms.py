"""Forms of residents that look for personal data, tips and links."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.tips import Concern, concern_of
from pledge_portal.pages.open_forms import OpenForm
from pledge_portal.pages.personal_data import find_personal_data
from pledge_portal.pages.pointing import find_pointers, pointing_question

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_MAX_LINKS = 2


class CautiousForm(OpenForm):
    """An open form that asks once about what should perhaps not be sent.

    That is what seems to be personal data, a tip or an emergency. `concern` is what the text seems
    to be, None for most.
    """

    texts_are_fine = forms.BooleanField(
        required=False, label=gettext_lazy("Jag har läst det. Skicka texten som den är.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_about_text = False
        self.concern: Concern | None = None

    def ask_about_text(self, *names: str) -> None:
        """Look for personal data, tips and heaps of links in the named fields."""
        for name in names:
            text = self.cleaned_data.get(name) or ""
            if len(_LINK.findall(text)) > _MAX_LINKS:
                self.add_error(name, _("Skriv högst %(n)s länkar.") % {"n": _MAX_LINKS})
            findings, pointers = find_personal_data(text), find_pointers(text)
            concern = concern_of(text)
            self.concern = self.concern or concern
            self.asks_about_text = self.asks_about_text or bool(findings or pointers or concern)
            if self.cleaned_data.get("texts_are_fine"):
                continue
            if findings:
                pieces = ", ".join(f"”{finding.text}”" for finding in findings)
                self.add_error(
                    name,
                    _("Det här ser ut som personuppgifter: %(pieces)s. Ta gärna bort dem.")
                    % {"pieces": pieces},
                )
            if pointers:
                self.add_error(name, f"{pointing_question(pointers)} {_('Ta gärna bort det.')}")
            if concern:
                self.add_error(name, _("Det här låter som något som Polisen behöver få veta."))
