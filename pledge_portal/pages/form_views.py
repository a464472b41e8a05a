"""The one dance of a page with a form: shown, sent, refused with what was typed, or done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from pledge_portal.pages.refusals import Refused

Context = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


class RuleForm(Protocol):
    """A form that shows what the rules refuse, each sentence beside its field."""

    errors: Any
    is_bound: bool

    def is_valid(self) -> bool:
        """Return whether what was typed can be asked of the rules."""

    def add_errors(self, faults: dict[str, str]) -> None:
        """Show the sentences of a refusal, by field."""


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent with POST, to bind a form to; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    template: str,
    form: RuleForm | BaseForm,
    submit: Callable[[], HttpResponse],
    context: Context = {},  # noqa: B006  (never changed)
) -> HttpResponse:
    """Answer a page with a form.

    `form` is bound when something was sent (see `posted`). When it is valid, `submit` calls one
    rule and returns the answer, most often a redirect. What the rule refuses is shown in the form
    with what was typed, as 422. `context` may be a function, which is called after the rule has
    spoken: what it shows can have changed meanwhile.
    """
    if form.is_bound and form.is_valid():
        try:
            return submit()
        except Refused as refused:
            form.add_errors(refused.faults)  # type: ignore[union-attr]
    shown = context() if callable(context) else context
    return render(request, template, {"form": form, **shown}, status=422 if form.errors else 200)


def act(
    request: HttpRequest, change: Callable[[], object], done: str, to: str, **address: Any
) -> HttpResponse:
    """Do what a button asks for and go to the address `to`, with a word of what came of it.

    `change` calls one rule; what it refuses is told there instead of `done`.
    """
    try:
        change()
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect(to, **address)
