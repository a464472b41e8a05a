"""Pages with a form: shown, sent, refused with what was typed, or done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict

from pledge_portal.pages.refusals import Refused
from pledge_portal.pages.rule_forms import RuleForm
from pledge_portal.pages.waiting_form import typed_before_login

Context = Mapping[str, Any] | Callable[[], Mapping[str, Any]]


def posted(request: HttpRequest, *actions: str) -> QueryDict | None:
    """Return what was sent with POST, to bind a form to, or None.

    By GET it is what waits since before a new login, if this page's form was sent then: to the
    page's own address or to one of `actions`. It is shown, and not yet sent.
    """
    return request.POST if request.method == "POST" else typed_before_login(request, *actions)


def posted_files(request: HttpRequest) -> MultiValueDict | None:
    """Return the files that were sent with POST, or None."""
    return request.FILES if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    template: str,
    form: RuleForm,
    submit: Callable[[], HttpResponse | None],
    context: Context = {},  # noqa: B006  (never changed)
) -> HttpResponse:
    """Answer a page with a form, which nobody else keeps.

    `form` is bound when something was sent (see `posted`). When it is valid, `submit` calls one
    rule and returns the answer, most often a redirect; None shows the page once more, as a preview
    does. What the rule refuses is shown in the form with what was typed. `context` may be a
    function, which is called after the rule has spoken: what it shows can have changed meanwhile.
    """
    if form.is_bound and form.is_valid() and request.method == "POST":
        try:
            answer = submit()
        except Refused as refused:
            form.add_errors(refused.faults)
        else:
            if answer is not None:
                return answer
    shown = context() if callable(context) else context
    status = form.status if form.errors and request.method == "POST" else 200
    response = render(request, template, {"form": form, **shown}, status=status)
    response.headers["Cache-Control"] = form.cache_control
    return response


def act(
    request: HttpRequest,
    change: Callable[[], object],
    done: str,
    to: str,
    *,
    refused_to: str = "",
    **address: Any,
) -> HttpResponse:
    """Do what a button asks for, and go on to `to` with a message.

    `change` calls one rule; what it refuses is told instead of `done`, at `refused_to` if it is
    given, else at the same page.
    """
    try:
        change()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(refused_to) if refused_to else redirect(to, **address)
    messages.success(request, done)
    return redirect(to, **address)


@dataclass(frozen=True)
class Question:
    """What a page asks before something is done that is hard to undo.

    `title` is the page's name, `lead` a line below it, `subject` what it is about in a line of its
    own, `text` what follows from a yes. `button` says yes, and `back` is the address of a no. With
    `button` empty there is nothing to say yes to: `text` says why. `trail` is the words and the
    address of the pages above this one, two at most.
    """

    title: str
    text: str
    button: str
    back: str
    trail: Sequence[tuple[str, str]]
    lead: str = ""
    subject: str = ""


def confirm_page(
    request: HttpRequest,
    question: Question,
    submit: Callable[[], HttpResponse | None],
    form: RuleForm | None = None,
    template: str = "workspace/confirm.html",
    context: Callable[[], Mapping[str, Any]] = dict,
    check: Callable[[], None] | None = None,
) -> HttpResponse:
    """Ask before doing something, and do it when the answer is yes.

    `form` is what has to be said along with the yes, such as a reason; `submit` and `context` as in
    `form_page`. `template` extends "workspace/confirm.html". What `check` refuses is said instead
    of the question, and then nothing is done.
    """
    try:
        if check is not None:
            check()
    except Refused as refused:
        question = replace(question, text=str(refused), button="")
        return render(request, template, {"question": question, **context()})
    if form is not None:
        return form_page(
            request, template, form, submit, lambda: {"question": question, **context()}
        )
    if request.method == "POST" and (answer := submit()) is not None:
        return answer
    return render(request, template, {"question": question, **context()})
