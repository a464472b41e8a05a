"""The forms in which staff take in papers from a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.exchange.uploads import TableFileField


class PaperFileForm(WorkspaceForm):
    """A file with an answer on each row."""

    file = TableFileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("Excel (.xlsx) eller CSV, högst 1 000 rader."),
    )


class ConfirmPapersForm(WorkspaceForm):
    """The consent to saving a file's rows, which it carries.

    It has a box to tick when there are doubts about them.
    """

    rows = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000)
    is_sure = forms.BooleanField(
        label=gettext_lazy("Jag har läst anmärkningarna. Texterna är i sin ordning."),
        error_messages={"required": gettext_lazy("Läs anmärkningarna och kryssa i rutan.")},
    )

    def __init__(self, *args: Any, has_doubts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_doubts:
            del self.fields["is_sure"]
