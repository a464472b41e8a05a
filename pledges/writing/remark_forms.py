"""The form in which colleagues remark on a part of a draft."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pledge_portal.accounts.permissions import StaffRequest
from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.waiting_form import typed_before_login
from pledge_portal.pages.workspace_forms import WorkspaceForm
from pledges.models import Pledge
from pledges.writing import remarking
from pledges.writing.parts import Contents, Part


class RemarkForm(WorkspaceForm):
    """What one says to one's colleagues of a part.

    Its fields are sent with the part's own form, which has the id "delen": whichever button is
    pressed, nothing that was typed in the other one is lost.
    """

    prefix = "kommentar"
    free_texts = ("text",)

    # Of several lines, as Enter in a single one would save the part.
    quoted = forms.CharField(
        label=gettext_lazy("Stycke"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Klistra in de ord som du menar, eller lämna tomt."),
    )
    text = forms.CharField(label=gettext_lazy("Kommentar"), widget=forms.Textarea, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = "delen"


def typed_remark(request: StaffRequest, *actions: str) -> RemarkForm:
    """Return the form with what was typed in it, not judged.

    Before a new login, too, when it was sent to one of `actions`.
    """
    sent = RemarkForm(request.POST or typed_before_login(request, *actions) or {})
    return RemarkForm(initial={name: sent[name].data for name in ("quoted", "text")})


def is_typed(form: RemarkForm) -> bool:
    """Return whether the form holds anything that would be lost."""
    return any(str(form[name].value() or "").strip() for name in ("quoted", "text"))


def take_remark(request: StaffRequest, row: Pledge, part: Part, contents: Contents) -> RemarkForm:
    """Take the remark that was sent; the form has errors when it can't be."""
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            remarking.remark(
                row,
                part,
                contents,
                quoted=form.cleaned_data["quoted"],
                text=form.cleaned_data["text"],
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_error("quoted", str(refused))
        else:
            messages.success(request, _("Kommentaren är sparad. Den syns bara för er som skriver."))
    return form
