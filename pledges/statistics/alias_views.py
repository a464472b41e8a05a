"""Other names of indicators, in the workspace."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pledge_portal.accounts.permissions import Action, StaffRequest, permitted
from pledge_portal.pages.form_views import Question, act, confirm_page, form_page, posted
from pledges.models import IndicatorAlias
from pledges.statistics.forms import AliasForm
from pledges.statistics.indicators import add_alias, may_remove_alias, remove_alias
from pledges.statistics.names import KNOWN_NAMES

_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def aliases(request: StaffRequest) -> HttpResponse:
    """List the names that mean the same indicator, and add one."""
    form = AliasForm(posted(request))

    def submit() -> HttpResponse:
        add_alias(
            form.cleaned_data["indicator"],
            form.cleaned_data["name"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Namnet är tillagt. Nästa import läser det så."))
        return redirect("statistics_aliases")

    def context() -> dict[str, object]:
        names = IndicatorAlias.objects.select_related("indicator", "added_by")
        page = Paginator(names, _A_PAGE).get_page(request.GET.get("sida"))
        return {
            "page": page,
            "aliases": [(alias, may_remove_alias(request.user, alias)) for alias in page],
            "known_names": KNOWN_NAMES,
        }

    return form_page(request, "statistics/aliases.html", form, submit, context)


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.MANAGE_STATISTICS)
def remove(request: StaffRequest, alias: int) -> HttpResponse:
    """Remove a name that one has added, after asking.

    Names are shared by all municipalities; the operator removes any.
    """
    stored = get_object_or_404(IndicatorAlias.objects.select_related("indicator"), pk=alias)
    if not may_remove_alias(request.user, stored):
        raise PermissionDenied
    question = Question(
        title=_("Ta bort ett namn"),
        subject=stored.name,
        text=_("Nästa import läser namnet som en egen indikator. Siffrorna som finns står kvar."),
        button=_("Ta bort namnet"),
        back=reverse("statistics_aliases"),
        trail=[
            (_("Arbetsyta"), reverse("workspace")),
            (_("Andra namn på indikatorer"), reverse("statistics_aliases")),
        ],
    )

    def submit() -> HttpResponse:
        change = partial(remove_alias, stored, by=request.user)
        return act(request, change, _("Namnet är borttaget."), "statistics_aliases")

    return confirm_page(request, question, submit)
