"""Pages about the portal itself, and its answers when something is wrong."""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from pledge_portal.database.patience import is_away
from pledge_portal.pages.addresses import corrected_address, in_swedish
from pledge_portal.pages.decorators import is_same_site
from pledge_portal.pages.errors import NotHere
from pledge_portal.pages.fault_pages import database_away, fault_page
from pledge_portal.pages.page_versions import Shows, public_page
from pledge_portal.pages.waiting_form import put_aside

_logger = logging.getLogger(__name__)


@require_safe
@public_page(shows=Shows.SHARED)
def about(request: HttpRequest) -> HttpResponse:
    """Explain what a citizen pledge is and who is behind the portal."""
    return render(request, "pages/about.html")


@require_safe
@public_page(shows=Shows.SHARED)
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement that lag (2018:1937) demands."""
    return render(request, "pages/accessibility.html")


@require_safe
@public_page(shows=Shows.EVERYTHING)
def privacy(request: HttpRequest) -> HttpResponse:
    """Say which personal data the portal holds and which it does not."""
    return render(request, "pages/privacy.html", {"verify_max_mb": settings.VERIFY_MAX_MB})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what they need not read."""
    lines = [
        "User-agent: *",
        "Disallow: /arbetsyta/",
        "Disallow: /logga-in/",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the icon's old address to its own."""
    # Not for good: the mark's own address changes whenever the mark does.
    return HttpResponseRedirect(static("marks/portal.svg"))


_LAST_RESORT = """<!doctype html>
<html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Något gick fel hos oss</title>
<h1>Något gick fel hos oss</h1><p>Felet är vårt, inte ditt. Försök igen om en stund.</p>
<p lang="en">Something went wrong on our side. Try again in a while.</p></html>
"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that can't be understood."""
    return fault_page(request, 400, {})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for what the visitor may not see."""
    return fault_page(request, 403, {})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose origin could not be made sure of.

    A login in another tab makes every other form's token old. What was typed in the workspace, and
    sent from our own page, is shown there again.
    """
    is_from_browser = {"Origin", "Sec-Fetch-Site"} & set(request.headers)
    if is_from_browser and is_same_site(request) and (page := put_aside(request)):
        return HttpResponseRedirect(page)
    return fault_page(request, 403, {"form_was_refused": True})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Lead to the address that was meant, or show what is near."""
    if request.method in {"GET", "HEAD"}:
        corrected = corrected_address(request)
        if corrected is not None and corrected.is_private:
            # Whoever has the browser next is not to be led there.
            response = HttpResponseRedirect(corrected.address)
            response.headers["Cache-Control"] = "no-store"
            return response
        if corrected is not None:
            return HttpResponsePermanentRedirect(corrected.address)
    guess = in_swedish(request.path_info).strip("/").partition("/")[0]
    suggestion = exception if isinstance(exception, NotHere) else None
    return fault_page(
        request, 404, {"suggestion": suggestion, "guess": guess.replace("-", " ")[:60]}
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, even when that page can't be made.

    While the database can't do its work, ask to come back.
    """
    try:
        if is_away(sys.exc_info()[1]):
            return database_away(request)
        return fault_page(request, 500, {})
    except Exception:
        # Something has failed already: whatever fails now, a reader still gets an answer.
        _logger.exception("fault_page.failed")
        return HttpResponse(_LAST_RESORT, status=500)
