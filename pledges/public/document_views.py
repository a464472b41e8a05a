"""Show signed documents at addresses that hold for ever.

There are two for each: what it is, and its very bytes.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.fault_pages import too_busy
from pledge_portal.pages.page_versions import CACHE_CONTROL, Shows, public_file, public_page
from pledges import presentation
from pledges.documents.authenticity import examine_published
from pledges.documents.permanent import (
    document_by_content,
    document_by_short_name,
    short_address,
)
from pledges.documents.presentation import (
    further_signatures,
    party_views,
    signed_views,
    title_and_places,
)
from pledges.documents.report import Problem, Report
from pledges.documents.stored_pdf import stored_pdf, withheld_file
from pledges.documents.trusted_authorities import trust_roots
from pledges.follow_ups.presentation import follow_up_view
from pledges.models import FollowUp, FollowUpDocument, Pledge, PledgeDocument


@require_safe
@public_page(shows=Shows.EVERYTHING)
def document(request: HttpRequest, sha256: str) -> HttpResponse:
    """Say what a signed document is, who signed it, and how to check that."""
    document = _document_or_404(sha256)
    if isinstance(document, FollowUpDocument):
        return _follow_up(request, document)
    on = timezone.localdate()
    pledge = Pledge.objects.public().with_standing().get(pk=document.pledge_id)
    signatories = list(pledge.signatories.all())
    if hasattr(pledge, "signed_elsewhere"):
        # The document is others' work, and says nothing of what the portal could vouch for.
        report = Report(document.sha256, document.size)
    else:
        document.pledge = pledge
        report = examine_published(document, signatories, trust_roots(), on)
    if report.problem is Problem.BUSY:
        # What can't be examined right now is not told of as if it couldn't be examined at all.
        return too_busy(request)
    parties = party_views(pledge, on)
    withheld = withheld_file(document.sha256, pledge.pk)
    # What stands in the file itself is told of no file that isn't shown.
    shown_report = report if withheld is None else Report(document.sha256, document.size)
    latest = PledgeDocument.objects.public().defer("content").get(pledge=pledge)
    context = {
        "document": document,
        "withheld": withheld,
        "newer": latest if latest.sha256 != document.sha256 else None,
        "size": document.size,
        "parties": parties,
        "pledge": parties[0].pledge,
        "named": title_and_places(parties),
        "signed": signed_views(pledge, shown_report),
        "further": further_signatures(pledge, shown_report),
        "report": report,
        "has_electronic": any(signatory.signature.is_electronic for signatory in signatories),
        "short_address": short_address(pledge),
        "swedish_texts": presentation.is_partly_swedish(parties[0].pledge.title),
    }
    return render(request, "pledges/document.html", context)


def _follow_up(request: HttpRequest, document: FollowUpDocument) -> HttpResponse:
    follow_up = FollowUp.objects.public().get(pk=document.follow_up_id)
    pledge = Pledge.objects.public().with_standing().get(pk=follow_up.pledge_id)
    parties = party_views(pledge, timezone.localdate())
    context = {
        "document": document,
        "withheld": withheld_file(document.sha256, pledge.pk),
        "parties": parties,
        "pledge": parties[0].pledge,
        "named": title_and_places(parties),
        "follow_up": follow_up_view(follow_up),
    }
    return render(request, "pledges/follow_up_document.html", context)


@require_safe
@public_file
def document_file(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """Serve the document itself, byte for byte."""
    document = _document_or_404(sha256)
    pledge = (
        document.pledge_id if isinstance(document, PledgeDocument) else document.follow_up.pledge_id
    )
    name = f"{document.sha256[:16]}.pdf"
    return stored_pdf(request, document, pledge, name, document.created_at)


@require_safe
def document_of_pledge(request: HttpRequest, name: str) -> HttpResponse:
    """Lead from the address in a pledge's document to the document's page."""
    document = document_by_short_name(name)
    if document is None:
        raise _not_found()
    # Not for good: the address is the pledge's, and the document's is what it leads to today.
    response = HttpResponseRedirect(reverse("signed_document", args=[document.sha256]))
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response


def _document_or_404(sha256: str) -> PledgeDocument | FollowUpDocument:
    document = document_by_content(sha256)
    if document is None:
        raise _not_found()
    return document


def _not_found() -> NotHere:
    return NotHere(
        _("Det finns inget undertecknat dokument på den här adressen."),
        reverse("verify"),
        _("Kontrollera en fil"),
    )
