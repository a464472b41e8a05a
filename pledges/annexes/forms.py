"""Take the plan that somebody annexes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.annexes.rules import ANNEX_BYTES
from pledges.signing.forms import PdfField


class AnnexForm(WorkspaceForm):
    """A PDF with a title."""

    title = forms.CharField(
        label=gettext_lazy("Titel"),
        max_length=200,
        help_text=gettext_lazy("Till exempel Åtgärdsplan 2026."),
    )
    file = PdfField(
        label=gettext_lazy("Bilagan (PDF)"),
        max_bytes=ANNEX_BYTES,
        help_text=gettext_lazy(
            "Blir offentlig med löftet, och redan när utkastet är på samråd. Ta bort "
            "personuppgifter som inte ska läsas av alla."
        ),
    )
