"""The page that explains open data to people."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import Shows, public_page
from pledges.open_data.resource import Terms, resources


@require_safe
@public_page(shows=Shows.SHARED)
def open_data(request: HttpRequest) -> HttpResponse:
    """Say what there is, on what terms, and how to fetch it."""
    context = {
        "resources": resources(),
        "terms": [
            (terms.text, [resource for resource in resources() if resource.terms is terms])
            for terms in Terms
        ],
        "api": f"{settings.SITE_URL}{reverse('api')}",
        "api_openapi": f"{settings.SITE_URL}{reverse('api_openapi')}",
    }
    return render(request, "open_data/open_data.html", context)
