"""Let anyone ask whether a PDF is genuine."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pledge_portal.pages.decorators import anonymous_form
from pledge_portal.pages.network_limits import sent_this_hour
from pledge_portal.pages.page_versions import Shows, public_page
from pledge_portal.pages.text import whole_number
from pledges.documents.authenticity import Answer, Verification
from pledges.documents.authenticity import verify as verify_file
from pledges.documents.forms import VerifyForm
from pledges.documents.presentation import standing_today
from pledges.documents.report import Problem
from pledges.documents.stored_pdf import withheld_file
from pledges.documents.trusted_authorities import trust_roots
from pledges.models import PledgeDocument, WithheldDocument

_NEUTRAL = {Answer.UNKNOWN, Answer.UNREADABLE, Answer.ON_PAPER, Answer.ELSEWHERE}
_A_MOMENT, _AN_HOUR = "20", "3600"
_STATUS = {Problem.BUSY: 503, Problem.UNEXAMINED: 500}


@require_http_methods(["GET", "HEAD", "POST"])
@anonymous_form
@public_page(shows=Shows.SHARED)
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form, or what is to be said of the file that was sent.

    The file is not kept.
    """
    if request.method != "POST":
        return render(request, "pledges/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.POST, request.FILES, was_too_large=_is_too_large(request))
    if not form.is_valid():
        status = 413 if form.was_too_large else 400
        return render(request, "pledges/verify.html", {"form": form}, status=status)
    if sent_this_hour(request, "verify") > settings.VERIFICATIONS_PER_HOUR:
        form.refuse_for_a_while()
        response = render(request, "pledges/verify.html", {"form": form}, status=429)
        response.headers["Retry-After"] = _AN_HOUR
        return response
    file = form.cleaned_data["file"]
    verification = verify_file(file.read(), trust_roots())
    pledge = verification.pledge
    # The answer links to the pledge's first municipality.
    place = pledge.municipalities.first() if pledge else None
    problem = verification.report.problem
    response = render(
        request,
        "pledges/verify.html",
        {
            "form": VerifyForm(),
            "verification": verification,
            # Its own bytes, or ours with something added: either way the detail stands in it.
            "withheld": _withheld(verification),
            "file_name": file.name,
            "place": place,
            "place_name": pledge.place_name(place) if pledge and place else "",
            "permanent": _permanent(verification),
            "today": standing_today(verification, timezone.localdate()),
            "is_good": verification.is_genuine,
            "is_neutral": verification.answer in _NEUTRAL,
        },
        status=_STATUS.get(problem, 200) if problem else 200,
    )
    if problem is Problem.BUSY:
        response.headers["Retry-After"] = _A_MOMENT
    return response


def _is_too_large(request: HttpRequest) -> bool:
    """Return whether the browser sent more than is taken.

    The form's own lines make up the rest.
    """
    length = whole_number(request.headers.get("Content-Length", ""), most_digits=18)
    return (length or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def _withheld(verification: Verification) -> WithheldDocument | None:
    """Return that what stands in the file isn't shown, if it isn't.

    It is one that is withheld, or begins as one, or calls itself the pledge of one.
    """
    pledge = verification.pledge
    withheld = withheld_file(verification.report.sha256, pledge.pk if pledge else None)
    if withheld is None and verification.answer == Answer.CHANGED:
        steps = PledgeDocument.objects.filter(pledge=pledge).order_by()
        files = WithheldDocument.objects.filter(pledge=pledge, sha256__in=steps.values("sha256"))
        withheld = files.order_by("pk").first()
    return withheld


def _permanent(verification: Verification) -> str:
    """Return the SHA-256 of the document that the file is or should be.

    Or "".
    """
    if verification.answer == Answer.FOLLOW_UP:
        return verification.report.sha256
    if verification.pledge is None:
        return ""
    document = PledgeDocument.objects.public().filter(pledge=verification.pledge)
    return document.values_list("sha256", flat=True).first() or ""
