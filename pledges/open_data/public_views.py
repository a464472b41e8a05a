"""The page that explains open data to people."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pledge_portal.pages.page_versions import Shows, public_page
from pledge_portal.pages.problems import open_to_all
from pledges.open_data.catalogue import catalogue
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
        "turtle": f"{settings.SITE_URL}{reverse('catalogue_turtle')}",
        "xml": f"{settings.SITE_URL}{reverse('catalogue_xml')}",
        "api_openapi": f"{settings.SITE_URL}{reverse('api_openapi')}",
    }
    return render(request, "open_data/open_data.html", context)


@open_to_all
@public_page(shows=Shows.SHARED, keeps="text/turtle")
def catalogue_turtle(request: HttpRequest) -> HttpResponse:
    """Give the catalogue as Turtle."""
    return HttpResponse(
        catalogue(resources()).serialize(format="turtle"), content_type="text/turtle; charset=utf-8"
    )


@open_to_all
@public_page(shows=Shows.SHARED, keeps="application/rdf+xml")
def catalogue_xml(request: HttpRequest) -> HttpResponse:
    """Give the catalogue as RDF/XML."""
    return HttpResponse(
        catalogue(resources()).serialize(format="xml"), content_type="application/rdf+xml"
    )
