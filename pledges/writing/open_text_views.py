"""Guard what may be done only while a pledge's text is open.

What is typed too late is handed back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pledge_portal.accounts.permissions import StaffRequest
from pledges.models import Pledge
from pledges.writing.editing import TextLocked
from pledges.writing.forms import PartForm
from pledges.writing.remark_forms import RemarkForm
from pledges.writing.views import found_draft


def on_open_text(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the draft of an address, for those who write on it.

    Raises Http404. When the text is locked, also while the view works, the answer is a page that
    says so, with the texts that were sent: nobody's work is lost by another's adopting the pledge.
    """

    @wraps(view)
    def guarded(request: StaffRequest, uid: UUID, **rest: Any) -> HttpResponse:
        row = found_draft(request, uid)
        try:
            if row.adopted_at is not None:
                raise TextLocked
            return view(request, row, **rest)
        except TextLocked:
            return _locked(request, row)

    return guarded


def _locked(request: HttpRequest, row: Pledge) -> HttpResponse:
    forms: list[type[Form]] = [*PartForm.__subclasses__(), RemarkForm]
    labels = {
        f"{form.prefix}-{name}" if form.prefix else name: field.label or name
        for form in forms
        for name, field in form.base_fields.items()
    }
    typed = [
        (labels[name], text)
        for name, text in request.POST.items()
        if name in labels and isinstance(text, str) and len(text.split()) > 1
    ]
    return render(request, "writing/locked.html", {"pledge": row, "typed": typed}, status=409)
