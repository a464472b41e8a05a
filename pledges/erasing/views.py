"""Take a personal detail away: say what, see where it stands, say yes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pledge_portal.accounts.models import User
from pledge_portal.accounts.permissions import Action, StaffRequest, permitted, places_of
from pledge_portal.accounts.step_up import step_up_response
from pledge_portal.pages.form_views import form_page, posted
from pledge_portal.pages.pdf_files import pdf_response
from pledges.erasing import rules
from pledges.erasing.forms import ErasureForm
from pledges.erasing.withholding import bytes_of
from pledges.models import Erasure, Pledge, WithheldDocument
from pledges.models.pledge import of_own_pledges

_LATEST = 50


def _done(outcome: rules.Outcome, *, masks: bool) -> str:
    """Return what was done, in a sentence or three."""
    n = len(outcome.erasable)
    texts = ngettext(
        "Uppgiften är borttagen ur %(n)s text.", "Uppgiften är borttagen ur %(n)s texter.", n
    )
    sentences = [texts % {"n": n}] if n or not outcome.files else []
    if masks and (n := len(outcome.maskable)):
        masked = ngettext(
            "Den är maskerad i %(n)s undertecknad eller publicerad text.",
            "Den är maskerad i %(n)s undertecknade eller publicerade texter.",
            n,
        )
        sentences.append(masked % {"n": n})
    if n := len(outcome.files):
        files = ngettext("%(n)s fil visas inte längre.", "%(n)s filer visas inte längre.", n)
        sentences.append(files % {"n": n})
    return " ".join(sentences)


def _withheld(user: User) -> QuerySet[WithheldDocument]:
    """Return the files that aren't shown, of the pledges of one's places."""
    pledges = Pledge.objects.filter(of_own_pledges(user, Action.ERASE_DETAILS))
    return WithheldDocument.objects.filter(pledge__in=pledges.order_by().values("pk"))


@require_safe
@permitted(Action.ERASE_DETAILS)
def withheld_document(request: StaffRequest, sha256: str) -> HttpResponse:
    """Serve a file that the public isn't shown.

    It is for whoever answers for the records.
    """
    withheld = _withheld(request.user).filter(sha256=sha256).order_by("pk").first()
    if withheld is None:
        raise Http404
    if (confirm := step_up_response(request)) is not None:
        return confirm
    response = pdf_response(bytes_of(withheld), f"{sha256[:16]}.pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(Action.ERASE_DETAILS)
def erase(request: StaffRequest) -> HttpResponse:
    """Ask for the words, show where they stand, and take them away."""
    # Before anything is typed, so that nothing typed is lost by it.
    if (confirm := step_up_response(request)) is not None:
        return confirm
    places: list[Any] = places_of(request.user, Action.ERASE_DETAILS)
    form = ErasureForm(posted(request), places=places)
    shown: dict[str, Any] = {}

    def submit() -> HttpResponse | None:
        now = timezone.now()
        if "ta_bort" in request.POST:
            form.asked |= {"maskera", "filer", "vanligt"}
            masks = form.cleaned_data["maskera"]
            outcome = rules.erase(
                form.detail,
                form.cleaned_data["sett"],
                masks=masks,
                is_sure=form.cleaned_data["vanligt"],
                files=form.chosen_files,
                by=request.user,
                at=now,
            )
            messages.success(request, _done(outcome, masks=masks))
            return redirect("erase_detail")
        outcome = rules.preview(form.detail, by=request.user, at=now)
        form.show_again(outcome.digest(form.detail))
        shown["outcome"] = outcome
        return None

    def context() -> dict[str, Any]:
        erasures = Erasure.objects.visible_to(request.user).select_related(
            "erased_by", "municipality", "police_area"
        )
        withheld = _withheld(request.user).select_related("pledge")
        return {
            **shown,
            "erasures": erasures.order_by("-erased_at", "-pk")[:_LATEST],
            "withheld": withheld.order_by("-withheld_on", "pk"),
        }

    return form_page(request, "erasing/erase.html", form, submit, context)
